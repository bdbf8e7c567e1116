from functools import cached_property
from typing import Any, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.guarded import deferred, frozen, kept, unchanging
from ledger import clock
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Unit, User
from officers.models.officers import Posting
from officers.models.users import Role, below

#: Roles that work on a case for its unit.
WORKS = (Role.CASE_OFFICER, Role.SUPERVISOR, Role.INSPECTOR)
#: From when on the others see a case of their units: each role, and the first time it was theirs.
JOINS = {
    Role.LEGAL_CHECKER: "proposed_at",
    Role.DECIDING_AUTHORITY: "checked_at",
    Role.REGISTRAR: "decided_at",
    Role.APPEAL_MEMBER: "appealed_at",
}
#: Roles that have the list of cases, whatever stands on it for them.
SEES_CASES = (*WORKS, *JOINS, Role.AUDITOR)


def ancestry(path: str) -> list[int]:
    """The ids of a unit and of those above it, from its path."""
    return [int(part) for part in path.strip("/").split("/")]


class CaseQuerySet(AuditedQuerySet["Case"]):
    def visible_to(self, user: Any) -> Self:
        """Cases of a user's units, for each role from the step on at which it has a part.

        The officer, who serves beside or below him, and who declared a conflict of interest do not have it at all.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        seen = below(user.scope(*WORKS, Role.AUDITOR))
        for role, since in JOINS.items():
            seen |= below(user.scope(role)) & Q(**{f"{since}__isnull": False})
        acting = Delegation.objects.ruling().filter(taker=user.pk).values_list("unit__path", flat=True)
        seen |= below(acting) & Q(checked_at__isnull=False)
        return self.filter(seen).not_barred(user)

    def not_barred(self, user: Any) -> Self:
        rows = self.exclude(pk__in=CaseBar.objects.filter(user_id=user.pk).values("case_id"))
        if not user.officer_id:
            return rows
        above = ancestry(user.officer.unit.path)
        headed = Posting.objects.filter(is_head=True, held__upper_inf=True, unit_id__in=above)
        return rows.exclude(
            Q(officer_id=user.officer_id)
            | Q(officer_unit_id=user.officer.unit_id)
            | Q(officer_unit_id__in=above, is_head=True)
            | Q(officer_id__in=headed.values("officer_id"))
        )

    def open(self) -> Self:
        return self.exclude(status__in=Case.ENDED)

    def in_procedure(self) -> Self:
        """Opened, and no measure in force yet."""
        return self.exclude(status__in=(*Case.ENDED, "IN_FORCE", "APPEALED"))


class Case(Audited):
    """A dismissal case: what an officer is held to have done, until a measure is final or the case ends.

    `rank`, `officer_unit` and `is_head` are the officer's when the case was opened; they say who may decide and who is
    kept away. `unit` conducts the case and stands above the officer's. `due_on` is the last day of the clock that runs
    (`due_for`); both are computed from facts when a fact changes. `response_until` runs from a proof that the notice
    was handed over.
    """

    class Status(models.TextChoices):
        OPENED = "OPENED", _("Opened")
        ASSESSED = "ASSESSED", _("Severity assessed")
        NOTIFIED = "NOTIFIED", _("Notice issued, to be served")
        RESPONSE = "RESPONSE", _("Served, the officer may respond")
        INVESTIGATED = "INVESTIGATED", _("Investigated")
        PROPOSED = "PROPOSED", _("Measure proposed")
        CHECKED = "CHECKED", _("Legality checked")
        AWAITING_INSTRUMENT = "AWAITING_INSTRUMENT", _("Decided, waiting for its instrument")
        IN_FORCE = "IN_FORCE", _("In force")
        APPEALED = "APPEALED", _("Under appeal")
        FINAL = "FINAL", _("Final")
        STAYED = "STAYED", _("Stayed for criminal proceedings")
        CLOSED = "CLOSED", _("Closed")

    class Severity(models.TextChoices):
        MINOR = "minor", _("Minor breach")
        SERIOUS = "serious", _("Serious breach")
        GROSS = "gross", _("Breach for which dismissal is possible")

    class Outcome(models.TextChoices):
        MEASURE = "measure", _("A measure was taken")
        NO_CASE = "no_case", _("No case")
        DISCONTINUED = "discontinued", _("Discontinued")
        OVERTURNED = "overturned", _("Overturned on appeal")
        DECEASED = "deceased", _("Ended by the officer's death")
        FINDING = "finding", _("A finding, asked for by the family")

    ENDED = ("FINAL", "CLOSED")

    constraint_triggers = (
        deferred("a_case_stands_where_its_papers_say", "cases_case", "cases_status_stands")
        | deferred("the_people_of_a_case_are_apart", "cases_case", "cases_people_of_case")
        | kept("cases_case")
    )

    #: What the triggers of cases refuse, for the reader.
    trigger_messages = {
        "the_parts_of_a_case_are_had_by_different_people": _(
            "You had another part in this case or in a test it rests on. Somebody else must do this."
        ),
        "nobody_acts_in_a_case_below_or_beside_the_officer": _(
            "You serve below or beside the officer of this case. Somebody else must do this."
        ),
        "every_ground_of_a_case_stands": _("A ground of this case does not stand."),
        "the_instrument_is_high_enough_for_the_rank": _("This rank takes a higher instrument."),
        "a_ground_is_added_before_the_proposal": _("A ground is added before a measure is proposed."),
        "a_suspension_is_ordered_by_a_second_person": _(
            "Somebody who does not work on the case orders a suspension."
        ),
    }

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="cases", verbose_name=_("officer"))
    rank = models.CharField(_("rank"), max_length=10)
    officer_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("officer's unit"))
    is_head = models.BooleanField(_("head of the unit"), default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("conducted by"))
    case_officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("case officer")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPENED)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="cases_opened")
    opened_at = models.DateTimeField(_("opened"))
    identified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    severity_reasons = models.TextField(_("reasons for the severity"), blank=True)
    assessed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(_("notice served"), null=True)
    response_until = models.DateTimeField(_("may respond until"), null=True)
    responded_at = models.DateTimeField(_("response complete"), null=True)
    investigation = models.TextField(_("what the investigation found"), blank=True)
    investigated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    investigated_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    decision_told_at = models.DateTimeField(_("decision served"), null=True)
    appeal_until = models.DateTimeField(_("may appeal until"), null=True)
    appealed_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(_("final since"), null=True)
    stayed_from = models.CharField(max_length=20, choices=Status, blank=True)
    stayed_at = models.DateTimeField(null=True)
    stay_reason = models.TextField(_("why it is stayed"), blank=True)
    for_family = models.BooleanField(_("goes on for the family"), default=False)
    ground_fell = models.BooleanField(_("a ground fell"), default=False)
    news = models.BooleanField(_("something new came in"), default=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.TextField(_("why it was closed"), blank=True)
    due_on = models.DateField(_("due"), null=True)
    due_for = models.CharField(max_length=40, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer"],
                condition=~Q(status__in=["IN_FORCE", "APPEALED", "FINAL", "CLOSED"]),
                name="an_officer_has_one_case_in_procedure",
                violation_error_message=_("This officer has an open case already. Add the ground there."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["OPENED", "STAYED", "CLOSED"])
                | (Q(identified_by__isnull=False) & ~Q(severity="") & Q(assessed_by__isnull=False)),
                name="a_case_goes_on_once_the_officer_is_known_and_severity_assessed",
            ),
            models.CheckConstraint(
                condition=~Q(severity="") ^ Q(severity_reasons=""),
                name="a_severity_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(response_until__isnull=True)
                | Q(told_at__isnull=False, response_until__gte=F("told_at")),
                name="the_time_to_respond_runs_from_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(investigated_at__isnull=True)
                | Q(investigated_at__gte=F("response_until"))
                | Q(responded_at__isnull=False),
                name="an_officer_has_his_time_to_respond",
                violation_error_message=_("The officer's time to respond is not over."),
            ),
            models.CheckConstraint(
                condition=Q(appeal_until__isnull=True)
                | Q(decision_told_at__isnull=False, appeal_until__gt=F("decision_told_at")),
                name="the_time_to_appeal_runs_from_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_at__isnull=False)
                & ~Q(outcome__in=["", "measure"])
                & ~Q(closing_reason="")
                | ~Q(status="CLOSED") & Q(closed_at__isnull=True),
                name="a_closed_case_has_outcome_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="STAYED", stayed_at__isnull=False)
                & ~Q(stayed_from="")
                & ~Q(stay_reason="")
                | ~Q(status="STAYED"),
                name="a_stayed_case_says_from_where_and_why",
            ),
            models.CheckConstraint(
                condition=Q(status="FINAL", final_at__isnull=False, outcome="measure")
                | ~Q(status="FINAL") & Q(final_at__isnull=True),
                name="a_final_case_has_a_measure_and_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="case_by_due"),
            models.Index(fields=["status", "due_on", "id"], name="case_by_status"),
            models.Index(fields=["unit", "due_on", "id"], name="case_by_unit"),
            models.Index(fields=["officer", "-id"], name="case_by_officer"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What is said and written: the id with check digits (ISO 7064 mod 97-10)."""
        return f"DC-{self.pk:06d}-{98 - self.pk * 100 % 97:02d}"

    @property
    def is_open(self) -> bool:
        return self.status not in self.ENDED

    def is_overdue(self, today: Any) -> bool:
        return self.due_on is not None and self.due_on < today

    def fits(self, user: Any) -> bool:
        """Whether somebody is not kept away from this case; asked of the database once for each reading of the row."""
        if user.pk not in self._fits:
            self._fits[user.pk] = Case.objects.filter(pk=self.pk).not_barred(user).exists()
        return self._fits[user.pk]

    @cached_property
    def _fits(self) -> dict[int | None, bool]:
        return {}

    @cached_property
    def parts(self) -> dict[int, set[str]]:
        """Who had which part in the case and in the tests it rests on. The database's own list, which it enforces."""
        found: dict[int, set[str]] = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT user_id, part FROM cases_parts(%s)", [self.pk])
            for user_id, part in cursor.fetchall():
                found.setdefault(user_id, set()).add(part)
        return found


class OfCaseQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        """What belongs to a case is there for whom the case is."""
        return self.filter(case__in=Case.objects.visible_to(user))


class CaseBar(Audited):
    """Somebody declared a conflict of interest: the case exists no more for him."""

    constraint_triggers = frozen("a_declared_conflict_is_never_changed", "cases_casebar")

    case = models.ForeignKey(Case, models.PROTECT, related_name="bars")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))

    objects = AuditedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="a_conflict_is_declared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.user_id}"


class DelegationQuerySet(AuditedQuerySet["Delegation"]):
    def visible_to(self, user: Any) -> Self:
        """Those of a user's units, and one's own."""
        if not getattr(user, "is_active", False):
            return self.none()
        roles = (Role.DECIDING_AUTHORITY, Role.REGISTRAR, Role.LEGAL_CHECKER, Role.INSPECTOR, Role.AUDITOR)
        return self.filter(below(user.scope(*roles)) | Q(taker=user.pk) | Q(giver=user.pk))

    def ruling(self, on: Any = None) -> Self:
        day = on or clock.today()
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at__isnull=True)


class Delegation(Audited):
    """Acting for a deciding authority between two days, by a paper with a number."""

    constraint_triggers = (
        deferred(
            "a_delegation_is_given_by_the_authority", "cases_delegation", "cases_delegation_stands", "INSERT"
        )
        | unchanging(
            "a_delegation_is_never_rewritten",
            "cases_delegation",
            giver_id="",
            taker_id="",
            unit_id="",
            paper="::text",
            starts_on="",
            ends_on="",
            given_at="",
        )
        | kept("cases_delegation")
    )

    giver = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_given", verbose_name=_("authority")
    )
    taker = models.ForeignKey(User, models.PROTECT, related_name="delegations", verbose_name=_("acts for it"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    paper = models.CharField(_("number of the paper"), max_length=60)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("taker")),
                name="nobody_acts_for_himself",
                violation_error_message=_("Name somebody else."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_delegation_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"
