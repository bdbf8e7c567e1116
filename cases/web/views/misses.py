"""Deadlines that units missed, each with the reason the unit gave or still owes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import lifecycles, rules
from cases.actions import escalations, failures
from cases.models import SEES, Complaint, FailureProposal, Miss
from cases.web.forms.acts import DecideFailure, Explain
from cases.web.forms.complaints import MissFilter
from cases.web.views.queue import days_left
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import number
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
ORDER = ("-moved_on", "-id")


@login_required
def misses(request: SignedIn) -> HttpResponse:
    """The misses of one's units, the latest first."""
    user = request.user
    if not user.has_role(*SEES):
        raise Http404
    form = MissFilter(user, request.GET)
    try:
        page = Keyset(
            _chosen(user, form),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("misses")
    note_read(user, "listed", "cases_miss", **asked(form))
    return render(
        request,
        "cases/complaints/misses.html",
        {
            "filter_form": form,
            "page": page,
            "rows": _listed(user, page.rows),
            "proposals": [(row, lifecycles.verbs(row, user)) for row in proposed(user)],
        },
    )


def proposed(user: User) -> QuerySet[FailureProposal]:
    """Units whose misses have added up, put to a unit of his to decide."""
    rows = FailureProposal.objects.visible_to(user).filter(status=FailureProposal.Status.PROPOSED)
    return rows.select_related("unit", "put_to").order_by("until", "pk")


def _chosen(user: User, form: MissFilter) -> QuerySet[Miss]:
    rows = Miss.objects.visible_to(user).select_related("unit", "complaint", "explained_by")
    if not form.is_valid():
        return rows.none()
    said = form.cleaned_data
    if said["unit"]:
        rows = rows.filter(unit__path__startswith=said["unit"].path)
    if said["unexplained"]:
        rows = rows.filter(explained_on=None)
    days = {"moved_on__gte": said["since"], "moved_on__lte": said["until"]}
    return rows.filter(**{name: value for name, value in days.items() if value})


def _listed(user: User, rows: list[Miss]) -> list[dict[str, Any]]:
    """A case that has left a unit is named to it by its reference alone."""
    ids = [row.complaint_id for row in rows]
    seen = set(Complaint.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    today = clock.today()
    return [
        {
            "miss": row,
            "is_seen": row.complaint_id in seen,
            "due": None if row.explained_on else days_left(row.explain_by, today),
            "explains": row.explained_on is None and rules.explains(user, row),
        }
        for row in rows
    ]


@login_required
def explain(request: SignedIn, pk: int) -> HttpResponse:
    """Give the unit's reason for a miss, once."""
    rows = Miss.objects.visible_to(request.user).select_related("unit", "complaint")
    row = get_object_or_404(rows, pk=pk)
    if not rules.explains(request.user, row):
        raise PermissionDenied(_("You may not do this."))

    def do(said: dict[str, Any]) -> Miss:
        return escalations.explain(request.user, pk, text=said["explanation"], version=said["version"])

    return act_page(
        request,
        Explain(posted(request), initial={"version": row.version}),
        do,
        title=_("Why was this deadline missed?"),
        submit=_("Give the reason"),
        back=reverse("misses"),
        done=_("The reason stands on the record."),
        text=_("The reason can be given once, and does not take the miss away."),
        rows=[
            (_("Complaint"), row.complaint.reference),
            (_("Unit"), row.unit.name),
            (_("What was missed"), row.get_kind_display()),
            (_("Due on"), row.due_on),
            (_("Moved up on"), row.moved_on),
            (_("Explain by"), row.explain_by),
        ],
    )


@login_required
def decide_failure(request: SignedIn, pk: int) -> HttpResponse:
    """Decide whether a unit's misses become a complaint about it."""
    rows = FailureProposal.objects.visible_to(request.user).select_related("unit", "put_to")
    row = get_object_or_404(rows, pk=pk)
    if not rules.decides_on_failure(request.user, row):
        raise PermissionDenied(_("You may not do this."))
    if request.method != "POST" and not lifecycles.verbs(row, request.user):
        raise Conflict(
            _("This is not possible while the record is “%(status)s”.") % {"status": row.get_status_display()}
        )
    note_read(request.user, "opened", "cases_failureproposal", row.pk)

    def do(said: dict[str, Any]) -> FailureProposal:
        decide = failures.accept if said.pop("answer") == "accept" else failures.decline
        return decide(request.user, pk, **said)

    return act_page(
        request,
        DecideFailure(posted(request), initial={"version": row.version}),
        do,
        title=_("Is this a failure to act?"),
        submit=_("Decide"),
        back=reverse("misses"),
        done=_("It is decided."),
        text=_(
            "As a complaint it goes to whoever handles complaints about the unit. The misses stay in any case."
        ),
        rows=[
            (_("Unit"), row.unit.name),
            (_("Put to"), row.put_to.name),
            (_("From"), row.since),
            (_("Until"), row.until),
            (_("Missed deadlines"), number(row.misses)),
            (_("Status"), row.get_status_display()),
        ],
    )
