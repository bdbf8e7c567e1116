"""The roll of officers."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import Officer, Posting, ServiceNumber, SettingVersion, Unit


def keyed(officer: Officer) -> Officer:
    """Fill the keys by which an officer is sorted and found."""
    officer.name_km = khmer.unbreakable(officer.name_km).strip()
    officer.name_latin = officer.name_latin.strip()
    officer.sort_key = khmer.sort_key(officer.name_km or officer.name_latin)
    officer.search_key = khmer.search_key(officer.name_km)
    officer.latin_terms = khmer.latin_terms(officer.name_latin)
    return officer


def service_number(text: str) -> str:
    """A service number as it is kept: ASCII digits, no spaces, capitals."""
    return "".join(khmer.digits(text).split()).upper()


@act
def register(
    actor: Any,
    *,
    service_number: str,
    name_km: str,
    name_latin: str,
    sex: str,
    birth_year: int,
    rank: str,
    unit_id: int,
    title: str = "",
    is_head: bool = False,
    since: date | None = None,
) -> Officer:
    """Enter an officer on the roll with his number and his posting.

    :raises PermissionDenied: unless the actor keeps the roll of that unit
    """
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if not rules.keeps_officers(actor, unit):
        raise PermissionDenied(_("You do not keep the roll of this unit."))
    since = _past(since)
    officer = keyed(
        Officer(
            service_number=_number(service_number),
            name_km=name_km,
            name_latin=name_latin,
            sex=sex,
            birth_year=birth_year,
            rank=_rank(rank),
            unit=unit,
        )
    )
    officer.full_clean(exclude=["sort_key", "search_key", "latin_terms"], validate_constraints=False)
    record(officer, "officer.registered", actor=actor)
    number = ServiceNumber(officer=officer, number=officer.service_number, held=DateRange(since, None))
    posting = Posting(
        officer=officer, unit=unit, rank=rank, title=title, is_head=is_head, held=DateRange(since, None)
    )
    record(number, "service_number.given", actor=actor, cause=officer.last_event.id)
    record(posting, "posting.begun", actor=actor, cause=officer.last_event.id)
    return officer


@act
def correct(
    actor: Any,
    officer_id: int,
    *,
    name_km: str,
    name_latin: str,
    sex: str,
    birth_year: int,
    reason: str,
    version: int | None = None,
) -> Officer:
    """Correct what was written wrongly about an officer. Postings, numbers and status have acts of their own."""
    officer = _kept(actor, officer_id, version)
    needs_reason(reason)
    officer.name_km, officer.name_latin, officer.sex, officer.birth_year = (
        name_km,
        name_latin,
        sex,
        birth_year,
    )
    keyed(officer).full_clean(exclude=["sort_key", "search_key", "latin_terms"], validate_constraints=False)
    return record(officer, "officer.corrected", actor=actor, reason=reason)


@act
def renumber(
    actor: Any,
    officer_id: int,
    *,
    number: str,
    since: date | None = None,
    reason: str,
    version: int | None = None,
) -> Officer:
    """Give an officer another service number from a day on; the old one stays in his history."""
    officer = _kept(actor, officer_id, version)
    needs_reason(reason)
    since = _past(since)
    held = ServiceNumber.objects.select_for_update().get(officer=officer, held__upper_inf=True)
    if since <= held.held.lower:
        raise ValidationError({"since": _("The present number began on %(day)s.") % {"day": held.held.lower}})
    held.held = DateRange(held.held.lower, since)
    officer.service_number = _number(number)
    record(officer, "officer.renumbered", actor=actor, reason=reason, also=[held])
    new = ServiceNumber(officer=officer, number=officer.service_number, held=DateRange(since, None))
    record(new, "service_number.given", actor=actor, cause=officer.last_event.id)
    return officer


@act
def post(
    actor: Any,
    officer_id: int,
    *,
    unit_id: int,
    rank: str,
    title: str = "",
    is_head: bool = False,
    since: date | None = None,
    reason: str,
    version: int | None = None,
) -> Officer:
    """Post an officer to a unit, or give him another rank or post there; the present posting ends that day.

    :raises PermissionDenied: unless the actor keeps the rolls of both units
    """
    officer = _kept(actor, officer_id, version)
    needs_reason(reason)
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if not rules.keeps_officers(actor, unit):
        raise PermissionDenied(_("You do not keep the roll of this unit."))
    if unit.valid_to is not None:
        raise ValidationError({"unit": _("This unit exists no more.")})
    since = _past(since)
    present = Posting.objects.select_for_update().filter(officer=officer, held__upper_inf=True).first()
    also = []
    if present is not None:
        if since <= present.held.lower:
            raise ValidationError(
                {"since": _("The present posting began on %(day)s.") % {"day": present.held.lower}}
            )
        present.held = DateRange(present.held.lower, since)
        also.append(present)
    officer.unit, officer.rank = unit, _rank(rank)
    record(officer, "officer.posted", actor=actor, reason=reason, also=also)
    posting = Posting(
        officer=officer, unit=unit, rank=rank, title=title, is_head=is_head, held=DateRange(since, None)
    )
    record(posting, "posting.begun", actor=actor, cause=officer.last_event.id)
    return officer


@act
def leave(
    actor: Any,
    officer_id: int,
    *,
    status: str,
    on: date | None = None,
    reason: str,
    version: int | None = None,
) -> Officer:
    """Record that an officer retired, resigned or died. Dismissal comes from an order, never from here.

    :raises ValidationError: for another status
    """
    officer = _kept(actor, officer_id, version)
    needs_reason(reason)
    S = Officer.Status
    if status not in (S.RETIRED, S.RESIGNED, S.DECEASED):
        raise ValidationError({"status": _("Only retirement, resignation and death are recorded here.")})
    on = _past(on)
    officer.status = status
    present = Posting.objects.select_for_update().filter(officer=officer, held__upper_inf=True).first()
    also = []
    if present is not None:
        if on <= present.held.lower:
            raise ValidationError(
                {"on": _("The present posting began on %(day)s.") % {"day": present.held.lower}}
            )
        present.held = DateRange(present.held.lower, on)
        also.append(present)
    return record(officer, "officer.left", actor=actor, reason=reason, also=also)


def _kept(actor: Any, officer_id: int, version: int | None) -> Officer:
    officer = Officer.objects.visible_to(actor).select_related("unit").lock(officer_id, version=version)
    if not rules.keeps_officers(actor, officer.unit):
        raise PermissionDenied(_("You do not keep the roll of this unit."))
    return officer


def _number(text: str) -> str:
    number = service_number(text)
    if not number:
        raise ValidationError({"service_number": _("Give a service number.")})
    return number


def _rank(code: str) -> str:
    ranks = SettingVersion.objects.in_force(SettingVersion.Kind.RANKS, clock.today())
    if ranks is None or code not in {rank["code"] for rank in ranks.content["ranks"]}:
        raise ValidationError({"rank": _("There is no rank “%(value)s”.") % {"value": code}})
    return code


def _past(day: date | None) -> date:
    today = clock.today()
    if day is not None and day > today:
        raise ValidationError({"since": _("The day cannot lie in the future.")})
    return day or today
