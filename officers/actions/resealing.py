"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Iterable, Sequence
from typing import Any

from ledger.acting import act, recording, save_all
from officers.actions.sealing import is_current, sealed_anew
from officers.models import SelfReferral


@act
def reseal(actor: Any, referral_ids: Sequence[int]) -> int:
    """Seal anew who asked for treatment, and return how many were sealed under an old key."""
    rows = SelfReferral.objects.select_for_update().filter(pk__in=referral_ids).order_by("pk")
    old = renewed(rows, "sealed")
    if old:
        with recording("self_referral.resealed", actor=actor, subject=SelfReferral, rows=len(old)):
            save_all(old, ["sealed"])
    return len(old)


def renewed[Row](rows: Iterable[Row], field: str) -> list[Row]:
    """In memory: those of them that an old key sealed, under the first one now."""
    old = [row for row in rows if not is_current(getattr(row, field))]
    for row in old:
        setattr(row, field, sealed_anew(getattr(row, field)))
    return old
