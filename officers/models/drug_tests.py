from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

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


class DrugTestQuerySet(AuditedQuerySet["DrugTest"]):
    def visible_to(self, user: Any) -> Self:
        """Tests on sheets the user may see, save one's own before there is a door for it."""
        if not getattr(user, "is_active", False):
            return self.none()
        seen = self.filter(below(user.scope(*SEES_TESTS), "sheet__unit"))
        return seen.exclude(officer_id=user.officer_id) if user.officer_id else seen

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
            taken=Count("pk", filter=~Q(status__in=[T.NOT_TAKEN, T.REPEAT_NEEDED])),
            negative=Count("pk", filter=Q(status=T.NEGATIVE)),
            non_negative=Count("pk", filter=Q(non_negative_for__len__gt=0)),
            not_taken=Count("pk", filter=Q(status=T.NOT_TAKEN)),
            to_repeat=Count("pk", filter=Q(status=T.REPEAT_NEEDED)),
        )


class DrugTest(Audited):
    """One officer's line on a sheet. A field screen is never a result against anyone.

    A non-negative screen means "confirmation needed" and nothing else; what a laboratory and a reviewing
    physician find later stands in tables of their own. `unit` is the officer's on the day.
    """

    class Status(models.TextChoices):
        NEGATIVE = "NEGATIVE", _("Negative")
        CONFIRMATION_NEEDED = "CONFIRMATION_NEEDED", _("Confirmation needed")
        AT_LABORATORY = "AT_LABORATORY", _("At the laboratory")
        REPEAT_NEEDED = "REPEAT_NEEDED", _("Repeat needed (kit failed)")
        NOT_TAKEN = "NOT_TAKEN", _("Not taken")
        VOID = "VOID", _("Void")

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
                | (Q(status="NOT_TAKEN") & ~Q(not_taken="") & Q(screened_for=[]))
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
                condition=~Q(status__in=["CONFIRMATION_NEEDED", "AT_LABORATORY"])
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
                | Q(status="AT_LABORATORY", dispatched_at__isnull=False)
                | (~Q(status="AT_LABORATORY") & Q(dispatched_at__isnull=True)),
                name="a_test_is_at_the_laboratory_exactly_when_it_was_sent",
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
