"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Sequence
from typing import Any

from audits.models import Sample
from ledger.acting import act, recording, save_all
from officers.actions.resealing import renewed


@act
def reseal(actor: Any, sample_ids: Sequence[int]) -> int:
    """Seal anew the nonces of these samples, and return how many were sealed under an old key."""
    rows = (
        Sample.objects.select_for_update().filter(pk__in=sample_ids, kind=Sample.Kind.RANDOM).order_by("pk")
    )
    old = renewed(rows, "nonce_sealed")
    if old:
        with recording("sample.resealed", actor=actor, subject=Sample, rows=len(old)):
            save_all(old, ["nonce_sealed"])
    return len(old)
