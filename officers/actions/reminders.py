"""What the clock says aloud when nobody acts: an event, which the notices carry to whom it concerns.

A reminder changes no row and stops no clock.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ledger import clock
from ledger.acting import act, recording
from ledger.models import Event
from officers import rules
from officers.models import ApiKey, DrugTest, Sheet, Unit, User
from officers.queries.overdue import overdue_at, waits_for


@act
def confirmations(actor: Any, sheet_id: int, test_ids: Sequence[int]) -> None:
    """Say that nobody has sent the specimens of these non-negative screens to a laboratory.

    Only the clock says so.

    :raises Http404: where it is true of none any more
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    found = Sheet.objects.lock(sheet_id)
    waiting = DrugTest.objects.awaiting_confirmation().filter(sheet=found, pk__in=test_ids)
    tests = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not tests:
        raise Http404
    with recording("sheet.left_unconfirmed", actor=actor, subject=found, tests=tests):
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


@act
def key(actor: Any, key_id: int, *, days: int) -> None:
    """Say that a live key ends within so many days, once for each such number. Only the clock says so.

    :raises Http404: where it lives no more, or was told of already
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    found = ApiKey.objects.live(clock.now()).lock(key_id)
    told = Event.objects.filter(
        subject_table=ApiKey._meta.db_table, subject_id=found.pk, verb="api_key.expiry_announced"
    )
    if {"days": days} in told.values_list("facts", flat=True):
        raise Http404
    with recording("api_key.expiry_announced", actor=actor, subject=found, days=days):
        pass


@act
def results(actor: Any, laboratory_id: int) -> None:
    """Say that a laboratory has not reported on specimens in time. Only the clock says so.

    :raises Http404: where it owes no report any more
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    laboratory = Unit.objects.lock(laboratory_id)
    specimens = overdue_at(laboratory)
    if not specimens:
        raise Http404
    with recording("unit.results_overdue", actor=actor, subject=laboratory, specimens=specimens):
        pass


@act
def reviewer(actor: Any, user_id: int) -> None:
    """Say what waits too long for somebody who reviews results. Only the clock says so.

    :raises Http404: where nothing does any more
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    found = User.objects.lock(user_id)
    waiting: Any = waits_for(found)
    if not waiting:
        raise Http404
    with recording("user.reviews_overdue", actor=actor, subject=found, **waiting):
        pass
