"""Deadlines that units missed, each with the reason the unit gave or still owes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import escalations
from cases.models import SEES, Complaint, Miss
from cases.web.forms.acts import Explain
from cases.web.forms.complaints import MissFilter
from cases.web.views.queue import days_left
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
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
        {"filter_form": form, "page": page, "rows": _listed(user, page.rows)},
    )


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
