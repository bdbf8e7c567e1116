"""A case leaves the unit that does not act: one level up, the miss stays on the unit's record."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.clocks import saved
from cases.actions.complaints import move_up
from cases.lifecycles import advance
from cases.models import Complaint, Handover, Miss
from cases.queries.rules import rules_on
from cases.reckoning.deadlines import EXPLAIN_WITHIN
from ledger import clock
from ledger.acting import act, record


@act
def escalate(actor: Any, complaint_id: int) -> Complaint | None:
    """Move a complaint one level up whose unit let its last day pass. For the clock.

    None if somebody acted meanwhile. The days of the next unit follow from when the report came, not from now.
    """
    row = Complaint.objects.select_related("unit", "handler", "offered_to").lock(complaint_id)
    today = clock.today()
    if row.moves_on is None or row.moves_on >= today or not row.is_open:
        return None
    advance(row, "escalate", by=actor)
    resolved_late = row.resolve_by is not None and row.resolve_by < today and row.moves_on == row.resolve_by
    kind = Miss.Kind.RESOLVE if resolved_late else Miss.Kind.ACT
    due_on = row.resolve_by if resolved_late else row.act_by
    miss = Miss(
        complaint=row,
        unit=row.unit,
        kind=kind,
        due_on=due_on or row.moves_on,
        moved_on=today,
        explain_by=rules_on(today).calendar.deadline(today, working_days=EXPLAIN_WITHIN),
    )
    row.late_resolutions += kind == Miss.Kind.RESOLVE
    left = row.unit_id
    handover = move_up(row, Handover.Why.ESCALATED)
    return saved(
        row, "complaint.escalated", actor=actor, also=[miss, handover], left=left, to=row.unit_id, missed=kind
    )


@act
def explain(actor: Any, miss_id: int, *, text: str, version: int | None = None) -> Miss:
    """Give a unit's reason for having missed a deadline. It stays on the unit's record with the miss.

    :raises ValidationError: without one, or where one was given already
    """
    miss = Miss.objects.visible_to(actor).select_related("unit").lock(miss_id, version=version)
    if not rules.explains(actor, miss):
        raise PermissionDenied(_("You may not do this."))
    if not text.strip():
        raise ValidationError({"explanation": _("Say why.")})
    if miss.explained_on is not None:
        raise ValidationError(_("A reason was given already."))
    miss.explanation, miss.explained_by, miss.explained_on = text.strip(), actor, clock.today()
    return record(miss, "miss.explained", actor=actor)
