"""What the clock says aloud when nobody acts: an event, which the notices carry to whom it concerns.

A reminder changes no row and stops no clock.
"""

from typing import Any

from django.core.exceptions import PermissionDenied

from ledger.acting import act, recording
from officers import rules
from officers.models import DrugTest, Sheet


@act
def confirmation(actor: Any, test_id: int) -> None:
    """Say that nobody has sent the specimen of a non-negative screen to a laboratory. Only the clock says so.

    :raises Http404: where that is true no more
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    test = DrugTest.objects.awaiting_confirmation().lock(test_id)
    with recording("drug_test.left_unconfirmed", actor=actor, subject=test):
        pass


@act
def sheet(actor: Any, sheet_id: int) -> None:
    """Say that a sheet was left open. Only the clock says so.

    :raises Http404: where that is true no more
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    found = Sheet.objects.open().lock(sheet_id)
    with recording("sheet.left_open", actor=actor, subject=found):
        pass
