"""Verifications of the log: asked for by an auditor or by the clock, done by the clock, kept as they ended."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from audits.models import Verification
from audits.queries.integrity import Seen
from audits.rules import is_the_clock, verifies
from foundation.jobs.hints import hint
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict

TASK = "audits.tasks.verify_now"
R = Verification.Result


@act
def ask(actor: Any) -> Verification:
    """Have the log verified now. Asked again before that is done, it is one verification still."""
    if not verifies(actor):
        raise PermissionDenied(_("You may not do this."))
    row = Verification.objects.visible_to(actor).waiting().first()
    if row is None:
        row = record(Verification(asked_by=actor, asked_at=clock.now()), "verification.asked", actor=actor)
    hint(TASK, verification_id=row.pk)
    return row


@act
def begin(actor: Any, verification_id: int | None = None) -> Verification:
    """Begin what was asked for, anew if a run of it died; without an id, the clock's own."""
    _only_the_clock(actor)
    if verification_id is None:
        row = Verification(asked_at=clock.now())
    else:
        row = Verification.objects.lock(verification_id)
        _not_ended(row)
    row.begun_at = clock.now()
    return record(row, "verification.begun", actor=actor)


@act
def end(actor: Any, verification_id: int, *, seen: Seen) -> Verification:
    """Write down what a verification saw."""
    row = _running(actor, verification_id)
    row.result = R.BENT if seen.found else R.WHOLE
    for name, value in seen.columns().items():
        setattr(row, name, value)
    row.ended_at = clock.now()
    return record(row, "verification.ended", actor=actor, result=row.result, found=row.found, head=row.head)


@act
def give_up(actor: Any, verification_id: int) -> Verification:
    """End what could not be done, however often it was tried."""
    row = _running(actor, verification_id)
    row.result, row.ended_at = R.FAILED, clock.now()
    return record(row, "verification.given_up", actor=actor)


def _running(actor: Any, verification_id: int) -> Verification:
    _only_the_clock(actor)
    row = Verification.objects.lock(verification_id)
    _not_ended(row)
    return row


def _not_ended(row: Verification) -> None:
    if row.ended_at is not None:
        raise Conflict(_("This verification has ended."))


def _only_the_clock(actor: Any) -> None:
    if not is_the_clock(actor):
        raise PermissionDenied(_("You may not do this."))
