"""The barred register: a pointer to each file by which somebody was dismissed. The floor with the files writes it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger import clock
from ledger.acting import act, record
from officers.models import Officer, RegisterEntry

S = RegisterEntry.Status


@act
def enter(
    actor: Any, *, officer_id: int, pointer: str, reasons: Sequence[str], effective_on: date, cause: int
) -> RegisterEntry:
    """Enter a dismissal."""
    entry = RegisterEntry(
        officer=Officer.objects.get(pk=officer_id),
        pointer=pointer,
        reasons=sorted(set(reasons)),
        effective_on=effective_on,
        entered_at=clock.now(),
    )
    return record(entry, "register.entered", actor=actor, cause=cause)


@act
def put_under_appeal(actor: Any, *, pointer: str, cause: int) -> None:
    """Say of an entry that an appeal is pending."""
    _set(actor, pointer, S.UNDER_APPEAL, "register.put_under_appeal", cause=cause)


@act
def confirm(actor: Any, *, pointer: str, cause: int) -> None:
    """Say of an entry that no appeal is pending any more."""
    _set(actor, pointer, S.ENTERED, "register.confirmed", cause=cause)


@act
def void(actor: Any, *, pointer: str, cause: int) -> None:
    """Void an entry: the dismissal was overturned, or another measure took its place."""
    _set(actor, pointer, S.VOIDED, "register.voided", cause=cause)


def _set(actor: Any, pointer: str, status: str, verb: str, *, cause: int) -> None:
    for entry in RegisterEntry.objects.select_for_update().filter(pointer=pointer).exclude(status=S.VOIDED):
        entry.status = status
        entry.voided_at = clock.now() if status == S.VOIDED else None
        record(entry, verb, actor=actor, cause=cause)
