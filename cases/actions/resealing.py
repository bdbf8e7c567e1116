"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Sequence
from typing import Any

from cases.models import IntakeItem, Reporter
from ledger.acting import act, recording, save_all
from officers.actions.resealing import renewed


@act
def reseal(actor: Any, reporter_ids: Sequence[int]) -> int:
    """Seal anew how these reporters can be reached, and return how many were sealed under an old key."""
    rows = Reporter.objects.select_for_update().filter(pk__in=reporter_ids).order_by("pk")
    old = renewed(rows, "contact")
    if old:
        with recording("reporter.resealed", actor=actor, subject=Reporter, rows=len(old)):
            save_all(old, ["contact"])
    return len(old)


def reseal_waiting(item_ids: Sequence[int]) -> int:
    """The same for what waits in the box, which is under no ledger."""
    old = renewed(IntakeItem.objects.filter(pk__in=item_ids), "content")
    # What was entered meanwhile is gone, and is not written back.
    return sum(IntakeItem.objects.filter(pk=item.pk).update(content=item.content) for item in old)
