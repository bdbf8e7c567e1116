"""Findings: what an audit holds to be wrong, and the exchange about it until an auditor closes it.

A finding never edits the record: nothing on this floor writes a row of another.
"""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED, Audit
from audits.models.recusals import hidden, made_by, recused_officers, recused_units
from audits.models.reviews import Review
from audits.models.vocabulary import About, Severity
from cases.models.guarded import deferred, frozen, kept
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Unit, User
from officers.models.users import Role, below

#: Roles that answer findings for the unit they are addressed to.
ANSWERS = (Role.SUPERVISOR, Role.INSPECTOR, Role.DECIDING_AUTHORITY)


class FindingQuerySet(AuditedQuerySet["Finding"]):
    def visible_to(self, user: Any) -> Self:
        """For whom the audit is, unless he is recused; once issued also for who answers for the addressed unit.

        The officer a record is about does not have its findings here, nor has who is barred from the record: where all
        who would answer are, the finding waits for those above.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        units, officers = recused_units(user), recused_officers(user)
        audited = Q(audit__in=Audit.objects.visible_to(user)) & ~(
            Q(officer__in=officers, officer__isnull=False)
            | Q(record_unit__in=units, record_unit__isnull=False)
            | Q(unit__in=units)
            | made_by(units)
        )
        answers = below(user.scope(*ANSWERS)) & Q(issued_at__isnull=False)
        seen = self.filter(audited | answers).exclude(hidden(user))
        return seen.exclude(officer_id=user.officer_id) if user.officer_id else seen

    def open(self) -> Self:
        return self.exclude(status__in=Finding.ENDED)

    def awaiting_reply(self) -> Self:
        """Of which the addressed unit has to say, or to show, something by a day."""
        return self.filter(status__in=("ISSUED", "ACCEPTED"), due_on__isnull=False)


class Finding(Audited):
    """What is wrong, how grave it is, what is recommended, and which unit has to answer by which day.

    `due_on` is the last day for what the unit owes now: its reply while the finding is issued, its action once it has
    accepted it. `escalated_to` is the unit above that was told when a day passed.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ISSUED = "ISSUED", _("Issued, to be answered")
        ACCEPTED = "ACCEPTED", _("Accepted, to be acted on")
        CONTESTED = "CONTESTED", _("Contested")
        ACTED = "ACTED", _("Acted on, to be verified")
        CLOSED = "CLOSED", _("Closed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    ENDED = ("CLOSED", "WITHDRAWN")

    constraint_triggers = (
        deferred("a_finding_stands_where_its_exchange_says", "audits_finding", "audits_finding_stands")
        | deferred("a_finding_tells_its_true_times", "audits_finding", "audits_finding_in_time")
        | {
            "an_issued_finding_is_never_rewritten": "CREATE TRIGGER an_issued_finding_is_never_rewritten BEFORE UPDATE "
            "ON audits_finding FOR EACH ROW WHEN (old.status::text <> 'DRAFT'::text AND (new.unit_id <> old.unit_id OR "
            "new.severity::text <> old.severity::text OR new.title::text <> old.title::text OR new.text <> old.text OR "
            "new.recommendation <> old.recommendation OR new.events <> old.events OR new.status::text = "
            "'DRAFT'::text)) EXECUTE FUNCTION officers_refuse_change()",
            "a_finding_stays_of_its_audit": "CREATE TRIGGER a_finding_stays_of_its_audit BEFORE UPDATE ON "
            "audits_finding FOR EACH ROW WHEN (new.audit_id <> old.audit_id OR new.number <> old.number OR "
            "new.review_id IS DISTINCT FROM old.review_id OR new.about::text <> old.about::text OR new.row_id IS "
            "DISTINCT FROM old.row_id OR new.officer_id IS DISTINCT FROM old.officer_id OR new.record_unit_id IS "
            "DISTINCT FROM old.record_unit_id OR new.drafted_by_id <> old.drafted_by_id) EXECUTE FUNCTION "
            "officers_refuse_change()",
        }
        | kept("audits_finding", NEVER_DELETED)
    )

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("number"))
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="findings")
    about = models.CharField(_("record"), max_length=10, choices=About, blank=True)
    row_id = models.BigIntegerField(null=True)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    record_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("addressed to"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what was found"))
    recommendation = models.TextField(_("recommendation"))
    events = ArrayField(models.BigIntegerField(), verbose_name=_("events"), default=list, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    due_on = models.DateField(_("due"), null=True)
    escalated_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("escalated to")
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(_("issued"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="a_finding_has_its_number"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(recommendation=""),
                name="a_finding_says_what_is_wrong_and_what_to_do",
                violation_error_message=_("Say what was found and what is recommended."),
            ),
            models.CheckConstraint(
                condition=Q(about="", row_id__isnull=True)
                | ~Q(about="") & Q(row_id__isnull=False, record_unit__isnull=False),
                name="a_finding_names_its_record_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["ISSUED", "ACCEPTED"], due_on__isnull=False)
                | ~Q(status__in=["ISSUED", "ACCEPTED"]) & Q(due_on__isnull=True),
                name="a_finding_is_due_while_the_unit_owes_something",
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT", issued_at__isnull=True)
                | ~Q(status="DRAFT") & Q(issued_at__isnull=False)
                | Q(status="WITHDRAWN"),
                name="a_finding_that_is_no_draft_was_issued",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["CLOSED", "WITHDRAWN"], closed_at__isnull=False)
                | ~Q(status__in=["CLOSED", "WITHDRAWN"]) & Q(closed_at__isnull=True),
                name="an_ended_finding_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on", "id"], name="finding_by_status"),
            models.Index(fields=["unit", "due_on", "id"], name="finding_by_unit"),
            models.Index(fields=["about", "row_id"], name="finding_by_record"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"F-{self.audit_id:04d}-{self.number:02d}"

    def is_late(self, today: Any) -> bool:
        return self.due_on is not None and self.due_on < today


class OfFindingQuerySet(AuditedQuerySet["FindingEntry"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user))


class FindingEntry(Audited):
    """One turn in the exchange about a finding. Its status follows from the newest turn that moves it."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        ACCEPTED = "accepted", _("Accepted by the unit")
        CONTESTED = "contested", _("Contested by the unit")
        UPHELD = "upheld", _("Upheld")
        ACTED = "acted", _("Action reported by the unit")
        RETURNED = "returned", _("Action not enough")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXTENDED = "extended", _("More time given")
        ESCALATED = "escalated", _("Escalated")

    #: Turns of the addressed unit, and those that move nothing.
    BY_UNIT = ("accepted", "contested", "acted")
    MOVES_NOTHING = ("extended", "escalated")

    constraint_triggers = (
        frozen("a_turn_is_never_changed", "audits_findingentry")
        | deferred("a_turn_is_taken_by_who_may", "audits_findingentry", "audits_entry_stands", "INSERT")
        | deferred(
            "the_day_of_a_turn_is_within_reach", "audits_findingentry", "audits_entry_in_time", "INSERT"
        )
    )

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("turn"), max_length=10, choices=Kind)
    text = models.TextField(_("text"), blank=True)
    due_on = models.DateField(_("due"), null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField()

    objects = OfFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "number"], name="a_turn_has_its_number"),
            models.CheckConstraint(
                condition=Q(kind="escalated", by__isnull=True, unit__isnull=False)
                | ~Q(kind="escalated") & Q(by__isnull=False),
                name="a_turn_is_somebodys_but_an_escalation_the_clocks",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "escalated"]) | ~Q(text=""), name="a_turn_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}/{self.number}: {self.kind}"
