"""Appeals: those that wait for a member, the page of one, and its steps; lodging one for an officer."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import lifecycles, rules
from cases.actions import appeals as actions
from cases.models import Appeal, Measure
from cases.web.forms import appeals as forms
from cases.web.views.case_steps import may
from cases.web.views.case_told import measure_in_words
from cases.web.views.dossier import dossier, where_to, who
from cases.web.views.sections import SEES_APPEALS, sections
from foundation.web.keyset import BadCursor, Keyset
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.models.users import Role
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn, act_page, posted

A = Appeal.Status
COLOURS: dict[str, str] = {
    A.LODGED: "blue",
    A.ADMITTED: "teal",
    A.DRAFTED: "purple",
    A.DECIDED: "green",
    A.INADMISSIBLE: "grey",
}
TABLE = Appeal._meta.db_table
PAGE = 50
WAITING = (A.LODGED, A.ADMITTED, A.DRAFTED)
#: What waits longest first.
ORDER = ("lodged_at", "id")


def seen(request: SignedIn, pk: int) -> Appeal:
    """The appeal, if it is there for who asks."""
    rows = Appeal.objects.select_related(
        "case__officer__unit",
        "case__officer_unit",
        "case__unit",
        "recorded_by",
        "admitted_by",
        "drafted_by",
        "agreed_by",
    )
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


@login_required
def appeals(request: SignedIn) -> HttpResponse:
    """Those that wait, unless others are chosen; what waits longest first."""
    user = request.user
    if not user.has_role(*SEES_APPEALS):
        raise Http404
    form = forms.FilterAppeals(request.GET)
    try:
        page = Keyset(
            _chosen(user, form).select_related("case__officer", "case__officer_unit", "case__unit"),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("appeals")
    note_read(user, "listed", TABLE, **asked(form))
    context = {
        "sections": sections(request),
        "filter_form": form,
        "page": page,
        "rows": [(row, COLOURS[row.status], bool(lifecycles.verbs(row, user))) for row in page.rows],
    }
    return render(request, "cases/appeal/list.html", context)


def _chosen(user: User, form: forms.FilterAppeals) -> Any:
    rows = Appeal.objects.visible_to(user)
    if not form.is_valid():
        return rows.none()
    rows = rows.filter(status__in=form.cleaned_data["status"] or WAITING)
    if form.cleaned_data["mine"]:
        rows = rows.filter(Q(admitted_by=user) | Q(drafted_by=user))
    return rows


@login_required
def appeal(request: SignedIn, pk: int) -> HttpResponse:
    """The page of an appeal, with the file of the case."""
    row = seen(request, pk)
    note_read(request.user, "opened", TABLE, row.pk, fields=["appeal"])
    context = {
        "appeal": row,
        "colour": COLOURS[row.status],
        "rows": _about(row),
        "verbs": lifecycles.verbs(row, request.user),
        "sits": request.user.has_role(Role.APPEAL_MEMBER),
        "breadcrumbs": [(_("Appeals"), reverse("appeals")), (row.case.reference, "")],
    }
    return render(request, "cases/appeal/appeal.html", context | dossier(row.case, request.user))


def _about(row: Appeal) -> list[tuple[Any, Any]]:
    """The appeal and what it is against."""
    ordered = Measure.objects.filter(case=row.case, order__isnull=False).select_related("to_unit")
    measure = ordered.order_by("-pk").first()
    rows: list[tuple[Any, Any]] = [(_("Ground of the appeal"), row.get_ground_display())]
    if measure is not None:
        rows += [(_("Measure"), measure_in_words(measure)), (_("Effective from"), measure.effective_on)]
    rows += [
        (_("Why the measure should not stand"), row.text),
        (_("Lodged"), row.lodged_at),
        (
            _("How it came"),
            _("Written down by %(name)s") % {"name": row.recorded_by.name}
            if row.recorded_by
            else _("By the officer at his door"),
        ),
    ]
    if row.is_late:
        rows.append((_("Why it comes late"), row.late_cause))
    if row.admitted_by:
        label = _("Not admitted by") if row.status == A.INADMISSIBLE else _("Admitted by")
        rows.append((label, row.admitted_by.name))
    if row.why_inadmissible:
        rows.append((_("Why it is not admitted"), row.why_inadmissible))
    return rows + _draft(row)


def _draft(row: Appeal) -> list[tuple[Any, Any]]:
    """What a member drafted, and who agreed."""
    if not row.outcome:
        return []
    rows: list[tuple[Any, Any]] = [(_("Outcome"), row.get_outcome_display())]
    if row.measure:
        rows.append((_("Lesser measure in its place"), measure_in_words(row)))
    rows += [(_("Reasons"), row.reasons), (_("Drafted by"), row.drafted_by.name if row.drafted_by else "")]
    if row.agreed_by:
        rows += [(_("Agreed to by"), row.agreed_by.name), (_("Decided"), row.decided_at)]
    return rows


def _page(
    request: SignedIn,
    pk: int,
    verb: str,
    form: Callable[..., django_forms.Form],
    do: Callable[..., Appeal],
    *,
    title: str,
    submit: str,
    done: str,
    text: str = "",
    danger: bool = False,
) -> HttpResponse:
    """The page of a step on an appeal."""
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    row = seen(request, pk)
    note_read(request.user, "opened", TABLE, row.pk, fields=["appeal"])
    return act_page(
        request,
        form(row, posted(request)),
        lambda said: do(request.user, pk, **said),
        title=title % {"case": row.case.reference},
        submit=submit,
        back=reverse("appeal", args=[pk]),
        done=done,
        text=text,
        danger=danger,
        keeps=True,
        rows=[*who(row.case)[:2], *_about(row)],
    )


@login_required
def admit(request: SignedIn, pk: int) -> HttpResponse:
    """Admit it to a decision."""
    return _page(
        request,
        pk,
        "admit",
        forms.OfAppeal,
        actions.admit,
        title=_("Admit the appeal in %(case)s"),
        submit=_("Admit it"),
        done=_("The appeal is admitted."),
        text=_(
            "It is in time or has a cause for being late, and gives a ground. The measure stays in force."
        ),
    )


@login_required
def refuse(request: SignedIn, pk: int) -> HttpResponse:
    """Refuse to admit it."""
    return _page(
        request,
        pk,
        "refuse",
        forms.Because,
        actions.refuse,
        title=_("Do not admit the appeal in %(case)s"),
        submit=_("Do not admit it"),
        done=_("The appeal is not admitted. The officer is told why."),
        text=_("It came too late without cause, or gives no ground. The officer reads the reason."),
        danger=True,
    )


@login_required
def draft(request: SignedIn, pk: int) -> HttpResponse:
    """Draft the decision."""
    return _page(
        request,
        pk,
        "draft",
        forms.Draft,
        actions.draft,
        title=_("Draft the decision on the appeal in %(case)s"),
        submit=_("Put it to a second member"),
        done=_("The draft is kept. It has no effect until a second member agrees."),
        text=_("It has no effect until a second member agrees."),
    )


@login_required
def agree(request: SignedIn, pk: int) -> HttpResponse:
    """Agree as the second member."""
    return _page(
        request,
        pk,
        "agree",
        forms.Agree,
        actions.agree,
        title=_("Agree to the decision on the appeal in %(case)s"),
        submit=_("Agree"),
        done=_("The appeal is decided. The officer is told."),
        text=_(
            "You are the second member. What follows is done at once: the officer, his record and the register."
        ),
        danger=True,
    )


@login_required
def send_back(request: SignedIn, pk: int) -> HttpResponse:
    """Send the draft back."""
    return _page(
        request,
        pk,
        "send_back",
        forms.Because,
        actions.send_back,
        title=_("Send the draft on the appeal in %(case)s back"),
        submit=_("Send it back"),
        done=_("The draft is sent back."),
    )


@login_required
def lodge(request: SignedIn, pk: int) -> HttpResponse:
    """Lodge an appeal for the officer who made it on paper or in person, or because a ground fell."""
    row = may(request, pk, "lodge")
    note_read(request.user, "opened", "cases_case", row.pk, fields=["grounds"])
    return act_page(
        request,
        forms.Lodge(request.user, row, posted(request), speaks=rules.speaks(request.user, row)),
        lambda said: actions.lodge(request.user, pk, **said),
        title=_("Lodge an appeal in %(case)s") % {"case": row.reference},
        submit=_("Lodge it"),
        back=reverse("case", args=[pk]),
        done=_("The appeal is lodged. Members who had no part in the case decide on it."),
        to=lambda _row: where_to(request.user, pk),
        text=_(
            "What the officer wrote or said, in his words. The measure stays in force until it is decided."
        ),
        rows=[*who(row), (_("May appeal until"), row.appeal_until)],
        keeps=True,
    )
