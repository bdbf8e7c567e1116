from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledger.models import Audited, AuditedQuerySet
from officers.models.officers import Officer
from officers.models.sheets import SEES_TESTS, Drug, Sheet
from officers.models.units import Unit
from officers.models.users import User, below


class NotTaken(models.TextChoices):
    REFUSED = "refused", _("Refused (as claimed)")
    ABSENT = "absent", _("Absent")
    UNABLE = "unable", _("Unable to give a specimen")


class Excuse(models.TextChoices):
    MEDICAL_LEAVE = "medical_leave", _("Medical leave")
    APPROVED_LEAVE = "approved_leave", _("Approved leave")
    TRAINING_ABROAD = "training_abroad", _("Training abroad")
    DETACHED = "detached", _("Detached")
    MATERNITY = "maternity", _("Maternity leave")
    OTHER_DOCUMENTED = "other_documented", _("Other, documented")
    NONE_GIVEN = "none_given", _("None given")


class CancelReason(models.TextChoices):
    """Why a test counts for nothing: neither positive nor negative, and never a ground (49 CFR 40.207)."""

    FATAL_FLAW = "fatal_flaw", _("Fatal flaw found by the laboratory")
    CUSTODY = "custody", _("The chain of custody does not hold")
    INVALID = "invalid", _("Invalid specimen")
    DILUTE = "dilute", _("Negative but very dilute: to be collected again")
    EXPLAINED = "explained_medically", _("Explained medically")
    NOT_RECONFIRMED = "not_reconfirmed", _("Not reconfirmed by the second laboratory")
    NO_SECOND_BOTTLE = "no_second_bottle", _("There was no second bottle to test")
    COLLECTION = "collection", _("Fault in the collection or its papers")


