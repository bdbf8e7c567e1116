"""Labels issued to units: which numbers may be used, which were, and which nobody accounts for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from officers.models import DrugTest, SpecimenRange, SpoiledNumber, Unit
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import label_of, specimen_number


def problems_with(numbers: Iterable[str], unit: Unit) -> dict[str, Problem]:
    """What is wrong with specimen numbers used on a sheet of a unit, by number.

    Once labels were issued to the unit, or to one above it, only those are used; before, any number is taken as it
    stands on the paper. A number that looks like a label's must be one.
    """
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    above = [int(part) for part in unit.path.strip("/").split("/")]
    issued = list(SpecimenRange.objects.filter(unit__in=above))
    spoiled = set(SpoiledNumber.objects.filter(number__in=wanted).values_list("number", flat=True))
    found = {}
    for number in wanted:
        try:
            label = label_of(number)
        except ValueError:
            found[number] = Problem("specimen_number", "specimen_check_digits", {"value": number})
            continue
        if number in spoiled:
            found[number] = Problem("specimen_number", "specimen_spoiled", {"value": number})
        elif (label is not None or issued) and not any(_holds(one, label) for one in issued):
            found[number] = Problem("specimen_number", "specimen_not_issued", {"value": number})
    return found


def _holds(labels: SpecimenRange, label: tuple[int, int] | None) -> bool:
    return label is not None and labels.year == label[0] and labels.first <= label[1] <= labels.last


@dataclass(frozen=True)
class Gap:
    """Labels in a row that nobody accounts for: the first, the last, how many."""

    first: str
    last: str
    number: int


@dataclass(frozen=True)
class Account:
    """What became of the labels of a range. Gaps lie before the last one used: nobody accounts for them."""

    used: int
    spoiled: int
    left: int
    gaps: list[Gap]

    @property
    def missing(self) -> int:
        return sum(gap.number for gap in self.gaps)


def account_of(labels: SpecimenRange) -> Account:
    """Every number up to the last one used is a test's or spoiled; others are gaps, and named.

    A label on a line that was voided is used up: it was on a bottle, or on a list.
    """
    bounds = [specimen_number(labels.year, serial) for serial in (labels.first, labels.last)]
    on_lines = DrugTest.objects.filter(specimen_number__range=bounds)
    # Asked apart, so that each has an index: of a million lines few are void.
    standing, void = (
        on_lines.standing().exclude(specimen_number=""),
        on_lines.filter(status=DrugTest.Status.VOID),
    )
    used = {serial for one in (standing, void) for serial in _serials(one, labels.year, "specimen_number")}
    spoiled = set(_serials(labels.spoiled.all(), labels.year, "number")) - used
    reached = max(used, default=labels.first - 1)
    missing = [n for n in range(labels.first, reached + 1) if n not in used and n not in spoiled]
    return Account(
        used=len(used),
        spoiled=len(spoiled),
        left=labels.last - labels.first + 1 - len(used) - len(spoiled) - len(missing),
        gaps=_gaps(labels.year, missing),
    )


def _serials(rows: QuerySet[Any], year: int, name: str) -> Iterator[int]:
    """Running numbers of those that are labels of a year, and nothing that only sorts among them."""
    for number in rows.values_list(name, flat=True):
        try:
            label = label_of(number)
        except ValueError:
            continue
        if label is not None and label[0] == year:
            yield label[1]


def _gaps(year: int, missing: list[int]) -> list[Gap]:
    gaps: list[Gap] = []
    # In a row of consecutive numbers, number and place differ by the same.
    for _same, row in groupby(enumerate(missing), lambda one: one[1] - one[0]):
        serials = [serial for _place, serial in row]
        first, last = (specimen_number(year, serial) for serial in (serials[0], serials[-1]))
        gaps.append(Gap(first, last, len(serials)))
    return gaps
