"""Who is kept from what: declared by himself, ended by another."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import check_fields, needs
from audits.models import Recusal, Review
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import Officer, Unit
from officers.models.users import Role


@act
def declare(
    actor: Any, *, kind: str, reason: str, unit_id: int | None = None, officer_id: int | None = None
) -> Recusal:
    """Declare that one is kept from what concerns an officer, or a unit and those below it.

    A review of his that concerns them is to be given to another; until then it cannot be gone on with.
    """
    if not actor.has_role(Role.AUDITOR):
        raise PermissionDenied(_("You may not do this."))
    unit = Unit.objects.visible_to(actor).filter(pk=unit_id).first() if unit_id else None
    officer = Officer.objects.visible_to(actor).filter(pk=officer_id).first() if officer_id else None
    if (unit is None) is (officer is None):
        raise ValidationError(_("Name a unit or an officer, not both."))
    if kind not in Recusal.Kind.values:
        raise ValidationError({"kind": _("Choose one.")})
    row = Recusal(
        user=actor,
        kind=kind,
        unit=unit,
        officer=officer,
        reason=needs(reason, "reason", _("Say why.")),
        declared_at=clock.now(),
    )
    check_fields(row)
    return record(row, "recusal.declared", actor=actor)


@act
def end(actor: Any, recusal_id: int, *, reason: str, version: int | None = None) -> Recusal:
    """End somebody's recusal, for a reason: another auditor."""
    row = Recusal.objects.visible_to(actor).lock(recusal_id, version=version)
    if not rules.ends_recusal(actor, row):
        raise PermissionDenied(_("You may not do this."))
    if row.ended_at is not None:
        raise Conflict(_("This recusal has ended."))
    row.why_ended = needs(reason, "reason", _("Say why."))
    row.ended_by, row.ended_at = actor, clock.now()
    return record(row, "recusal.ended", actor=actor, reason=row.why_ended)


def open_reviews_of(row: Recusal) -> Any:
    """Reviews of somebody that he may not go on with any more: to be given to others."""
    open_ones = Review.objects.filter(reviewer=row.user_id).exclude(status=Review.Status.COMPLETED)
    return open_ones.exclude(pk__in=open_ones.not_recused(row.user).values("pk"))
