"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Sequence
from typing import Any

from cases.actions.sealing import is_current, sealed_anew
from cases.models import IntakeItem, Reporter
from ledger.acting import act, recording, save_all


@act
def reseal(actor: Any, reporter_ids: Sequence[int]) -> int:
    """Seal anew how these reporters can be reached, and return how many were sealed under an old key."""
    rows = Reporter.objects.select_for_update().filter(pk__in=reporter_ids).order_by("pk")
    old = [row for row in rows if not is_current(row.contact)]
    if not old:
        return 0
    for row in old:
        row.contact = sealed_anew(row.contact)
    with recording("reporter.resealed", actor=actor, subject=Reporter, rows=len(old)):
        save_all(old, ["contact"])
    return len(old)


def reseal_waiting(item_ids: Sequence[int]) -> int:
    """The same for what waits in the box, which is under no ledger."""
    number = 0
    for item in IntakeItem.objects.filter(pk__in=item_ids):
        if not is_current(item.content):
            # What was entered meanwhile is gone, and no row is written back.
            number += IntakeItem.objects.filter(pk=item.pk).update(content=sealed_anew(item.content))
    return number
