"""Whom the rows of an outside list mean: by number, by name with unit or year of birth, or by nobody but a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from foundation import khmer
from officers.models import Officer, ServiceNumber, Unit

#: Officers offered for one row; of a more common name a person looks for the right one.
MOST_CANDIDATES = 20


@dataclass
class Said:
    """A row as it was understood, or, with `problem`, as it was not."""

    line: int
    raw: list[str]
    problem: str = ""
    service_number: str = ""
    name_km: str = ""
    name_latin: str = ""
    unit_said: str = ""
    birth_year: int | None = None
    kind: str = ""
    effective_on: date | None = None
    number: str = ""


@dataclass
class Match:
    """`twin` is the line that named the same officer before."""

    officer: int | None = None
    how: str = ""
    candidates: list[int] = field(default_factory=list)
    twin: int | None = None


@dataclass(frozen=True)
class _Known:
    pk: int
    search_key: str
    latin_terms: str
    birth_year: int
    path: str

    def agrees(self, said: Said) -> bool:
        """Whether a name of the row is his, and none is another's; a row without a name does not speak against him."""
        names = []
        if said.name_km:
            names.append(khmer.search_key(said.name_km) == self.search_key)
        if said.name_latin and self.latin_terms:
            names.append(khmer.latin_matches(said.name_latin, self.latin_terms))
        return all(names)


class Matcher:
    """Matches rows of one list, many at a time, each lot in two statements; it knows who was named already."""

    def __init__(self) -> None:
        self.named: dict[int, int] = {}
        self.units: dict[str, list[str]] = defaultdict(list)
        for code, km, latin, path in Unit.objects.values_list("code", "name_km", "name_latin", "path"):
            for word in {code.casefold(), khmer.search_key(km), latin.casefold()}:
                self.units[word].append(path)

    def match(self, rows: Sequence[Said]) -> list[Match]:
        by_number = self._numbered({row.service_number for row in rows if row.service_number})
        without = [row for row in rows if not row.problem and row.service_number not in by_number]
        by_name = self._called({khmer.search_key(row.name_km) for row in without if row.name_km})
        return [self._twinned(row, self._one(row, by_number, by_name)) for row in rows]

    def _one(self, said: Said, by_number: dict[str, _Known], by_name: dict[str, list[_Known]]) -> Match:
        if said.problem:
            return Match()
        numbered = by_number.get(said.service_number)
        if numbered is not None:
            # A number under another name is a slip in one of the two: a person looks.
            return Match(numbered.pk, "number") if numbered.agrees(said) else Match(candidates=[numbered.pk])
        called = by_name.get(khmer.search_key(said.name_km), []) if said.name_km else []
        units = self.units.get(said.unit_said.casefold()) or self.units.get(
            khmer.search_key(said.unit_said), []
        )
        fitting = [
            one
            for one in called
            if (said.birth_year is None or one.birth_year == said.birth_year)
            and (not units or any(one.path.startswith(path) for path in units))
        ]
        # The name alone is not enough, though nobody else here has it: somebody who is not here may have it too.
        if len(fitting) == 1 and (said.birth_year is not None or units):
            return Match(fitting[0].pk, "name")
        return Match(candidates=[one.pk for one in (fitting or called)[:MOST_CANDIDATES]])

    def _twinned(self, said: Said, match: Match) -> Match:
        if match.officer is not None:
            first = self.named.setdefault(match.officer, said.line)
            match.twin = first if first != said.line else None
        return match

    def _numbered(self, numbers: set[str]) -> dict[str, _Known]:
        """The officers who have these numbers, or else the last who had them."""
        held = ServiceNumber.objects.standing().filter(number__in=numbers).order_by("held")
        last = dict(held.values_list("number", "officer_id"))
        now = Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR).filter(
            Q(service_number__in=numbers) | Q(pk__in=set(last.values()))
        )
        known, found = {}, {}
        for number, one in _known(now):
            known[one.pk] = one
            found[number] = one
        former = {number: known[pk] for number, pk in last.items() if pk in known}
        return former | {number: one for number, one in found.items() if number in numbers}

    def _called(self, keys: set[str]) -> dict[str, list[_Known]]:
        found: dict[str, list[_Known]] = defaultdict(list)
        rows = Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR).filter(search_key__in=keys)
        for _number, one in _known(rows.order_by("pk")):
            found[one.search_key].append(one)
        return found


def _known(rows: Any) -> Iterable[tuple[str, _Known]]:
    values = rows.values_list("service_number", "pk", "search_key", "latin_terms", "birth_year", "unit__path")
    return ((number, _Known(*rest)) for number, *rest in values)
