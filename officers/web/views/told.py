"""What an officer is told at his door of a result, or of a claim that he refused."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from foundation.web.templatetags.web import day, moment, native_digits
from ledger import clock
from officers.actions import doors
from officers.models import AnalyteValue, CustodyTransfer, DrugTest, Officer, Review
from officers.queries.doors import Found, found, reviews_of
from officers.queries.settings import hours_of
from officers.web.views.matters import Act, Matter
from officers.web.views.measures import measured

S = Review.Status
T = DrugTest.Status


def results(officer: Officer) -> Iterator[Matter]:
    """His reviews: of what a laboratory reported, and of what somebody claimed."""
    for review in reviews_of(officer):
        title = _("Claim about the test of %(day)s") if review.claim else _("Test of %(day)s")
        evidence = found(review)
        yield Matter(
            kind="result",
            pk=review.pk,
            at=review.opened_at,
            title=title % {"day": day(review.test.tested_on)},
            template="officers/door/_claim.html" if review.claim else "officers/door/_result.html",
            more="officers/door/_decided.html" if review.claim else "officers/door/_result_more.html",
            said=_said(review, evidence),
            acts=_acts(review),
            papers=evidence is not None or (review.claim is not None and review.status == S.CLOSED),
        )


def _acts(review: Review) -> dict[str, Act]:
    if review.status == S.OPEN:
        return {"explain": _account() if review.claim else _explanation()}
    if _may_ask(review):
        return {"ask_retest": _second_bottle()}
    return {}


def _explanation() -> Act:
    return Act(
        do=lambda actor, pk, text: doors.explain(actor, pk, text=text),
        label=_("Your explanation"),
        hint=_("For example a medicine that a physician prescribed: which, by whom, since when."),
        button=_("Send my explanation"),
        done=_("Your explanation was received. The physician reads it."),
    )


def _account() -> Act:
    return Act(
        do=lambda actor, pk, text: doors.explain(actor, pk, text=text),
        label=_("Your own account"),
        hint=_("Say what happened, and who saw it. If you were ill or could not come, say why."),
        button=_("Send my account"),
        done=_("Your account was received. The reviewer reads it before he decides."),
    )


def _second_bottle() -> Act:
    return Act(
        do=lambda actor, pk, text: doors.ask_retest(actor, pk, text=text),
        label=_("If you want to say something with it"),
        hint=_("You need not give a reason."),
        button=_("Ask for the test of the second bottle"),
        done=_("You have asked for the test of the second bottle. This is recorded, and nobody can undo it."),
        sure=_(
            "Another laboratory will test the second bottle. If it does not find the substance, the test is cancelled; "
            "if it finds it, the result is final. If there is no second bottle to test, the test is cancelled and a "
            "new one can be ordered."
        ),
    )


def _may_ask(review: Review) -> bool:
    return (
        review.status == S.TOLD and review.window_ends_at is not None and clock.now() < review.window_ends_at
    )


def _said(review: Review, evidence: Found | None) -> dict[str, Any]:
    """What the template draws: never a finding of which the officer was not told."""
    said: dict[str, Any] = {
        "review": review,
        "state": _state(review),
        "test": review.test,
        "statements": sorted(review.statements.all(), key=lambda one: one.made_at),
        "call_by": _call_by(review),
    }
    if review.window_ends_at is not None:
        said["left"] = _left(review.window_ends_at - clock.now())
    if review.claim is not None:
        said["claim"] = [
            (_("What you are said to have done"), review.claim.get_reason_code_display()),
            (_("What happened, as the administrator writes"), review.claim.account),
            (_("Witness"), review.claim.witness),
            (_("Claimed by"), review.claim.made_by),
            (_("Claimed at"), review.claim.made_at),
            (_("Unit of the test"), review.test.sheet.unit),
        ]
    if evidence is not None:
        said |= {
            "about": _about(evidence),
            "values": [_value(one) for one in evidence.values],
            "transfers": [_transfer(one) for one in evidence.transfers],
            "problems": evidence.problems,
            "second": _second(review),
        }
    return said


def _state(review: Review) -> str:
    """One word for the template. Of a closed review the test says what came of it."""
    if review.status == S.TOLD:
        return "window" if _may_ask(review) else "window_over"
    if review.status != S.CLOSED:
        return review.status.lower()
    return review.test.status.lower()


def _call_by(review: Review) -> Any:
    """Until when he should get in touch, where that runs."""
    if review.status != S.OPEN or review.instructed_at is None or review.heard_at is not None:
        return None
    return review.instructed_at + timedelta(hours=hours_of("reviewer_decline", default=72))


def _left(time: timedelta) -> str:
    """What is left, in whole hours; nothing once it is over."""
    if time <= timedelta(0):
        return ""
    hours = time // timedelta(hours=1)
    if hours == 0:
        return _("Less than an hour is left.")
    return _("Whole hours left: %(hours)s") % {"hours": native_digits(hours)}


def _about(evidence: Found) -> list[tuple[Any, ...]]:
    specimen, report = evidence.specimen, evidence.report
    rows: list[tuple[Any, ...]] = [
        (_("Reported by the laboratory"), report.get_result_display()),
        (_("Specimen number"), specimen.number),
        (_("Specimen"), specimen.get_kind_display()),
        (_("Collected on"), specimen.collected_on),
        (_("Laboratory"), report.laboratory),
        (_("Received on"), report.received_on),
        (_("Method"), report.get_method_display() if report.method else ""),
        (_("Panel of cutoffs"), report.panel),
        (_("Day that picked the panel"), report.picked_on),
        (_("Certifying scientist"), report.certified_by),
        (_("Seal of bottle A"), specimen.seal_a),
        (_("Seal of bottle B"), specimen.seal_b),
    ]
    validity = (
        (_("Creatinine (mg/dL)"), measured(report.creatinine)),
        (_("Specific gravity"), measured(report.specific_gravity)),
        (_("pH"), measured(report.ph)),
        (_("Nitrite (µg/mL)"), measured(report.nitrite)),
        (_("Foreign substance"), report.foreign_substance),
    )
    return rows + [(label, value) for label, value in validity if value]


def _value(one: AnalyteValue) -> dict[str, Any]:
    return {"row": one, "value": measured(one.value), "cutoff": measured(one.cutoff)}


def _transfer(one: CustodyTransfer) -> dict[str, Any]:
    rows = [
        (_("Handed over by"), one.handed_over_by),
        (_("Received by"), one.received_by),
        (_("Laboratory"), one.laboratory),
        (_("Place of the hand-over"), one.place),
        (_("Seal"), one.seal),
        (_("Seal whole"), one.is_whole),
    ]
    return {"title": f"{one.get_bottle_display()} · {moment(one.handed_over_at)}", "rows": rows}


def _second(review: Review) -> list[tuple[Any, ...]]:
    report = review.retest_report
    if report is None:
        return []
    return [
        (_("Laboratory"), report.laboratory),
        (_("Reported by the laboratory"), report.get_result_display()),
        (_("Method"), report.get_method_display() if report.method else ""),
        (_("Received on"), report.received_on),
        (_("Certifying scientist"), report.certified_by),
    ]
