"""What follows for the test, in the act that decides it: cleared, cancelled, positive, a refusal."""

from typing import Any

from ledger import clock
from ledger.acting import record
from officers.models import CustodyProblem, DrugTest, LaboratoryReport, Review, Specimen
from officers.models.drug_tests import CancelReason
from officers.models.laboratory import LabResult
from officers.models.specimens import Bottle
from officers.reckoning.panels import is_recollected

T = DrugTest.Status
R = LabResult


def conclude(actor: Any, test: DrugTest, status: str, verb: str, *, cause: int, **fields: Any) -> DrugTest:
    """Write an outcome on a locked test. The database looks at all it rests on when the act ends."""
    test.status = status
    for name, value in fields.items():
        setattr(test, name, value)
    return record(test, verb, actor=actor, cause=cause)


def cancel(actor: Any, test: DrugTest, why: CancelReason, *, cause: int, recollect: bool = False) -> DrugTest:
    return conclude(
        actor,
        test,
        T.CANCELLED,
        "drug_test.cancelled",
        cause=cause,
        cancel_reason=why,
        must_recollect=recollect,
        positive_for=[],
    )


def locked_test(test_id: int) -> DrugTest:
    """The test of a specimen or review that the actor was found to see, though he may not see the test."""
    return DrugTest.objects.select_related("sheet__unit", "officer__unit").lock(test_id)


def last_report(specimen: Specimen, bottle: str = Bottle.A) -> LaboratoryReport | None:
    return LaboratoryReport.objects.filter(specimen=specimen, bottle=bottle).order_by("-number").first()


def open_problems(specimen: Specimen) -> Any:
    return CustodyProblem.objects.filter(specimen=specimen, outcome="")


def follow_report(actor: Any, specimen: Specimen, report: LaboratoryReport, *, cause: int) -> None:
    """What a report on bottle A leads to: a negative stands at once, all else goes to a reviewing physician.

    While the custody is in question nothing follows; a fatal flaw cancels whatever else there is. Of a test that is
    void, or was decided, nothing follows any more.
    """
    test = locked_test(specimen.test_id)
    if test.status != T.AT_LABORATORY:
        return  # voided meanwhile: what is found leads to nothing
    review = Review.objects.select_for_update().filter(test=test).first()
    if report.result == R.REJECTED:
        cancel(actor, test, CancelReason.FATAL_FLAW, cause=cause, recollect=True)
        shut(actor, review, cause=cause)
        return
    if open_problems(specimen).exists():
        return
    if report.result in (R.NEGATIVE, R.NEGATIVE_DILUTE):
        if is_recollected(report.result, report.creatinine, observed=specimen.is_observed):
            cancel(actor, test, CancelReason.DILUTE, cause=cause, recollect=True)
        else:
            conclude(actor, test, T.CLEARED, "drug_test.cleared", cause=cause)
        if review is not None:
            review.report = report
        shut(actor, review, cause=cause)
        return
    if review is None:
        review = Review(test=test, report=report, opened_at=clock.now())
        record(review, "review.opened", actor=actor, cause=cause)
    else:
        review.report = report
        record(review, "review.report_replaced", actor=actor, cause=cause)


def shut(actor: Any, review: Review | None, *, cause: int) -> None:
    """Close a review that has nothing to decide any more."""
    if review is not None:
        review.status, review.closed_at = Review.Status.CLOSED, clock.now()
        record(review, "review.closed", actor=actor, cause=cause)
