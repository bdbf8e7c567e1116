"""Days in time and flags, brought up to date whenever a fact of a complaint changes."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from cases.models import Complaint, Flag, Pause
from cases.queries.rules import rules_on
from cases.reckoning.deadlines import Facts, Rules, reckon
from ledger import clock
from ledger.acting import record
from ledger.models import Audited

F = Flag.Kind
#: Days that something may lie unopened, with nobody in charge, or offered to a unit that does not answer.
UNOPENED_AFTER, UNASSIGNED_AFTER, UNANSWERED_AFTER = 2, 5, 3


def facts_of(row: Complaint, agreed: Pause | None = None) -> Facts:
    """What the clocks hang on. A pause `agreed` to by the very act is not stored yet."""
    pauses = []
    if row.paused_until is not None:
        ruling = row.pauses.filter(status=Pause.Status.RULES, until__gt=row.counted_from)
        pauses = list(ruling.values_list("starts_on", "until"))
    if agreed is not None:
        pauses.append((agreed.starts_on, agreed.until))
    return Facts(
        category=row.category,
        received_on=row.counted_from,
        came_on=row.came_on,
        level=row.level,
        base=row.base_level,
        has_channel=row.receipt is not None,
        is_open=row.is_open,
        acknowledged_on=row.acknowledged_on,
        acted_on=row.acted_on,
        told_on=row.told_on,
        late_resolutions=row.late_resolutions,
        pauses=pauses,
    )


def set_due(row: Complaint, rules: Rules | None = None, agreed: Pause | None = None) -> None:
    """In memory: the days that follow from what the row says now."""
    due = reckon(facts_of(row, agreed), rules or rules_on(row.received_on))
    row.acknowledge_by, row.act_by = due.acknowledge_by, due.act_by
    row.update_by, row.resolve_by, row.moves_on = due.update_by, due.resolve_by, due.moves_on


def saved(
    row: Complaint,
    verb: str,
    *,
    actor: Any,
    also: Sequence[Audited] = (),
    agreed: Pause | None = None,
    **about: Any,
) -> Complaint:
    """Save a complaint with its event, its days reckoned anew; flags that no longer hold are cleared by this act."""
    set_due(row, agreed=agreed)
    record(row, verb, actor=actor, also=also, **about)
    clear_flags(row, row.last_event.id)
    return row


def clear_flags(row: Complaint, event: int) -> None:
    today = clock.today()
    up = Flag.objects.filter(complaint=row, cleared_at=None)
    over = [flag.pk for flag in up if not _HOLDS[F(flag.kind)](row, today)]
    if over:
        Flag.objects.filter(pk__in=over).update(cleared_at=clock.now(), cleared_by=event)


def _past(day: date | None, today: date) -> bool:
    return day is not None and day < today


# The twin of the conditions in `cases.actions.flags`, which raises them; a test holds one against the other.
_HOLDS: dict[Flag.Kind, Callable[[Complaint, date], bool]] = {
    F.UNOPENED: lambda row, today: row.is_open and row.opened_on is None,
    F.UNACKNOWLEDGED: lambda row, today: _past(row.acknowledge_by, today),
    # One that has climbed has new days, and still nobody has acted.
    F.NO_ACTION: lambda row, today: (
        _past(row.act_by, today) or (row.is_open and row.acted_on is None and row.level > row.base_level)
    ),
    F.UPDATE_OVERDUE: lambda row, today: _past(row.update_by, today),
    F.UNRESOLVED: lambda row, today: (
        _past(row.resolve_by, today) or (row.is_open and row.late_resolutions > 0)
    ),
    F.NEVER_ASSIGNED: lambda row, today: row.is_open and row.handler_id is None,
    F.OWNER_INACTIVE: lambda row, today: (
        row.is_open and row.handler is not None and not row.handler.is_active
    ),
    F.UNANSWERED: lambda row, today: row.is_open and row.offered_to_id is not None,
    F.PAUSED_TOO_LONG: lambda row, today: (
        row.is_open and _past(row.paused_until, today) and row.acted_on is None
    ),
    F.REFERRAL_OVERDUE: lambda row, today: (
        row.is_open
        and any(
            _past(one.acknowledge_by, today) or _past(one.answer_by, today) for one in row.referrals.all()
        )
    ),
    F.DISPUTED: lambda row, today: row.is_open and row.disputed_on is not None,
}
