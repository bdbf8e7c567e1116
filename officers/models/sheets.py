from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.units import Unit
from officers.models.users import Role, User, below


class Drug(models.TextChoices):
    METHAMPHETAMINE = "methamphetamine", _("Methamphetamine")
    AMPHETAMINE = "amphetamine", _("Amphetamine")
    MDMA = "mdma", _("MDMA (ecstasy)")
    KETAMINE = "ketamine", _("Ketamine")
    HEROIN = "heroin_6am", _("Heroin (6-AM)")
    OPIATES = "opiates", _("Opiates")
    COCAINE = "cocaine", _("Cocaine")
    CANNABIS = "cannabis", _("Cannabis")
    FENTANYL = "fentanyl", _("Fentanyl")
    PCP = "pcp", _("PCP")


class TestReason(models.TextChoices):
    CENSUS_CAMPAIGN = "census_campaign", _("Census campaign")
    RANDOM = "random", _("Random selection")
    REASONABLE_SUSPICION = "reasonable_suspicion", _("Reasonable suspicion")
    POST_INCIDENT = "post_incident", _("After an incident")
    RECRUITMENT = "recruitment", _("Recruitment")
    PROMOTION = "promotion", _("Promotion")
    RETURN_TO_DUTY = "return_to_duty", _("Return to duty")
    FOLLOW_UP = "follow_up", _("Follow-up")
    RECOLLECTION = "recollection", _("Repeat collection")


SEES_TESTS = (Role.ADMINISTRATOR, Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)
#: Who sees what a laboratory found, before anybody else is told: never the collectors, never the command.
SEES_RESULTS = (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)


class SheetQuerySet(AuditedQuerySet["Sheet"]):
    def visible_to(self, user: Any) -> Self:
        """Sheets of the units a user serves as one who sees tests. The officers' command is not among them."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(below(user.scope(*SEES_TESTS)))

    def open(self) -> Self:
        return self.filter(status=Sheet.Status.OPEN)

    def left_open(self, now: datetime) -> Self:
        """Opened more than a day ago and not sent since."""
        return self.open().filter(opened_at__lt=now - timedelta(days=1))


class Sheet(Audited):
    """A day's collection at one site, as on paper: the header over a line per officer.

    `drugs` are those the kit screens for; each line is judged by them. The stated totals are those written
    on the paper, to check the lines against.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Open")
        SENT = "SENT", _("Sent")
        VOID = "VOID", _("Void")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sheets", verbose_name=_("unit"))
    site = models.CharField(_("site"), max_length=200)
    tested_on = models.DateField(_("date"))
    administrator = models.ForeignKey(
        User, models.PROTECT, related_name="sheets", verbose_name=_("administrator")
    )
    witness = models.CharField(_("witness"), max_length=120)
    reason = models.CharField(_("reason for test"), max_length=30, choices=TestReason)
    order_number = models.CharField(_("campaign or order number"), max_length=60, blank=True)
    kit_lot = models.CharField(_("kit lot"), max_length=60)
    kit_expires_on = models.DateField(_("kit expires on"))
    drugs = ArrayField(models.CharField(max_length=20, choices=Drug), verbose_name=_("drugs screened for"))
    stated_taken = models.PositiveIntegerField(_("tested, on paper"), null=True, blank=True)
    stated_non_negative = models.PositiveIntegerField(_("non-negative, on paper"), null=True, blank=True)
    stated_not_taken = models.PositiveIntegerField(_("not taken, on paper"), null=True, blank=True)
    totals_remark = models.TextField(_("why the totals differ"), blank=True)
    status = models.CharField(_("status"), max_length=4, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="sheets_opened")
    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kit_expires_on__gte=models.F("tested_on")),
                name="a_kit_is_not_used_after_its_expiry",
                violation_error_message=_("The kit had expired on the day of the test."),
            ),
            models.CheckConstraint(
                condition=Q(drugs__len__gt=0),
                name="a_sheet_screens_for_something",
                violation_error_message=_("Say which drugs the kit screens for."),
            ),
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False)
                | Q(status="OPEN", sent_at__isnull=True)
                | Q(status="VOID"),
                name="a_sheet_is_sent_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-tested_on", "-id"], name="sheet_by_day"),
            models.Index(fields=["unit", "-tested_on", "-id"], name="sheet_by_unit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What is said on the telephone: year, id and check digits (mod 97-10)."""
        return f"S-{self.tested_on.year}-{self.pk:06d}-{98 - self.pk * 100 % 97:02d}"
