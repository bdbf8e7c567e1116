from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.drug_tests import DrugTest
from officers.models.settings import SettingVersion
from officers.models.sheets import SEES_RESULTS, Drug
from officers.models.specimens import Bottle, Specimen
from officers.models.units import Unit
from officers.models.users import Role, User, below


class LabResult(models.TextChoices):
    """What a laboratory reports to the reviewing physician, to nobody else (49 CFR 40.97)."""

    NEGATIVE = "negative", _("Negative")
    NEGATIVE_DILUTE = "negative_dilute", _("Negative, dilute")
    POSITIVE = "positive", _("Positive")
    POSITIVE_DILUTE = "positive_dilute", _("Positive, dilute")
    ADULTERATED = "adulterated", _("Adulterated")
    SUBSTITUTED = "substituted", _("Substituted")
    INVALID = "invalid_result", _("Invalid")
    REJECTED = "rejected_for_testing", _("Rejected for testing")
    RECONFIRMED = "reconfirmed", _("Reconfirmed (second bottle)")
    NOT_RECONFIRMED = "not_reconfirmed", _("Not reconfirmed (second bottle)")


class Flaw(models.TextChoices):
    """Fatal flaws: the test is cancelled, whatever the specimen holds (49 CFR 40.199)."""

    NO_FORM = "no_form", _("No custody form came with it")
    NO_SPECIMEN = "no_specimen", _("A form without a specimen")
    NO_COLLECTOR = "no_collector", _("Neither name nor signature of the collector")
    TWO_COLLECTIONS = "two_collections", _("Two collections on one form")
    NUMBER_DIFFERS = "number_differs", _("The number on the bottle is not that of the form")
    SEAL_BROKEN = "seal_broken", _("Seal broken, and no second bottle to take in its place")
    TOO_LITTLE = "too_little", _("Too little, and no second bottle to take in its place")
    DEVICE_EXPIRED = "device_expired", _("The collection device had expired")
    EXPIRY_UNKNOWN = "expiry_unknown", _("Expiry of the device not entered, and found expired")


class Method(models.TextChoices):
    """Confirmation is by another principle than the screen's immunoassay, on a new aliquot."""

    GC_MS = "gc_ms", "GC-MS"
    GC_MS_MS = "gc_ms_ms", "GC-MS/MS"
    LC_MS_MS = "lc_ms_ms", "LC-MS/MS"
    LC_HRMS = "lc_hrms", "LC-HRMS"


class LaboratoryReportQuerySet(AuditedQuerySet["LaboratoryReport"]):
    def visible_to(self, user: Any) -> Self:
        """A laboratory sees its own reports; reviewing physicians, inspectors and auditors those of their units."""
        if not getattr(user, "is_active", False):
            return self.none()
        seen = DrugTest.objects.visible_to(user).filter(below(user.scope(*SEES_RESULTS), "sheet__unit"))
        return self.filter(below(user.scope(Role.LABORATORY), "laboratory") | Q(specimen__test__in=seen))


