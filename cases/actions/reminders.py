"""What the clock says aloud when nobody acts in a case: an event, which the notices carry to whom it concerns.

A reminder changes no row and stops no clock.
"""

from typing import Any

from django.core.exceptions import PermissionDenied

from cases import rules
from cases.models import Case
from cases.queries.overdue import reminders
from ledger.acting import act, recording


@act
def remind(actor: Any, case_id: int) -> int:
    """Say what is due or overdue in a case and was not said yet; return how much. Only the clock says so."""
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    case = Case.objects.lock(case_id)
    due = reminders(case_id)
    for one in due:
        with recording(one.verb, actor=actor, subject=case, **one.facts):
            pass
    return len(due)
