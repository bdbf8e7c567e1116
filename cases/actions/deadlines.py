"""Days in time, brought to what the rules say now: a calendar was corrected, a deadline has a new version."""

from collections.abc import Sequence
from typing import Any

from cases.actions.clocks import clear_flags, set_due
from cases.models import Complaint
from cases.queries.rules import rules_by_day
from ledger.acting import act, recording, save_all

_DAYS = ("acknowledge_by", "act_by", "update_by", "resolve_by", "moves_on")


@act
def reckon_anew(actor: Any, complaint_ids: Sequence[int]) -> int:
    """Reckon the days of these complaints, where they are open; return how many changed. For the clock.

    A flag that was raised by a day which no longer stands is cleared by this act.
    """
    rows = Complaint.objects.open().filter(pk__in=complaint_ids).select_related("handler").order_by("pk")
    rules, changed = rules_by_day(), []
    for row in rows.select_for_update(of=("self",)):
        before = [getattr(row, name) for name in _DAYS]
        set_due(row, rules(row.received_on))
        if before != [getattr(row, name) for name in _DAYS]:
            changed.append(row)
    if changed:
        with recording("complaint.reckoned_anew", actor=actor, subject=Complaint, rows=len(changed)) as event:
            save_all(changed, _DAYS)
        for row in changed:
            clear_flags(row, event.id)
    return len(changed)
