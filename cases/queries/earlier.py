"""What a row of a list of earlier measures would do: whom it means, and what stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.models import EarlierMeasure
from cases.models.deciding import MeasureKind
from foundation import khmer
from officers.models import Officer, ServiceNumber, Unit
from officers.models.users import Role


@dataclass(frozen=True)
class Written:
    """A measure as a row of a list says it. `removes` is whether it ended his service, None where it does not say."""

    service_number: str
    name_km: str
    name_latin: str
    rank: str
    unit_said: str
    province: str
    kind: str
    ground: str
    is_about_drugs: bool
    effective_on: date
    instrument: str
    number: str
    signed_on: date | None
    removes: bool | None
    remark: str = ""

    @property
    def kind_label(self) -> Any:
        return MeasureKind(self.kind).label


@dataclass(frozen=True)
class Judged:
    """A row, the officer it means if the roll has him, why it cannot be taken (a code, "" if it can), and whether it
    says what stands here already. `dismisses`: the officer left otherwise, and counts as dismissed with it.
    """

    written: Written
    officer: Officer | None = None
    problem: str = ""
    is_same: bool = False
    dismisses: bool = False

    @property
    def is_new(self) -> bool:
        return not self.problem and not self.is_same


def judge(user: Any, rows: Sequence[Written]) -> list[Judged]:
    """Each row as it would be taken from a user now, in a few statements for all of them."""
    officers = _officers({row.service_number for row in rows if row.service_number})
    there = {_key(row) for row in _standing(rows)}
    judged = []
    for row in rows:
        one = _judge(user, row, officers.get(row.service_number))
        key = _key(row)
        if not one.problem:
            one = Judged(row, one.officer, is_same=True) if key in there else one
            there.add(key)
        judged.append(one)
    return judged


_IN_SERVICE = (Officer.Status.SERVING, Officer.Status.SUSPENDED)
_LEFT = (Officer.Status.RETIRED, Officer.Status.RESIGNED)


def _judge(user: Any, row: Written, officer: Officer | None) -> Judged:
    if officer is None:
        return Judged(row)
    if officer.pk == user.officer_id or not user.serves(officer.unit, Role.REGISTRAR):
        return Judged(row, problem="not_yours")
    if not _names_agree(row, officer):
        return Judged(row, problem="another_name")
    if row.kind != MeasureKind.DISMISSAL:
        return Judged(row, officer)
    # A list removes nobody from service: for that there are cases and orders.
    if officer.status in _IN_SERVICE and row.removes is not False:
        return Judged(row, problem="serves")
    return Judged(row, officer, dismisses=bool(row.removes) and officer.status in _LEFT)


def _officers(numbers: set[str]) -> dict[str, Officer]:
    """The officers who have these numbers, or the last who had them."""
    held = ServiceNumber.objects.standing().filter(number__in=numbers).order_by("held")
    known = dict(held.values_list("number", "officer_id"))
    officers = (
        Officer.objects.select_related("unit")
        .exclude(status=Officer.Status.ENTERED_IN_ERROR)
        .in_bulk(set(known.values()))
    )
    return {number: officers[pk] for number, pk in known.items() if pk in officers}


def province_of(unit: Unit) -> str:
    """The code of the province a unit stands in; "" for a central one."""
    above = Unit.objects.filter(
        pk__in=[int(part) for part in unit.path.strip("/").split("/")],
        kind=Unit.Kind.PROVINCIAL_COMMISSARIAT,
    )
    return above.values_list("admin_code", flat=True).first() or ""


def _names_agree(row: Written, officer: Officer) -> bool:
    """Whether a name of the row is the officer's, and none is another's."""
    said = []
    if row.name_km:
        said.append(khmer.search_key(row.name_km) == officer.search_key)
    if row.name_latin and officer.latin_terms:
        said.append(khmer.latin_matches(row.name_latin, officer.latin_terms))
    return bool(said) and all(said)


def _standing(rows: Sequence[Written]) -> list[EarlierMeasure]:
    days = {row.effective_on for row in rows}
    return list(EarlierMeasure.objects.standing().filter(effective_on__in=days))


def _key(row: Written | EarlierMeasure) -> tuple[Any, ...]:
    """By what a measure is known again: whom, what, from when, by which paper."""
    whom = row.service_number or khmer.search_key(row.name_km) or row.name_latin.casefold()
    return whom, row.kind, row.effective_on, " ".join(row.number.split())
