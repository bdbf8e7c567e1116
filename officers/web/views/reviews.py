"""Reviews: listed as they wait, and one in full for whoever sees results."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger import clock
from ledger.reading import note_read
from officers.models import DrugTest, LaboratoryReport, Review
from officers.models.sheets import SEES_RESULTS
from officers.models.specimens import Bottle
from officers.queries.reviews import (
    ORDER,
    attempts_of,
    clocks,
    custody_of,
    due_of,
    reports_of,
    review_rows,
    waiting,
    waits_for,
)
from officers.queries.sheets import named_by
from officers.queries.timelines import timeline
from officers.web.forms.fields import ask, asked
from officers.web.forms.reviews import ReviewFilter
from officers.web.views.acting import SignedIn
from officers.web.views.measures import measured
from officers.web.views.review_steps import buttons
from officers.web.views.sheets import TEST_COLOURS, drug_names

COLOURS: dict[str, str] = {
    Review.Status.OPEN: "yellow",
    Review.Status.VERIFIED: "orange",
    Review.Status.TOLD: "blue",
    Review.Status.RETEST: "purple",
    Review.Status.CLOSED: "grey",
}
PAGE = 50
#: What a look at a review shows of a person, as the trace of the look keeps it.
SHOWN = ("officer", "report", "values", "custody", "attempts", "heard", "medical", "statements", "outcome")


@login_required
@never_cache
def reviews(request: SignedIn) -> HttpResponse:
    """What waits, the most late first."""
    user = request.user
    if not user.has_role(*SEES_RESULTS):
        raise Http404
    form = ReviewFilter(request.GET)
    ask(form, user)
    chosen = form.cleaned_data if form.is_valid() else {}
    which = chosen.get("waiting", "")
    found = review_rows().visible_to(user).filter(waiting(which, user))
    if unit := chosen.get("unit"):
        found = found.filter(test__sheet__unit__path__startswith=unit.path)
    if chosen.get("officer"):
        found = found.filter(test__officer__in=named_by(chosen["officer"]))
    try:
        page = Keyset(
            found,
            order=("-due", "-id") if which == "closed" else ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("reviews")
    note_read(user, "listed", "officers_review", **asked(form))
    return render(
        request,
        "officers/reviews/list.html",
        {"filter_form": form, "page": page, "rows": [review_row(review) for review in page.rows]},
    )


def review_row(review: Any) -> dict[str, Any]:
    """What a list says of a review from `review_rows`."""
    due = due_of(review)
    return {
        "review": review,
        "colour": COLOURS[review.status],
        "waits_for": waits_for(review),
        "due": due,
        "late": due is not None and due <= clock.now(),
        "about": review.claim or (review.report and review.report.get_result_display()),
    }


@login_required
@never_cache
def review(request: SignedIn, pk: int) -> HttpResponse:
    """One review: what was found, how the specimen came there, what the officer said, what comes next."""
    user = request.user
    row: Any = get_object_or_404(review_rows().visible_to(user), pk=pk)
    note_read(user, "opened", "officers_review", row.pk, fields=SHOWN)
    now = clock.now()
    return render(
        request,
        "officers/reviews/review.html",
        {
            "review": row,
            "test": row.test,
            "officer": row.test.officer,
            "colour": COLOURS[row.status],
            "test_colour": TEST_COLOURS[row.test.status],
            "breadcrumbs": [(_("Reviews"), reverse("reviews")), (_number(row.test), "")],
            "buttons": buttons(row, user),
            "about": _about(row),
            "reports": [_report(report) for report in reports_of(row)],
            "custody": custody_of(row, user),
            "attempts": attempts_of(row),
            "statements": row.statements.order_by("made_at", "id"),
            "decision": _decision(row),
            "clocks": [(label, until, until <= now) for label, until in clocks(row)],
            "waits_for": waits_for(row),
            "timeline": timeline(row, user, without=("heard", "medical", "reasons")),
        },
    )


def _number(test: DrugTest) -> str:
    return f"{test.sheet.reference}/{test.line}"


def _about(row: Review) -> list[tuple[Any, ...]]:
    test = row.test
    return [
        (_("Officer"), f"{native_digits(test.officer.service_number)} · {test.officer.name_km}"),
        (_("Name in Latin letters"), test.officer.name_latin),
        (_("Stable number"), test.officer.number),
        (_("Unit on the day"), test.unit.name),
        (_("Date of the test"), test.tested_on),
        (_("Drug test"), _number(test), reverse("test", args=[test.pk]), _("Look at the line")),
        (_("Screen non-negative for"), drug_names(test.non_negative_for)),
        (_("Review opened"), row.opened_at),
        (_("Reviewer"), row.reviewer.name if row.reviewer else _("Nobody yet")),
    ]


def _report(report: LaboratoryReport) -> dict[str, Any]:
    rows = [
        (_("Result"), report.get_result_display()),
        (_("Fatal flaw"), report.get_flaw_display() if report.flaw else ""),
        (_("Laboratory"), report.laboratory.name),
        (_("Bottle"), report.get_bottle_display()),
        (_("Panel"), report.panel),
        (_("Day that picked the panel"), report.picked_on),
        (_("Received on"), report.received_on),
        (_("Method"), report.get_method_display() if report.method else ""),
        (_("Creatinine (mg/dL)"), measured(report.creatinine)),
        (_("Specific gravity"), measured(report.specific_gravity)),
        (_("pH"), measured(report.ph)),
        (_("Nitrite (µg/mL)"), measured(report.nitrite)),
        (_("Foreign substance"), report.foreign_substance),
        (_("Certifying scientist"), report.certified_by),
        (_("Remarks"), report.remarks),
        (_("Why it was corrected"), report.reason),
        (_("Reported at"), report.reported_at),
    ]
    return {
        "report": report,
        "is_second": report.bottle == Bottle.B,
        "values": [(one, measured(one.value), measured(one.cutoff)) for one in report.values.all()],
        "rows": [(label, value) for label, value in rows if value not in (None, "")],
    }


def _decision(row: Review) -> list[tuple[Any, ...]]:
    if not row.outcome:
        return []
    return [
        (_("Outcome"), row.get_outcome_display()),
        (_("Reasons"), row.reasons),
        (_("Medical"), row.medical),
        (_("Why the officer was not heard"), row.get_unheard_display() if row.unheard else ""),
        (_("Decided by"), row.decided_by.name if row.decided_by else ""),
        (_("Decided at"), row.decided_at),
        (_("The officer was told"), row.told_at),
    ]