class DrugTestQuerySet(AuditedQuerySet["DrugTest"]):
    def visible_to(self, user: Any) -> Self:
        """Tests on sheets the user may see, save his own, for which there is a door, and those of whom he commands."""
        if not getattr(user, "is_active", False):
            return self.none()
        seen = self.filter(below(user.scope(*SEES_TESTS), "sheet__unit"))
        if not user.officer_id:
            return seen
        if user.headed_paths:
            seen = seen.exclude(below(user.headed_paths, "officer__unit"))
        return seen.exclude(officer_id=user.officer_id)

    def of_command(self, user: Any) -> Self:
        """Tests of officers whom the user commands: they are hidden from him, and so is what counts them."""
        return self.filter(below(user.headed_paths, "officer__unit"))

    def standing(self) -> Self:
        """Not void."""
        return self.exclude(status=DrugTest.Status.VOID)

    def awaiting_confirmation(self) -> Self:
        """Non-negative screens whose specimen nobody has sent to a laboratory."""
        return self.filter(status=DrugTest.Status.CONFIRMATION_NEEDED)

    def awaiting_repeat(self) -> Self:
        """Tests that the kit spoiled and that nobody has repeated since."""
        T = DrugTest.Status
        repeats = DrugTest.objects.standing().filter(
            officer=OuterRef("officer"), tested_on__gte=OuterRef("tested_on"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(repeats.exclude(status=T.REPEAT_NEEDED)), status=T.REPEAT_NEEDED)

    def totals(self) -> dict[str, int]:
        """Lines that stand, taken, negative, non-negative, not taken, to be repeated."""
        T = DrugTest.Status
        return self.standing().aggregate(
            lines=Count("pk"),
            taken=Count("pk", filter=Q(not_taken="") & ~Q(status=T.REPEAT_NEEDED)),
            negative=Count("pk", filter=Q(status=T.NEGATIVE)),
            non_negative=Count("pk", filter=Q(non_negative_for__len__gt=0)),
            not_taken=Count("pk", filter=~Q(not_taken="")),
            to_repeat=Count("pk", filter=Q(status=T.REPEAT_NEEDED)),
        )


class DrugTest(Audited):
    """One officer's line on a sheet. A field screen is never a result against anyone.

    A non-negative screen means "confirmation needed" and nothing else; what a laboratory and a reviewing
    physician find stands in tables of their own, and here only once the officer was told. So nobody who sees
    the line sees an unverified result. `unit` is the officer's on the day.
    """

    class Status(models.TextChoices):
        NEGATIVE = "NEGATIVE", _("Negative")
        CONFIRMATION_NEEDED = "CONFIRMATION_NEEDED", _("Confirmation needed")
        AT_LABORATORY = "AT_LABORATORY", _("At the laboratory")
        REPEAT_NEEDED = "REPEAT_NEEDED", _("Repeat needed (kit failed)")
        NOT_TAKEN = "NOT_TAKEN", _("Not taken")
        CLEARED = "CLEARED", _("Negative after confirmation")
        VERIFIED_POSITIVE = "VERIFIED_POSITIVE", _("Verified positive, not final")
        FINAL_POSITIVE = "FINAL_POSITIVE", _("Final positive")
        REFUSAL = "REFUSAL", _("Refusal, determined")
        CANCELLED = "CANCELLED", pgettext_lazy("drug test", "Cancelled")
        VOID = "VOID", _("Void")

    #: Statuses after the specimen came back, or a claim was determined. Only a review leads there.
    SETTLED = ("CLEARED", "VERIFIED_POSITIVE", "FINAL_POSITIVE", "REFUSAL", "CANCELLED")

    constraint_triggers = {
        name: f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON officers_drugtest DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {function}()"
        for name, when, condition, function in (
            (
                "an_outcome_has_all_it_rests_on",
                "INSERT OR UPDATE",
                "new.status::text = ANY (ARRAY['CLEARED'::text, 'VERIFIED_POSITIVE'::text, 'FINAL_POSITIVE'::text, "
                "'REFUSAL'::text, 'CANCELLED'::text])",
                "officers_outcome_stands",
            ),
            (
                "an_outcome_is_undone_by_its_review_alone",
                "UPDATE",
                "(old.status::text = ANY (ARRAY['FINAL_POSITIVE'::text, 'REFUSAL'::text])) "
                "AND new.status::text <> old.status::text",
                "officers_outcome_undone",
            ),
        )
    }

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="tests", verbose_name=_("sheet"))
    line = models.PositiveIntegerField(_("line"))
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="drug_tests", verbose_name=_("officer"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="drug_tests", verbose_name=_("unit"))
    tested_on = models.DateField(_("date"))
    specimen_number = models.CharField(_("specimen number"), max_length=30, blank=True)
    screened_for = ArrayField(
        models.CharField(max_length=20, choices=Drug),
        verbose_name=_("screened for"),
        default=list,
        blank=True,
    )
    non_negative_for = ArrayField(
        models.CharField(max_length=20, choices=Drug),
        verbose_name=_("non-negative for"),
        default=list,
        blank=True,
    )
    invalid_for = ArrayField(
        models.CharField(max_length=20, choices=Drug),
        verbose_name=_("kit failed for"),
        default=list,
        blank=True,
    )
    not_taken = models.CharField(_("not taken"), max_length=10, choices=NotTaken, blank=True)
    excuse = models.CharField(_("reason given"), max_length=20, choices=Excuse, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    positive_for = ArrayField(
        models.CharField(max_length=20, choices=Drug),
        verbose_name=_("positive for"),
        default=list,
        blank=True,
    )
    cancel_reason = models.CharField(_("why cancelled"), max_length=20, choices=CancelReason, blank=True)
    must_recollect = models.BooleanField(_("to be collected again, under observation"), default=False)
    entry_key = models.UUIDField(null=True, unique=True, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="tests_entered")
    entered_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    corrected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="tests_corrected")
    corrected_after_dispatch = models.BooleanField(default=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="tests_voided")

    objects = DrugTestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "line"],
                name="a_line_stands_once_on_a_sheet",
                violation_error_message=_("This line of the sheet is taken."),
            ),
            models.UniqueConstraint(
                fields=["sheet", "officer"],
                condition=~Q(status__in=["VOID", "REPEAT_NEEDED"]),
                name="an_officer_stands_once_on_a_sheet",
                violation_error_message=_("This officer stands on the sheet already."),
            ),
            models.UniqueConstraint(
                fields=["specimen_number"],
                condition=~Q(status="VOID") & ~Q(specimen_number=""),
                name="a_specimen_number_is_used_once",
                violation_error_message=_("This specimen number was used for another test."),
            ),
            models.CheckConstraint(
                condition=Q(status="VOID")
                | (
                    Q(status__in=["NOT_TAKEN", "REFUSAL", "CANCELLED"])
                    & ~Q(not_taken="")
                    & Q(screened_for=[])
                )
                | (~Q(status="NOT_TAKEN") & Q(not_taken="") & Q(screened_for__len__gt=0)),
                name="a_test_is_screened_exactly_when_taken",
                violation_error_message=_(
                    "A test that was taken has a screen, and one that was not has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(non_negative_for__contained_by=F("screened_for"))
                & Q(invalid_for__contained_by=F("screened_for"))
                & ~Q(non_negative_for__overlap=F("invalid_for")),
                name="a_screen_speaks_only_of_what_was_screened",
                violation_error_message=_("A finding names a drug that the kit does not screen for."),
            ),
            models.CheckConstraint(
                condition=~Q(status="NEGATIVE") | Q(non_negative_for=[], invalid_for=[]),
                name="a_negative_test_has_no_finding",
                violation_error_message=_("A negative test has no finding."),
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[
                        "CONFIRMATION_NEEDED",
                        "AT_LABORATORY",
                        "CLEARED",
                        "VERIFIED_POSITIVE",
                        "FINAL_POSITIVE",
                    ]
                )
                | (Q(non_negative_for__len__gt=0) & ~Q(specimen_number="")),
                name="a_non_negative_screen_has_a_specimen",
                violation_error_message=_("A non-negative screen needs a specimen number."),
            ),
            models.CheckConstraint(
                condition=~Q(status="REPEAT_NEEDED") | (Q(non_negative_for=[]) & Q(invalid_for__len__gt=0)),
                name="a_test_is_repeated_only_because_the_kit_failed",
            ),
            models.CheckConstraint(
                condition=Q(status="VOID")
                | Q(
                    status__in=[
                        "AT_LABORATORY",
                        "CLEARED",
                        "VERIFIED_POSITIVE",
                        "FINAL_POSITIVE",
                        "REFUSAL",
                        "CANCELLED",
                    ],
                    dispatched_at__isnull=False,
                )
                | (
                    Q(status__in=["NEGATIVE", "CONFIRMATION_NEEDED", "REPEAT_NEEDED", "NOT_TAKEN"])
                    & Q(dispatched_at__isnull=True)
                )
                | (Q(status__in=["REFUSAL", "CANCELLED"], dispatched_at__isnull=True) & ~Q(not_taken="")),
                name="a_test_is_at_the_laboratory_exactly_when_it_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(positive_for=[]) | Q(status__in=["VERIFIED_POSITIVE", "FINAL_POSITIVE"]),
                name="only_a_verified_positive_names_drugs",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["VERIFIED_POSITIVE", "FINAL_POSITIVE"]) | Q(positive_for__len__gt=0),
                name="a_verified_positive_names_its_drugs",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED") ^ Q(cancel_reason=""),
                name="a_cancelled_test_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="VOID", voided_by__isnull=False)
                | (~Q(status="VOID") & Q(voided_by__isnull=True)),
                name="a_test_is_void_exactly_when_somebody_voided_it",
            ),
            models.CheckConstraint(
                condition=Q(corrected_after_dispatch=False)
                | Q(corrected_by__isnull=False, dispatched_at__isnull=False),
                name="a_correction_after_dispatch_has_a_corrector_and_a_dispatch",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "NEGATIVE",
                        "CONFIRMATION_NEEDED",
                        "AT_LABORATORY",
                        "REPEAT_NEEDED",
                        "NOT_TAKEN",
                        "CLEARED",
                        "VERIFIED_POSITIVE",
                        "FINAL_POSITIVE",
                        "REFUSAL",
                        "CANCELLED",
                        "VOID",
                    ]
                ),
                name="a_test_has_a_status_that_there_is",
            ),
            models.CheckConstraint(
                condition=~Q(not_taken="absent") | ~Q(excuse=""),
                name="an_absence_has_a_reason",
                violation_error_message=_("Say why the officer was absent."),
            ),
            models.CheckConstraint(
                condition=Q(voided_by__isnull=True)
                | Q(dispatched_at__isnull=True)
                | ~Q(voided_by=F("entered_by")),
                name="a_second_person_voids_what_was_built_on",
                violation_error_message=_("Something was built on this line: a second person must void it."),
            ),
            models.CheckConstraint(
                condition=Q(corrected_after_dispatch=False) | ~Q(corrected_by=F("entered_by")),
                name="a_second_person_corrects_what_was_built_on",
                violation_error_message=_(
                    "Something was built on this line: a second person must correct it."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-tested_on", "-id"], name="test_by_day"),
            models.Index(fields=["officer", "-tested_on", "-id"], name="test_by_officer"),
            models.Index(fields=["status", "-tested_on", "-id"], name="test_by_status"),
            models.Index(fields=["unit", "-tested_on", "-id"], name="test_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.line}"

    @property
    def taken(self) -> bool:
        return self.not_taken == ""
