"""The roll of officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, record, record_all
from officers import rules
from officers.actions.problems import needs_reason, refuse
from officers.lifecycles import advance
from officers.models import Officer, Posting, ServiceNumber, SettingVersion, Unit
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import service_number


def keyed(officer: Officer) -> Officer:
    """Fill the keys by which an officer is sorted and found."""
    officer.name_km = khmer.unbreakable(officer.name_km).strip()
    officer.name_latin = officer.name_latin.strip()
    officer.sort_key = khmer.sort_key(officer.name_km or officer.name_latin)
    officer.search_key = khmer.search_key(officer.name_km)
    officer.latin_terms = khmer.latin_terms(officer.name_latin)
    return officer


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
    if unit.valid_to is not None:
        raise ValidationError({"unit": _("This unit exists no more.")})
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


@dataclass(frozen=True)
class NewOfficer:
    """An officer to be registered in bulk; the fields are those of `register`."""

    service_number: str
    name_km: str
    name_latin: str
    sex: str
    birth_year: int
    rank: str
    unit_id: int
    title: str = ""
    is_head: bool = False
    since: date | None = None


@act
def register_all(actor: Any, rows: Sequence[NewOfficer], *, cause: int | None = None) -> list[Officer]:
    """Enter many officers under one event: the bulk twin of `register`. All are entered, or none.

    The clock may too: demonstrations are loaded by it.

    :raises PermissionDenied: unless the actor keeps the roll of every unit
    :raises ValidationError: by field, if `check_registrations` finds anything
    """
    if not rows:
        return []
    units = kept_units(actor, {row.unit_id for row in rows})
    if len(units) < len({row.unit_id for row in rows}):
        raise PermissionDenied(_("You do not keep the roll of this unit."))
    refuse(problem for problems in check_registrations(actor, rows) for problem in problems)
    officers = [
        keyed(
            Officer(
                service_number=service_number(row.service_number),
                name_km=row.name_km,
                name_latin=row.name_latin,
                sex=row.sex,
                birth_year=row.birth_year,
                rank=row.rank,
                unit=units[row.unit_id],
            )
        )
        for row in rows
    ]
    event = record_all(officers, "officer.registered", actor=actor, cause=cause)
    held = [DateRange(row.since or clock.today(), None) for row in rows]
    numbers = [
        ServiceNumber(officer=officer, number=officer.service_number, held=since)
        for officer, since in zip(officers, held, strict=True)
    ]
    postings = [
        Posting(
            officer=officer,
            unit=officer.unit,
            rank=row.rank,
            title=row.title,
            is_head=row.is_head,
            held=since,
        )
        for officer, row, since in zip(officers, rows, held, strict=True)
    ]
    follows = event.id if event else None
    record_all(numbers, "service_number.given", actor=actor, cause=follows)
    record_all(postings, "posting.begun", actor=actor, cause=follows)
    return officers


def check_registrations(actor: Any, rows: Sequence[NewOfficer]) -> list[list[Problem]]:
    """What `register_all` would find wrong with each row, writing nothing."""
    units = kept_units(actor, {row.unit_id for row in rows}, lock=False)
    ranks = rank_codes()
    today = clock.today()
    numbers = [service_number(row.service_number) for row in rows]
    taken = _numbers_in_use(set(numbers))
    here: dict[str, int] = {}
    problems = []
    for index, (row, number) in enumerate(zip(rows, numbers, strict=True), 1):
        found = field_problems(row)
        unit = units.get(row.unit_id)
        if unit is None:
            found.append(Problem("unit", "unit_out_of_reach", {"value": row.unit_id}))
        elif unit.valid_to is not None:
            found.append(Problem("unit", "unit_closed", {"value": unit.code}))
        if row.rank not in ranks:
            found.append(Problem("rank", "unknown_rank", {"value": row.rank}))
        if row.since is not None and row.since > today:
            found.append(Problem("since", "in_the_future"))
        if not number:
            found.append(Problem("service_number", "missing"))
        elif number in taken and (row.since or today) < taken[number]:
            found.append(Problem("service_number", "number_in_use", {"value": number}))
        elif number in here:
            found.append(Problem("service_number", "number_twice", {"value": number, "other": here[number]}))
        here.setdefault(number, index)
        problems.append(found)
    return problems


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
    officer = _kept(actor, officer_id, version, "correct")
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
    officer = _kept(actor, officer_id, version, "renumber")
    needs_reason(reason)
    since = _past(since)
    held = ServiceNumber.objects.select_for_update().get(officer=officer, held__upper_inf=True)
    if since <= held.held.lower:
        raise ValidationError(
            {"since": _("The present number began on %(day)s.") % {"day": _written(held.held.lower)}}
        )
    held.held = DateRange(held.held.lower, since)
    officer.service_number = _number(number, "number")
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
    officer = _kept(actor, officer_id, version, "post")
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
                {"since": _("The present posting began on %(day)s.") % {"day": _written(present.held.lower)}}
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
    officer = _kept(actor, officer_id, version, "leave")
    needs_reason(reason)
    S = Officer.Status
    if status not in (S.RETIRED, S.RESIGNED, S.DECEASED):
        raise ValidationError({"status": _("Only retirement, resignation and death are recorded here.")})
    on = _past(on, "on")
    officer.status = status
    present = Posting.objects.select_for_update().filter(officer=officer, held__upper_inf=True).first()
    also = []
    if present is not None:
        if on <= present.held.lower:
            raise ValidationError(
                {"on": _("The present posting began on %(day)s.") % {"day": _written(present.held.lower)}}
            )
        present.held = DateRange(present.held.lower, on)
        also.append(present)
    return record(officer, "officer.left", actor=actor, reason=reason, also=also)


def _kept(actor: Any, officer_id: int, version: int | None, verb: str) -> Officer:
    officer = Officer.objects.visible_to(actor).select_related("unit").lock(officer_id, version=version)
    advance(officer, verb, by=actor)
    return officer


def _number(text: str, field: str = "service_number") -> str:
    number = service_number(text)
    if not number:
        raise ValidationError({field: _("Give a service number.")})
    return number


def rank_codes() -> set[str]:
    ranks = SettingVersion.objects.in_force(SettingVersion.Kind.RANKS, clock.today())
    return {rank["code"] for rank in ranks.content["ranks"]} if ranks else set()


def _rank(code: str) -> str:
    if code not in rank_codes():
        raise ValidationError({"rank": _("There is no rank “%(value)s”.") % {"value": code}})
    return code


def _written(day: date) -> str:
    return khmer.format_date(day, get_language() or "km")


def _past(day: date | None, field: str = "since") -> date:
    today = clock.today()
    if day is not None and day > today:
        raise ValidationError({field: _("The day cannot lie in the future.")})
    return day or today


def kept_units(actor: Any, ids: set[int], *, lock: bool = True) -> dict[int, Unit]:
    """Those of the units whose rolls the actor keeps, locked in one order so that acts cannot deadlock."""
    the_clock = rules.is_the_clock(actor)
    units = Unit.objects.all() if the_clock else Unit.objects.visible_to(actor)
    if lock:
        units = units.select_for_update(of=("self",))
    return {
        unit.pk: unit
        for unit in units.filter(pk__in=ids).order_by("pk")
        if the_clock or rules.keeps_officers(actor, unit)
    }


def _numbers_in_use(numbers: set[str]) -> dict[str, date]:
    """Service numbers that an officer has or had, and the first day on which each is free again."""
    held = ServiceNumber.objects.standing().filter(number__in=numbers).values_list("number", "held")
    free: dict[str, date] = {}
    for number, days in held:
        free[number] = max(free.get(number, date.min), days.upper or date.max)
    return free


def field_problems(row: NewOfficer) -> list[Problem]:
    """What the officer's own fields refuse, field by field."""
    found = []
    for name, limit in (("service_number", 20), ("name_km", 120), ("name_latin", 120), ("title", 120)):
        if len(getattr(row, name)) > limit:
            found.append(Problem(name, "too_long", {"limit": limit}))
    if not row.name_km.strip():
        found.append(Problem("name_km", "missing"))
    if row.sex not in Officer.Sex.values:
        choices = ", ".join(Officer.Sex.values)
        found.append(Problem("sex", "unknown_choice", {"value": row.sex, "choices": choices}))
    if not 1900 <= row.birth_year <= 2100:
        found.append(Problem("birth_year", "not_a_year", {"value": row.birth_year}))
    return found
