"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

from cryptography.fernet import InvalidToken

from cases.actions.files import ENTERED, HELD, LARGEST_SEALED
from cases.models import IntakeItem, Reporter
from foundation.files import keep, kept_path
from ledger.acting import act, recording, save_all
from officers.actions.resealing import renewed
from officers.actions.sealing import is_current, sealed_anew


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


def reseal_files() -> int:
    """The same for files on the disk, each in its place: no row says under which key it lies."""
    renewed_files = 0
    for folder in (HELD, ENTERED):
        for path in list(kept_path(folder, "").glob("*")):
            sealed = path.read_bytes()
            if is_current(sealed):
                continue
            with suppress(InvalidToken):  # what none of our keys opens is lost already
                anew = keep(BytesIO(sealed_anew(sealed)), folder, limit=LARGEST_SEALED, by_day=True)
                kept_path(folder, anew.name).replace(path)
                renewed_files += 1
    return renewed_files
