"""What happens to a complaint: who had it, what was done, what was said."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.complaints import SEES, Complaint, OfComplaintQuerySet
from cases.models.vocabulary import ActionKind, Level, PauseReason
from ledger.models import Audited, AuditedQuerySet
from officers.models import Unit, User
from officers.models.users import below


class Handover(Audited):
    """A complaint that went from a unit to another, or was offered and refused."""

    class Why(models.TextChoices):
        ROUTED = "routed", _("Routed by the rules")
        FORWARDED = "forwarded", _("Forwarded and accepted")
        REFUSED = "refused", _("Offered and refused")
        TAKEN_BACK = "taken_back", _("Offered and taken back")
        ESCALATED = "escalated", _("Moved up: nobody acted in time")
        CONFLICT = "conflict", _("Moved up: conflict of interest")
        MATCHED = "matched", _("Moved up: the officer meant belongs to the unit")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="handovers")
    why = models.CharField(max_length=10, choices=Why)
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level)
    reason = models.TextField(blank=True)
    on = models.DateField()

    objects = OfComplaintQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_why_display()}"


class Deed(Audited):
    """A substantive action: one of a listed kind, with what was done in words. It alone stops the clock of acting."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="deeds")
    kind = models.CharField(_("what was done"), max_length=20, choices=ActionKind)
    text = models.TextField(_("what was done, in words"))
    done_on = models.DateField(_("done on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    told_reporter = models.BooleanField(_("the reporter may see that this was done"), default=True)
    disputed = models.TextField(blank=True)
    stands = models.BooleanField(default=True)

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="an_action_says_what_was_done",
                violation_error_message=_("Say what was done."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Message(Audited):
    """A line of the thread between a reporter and whoever handles the report. Of its coming the day is kept."""

    class Kind(models.TextChoices):
        WORD = "word", _("Message")
        DISPUTE = "dispute", _("“Nothing happened”")
        REVIEW = "review", _("Request for a review")
        OUTCOME = "outcome", _("Outcome")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORD)
    from_reporter = models.BooleanField()
    text = models.TextField(_("message"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    # Of the form a reporter sent: sent again, after the hourly act too, it is the same message.
    once = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - as of a receipt

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_message_says_something"),
            models.CheckConstraint(
                condition=Q(from_reporter=True, by__isnull=True) | Q(from_reporter=False, by__isnull=False),
                name="a_message_is_the_reporters_or_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_kind_display()}"


class Note(Audited):
    """What handlers write for each other. It stops no clock and the reporter does not see it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField()

    objects = OfComplaintQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class Referral(Audited):
    """A matter put to a listed ministry, such as raw materials for making drugs, with its days to answer.

    Ministries have no accounts: what they say is written down by whoever handles the complaint, with the number of the
    letter.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="referrals")
    authority = models.CharField(_("ministry"), max_length=20)
    text = models.TextField(_("what is referred"))
    letter = models.CharField(_("number of the letter"), max_length=60)
    sent_on = models.DateField(_("sent on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    acknowledge_by = models.DateField(_("acknowledge by"), null=True)
    answer_by = models.DateField(_("answer by"), null=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) ^ ~Q(answer=""), name="an_answer_came_on_a_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"], name="referral_to_answer", condition=Q(answer_by__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.authority}"


class Pause(Audited):
    """A standstill of the clocks, with a listed reason and an end. It rules once a second person agreed."""

    class Status(models.TextChoices):
        ASKED = "ASKED", _("Asked for")
        RULES = "RULES", _("Agreed")
        REFUSED = "REFUSED", _("Refused")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=20, choices=PauseReason)
    text = models.TextField(_("in words"))
    starts_on = models.DateField(_("from"))
    until = models.DateField(_("until"))
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="nobody_agrees_to_his_own_pause",
                violation_error_message=_("Somebody else must agree to the pause."),
            ),
            models.CheckConstraint(
                condition=Q(status="ASKED") | Q(agreed_by__isnull=False),
                name="a_pause_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("starts_on")), name="a_pause_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_reason_display()}"


class MissQuerySet(AuditedQuerySet["Miss"]):
    def visible_to(self, user: Any) -> Self:
        """The misses of the units a user works for, but none about a complaint from which he is barred."""
        if not getattr(user, "is_active", False):
            return self.none()
        known = Complaint.objects.filter(pk=models.OuterRef("complaint_id")).not_barred(user)
        return self.filter(below(user.scope(*SEES)), models.Exists(known))


class Miss(Audited):
    """A unit let a deadline pass and the case moved up. It stays on the unit's record, with the reason it gives."""

    class Kind(models.TextChoices):
        ACT = "act", _("No substantive action in time")
        RESOLVE = "resolve", _("Not resolved in time")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="misses")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="misses")
    kind = models.CharField(max_length=10, choices=Kind)
    due_on = models.DateField(_("due on"))
    moved_on = models.DateField(_("moved up on"))
    explain_by = models.DateField(_("explain by"))
    explanation = models.TextField(_("the unit's reason"), blank=True)
    explained_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    explained_on = models.DateField(null=True)

    objects = MissQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "-moved_on"], name="miss_by_unit")]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.get_kind_display()}"


class Flag(models.Model):
    """Something nobody did in time: raised by the sweep, cleared by an act.

    Not under the ledger: each follows from the complaint's own days, which are, and the sweep would find it again. What
    stays on a unit's record is `Miss`.
    """

    class Kind(models.TextChoices):
        UNOPENED = "unopened", _("Nobody has opened it")
        UNACKNOWLEDGED = "unacknowledged", _("Not acknowledged")
        NO_ACTION = "no_action", _("No substantive action")
        UPDATE_OVERDUE = "update_overdue", _("The reporter was not told anything")
        UNRESOLVED = "unresolved", _("Not resolved")
        NEVER_ASSIGNED = "never_assigned", _("Nobody is in charge of it")
        OWNER_INACTIVE = "owner_inactive", _("Who was in charge is no longer there")
        UNANSWERED = "unsent", _("Offered to a unit that does not answer")
        PAUSED_TOO_LONG = "paused_too_long", _("Paused, and the time is over")
        DISPUTED = "disputed", _("The reporter says that nothing happened")
        REFERRAL_OVERDUE = "referral_overdue", _("A ministry does not acknowledge or answer")

    # Neither foreign keys nor indexes but the key: there are as many as unacted reports, and all are written at once.
    pk = models.CompositePrimaryKey("complaint_id", "kind", "raised_at")
    complaint = models.ForeignKey(
        Complaint, models.DO_NOTHING, related_name="flags", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind)
    level = models.PositiveSmallIntegerField(choices=Level)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    due_on = models.DateField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.BigIntegerField(null=True)  # the event of the act

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_kind_display()}"