class LaboratoryReport(Audited):
    """What a laboratory found in a bottle. Never changed: a correction is a further report with its reason.

    It keeps the panel, the version of the panels and the day that picked it, and each value keeps the cutoff it was
    judged by, so that a later panel changes no result. Values are in ng/mL, creatinine in mg/dL, nitrite in µg/mL.
    """

    specimen = models.ForeignKey(Specimen, models.PROTECT, related_name="reports")
    bottle = models.CharField(_("bottle"), max_length=1, choices=Bottle)
    number = models.PositiveSmallIntegerField(default=1)
    laboratory = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    result = models.CharField(_("result"), max_length=20, choices=LabResult)
    panel = models.CharField(_("panel"), max_length=40, blank=True)
    panels = models.ForeignKey(SettingVersion, models.PROTECT, null=True, related_name="+")
    picked_on = models.DateField(_("day that picked the panel"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=10, choices=Method, blank=True)
    creatinine = models.DecimalField(
        _("creatinine (mg/dL)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    specific_gravity = models.DecimalField(
        _("specific gravity"), max_digits=6, decimal_places=4, null=True, blank=True
    )
    ph = models.DecimalField(_("pH"), max_digits=4, decimal_places=2, null=True, blank=True)
    nitrite = models.DecimalField(_("nitrite (µg/mL)"), max_digits=8, decimal_places=2, null=True, blank=True)
    foreign_substance = models.CharField(_("foreign substance"), max_length=200, blank=True)
    is_on_two_aliquots = models.BooleanField(_("validity found on two aliquots"), default=False)
    flaw = models.CharField(_("fatal flaw"), max_length=20, choices=Flaw, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    certified_by = models.CharField(_("certifying scientist"), max_length=120)
    reason = models.TextField(_("why it was corrected"), blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="laboratory_reports")
    reported_at = models.DateTimeField()

    objects = LaboratoryReportQuerySet.as_manager()

    constraint_triggers = {
        "a_report_is_never_changed": "CREATE TRIGGER a_report_is_never_changed BEFORE DELETE OR UPDATE ON "
        "officers_laboratoryreport FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["specimen", "bottle", "number"],
                name="a_bottle_has_one_report_of_a_number",
                violation_error_message=_("This bottle has been reported already."),
            ),
            models.CheckConstraint(
                condition=Q(result="rejected_for_testing") ^ Q(flaw=""),
                name="a_rejected_specimen_has_a_flaw",
                violation_error_message=_("Say what is wrong with a specimen that is rejected."),
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["positive", "positive_dilute"])
                | (~Q(method="") & ~Q(panel="") & Q(panels__isnull=False, picked_on__isnull=False)),
                name="a_positive_report_says_by_which_method_and_panel",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["adulterated", "substituted"]) | Q(is_on_two_aliquots=True),
                name="a_specimen_is_found_tampered_with_on_two_aliquots",
                violation_error_message=_("Adulterated or substituted is reported after two aliquots only."),
            ),
            models.CheckConstraint(
                condition=Q(bottle="B", result__in=["reconfirmed", "not_reconfirmed"])
                | (Q(bottle="A") & ~Q(result__in=["reconfirmed", "not_reconfirmed"])),
                name="the_second_bottle_reconfirms_or_does_not",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="a_corrected_report_has_a_reason",
                violation_error_message=_("Say why the report is corrected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specimen_id} {self.bottle} {self.get_result_display()}"

    @property
    def positive_for(self) -> list[str]:
        """Drugs that values at or above their cutoffs stand for, in the order of the list."""
        found = {value.drug for value in self.values.all() if value.counts}
        return [drug for drug in Drug.values if drug in found]


class OfReportQuerySet(AuditedQuerySet["AnalyteValue"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(report__in=LaboratoryReport.objects.visible_to(user))


class AnalyteValue(Audited):
    """A value of one analyte in ng/mL, beside the cutoff it was judged by. At or above is over (49 CFR 40.85)."""

    class Stage(models.TextChoices):
        INITIAL = "initial", _("Initial test")
        CONFIRMATORY = "confirmatory", _("Confirmation")

    report = models.ForeignKey(LaboratoryReport, models.PROTECT, related_name="values")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    drug = models.CharField(_("drug"), max_length=20, choices=Drug)
    analyte = models.CharField(_("analyte"), max_length=60)
    value = models.DecimalField(_("value (ng/mL)"), max_digits=12, decimal_places=3, null=True, blank=True)
    cutoff = models.DecimalField(_("cutoff (ng/mL)"), max_digits=12, decimal_places=3, null=True, blank=True)
    counts = models.BooleanField(_("counts as positive"))
    present = models.BooleanField(_("found present"), null=True, blank=True)

    objects = OfReportQuerySet.as_manager()

    constraint_triggers = {
        "a_value_is_never_changed": "CREATE TRIGGER a_value_is_never_changed BEFORE DELETE OR UPDATE ON "
        "officers_analytevalue FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(counts=False)
                | Q(stage="confirmatory", value__isnull=False, cutoff__isnull=False, value__gte=F("cutoff")),
                name="a_value_counts_only_from_its_confirmatory_cutoff",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(present__isnull=False),
                name="a_value_is_a_number_or_a_presence",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="a_value_is_not_below_nothing",
                violation_error_message=_("A value cannot be below nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analyte} {self.value}"
