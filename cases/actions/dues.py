"""The clock of a case: which one runs and its last day, reckoned anew whenever a fact of the case changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from cases.models import Case, Suspension
from ledger.acting import record
from ledger.models import Audited
from officers.queries.settings import due_after

S = Case.Status


def set_due(case: Case) -> None:
    """In memory: the deadline that runs and its last day, from what the case says now. None runs of one that ended."""
    case.due_for, start = _running(case)
    case.due_on = None
    if case.due_for in ("response", "appeal"):
        case.due_on = timezone.localdate(start) if start else None
    elif case.due_for and start is not None:
        case.due_on = timezone.localdate(due_after(case.due_for, start))


def _running(case: Case) -> tuple[str, datetime | None]:
    """The deadline that runs, and when it began; for the officer's own, when it ends."""
    if case.status in (S.OPENED, S.ASSESSED, S.NOTIFIED):
        return "allegation_notice", case.opened_at
    if case.status == S.RESPONSE:
        return (
            ("unit_proposal", case.responded_at) if case.responded_at else ("response", case.response_until)
        )
    if case.status == S.INVESTIGATED:
        return "unit_proposal", case.responded_at or case.response_until
    if case.status == S.PROPOSED:
        return "legality_check", case.proposed_at
    if case.status == S.CHECKED:
        return "minister_decision", case.checked_at
    if case.status == S.AWAITING_INSTRUMENT:
        return "instrument", case.decided_at
    if case.status == S.IN_FORCE:
        return ("appeal", case.appeal_until) if case.appeal_until else ("decision_notice", case.in_force_at)
    if case.status == S.APPEALED:
        return "appeal_decision", case.appealed_at
    if case.status == S.STAYED:
        return "stay_review", case.stayed_at
    return "", None


def saved(case: Case, verb: str, *, actor: Any, also: Sequence[Audited] = (), **about: Any) -> Case:
    """Save a case with its event, its clock reckoned anew."""
    set_due(case)
    return record(case, verb, actor=actor, also=also, **about)


def review_by(start: datetime) -> Any:
    """The day by which a precautionary suspension that was looked at then is looked at again."""
    return timezone.localdate(due_after("suspension_review", start))


def open_suspension(case: Case) -> Suspension | None:
    """The precautionary suspension that holds, locked."""
    return Suspension.objects.select_for_update().filter(case=case, ended_on__isnull=True).first()
