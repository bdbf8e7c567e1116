"""Who is kept from auditing what: his own unit and those around it by themselves, others as he declared."""

from collections.abc import Collection
from typing import Any, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED
from cases.models import Case
from cases.models.complaints import barring
from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import DrugTest, Officer, Unit, User
from officers.models.users import Role


class RecusalQuerySet(AuditedQuerySet["Recusal"]):
    def visible_to(self, user: Any) -> Self:
        """One's own; an auditor sees those of all, since he must know who may review what."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter() if user.has_role(Role.AUDITOR) else self.filter(user=user.pk)

    def in_force(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Recusal(Audited):
    """An auditor declares that he is kept from what concerns an officer, or a unit and those below it."""

    class Kind(models.TextChoices):
        RELATIVE = "relative", _("Relative")
        EARLIER_SERVICE = "earlier_service", _("Served there, or worked with him")
        OTHER = "other", _("Another reason")

    constraint_triggers = (
        unchanging(
            "a_recusal_is_never_rewritten",
            "audits_recusal",
            user_id="",
            unit_id="?",
            officer_id="?",
            kind="::text",
            reason="",
            declared_at="",
        )
        | deferred("a_recusal_is_declared_and_ended_by_auditors", "audits_recusal", "audits_recusal_stands")
        | kept("audits_recusal", NEVER_DELETED)
    )

    user = models.ForeignKey(User, models.PROTECT, related_name="recusals", verbose_name=_("auditor"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    reason = models.TextField(_("reason"))
    declared_at = models.DateTimeField(_("declared"))
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True)
    why_ended = models.TextField(_("why it ended"), blank=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, officer__isnull=True)
                | Q(unit__isnull=True, officer__isnull=False),
                name="a_recusal_is_from_a_unit_or_an_officer",
                violation_error_message=_("Name a unit or an officer, not both."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_recusal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, why_ended="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(why_ended=""),
                name="a_recusal_ends_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("user")),
                name="nobody_ends_his_own_recusal",
                violation_error_message=_("Nobody ends his own recusal."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.unit_id or self.officer_id}"


def recused_units(user: Any) -> set[int]:
    """Ids of the units an auditor is kept from. The database's own list, which it enforces."""
    return {pk for (pk,) in _asked("SELECT audits_recused_units(%s)", user.pk)}


def recused_officers(user: Any) -> set[int]:
    """Ids of the officers an auditor is kept from: himself, and whom he named."""
    return {pk for (pk,) in _asked("SELECT audits_recused_officers(%s)", user.pk)}


def hidden(user: Any) -> Q:
    """What concerns a record that does not exist for a user: he is barred from the complaint, or from the case."""
    complaints = barring(user).values("complaint_id")
    cases = Case.objects.not_barred(user).values("pk")
    return Q(about="complaint", row_id__in=complaints) | Q(about="case") & ~Q(row_id__in=cases)


def made_by(units: Collection[int]) -> Q:
    """What concerns a case that one of these units conducts, or a test whose sample it took."""
    cases = Case.objects.filter(unit__in=units).values("pk")
    tests = DrugTest.objects.filter(sheet__unit__in=units).values("pk")
    return Q(about="case", row_id__in=cases) | Q(about="drug_test", row_id__in=tests)


def is_kept_from(
    user: Any, about: str, row_id: int | None, officer_id: int | None, *unit_ids: int | None
) -> bool:
    """Whether an auditor is kept from a record: by its officer, one of its units, or a part he had in it."""
    asked = (user.pk, about, row_id, officer_id, [pk for pk in unit_ids if pk is not None])
    ((is_kept,),) = _asked("SELECT coalesce(audits_is_kept(%s, %s, %s, %s, %s::bigint[]), false)", *asked)
    return bool(is_kept)


def _asked(question: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return cursor.fetchall()
