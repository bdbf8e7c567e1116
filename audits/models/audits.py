from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Unit, User
from officers.models.users import Role, below

#: Years an audit may be of.
FIRST_YEAR, LAST_YEAR = 2000, 2199
NEVER_DELETED = "what_belongs_to_an_audit_is_never_deleted"


class AuditQuerySet(AuditedQuerySet["Audit"]):
    def visible_to(self, user: Any) -> Self:
        """Audits of the units somebody is an auditor for."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(below(user.scope(Role.AUDITOR)))


class Audit(Audited):
    """One audit of a year's plan: of what a unit and those below it did between two days.

    `planned` is how many records are to be reviewed. Its year, unit and days do not change once it has begun.
    """

    class Status(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        RUNNING = "RUNNING", _("Running")
        REPORTED = "REPORTED", _("Reported")
        DROPPED = "DROPPED", _("Dropped")

    constraint_triggers = (
        deferred("an_audit_is_led_by_an_auditor", "audits_audit", "audits_audit_stands")
        | deferred("an_audit_ends_as_it_should", "audits_audit", "audits_audit_in_time")
        | unchanging("an_audit_stays_of_its_unit", "audits_audit", unit_id="", year="", opened_by_id="")
        | kept("audits_audit", NEVER_DELETED)
    )
    trigger_messages = {
        "an_audit_is_led_by_an_auditor": _("Who leads an audit is an auditor for its unit."),
        "only_an_auditor_does_this": _("Only an auditor for the unit may do this."),
        "nobody_reviews_what_concerns_himself": _(
            "You are kept from this record: it is of your own unit, of a relative, or of something you took part in."
        ),
        "a_finding_stands_where_its_exchange_says": _("The finding is not where its exchange says."),
        "a_finding_is_closed_by_who_did_not_answer_it": _("Who answered a finding does not close it."),
        "who_audits_does_not_answer": _("Who had an auditor's part in a finding does not answer it."),
        "a_sample_is_drawn_as_its_seed_says": _("The sample is not the one its seed gives."),
    }

    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="audits", verbose_name=_("unit"))
    period_from = models.DateField(_("decided from"))
    period_to = models.DateField(_("decided until"))
    lead = models.ForeignKey(User, models.PROTECT, related_name="audits_led", verbose_name=_("led by"))
    starts_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("to be reported by"))
    planned = models.PositiveIntegerField(_("records to be reviewed"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(_("reported"), null=True)
    why_dropped = models.TextField(_("why it was dropped"), blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="an_audit_is_of_a_year_of_this_age",
                violation_error_message=_("Give a year from 2000 to 2199."),
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="an_audits_period_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="an_audit_is_due_after_it_begins",
                violation_error_message=_("It is to be reported before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(planned__gte=1),
                name="an_audit_reviews_something",
                violation_error_message=_("At least one record is to be reviewed."),
            ),
            models.CheckConstraint(
                condition=Q(status="REPORTED", reported_at__isnull=False, reported_by__isnull=False)
                & ~Q(conclusion="")
                | ~Q(status="REPORTED") & Q(reported_at__isnull=True),
                name="a_reported_audit_has_a_conclusion",
            ),
            models.CheckConstraint(
                condition=Q(status="DROPPED") ^ Q(why_dropped=""), name="a_dropped_audit_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status="PLANNED") | Q(status="DROPPED") | Q(started_at__isnull=False),
                name="an_audit_runs_once_it_was_started",
            ),
        ]
        indexes = [models.Index(fields=["-year", "id"], name="audit_by_year")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"A-{self.year}-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.PLANNED, self.Status.RUNNING)


class OfAuditQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        """What belongs to an audit is there for whom the audit is."""
        return self.filter(audit__in=Audit.objects.visible_to(user))
