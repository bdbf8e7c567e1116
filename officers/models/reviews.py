from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.doors import Service
from officers.models.drug_tests import DrugTest
from officers.models.laboratory import LaboratoryReport
from officers.models.sheets import SEES_RESULTS
from officers.models.users import User, below


class RefusalReason(models.TextChoices):
    """What counts as a refusal, where no adequate explanation is found (49 CFR 40.191)."""

    DID_NOT_APPEAR = "did_not_appear", _("Did not appear in reasonable time")
    LEFT_EARLY = "left_early", _("Left before the end")
    NO_SPECIMEN = "no_specimen", _("Gave no specimen")
    REFUSED_OBSERVATION = "refused_observation", _("Refused observation where it was required")
    TOO_LITTLE = "too_little", _("Gave too little, and no medical reason was found")
    DECLINED_FURTHER_TEST = "declined_further_test", _("Declined a further test")
    DECLINED_EVALUATION = "declined_evaluation", _("Declined the medical evaluation")
    DID_NOT_COOPERATE = "did_not_cooperate", _("Did not cooperate")
    DEVICE = "device", _("Had a device to interfere with the test")
    ADMITTED_TAMPERING = "admitted_tampering", _("Admitted having tampered with the specimen")


class ClaimQuerySet(AuditedQuerySet["Claim"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(test__in=DrugTest.objects.visible_to(user))


class Claim(Audited):
    """An administrator's claim that an officer refused, did not come, or could not give a specimen.

    A claim is not a finding: a reviewer determines it after the officer was heard.
    """

    test = models.OneToOneField(DrugTest, models.PROTECT, related_name="claim")
    reason_code = models.CharField(_("what the officer did"), max_length=30, choices=RefusalReason)
    account = models.TextField(_("what happened, in words"))
    witness = models.CharField(_("witness"), max_length=120)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="claims_made")
    made_at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(witness="") & ~Q(account=""),
                name="a_claim_has_a_witness_and_an_account",
                violation_error_message=_("A claim says what happened and names a witness."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_code_display()

    @property
    def is_medical(self) -> bool:
        """Whether a physician must have looked for a reason why the officer could not."""
        return self.reason_code in (RefusalReason.NO_SPECIMEN, RefusalReason.TOO_LITTLE)


class ReviewQuerySet(AuditedQuerySet["Review"]):
    def visible_to(self, user: Any) -> Self:
        """Reviewing physicians, inspectors and auditors of the unit; not the collectors, not the command."""
        if not getattr(user, "is_active", False):
            return self.none()
        seen = DrugTest.objects.visible_to(user)
        return self.filter(below(user.scope(*SEES_RESULTS), "test__sheet__unit"), test__in=seen)

    def open(self) -> Self:
        return self.filter(status=Review.Status.OPEN)

    def untold(self) -> Self:
        """Of which the officer is to be told: that he should get in touch, or what was decided."""
        return self.filter(Q(decided_at__isnull=False) | Q(instructed_at__isnull=True), told_at__isnull=True)

    def window_over(self, now: Any) -> Self:
        """Whose officer was told and asked for no test of the second bottle in the time he had."""
        return self.filter(status=Review.Status.TOLD, window_ends_at__lte=now)


class Review(Audited):
    """A physician's review of what a laboratory reported, or of a claimed refusal: the officer is heard first.

    Until it is decided nobody in the officer's command sees more than that a test was taken. `told_by` is the proof
    that the officer was told; from its recording runs the time in which he may ask for the second bottle.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Under review")
        VERIFIED = "VERIFIED", _("Verified, the officer is to be told")
        TOLD = "TOLD", _("The officer was told and may ask for the second bottle")
        RETEST = "RETEST", _("The second bottle is being tested")
        CLOSED = "CLOSED", _("Closed")

    class Outcome(models.TextChoices):
        """What the reviewing physician reports (49 CFR 40.129, 40.163)."""

        NEGATIVE = "negative", _("Negative")
        POSITIVE = "positive", _("Positive")
        POSITIVE_DILUTE = "positive_dilute", _("Positive, dilute")
        CANCELLED = "test_cancelled", _("Test cancelled")
        ADULTERATED = "refusal_adulterated", _("Refusal: adulterated")
        SUBSTITUTED = "refusal_substituted", _("Refusal: substituted")
        REFUSAL = "refusal_other", _("Refusal")
        NO_REFUSAL = "no_refusal", _("No refusal")

    class Unheard(models.TextChoices):
        """Why a review may be decided though the officer was not heard (49 CFR 40.133)."""

        DECLINED = "declined", _("The officer expressly declined to be heard")
        NO_CALL = "no_call", _("Told to get in touch, and did not within 72 hours")
        UNREACHABLE = (
            "unreachable",
            _("Could not be reached in ten days, in spite of at least three attempts"),
        )

    test = models.OneToOneField(DrugTest, models.PROTECT, related_name="review")
    report = models.ForeignKey(LaboratoryReport, models.PROTECT, null=True, related_name="reviews")
    claim = models.OneToOneField(Claim, models.PROTECT, null=True, related_name="review")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="reviews", verbose_name=_("reviewer")
    )
    instructed_at = models.DateTimeField(_("told to get in touch"), null=True)
    heard_at = models.DateTimeField(_("heard"), null=True)
    heard = models.TextField(_("what the officer said"), blank=True)
    unheard = models.CharField(_("why the officer was not heard"), max_length=12, choices=Unheard, blank=True)
    medical = models.TextField(_("medical explanation and what was found about it"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="reviews_decided")
    decided_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Service, models.PROTECT, null=True, related_name="reviews")
    told_at = models.DateTimeField(_("the officer was told"), null=True)
    window_ends_at = models.DateTimeField(_("may ask for the second bottle until"), null=True)
    retest_asked_at = models.DateTimeField(_("second bottle asked for"), null=True)
    retest_report = models.ForeignKey(LaboratoryReport, models.PROTECT, null=True, related_name="retests")
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    constraint_triggers = {
        "the_people_of_a_test_are_apart": "CREATE CONSTRAINT TRIGGER the_people_of_a_test_are_apart AFTER INSERT OR "
        "UPDATE ON officers_review DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION officers_people_apart()",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, claim__isnull=True)
                | Q(report__isnull=True, claim__isnull=False),
                name="a_review_is_of_a_report_or_of_a_claim",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(outcome="")
                    & ~Q(reasons="")
                    & Q(decided_by=F("reviewer"), decided_at__isnull=False)
                    & (
                        Q(heard_at__isnull=False)
                        | ~Q(unheard="")
                        | Q(outcome__in=["test_cancelled", "negative", "no_refusal"])
                    )
                ),
                name="a_review_is_decided_with_reasons_after_the_officer_was_heard",
                violation_error_message=_("Hear the officer first, or say why that was not possible."),
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True, window_ends_at__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False),
                name="an_officer_was_told_by_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(window_ends_at__isnull=True)
                | Q(window_ends_at__gte=F("told_at") + timedelta(hours=72)),
                name="an_officer_has_72_hours_to_ask_for_the_second_bottle",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["TOLD", "RETEST"]) | Q(window_ends_at__isnull=False),
                name="the_time_to_ask_runs_from_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(status="RETEST", retest_asked_at__isnull=False) | ~Q(status="RETEST"),
                name="the_second_bottle_is_tested_when_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_at__isnull=False)
                | (~Q(status="CLOSED") & Q(closed_at__isnull=True)),
                name="a_review_is_closed_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "opened_at", "id"], name="review_by_status")]

    def __str__(self) -> str:
        return f"{self.test_id}"


class OfReviewQuerySet(AuditedQuerySet["ContactAttempt"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(review__in=Review.objects.visible_to(user))


class ContactAttempt(Audited):
    """An attempt of the reviewer to reach the officer. Nobody else learns that he is looking for him."""

    class How(models.TextChoices):
        TELEPHONE = "telephone", _("Telephone")
        IN_PERSON = "in_person", _("In person")
        LETTER = "letter", _("Sealed letter")

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        INSTRUCTED = "instructed", _("Told to get in touch")
        DECLINED = "declined", _("Declined to be heard")

    review = models.ForeignKey(Review, models.PROTECT, related_name="attempts")
    how = models.CharField(_("how"), max_length=10, choices=How)
    result = models.CharField(_("result"), max_length=12, choices=Result)
    tried_at = models.DateTimeField(_("tried at"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = OfReviewQuerySet.as_manager()

    def __str__(self) -> str:
        return self.get_result_display()
