"""What is sealed, sealed anew under the first of the keys, so that the others can be dropped."""

from collections.abc import Sequence
from typing import Any

from audits.models import CorrectionDrop, CorrectionRequest, OpenKey, OpenKeyLink, Sample
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


@act
def reseal_authors(actor: Any, request_ids: Sequence[int]) -> int:
    """The same for how the authors of these requests for correction are told."""
    found = CorrectionRequest.objects.filter(pk__in=request_ids, contact__isnull=False)
    old = renewed(found.select_for_update().order_by("pk"), "contact")
    if old:
        with recording("correction.resealed", actor=actor, subject=CorrectionRequest, rows=len(old)):
            save_all(old, ["contact"])
    return len(old)


@act
def reseal_holders(actor: Any, key_ids: Sequence[int]) -> int:
    """The same for the addresses of these keys of the open data."""
    old = renewed(OpenKey.objects.select_for_update().filter(pk__in=key_ids).order_by("pk"), "address")
    if old:
        with recording("open_key.resealed", actor=actor, subject=OpenKey, rows=len(old)):
            save_all(old, ["address"])
    return len(old)


def reseal_box(drop_ids: Sequence[int]) -> int:
    """The same for requests that wait in the box, which is under no ledger."""
    old = renewed(CorrectionDrop.objects.filter(pk__in=drop_ids), "content")
    # What was entered meanwhile is gone, and is not written back.
    return sum(CorrectionDrop.objects.filter(pk=one.pk).update(content=one.content) for one in old)


def reseal_links(link_ids: Sequence[int]) -> int:
    """The same for links that were mailed."""
    old = renewed(OpenKeyLink.objects.filter(pk__in=link_ids), "address")
    return sum(OpenKeyLink.objects.filter(pk=one.pk).update(address=one.address) for one in old)
