"""What an order does to an officer: status, posting and rank. Called by the act that brings the order into force.

Nothing here asks who acts: the floor above does, and the database lets nobody be dismissed or suspended without the
order that it finds there.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import Officer, Posting, Unit

S = Officer.Status


@dataclass(frozen=True)
class Before:
    """How an officer stood before, and which postings ended and began by it: what it takes to restore him."""

    status: str
    rank: str
    unit: Unit
    ended: Posting | None = None
    begun: Posting | None = None


@act
def dismiss(actor: Any, officer_id: int, *, on: date, cause: int) -> Before:
    """Remove an officer from service, or find that a former one would have been. His posting ends that day.

    :raises Conflict: if he is dismissed already, or died
    """
    officer = _locked(officer_id)
    if officer.status in (S.DISMISSED, S.DECEASED, S.ENTERED_IN_ERROR):
        raise Conflict(_("The officer is “%(status)s”.") % {"status": officer.get_status_display()})
    before, ended = _before(officer), _ended(officer, on)
    officer.status = S.DISMISSED
    record(officer, "officer.dismissed", actor=actor, cause=cause, also=[ended] if ended else [])
    return Before(before.status, before.rank, before.unit, ended)


@act
def suspend(actor: Any, officer_id: int, *, cause: int) -> Before:
    """Suspend an officer in service; he keeps post and rank."""
    officer = _locked(officer_id)
    if officer.status not in (S.SERVING, S.SUSPENDED):
        raise Conflict(_("The officer is “%(status)s”.") % {"status": officer.get_status_display()})
    before = _before(officer)
    if officer.status == S.SERVING:
        officer.status = S.SUSPENDED
        record(officer, "officer.suspended", actor=actor, cause=cause)
    return before


@act
def end_suspension(actor: Any, officer_id: int, *, cause: int) -> None:
    """The officer serves again, unless he left meanwhile."""
    officer = _locked(officer_id)
    if officer.status == S.SUSPENDED:
        officer.status = S.SERVING
        record(officer, "officer.returned", actor=actor, cause=cause)


@act
def demote(actor: Any, officer_id: int, *, rank: str, on: date, cause: int) -> Before:
    """Give an officer a lower rank; one who left bears it from that day without a posting."""
    officer = _locked(officer_id)
    before = _before(officer)
    ended = _ended(officer, on)
    officer.rank = rank
    record(officer, "officer.demoted", actor=actor, cause=cause, also=[ended] if ended else [])
    return Before(before.status, before.rank, before.unit, ended, _begun(actor, officer, ended, on))


@act
def transfer(actor: Any, officer_id: int, *, unit_id: int, on: date, cause: int) -> Before:
    """Post an officer elsewhere; as a head he goes nowhere."""
    officer = _locked(officer_id)
    if officer.status not in (S.SERVING, S.SUSPENDED):
        raise Conflict(_("The officer is “%(status)s”.") % {"status": officer.get_status_display()})
    before = _before(officer)
    ended = _ended(officer, on)
    officer.unit = Unit.objects.lock(unit_id)
    record(officer, "officer.posted", actor=actor, cause=cause, also=[ended] if ended else [])
    return Before(
        before.status, before.rank, before.unit, ended, _begun(actor, officer, ended, on, moved=True)
    )


@act
def restore(actor: Any, officer_id: int, *, before: Before, cause: int) -> Officer:
    """Put an officer back where he stood, as if nothing had been ordered: the posting that ended goes on.

    What was decided about him since by others stays: if he was posted elsewhere meanwhile, he stays there and gets his
    rank back from today.
    """
    officer = _locked(officer_id)
    also: list[Posting] = []
    present = Posting.objects.select_for_update().filter(officer=officer, held__upper_inf=True).first()
    if officer.status in (S.DISMISSED, S.SUSPENDED):
        officer.status = before.status
    is_as_left = present is None or (before.begun is not None and present.pk == before.begun.pk)
    if before.ended is not None and is_as_left and officer.status in (S.SERVING, S.SUSPENDED):
        if present is not None:
            present.held = DateRange(empty=True)
            also.append(present)
        ended = Posting.objects.select_for_update().get(pk=before.ended.pk)
        ended.held = DateRange(ended.held.lower, None)
        also.append(ended)
        officer.unit, officer.rank = ended.unit, ended.rank
        return record(officer, "officer.restored", actor=actor, cause=cause, also=also)
    officer.rank = before.rank
    if present is None or present.rank == before.rank:
        return record(officer, "officer.restored", actor=actor, cause=cause)
    ended_now = _ended(officer, max(clock.today(), present.held.lower))
    record(officer, "officer.restored", actor=actor, cause=cause, also=[ended_now] if ended_now else [])
    _begun(actor, officer, ended_now, clock.today())
    return officer


def _locked(officer_id: int) -> Officer:
    return Officer.objects.select_related("unit").lock(officer_id)


def _before(officer: Officer) -> Before:
    return Before(officer.status, officer.rank, officer.unit)


def _ended(officer: Officer, on: date) -> Posting | None:
    """The present posting, its end set in memory.

    :raises ValidationError: if it began on that day or later
    """
    present = Posting.objects.select_for_update().filter(officer=officer, held__upper_inf=True).first()
    if present is None:
        return None
    if on <= present.held.lower:
        day = khmer.format_date(present.held.lower, get_language() or "km")
        raise ValidationError(
            {
                "effective_on": _("%(officer)s: the present posting began on %(day)s.")
                % {"officer": officer, "day": day}
            }
        )
    present.held = DateRange(present.held.lower, on)
    return present


def _begun(
    actor: Any, officer: Officer, ended: Posting | None, on: date, *, moved: bool = False
) -> Posting | None:
    if ended is None:
        return None
    posting = Posting(
        officer=officer,
        unit=officer.unit,
        rank=officer.rank,
        title="" if moved else ended.title,
        is_head=False if moved else ended.is_head,
        held=DateRange(on, None),
    )
    return record(posting, "posting.begun", actor=actor, cause=officer.last_event.id)
