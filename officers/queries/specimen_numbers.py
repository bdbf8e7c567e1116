"""Labels issued to units: which numbers may be used, which were, and which nobody accounts for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

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
class Account:
    """What became of the labels of a range. `missing` are those before the last one used that nobody accounts for."""

    used: int
    spoiled: int
    left: int
    missing: list[str]


def account_of(labels: SpecimenRange) -> Account:
    """Every number up to the last one used is a test's or spoiled; others are gaps, and named."""
    first, last = specimen_number(labels.year, labels.first), specimen_number(labels.year, labels.last)
    of_range = Q(specimen_number__gte=first, specimen_number__lte=last)
    used = set(
        DrugTest.objects.filter(of_range)
        .exclude(specimen_number="")
        .values_list("specimen_number", flat=True)
    )
    spoiled = set(labels.spoiled.values_list("number", flat=True))
    all_of = [specimen_number(labels.year, serial) for serial in range(labels.first, labels.last + 1)]
    reached = max((place for place, number in enumerate(all_of, 1) if number in used), default=0)
    missing = [number for number in all_of[:reached] if number not in used and number not in spoiled]
    used_here = used & set(all_of)
    return Account(len(used_here), len(spoiled), len(all_of) - len(used_here) - len(spoiled), missing)
