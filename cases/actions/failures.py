"""Misses that add up: proposed as a complaint about the unit to the level above, where a person decides."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from cases.actions.intake import Named, Report, enter_report
from cases.lifecycles import advance
from cases.models import FailureProposal, Miss
from cases.models.vocabulary import Category, Channel
from cases.queries.complaints import misses_in
from cases.queries.routing import above
from ledger import clock
from ledger.acting import act, record
from officers.models import Unit

#: So many misses within so many days are proposed.
MISSES, WITHIN = 3, timedelta(days=90)


def units_to_look_at() -> list[int]:
    """Units with a miss in the period; how many count is for `propose`."""
    since = clock.today() - WITHIN
    return sorted(set(Miss.objects.filter(moved_on__gte=since).values_list("unit_id", flat=True)))


@act
def propose(actor: Any, unit_id: int) -> FailureProposal | None:
    """Put a unit's misses to the level above, where there are enough that were not put there before. For the clock."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit_id)
    since = _since(unit)
    number = misses_in(unit.pk, since)
    if number < MISSES or FailureProposal.objects.filter(unit=unit, status="PROPOSED").exists():
        return None
    row = FailureProposal(unit=unit, put_to=above(unit), since=since, until=clock.today(), misses=number)
    return record(row, "failure.proposed", actor=actor, misses=number)


def _since(unit: Unit) -> date:
    """The beginning of the period, or the day after the last proposal: a miss is held against a unit once."""
    first = clock.today() - WITHIN
    last = FailureProposal.objects.filter(unit=unit).order_by("-until").first()
    return first if last is None else max(first, last.until + timedelta(days=1))


@act
def accept(actor: Any, proposal_id: int, *, reason: str, version: int | None = None) -> FailureProposal:
    """Make it a complaint about the unit, which goes where complaints about it go."""
    row = _locked(actor, proposal_id, version)
    advance(row, "accept", by=actor)
    row.decided_by, row.reason = actor, _needed(reason)
    with translation.override("km"):
        narrative = _("%(number)d deadlines missed from %(since)s to %(until)s.") % {
            "number": row.misses,
            "since": row.since.isoformat(),
            "until": row.until.isoformat(),
        }
    report = Report(
        category=Category.FAILURE_TO_ACT,
        narrative=f"{narrative}\n\n{row.reason}",
        place_code=row.unit.admin_code,
        named=[Named("unit", unit=row.unit_id)],
    )
    row.complaint = enter_report(
        actor, report, channel=Channel.REFERRAL, receipt=None, received_on=clock.today(), written_by=actor
    )
    return record(row, "failure.accepted", actor=actor, reason=row.reason)


@act
def decline(actor: Any, proposal_id: int, *, reason: str, version: int | None = None) -> FailureProposal:
    """Decide that these misses need no complaint; they stay on the unit's record."""
    row = _locked(actor, proposal_id, version)
    advance(row, "decline", by=actor)
    row.decided_by, row.reason = actor, _needed(reason)
    return record(row, "failure.declined", actor=actor, reason=row.reason)


def _locked(actor: Any, proposal_id: int, version: int | None) -> FailureProposal:
    rows = FailureProposal.objects.visible_to(actor).select_related("unit", "put_to")
    return rows.lock(proposal_id, version=version)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()
