from datetime import date
from typing import Any, Self

from django.core.checks import CheckMessage
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.vocabulary import (
    ABOUT_DRUGS,
    WITHOUT_ACTION,
    Category,
    Channel,
    ClosureReason,
    Finding,
    Hidden,
    HowKnown,
    Level,
)
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Unit, User
from officers.models.users import Role, below

#: Roles that handle complaints for their unit; auditors see what they see.
HANDLES = (Role.CASE_OFFICER, Role.SUPERVISOR, Role.INSPECTOR)
SEES = (*HANDLES, Role.AUDITOR)
#: Waits for a second person: a closing, what a reporter disputes, a review.
FOR_A_SECOND = Q(status="CLOSING") | Q(disputed_on__isnull=False) | Q(review_asked_on__isnull=False)
#: Below this level a handler gets a task and not the report.
LOWEST_TO_READ = Level.DISTRICT


def homes_of(user: Any) -> list[str]:
    """Paths of the units somebody belongs to: where he is posted, and where he holds a role."""
    paths = {held.unit.path for held in user.held_roles}
    if user.officer_id:
        paths.add(user.officer.unit.path)
    return sorted(paths)


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


class ComplaintQuerySet(AuditedQuerySet["Complaint"]):
    def visible_to(self, user: Any) -> Self:
        """What the units a user works for handle or are offered, but nothing from which he is barred.

        Barred are the accused, their units and whoever stands below those: for them it does not exist. The first
        part is an index on the handling unit, the second one on who is barred.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        paths = user.scope(*SEES)
        return self.filter(below(paths) | below(paths, "offered_to")).not_barred(user)

    def not_barred(self, user: Any) -> Self:
        return self.exclude(pk__in=barring(user).values("complaint_id"))

    def open(self) -> Self:
        return self.exclude(status=Complaint.Status.CLOSED)


def barring(user: Any) -> "models.QuerySet[Bar]":
    """What keeps a user from complaints."""
    homes = homes_of(user)
    exactly = {_ids(path)[-1] for path in homes}
    above = {pk for path in homes for pk in _ids(path)}
    condition = Q(unit_id__in=exactly) | Q(unit_id__in=above, with_all_below=True) | Q(user_id=user.pk)
    if user.officer_id:
        condition |= Q(officer_id=user.officer_id)
    return Bar.objects.filter(condition, lifted=False)


AT_ODDS = ~Q(status="CLOSED") & (
    Q(opened_on__isnull=True)
    | Q(handler__isnull=True)
    | Q(offered_to__isnull=False)
    | Q(paused_until__isnull=False)
    | Q(disputed_on__isnull=False)
)


class Complaint(Audited):
    """A report of a wrong, from the day it was received to its outcome.

    Its id is drawn at random, so that no order tells when it came. Days only are kept of its coming: `received_on`.
    The four `…_by` days are the last in time of the clocks that run, and empty where one does not: they are computed
    from facts when a fact changes. `moves_on` is the last day the case stays with a unit that has not acted.
    """

    class Status(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged")
        IN_PROGRESS = "IN_PROGRESS", _("Being acted on")
        CLOSING = "CLOSING", _("Waiting for a second person to close")
        CLOSED = "CLOSED", _("Closed")

    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    category = models.CharField(_("category"), max_length=30, choices=Category)
    place_code = models.CharField(_("place"), max_length=8, blank=True)
    place_text = models.CharField(_("where exactly"), max_length=300, blank=True)
    happened = models.CharField(_("when it happened"), max_length=200, blank=True)
    how_known = models.CharField(_("how you know"), max_length=20, choices=HowKnown, blank=True)
    narrative = models.TextField(_("what happened"))
    hidden_from = models.CharField(_("keep from"), max_length=10, choices=Hidden, blank=True)
    language = models.CharField(max_length=2, default="km")
    received_on = models.DateField(_("received on"))
    receipt = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - none is not one that all share
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="complaints_written")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="complaints", verbose_name=_("handled by"))
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("case officer")
    )
    offered_to = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints_offered",
        verbose_name=_("offered to"),
    )
    offered_on = models.DateField(null=True)
    instruction = models.TextField(_("task for the post"), blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    same_as = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name=_("same matter as"),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RECEIVED)

    base_level = models.PositiveSmallIntegerField(choices=Level)
    late_resolutions = models.PositiveSmallIntegerField(default=0)
    came_on = models.DateField(_("with this unit since"))
    opened_on = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    acted_on = models.DateField(_("first acted on"), null=True)
    told_on = models.DateField(_("reporter last told on"), null=True)
    closed_on = models.DateField(null=True)
    reopened_on = models.DateField(null=True)
    review_asked_on = models.DateField(null=True)
    disputed_on = models.DateField(null=True)
    paused_until = models.DateField(null=True)

    acknowledge_by = models.DateField(_("acknowledge by"), null=True)
    act_by = models.DateField(_("act by"), null=True)
    update_by = models.DateField(_("tell the reporter by"), null=True)
    resolve_by = models.DateField(_("resolve by"), null=True)
    moves_on = models.DateField(null=True)
    next_due = models.GeneratedField(
        expression=models.functions.Least("acknowledge_by", "act_by", "update_by", "resolve_by"),
        output_field=models.DateField(),
        db_persist=True,
    )

    finding = models.CharField(_("finding"), max_length=30, choices=Finding, blank=True)
    closure_reason = models.CharField(
        _("reason for closing"), max_length=40, choices=ClosureReason, blank=True
    )
    summary = models.TextField(_("summary"), blank=True)
    answer = models.TextField(_("answer to the reporter"), blank=True)
    closing_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="complaints_closing")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="complaints_closed")

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="CLOSED") | (~Q(finding="") & ~Q(closure_reason="") & ~Q(summary="")),
                name="a_closed_complaint_has_finding_reason_and_summary",
                violation_error_message=_("To close a complaint takes a finding, a reason and a summary."),
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_on__isnull=False, closed_by__isnull=False)
                | (~Q(status="CLOSED") & Q(closed_on__isnull=True)),
                name="a_complaint_is_closed_by_somebody_on_a_day",
            ),
            models.CheckConstraint(
                condition=~(
                    Q(status="CLOSED")
                    & Q(category__in=sorted(ABOUT_DRUGS))
                    & Q(closure_reason__in=sorted(WITHOUT_ACTION))
                    & Q(closed_by=F("closing_by"))
                ),
                name="a_drug_report_is_closed_without_action_by_two_people",
                violation_error_message=_("A second person must agree to close this without action."),
            ),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | ~Q(same_as=F("id")),
                name="a_complaint_does_not_repeat_itself",
            ),
            models.CheckConstraint(
                condition=Q(offered_to__isnull=True) | ~Q(offered_to=F("unit")),
                name="a_complaint_is_offered_to_another_unit",
                violation_error_message=_("This unit handles the complaint already."),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "next_due", "id"], name="complaint_queue"),
            models.Index(fields=["next_due", "id"], name="complaint_by_due"),
            # What may be late besides the four clocks; few of those that are open.
            models.Index(fields=["id"], name="complaint_at_odds", condition=AT_ODDS),
            models.Index(fields=["next_due", "id"], name="complaint_for_a_second", condition=FOR_A_SECOND),
            models.Index(fields=["moves_on"], name="complaint_to_move", condition=Q(moves_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def check(cls, **kwargs: Any) -> list[CheckMessage]:
        """Without asking a server: of a generated column Django would ask each database for its version, and a worker
        or the sealer, which reach one only, would not start.
        """
        return super().check(**kwargs | {"databases": []})

    @property
    def reference(self) -> str:
        """What staff say on the telephone: id and check digits (mod 97-10). It tells no day."""
        return f"C-{self.pk:013d}-{98 - self.pk * 100 % 97:02d}"

    @property
    def is_open(self) -> bool:
        return self.status != self.Status.CLOSED

    @property
    def counted_from(self) -> date:
        """The day from which the clocks count: of coming, or of being taken up again."""
        return self.reopened_on or self.received_on

    def is_overdue(self, today: date) -> bool:
        return self.next_due is not None and self.next_due < today

    def is_read_by(self, user: Any) -> bool:
        """Whether somebody who may see the complaint may read the report; at a post he gets the task alone."""
        units = [held.unit for held in user.held_roles if held.role in SEES]
        theirs = [self.unit, *([self.offered_to] if self.offered_to else [])]
        return any(
            unit.kind != Unit.Kind.COMMUNE_POST and unit.contains(one)
            for unit in units
            for one in theirs
            if one
        )


class OfComplaintQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        """What belongs to a complaint is there for whom the complaint is; what of it a post reads, its doors say."""
        return self.filter(complaint__in=Complaint.objects.visible_to(user))


class Accused(Audited):
    """Whom a complaint names. An officer is a match that somebody confirmed, with the evidence it rests on."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("A police officer")
        UNIT = "unit", _("A police unit")
        OFFICIAL = "official", _("Another official")
        PERSON = "person", _("Somebody who is no official")
        UNKNOWN = "unknown", _("I do not know")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="accused")
    kind = models.CharField(_("who"), max_length=10, choices=Kind)
    said = models.CharField(_("name, rank, or how to recognise"), max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.TextField(_("why this is the officer who is meant"), blank=True)
    matched_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=True) | (Q(matched_by__isnull=False) & ~Q(evidence="")),
                name="an_officer_is_matched_by_somebody_on_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.said}"


class Bar(Audited):
    """From whom a complaint is hidden altogether: a unit, mostly with all below it, or an officer."""

    class Why(models.TextChoices):
        ACCUSED = "accused", _("Named in the complaint")
        ASKED = "asked", _("The reporter asked for it")
        CONFLICT = "conflict", _("Declared a conflict of interest")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="bars")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    with_all_below = models.BooleanField(default=True)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    lifted = models.BooleanField(default=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "complaint"], name="bar_by_unit", condition=Q(unit__isnull=False)),
            models.Index(
                fields=["officer", "complaint"], name="bar_by_officer", condition=Q(officer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_why_display()}"
