"""The page of a case: where it stands, what is missing, what it rests on, who had which part, what was decided."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.lifecycles import verbs
from cases.models import Case
from cases.queries.case_histories import history as events_of
from cases.queries.lacks import lacks, path_of
from cases.queries.parties import kept_away, parties
from cases.web.views.case_list import COLOURS, TABLE
from cases.web.views.case_pages import buttons
from cases.web.views.case_sections import sections
from cases.web.views.case_steps import seen
from cases.web.views.queue import days_left
from foundation.web.templatetags.web import native_digits
from ledger import clock
from ledger.reading import note_read
from officers.models import Officer
from officers.queries.settings import rank_names
from officers.web.views.acting import SignedIn

S = Case.Status
_SHOWN = (
    "officer",
    "grounds",
    "papers",
    "extracts",
    "notices",
    "statements",
    "investigation",
    "proposals",
    "opinions",
    "decisions",
    "orders",
    "measures",
    "appeals",
    "prosecutions",
    "parties",
)
_GONE = (Officer.Status.RETIRED, Officer.Status.RESIGNED, Officer.Status.DISMISSED)


@login_required
def case(request: SignedIn, pk: int) -> HttpResponse:
    """All of a case, for whom it is."""
    row, user = seen(request, pk), request.user
    note_read(user, "opened", TABLE, row.pk, fields=_SHOWN)
    ranks = rank_names()
    context = {
        "case": row,
        "colour": COLOURS[row.status],
        "breadcrumbs": [(_("Cases"), reverse("cases")), (row.reference, "")],
        "warnings": list(_warnings(row)),
        "path": path_of(row),
        "lacks": lacks(row),
        "clocks": list(_clocks(row)),
        "buttons": buttons(row, user),
        "verbs": set(verbs(row, user)),
        "about": _about(row, ranks),
        "parties": parties(row),
        "kept_away": kept_away(row),
    }
    return render(request, "cases/case/case.html", context | sections(row, user, ranks))


def _about(row: Case, ranks: dict[str, str]) -> list[tuple[Any, Any]]:
    officer = row.officer
    return [
        (_("Officer"), officer.name),
        (_("Service number"), native_digits(officer.service_number)),
        (_("Status"), officer.get_status_display()),
        (_("Rank when it was opened"), ranks.get(row.rank, row.rank)),
        (_("Unit when it was opened"), row.officer_unit.name),
        *([(_("Post"), _("Head of the unit"))] if row.is_head else []),
        (_("Conducted by"), row.unit.name),
        (_("In charge"), row.case_officer.name if row.case_officer else _("Nobody")),
        (_("Severity"), row.get_severity_display() if row.severity else None),
        *([(_("Reasons for the severity"), row.severity_reasons)] if row.severity else []),
        *([(_("Outcome"), row.get_outcome_display())] if row.outcome else []),
        *([(_("Why it was closed"), row.closing_reason)] if row.closing_reason else []),
        *([(_("Closed by"), row.closed_by.name)] if row.closed_by else []),
    ]


def _warnings(row: Case) -> Iterator[tuple[str, str]]:
    """What whoever works on the case must not overlook: how loud, and in which words."""
    if row.ground_fell:
        yield "error", _("A ground of this case fell. Look at what it rests on before anything else.")
    if row.news:
        yield "warning", _("Something new came in: a test or an answer of the prosecutor.")
    if row.status == S.STAYED:
        yield (
            "warning",
            _("The case is stayed for criminal proceedings: %(reason)s") % {"reason": row.stay_reason},
        )
    if row.status == S.APPEALED:
        yield "warning", _("The measure is under appeal. It stays in force until the appeal is decided.")
    if row.for_family:
        yield (
            "information",
            _("The officer died. The case goes on for the family; no measure can come of it."),
        )
    elif row.is_open and row.officer.status in _GONE and row.in_force_at is None:
        words = _("This is a former officer (%(status)s). The case goes on all the same.")
        yield "information", words % {"status": row.officer.get_status_display()}


def _due_words(row: Case) -> str:
    """What is due, by the code under which the deadline that runs is set."""
    return {
        "allegation_notice": _("Notice of the allegations"),
        "response": _("The officer's response"),
        "unit_proposal": _("Proposal of the unit"),
        "legality_check": _("Check of legality"),
        "minister_decision": _("Decision"),
        "instrument": _("Signed order"),
        "decision_notice": _("Notice of the decision"),
        "appeal": _("The officer's appeal"),
        "appeal_decision": _("Decision on the appeal"),
        "stay_review": _("Look at the stay again"),
    }.get(row.due_for, _("Next day to keep"))


def _clocks(row: Case) -> Iterator[dict[str, Any]]:
    """The days to keep, each with how far off it is; and those that were kept."""
    today = clock.today()
    yield {"label": _("Opened"), "at": row.opened_at}
    if row.due_on is not None:
        yield {"label": _due_words(row), "at": row.due_on, "left": days_left(row.due_on, today)}
    for label, moment in (
        (_("Notice served"), row.told_at),
        (_("May respond until"), row.response_until),
        (_("Response complete"), row.responded_at),
        (_("Decided"), row.decided_at),
        (_("In force since"), row.in_force_at),
        (_("Decision served"), row.decision_told_at),
        (_("May appeal until"), row.appeal_until),
        (_("Stayed since"), row.stayed_at if row.status == S.STAYED else None),
        (_("Final since"), row.final_at),
        (_("Closed"), row.closed_at),
    ):
        if moment is not None:
            yield {"label": label, "at": moment}
    for held in row.suspensions.filter(ended_on=None):
        yield {
            "label": _("Suspension to be looked at again by"),
            "at": held.review_by,
            "left": days_left(held.review_by, today),
        }


@login_required
def history(request: SignedIn, pk: int) -> HttpResponse:
    """The events of a case, in words."""
    row = seen(request, pk)
    note_read(request.user, "opened", TABLE, row.pk, fields=["history"])
    context = {
        "case": row,
        "items": events_of(row, request.user),
        "breadcrumbs": [
            (_("Cases"), reverse("cases")),
            (row.reference, reverse("case", args=[row.pk])),
            (_("What happened"), ""),
        ],
    }
    return render(request, "cases/case/history.html", context)
