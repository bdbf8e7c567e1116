"""The physician's review: the officer looked for and heard, then decided, with reasons."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.actions.custody import laboratory_of
from officers.actions.laboratory import finalise
from officers.actions.outcomes import cancel, conclude, locked_test, open_problems
from officers.actions.problems import needs_reason
from officers.lifecycles import advance
from officers.models import ContactAttempt, DrugTest, Review, Specimen
from officers.models.drug_tests import CancelReason
from officers.models.laboratory import LabResult
from officers.queries.settings import hours_of

A = ContactAttempt.Result
OUT = Review.Outcome
S = Review.Status
U = Review.Unheard
#: What a review verifies, by what the laboratory reported.
VERIFIES = {
    LabResult.POSITIVE: OUT.POSITIVE,
    LabResult.POSITIVE_DILUTE: OUT.POSITIVE_DILUTE,
    LabResult.ADULTERATED: OUT.ADULTERATED,
    LabResult.SUBSTITUTED: OUT.SUBSTITUTED,
}
#: Why a reviewing physician cancels. The other reasons follow from a report or from the custody.
CANCELS = (CancelReason.INVALID, CancelReason.EXPLAINED, CancelReason.COLLECTION)
FEWEST_ATTEMPTS, SPREAD = 3, timedelta(hours=24)


@act
def take(actor: Any, review_id: int, *, version: int | None = None) -> Review:
    """Take a review on, or over from another who has not decided it."""
    review = locked(actor, review_id, version)
    advance(review, "take", by=actor)
    review.reviewer = actor
    return record(review, "review.taken", actor=actor)


@act
def attempt(
    actor: Any,
    review_id: int,
    *,
    how: str,
    result: str,
    tried_at: datetime | None = None,
    note: str = "",
    version: int | None = None,
) -> Review:
    """Write down an attempt to reach the officer. Told to get in touch, he has the days that the rules give."""
    review = locked(actor, review_id, version)
    advance(review, "attempt", by=actor)
    now = clock.now()
    when = tried_at or now
    if when > now:
        raise ValidationError({"tried_at": _("An attempt cannot lie in the future.")})
    if when < review.opened_at:
        raise ValidationError({"tried_at": _("An attempt cannot lie before the review was opened.")})
    made = ContactAttempt(
        review=review, how=how, result=result, tried_at=when, note=note.strip(), by=actor, recorded_at=now
    )
    made.clean_fields(exclude={"review", "by"})
    if result == A.INSTRUCTED and review.instructed_at is None:
        review.instructed_at = now
    return record(review, "review.attempted", actor=actor, also=[made], result=result)


@act
def hear(
    actor: Any, review_id: int, *, heard: str, heard_at: datetime | None = None, version: int | None = None
) -> Review:
    """Write down what the officer said in the interview.

    :raises ValidationError: if it lies before the review or in the future, or nothing is said
    """
    review = locked(actor, review_id, version)
    advance(review, "hear", by=actor)
    if not heard.strip():
        raise ValidationError({"heard": _("Write down what the officer said.")})
    when = heard_at or clock.now()
    if not review.opened_at <= when <= clock.now():
        raise ValidationError(
            {"heard_at": _("The interview lies between the opening of the review and now.")}
        )
    review.heard, review.heard_at = heard.strip(), when
    return record(review, "review.heard", actor=actor, occurred_at=when)


@act
def verify(
    actor: Any,
    review_id: int,
    *,
    reasons: str,
    medical: str = "",
    unheard: str = "",
    version: int | None = None,
) -> Review:
    """Verify what the laboratory reported: there is no medical explanation. The officer is to be told next.

    :raises ValidationError: unless the officer was heard, or could not be (see `Review.Unheard`), or while the
        custody is in question, or where the laboratory found nothing that can be verified
    """
    review = locked(actor, review_id, version)
    advance(review, "verify", by=actor)
    outcome = VERIFIES.get(LabResult(review.report.result)) if review.report else None
    if outcome is None:
        raise ValidationError(_("What the laboratory reported can only be cancelled."))
    _custody_holds(review)
    _decide(actor, review, outcome, reasons, medical, unheard)
    return record(review, "review.verified", actor=actor, outcome=outcome)


@act
def clear(actor: Any, review_id: int, *, reasons: str, medical: str, version: int | None = None) -> Review:
    """Report the test as negative: there is a medical explanation for what was found.

    :raises ValidationError: without the explanation, or where a specimen was tampered with or is invalid
    """
    review = locked(actor, review_id, version)
    advance(review, "clear", by=actor)
    if not review.report or review.report.result not in (LabResult.POSITIVE, LabResult.POSITIVE_DILUTE):
        raise ValidationError(_("What the laboratory reported can only be cancelled."))
    if not medical.strip():
        raise ValidationError({"medical": _("Say what explains it, and how you looked into it.")})
    _custody_holds(review)
    _decide(actor, review, OUT.NEGATIVE, reasons, medical, "")
    review.closed_at = clock.now()
    record(review, "review.cleared", actor=actor)
    test = locked_test(review.test_id)
    conclude(actor, test, DrugTest.Status.CLEARED, "drug_test.cleared", cause=review.last_event.id)
    return review


@act
def cancel_test(
    actor: Any,
    review_id: int,
    *,
    why: str,
    reasons: str,
    medical: str = "",
    recollect: bool = False,
    version: int | None = None,
) -> Review:
    """Cancel the test: it counts as neither positive nor negative. It may be collected again, under observation."""
    review = locked(actor, review_id, version)
    advance(review, "cancel", by=actor)
    if why not in CANCELS:
        raise ValidationError({"why": _("Choose why the test is cancelled.")})
    _decide(actor, review, OUT.CANCELLED, reasons, medical, "")
    review.closed_at = clock.now()
    record(review, "review.cancelled", actor=actor, why=why)
    test = locked_test(review.test_id)
    cancel(actor, test, CancelReason(why), cause=review.last_event.id, recollect=recollect)
    return review


@act
def determine(
    actor: Any,
    review_id: int,
    *,
    is_refusal: bool,
    reasons: str,
    medical: str = "",
    unheard: str = "",
    version: int | None = None,
) -> Review:
    """Determine a claim: a refusal, or none. The officer was heard, or declined, or could not be reached.

    :raises ValidationError: unless he was; for "could not give enough", without what a physician found
    """
    review = locked(actor, review_id, version)
    advance(review, "determine", by=actor)
    if is_refusal and review.claim and review.claim.is_medical and not medical.strip():
        raise ValidationError({"medical": _("Say what the medical evaluation found.")})
    _decide(actor, review, OUT.REFUSAL if is_refusal else OUT.NO_REFUSAL, reasons, medical, unheard)
    review.closed_at = clock.now()
    record(review, "review.determined", actor=actor, outcome=review.outcome)
    cause = review.last_event.id
    test = locked_test(review.test_id)
    if is_refusal:
        conclude(actor, test, DrugTest.Status.REFUSAL, "drug_test.refusal_determined", cause=cause)
    return review


@act
def send_second(actor: Any, review_id: int, *, laboratory: int, version: int | None = None) -> Review:
    """Name the second laboratory, for the bottle the officer asked to have tested.

    :raises ValidationError: for the first laboratory
    """
    review = locked(actor, review_id, version)
    advance(review, "send_second", by=actor)
    specimen = Specimen.objects.lock(Specimen.objects.get(test=review.test_id).pk)
    if specimen.second_received_at is not None:
        raise Conflict(_("The second bottle was received already."))
    second = laboratory_of(laboratory)
    if second.pk == specimen.laboratory_id:
        raise ValidationError({"laboratory": _("The second bottle is tested by another laboratory.")})
    specimen.second_laboratory = second
    record(review, "review.second_sent", actor=actor)
    record(specimen, "specimen.directed", actor=actor, cause=review.last_event.id)
    return review


@act
def close_window(actor: Any, review_id: int) -> Review:
    """Make final what nobody asked to have tested again, once the time to ask is over. For the clock.

    :raises Conflict: while it runs
    """
    review = Review.objects.select_related("test__sheet__unit", "report").lock(review_id)
    advance(review, "close_window", by=actor)
    if review.window_ends_at is None or review.window_ends_at > clock.now():
        raise Conflict(_("The officer may still ask for the second bottle."))
    review.closed_at = clock.now()
    record(review, "review.closed", actor=actor)
    finalise(actor, locked_test(review.test_id), review, cause=review.last_event.id)
    return review


@act
def reopen(actor: Any, review_id: int, *, reason: str, version: int | None = None) -> Review:
    """Open anew a review that was decided without hearing the officer: something had kept him (49 CFR 40.133).

    :raises ValidationError: if he was heard, or more days have gone by than the rules give (60)
    """
    review = locked(actor, review_id, version)
    advance(review, "reopen", by=actor)
    needs_reason(reason)
    if not review.unheard or review.decided_at is None:
        raise ValidationError(_("Only what was decided without hearing the officer is opened anew."))
    hours = hours_of("late_circumstances", default=60 * 24)
    if clock.now() > review.decided_at + timedelta(hours=hours):
        raise ValidationError(_("It was decided more than %(days)s days ago.") % {"days": hours // 24})
    test = locked_test(review.test_id)
    if test.status in (DrugTest.Status.CANCELLED, DrugTest.Status.CLEARED, DrugTest.Status.VOID):
        raise Conflict(_("The test counts for nothing; there is nothing to decide anew."))
    review.outcome = review.reasons = review.unheard = ""
    review.decided_by = review.decided_at = review.told_by = review.told_at = None
    review.window_ends_at = review.retest_asked_at = review.closed_at = review.instructed_at = None
    review.reviewer, review.reopened_at = actor, clock.now()
    record(review, "review.reopened", actor=actor, reason=reason.strip())
    status = DrugTest.Status.NOT_TAKEN if review.claim_id else DrugTest.Status.AT_LABORATORY
    if test.status != status:
        conclude(actor, test, status, "drug_test.reopened", cause=review.last_event.id, positive_for=[])
    return review


def locked(actor: Any, review_id: int, version: int | None) -> Review:
    return (
        Review.objects.visible_to(actor)
        .select_related("test__sheet__unit", "test__officer__unit", "report", "claim", "reviewer")
        .lock(review_id, version=version)
    )


def _custody_holds(review: Review) -> None:
    specimen = Specimen.objects.get(test=review.test_id)
    if open_problems(specimen).exists():
        raise ValidationError(_("The custody of the specimen is in question. Have that settled first."))


def _decide(actor: Any, review: Review, outcome: str, reasons: str, medical: str, unheard: str) -> None:
    if not reasons.strip():
        raise ValidationError({"reasons": _("Give your reasons.")})
    if outcome not in (OUT.NEGATIVE, OUT.CANCELLED, OUT.NO_REFUSAL) and review.heard_at is None:
        _not_heard(review, unheard)
        review.unheard = unheard
    review.medical = medical.strip() or review.medical
    review.outcome, review.reasons = outcome, reasons.strip()
    review.decided_by, review.decided_at = actor, clock.now()


def _not_heard(review: Review, why: str) -> None:
    """:raises ValidationError: unless what is written down bears out why the officer was not heard"""
    attempts = list(review.attempts.all())
    now = clock.now()
    if why == U.DECLINED:
        borne_out = any(one.result == A.DECLINED for one in attempts)
        wanted = _("Write down the attempt at which the officer declined.")
    elif why == U.NO_CALL:
        hours = timedelta(hours=hours_of("reviewer_decline", default=72))
        borne_out = review.instructed_at is not None and review.instructed_at + hours <= now
        wanted = _("The officer has %(hours)s hours from being told to get in touch.") % {
            "hours": hours // timedelta(hours=1)
        }
    elif why == U.UNREACHABLE:
        days = timedelta(hours=hours_of("reviewer_unreachable", default=240))
        tried = sorted(one.tried_at for one in attempts if one.result == A.NOT_REACHED)
        borne_out = (
            len(tried) >= FEWEST_ATTEMPTS
            and tried[-1] - tried[0] >= SPREAD
            and review.opened_at + days <= now
        )
        wanted = _(
            "It takes three attempts spread over 24 hours, and %(days)s days from the laboratory's report."
        ) % {"days": days // timedelta(days=1)}
    else:
        borne_out, wanted = False, _("Hear the officer first, or say why that was not possible.")
    if not borne_out:
        raise ValidationError({"unheard": wanted})
