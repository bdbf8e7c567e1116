"""Counts of complaints: months by area, and years by unit and by category.

A month is counted once and kept (`CountedComplaints`). A year is the sum of its months, so between what came out in
months and what comes out of a year there is no difference that tells of anything but what was counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min

from audits.actions.publishing.periods import (
    first_day,
    last_day,
    months_to_come,
    thresholds,
    years_to_come,
)
from audits.actions.publishing.writing import alone, company, last_day_to_publish, publish_periods
from audits.models import OpenCategory, OpenComplaints, OpenInaction
from audits.queries.counts import Tree, areas, count_complaints, counted_complaints
from audits.queries.disclosure import Rules, rules_in_force
from audits.queries.provinces import CENTRAL
from audits.reckoning.suppression import Cell, Stand, Sum
from audits.reckoning.tables import NATION, Columns, Counts, Key, System, levels, summed
from cases.models import Complaint
from cases.models.vocabulary import Category
from ledger import clock
from ledger.acting import act, recording

MONTHLY = Columns("received", ("in_time", "late", "not_acted"))
YEARLY = Columns("received", ("acted", "moved_up", "other"))


@dataclass
class _Counted:
    """What was counted of a month, added up in three ways."""

    areas: dict[str, Counts] = field(default_factory=dict)
    units: dict[str, Counts] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)


@act
def publish_complaints(actor: Any) -> dict[str, int]:
    """Publish the months and years of complaints that may come out and have not; how many rows that were."""
    alone(actor)
    rules = rules_in_force()
    upto = last_day_to_publish(rules, horizon=True)
    months = months_to_come("complaints", _first_received, upto)
    if not months:
        return {"complaints": 0, "inaction": 0, "categories": 0}
    with recording("open_data.published", actor=actor, subject=OpenComplaints, months=months):
        count_complaints(first_day(months[0]), last_day(months[-1]), rules)
        years = years_to_come("inaction", lambda: _first_counted() or first_day(months[0]), upto)
        tree, known = Tree(), areas()
        counted = _added_up(min([*(f"{year}-01" for year in years), months[0]]), months[-1], tree)
        rows = [row for month in months for row in _month(month, counted[month], known, rules)]
        publish_periods(OpenComplaints, rows, months, rules)
    by_unit: list[OpenInaction] = []
    by_category: list[OpenCategory] = []
    if years:
        shown = _Shown(years)
        with recording("open_data.published", actor=actor, subject=OpenInaction, years=years):
            for year in years:
                units, categories = _year(year, counted, shown, tree, rules)
                by_unit += units
                by_category += categories
            publish_periods(OpenInaction, by_unit, years, rules)
            publish_periods(OpenCategory, by_category, years, rules)
    return {"complaints": len(rows), "inaction": len(by_unit), "categories": len(by_category)}


def _first_received() -> date | None:
    return Complaint.objects.aggregate(day=Min("received_on"))["day"]


def _first_counted() -> date | None:
    month = OpenComplaints.objects.aggregate(month=Min("month"))["month"]
    return first_day(month) if month else None


def _added_up(first: str, last: str, tree: Tree) -> "defaultdict[str, _Counted]":
    found: defaultdict[str, _Counted] = defaultdict(_Counted)
    for row in counted_complaints(first, last):
        month, unit, received = found[row["month"]], row["unit_id"], row["received"]
        timely = (row["in_time"], row["late"], received - row["in_time"] - row["late"])
        acted = (row["acted"], row["moved_up"], received - row["acted"] - row["moved_up"])
        area, code, category = row["area"], tree.code_of[unit], row["category"]
        month.areas[area] = summed([month.areas.get(area, (0, 0, 0)), timely], 3)
        month.units[code] = summed([month.units.get(code, (0, 0, 0)), acted], 3)
        month.categories[category] = month.categories.get(category, 0) + received
    return found


def _month(month: str, counted: _Counted, known: set[str], rules: Rules) -> list[OpenComplaints]:
    by_area = {area: counted.areas.get(area, (0, 0, 0)) for area in sorted(known.union(counted.areas))}
    system = System()
    system.add_areas(month, by_area, MONTHLY, rules.unit_threshold)
    hidden = system.hidden(company(OpenComplaints, month))
    return [
        OpenComplaints(
            id=f"{month}.{area}",
            month=month,
            area=area,
            published_on=clock.today(),
            **system.row_said((month, area), MONTHLY, hidden),
        )
        for area in (NATION, *by_area)
    ]


class _Shown:
    """What came out in the months of these years: which cells are shown, and which thresholds ruled."""

    def __init__(self, years: Sequence[str]) -> None:
        rows = OpenComplaints.objects.filter(
            month__gte=f"{years[0]}-01", month__lte=f"{years[-1]}-12"
        ).order_by("month", "area")
        self.rows: defaultdict[str, dict[str, OpenComplaints]] = defaultdict(dict)
        for row in rows:
            self.rows[row.month][row.area] = row
        self.thresholds = thresholds("complaints", self.rows)

    def add_to(self, system: System, month: str, counted: _Counted) -> None:
        """A month as it was published: shown or hidden, and the sums that hold in it."""
        by_area = {area: counted.areas.get(area, (0, 0, 0)) for area in self.rows[month] if area != NATION}
        of_month = System()
        of_month.add_areas(month, by_area, MONTHLY, self.thresholds[month])
        for key, cell in of_month.cells.items():
            _, area, column = key
            shown = getattr(self.rows[month][str(area)], str(column)) is not None
            stand = Stand.SHOWN if shown else Stand.HIDDEN
            system.cells[key] = Cell(cell.value, cell.threshold, stand)
        system.sums += of_month.sums


def _year(
    year: str, counted: Mapping[str, _Counted], shown: _Shown, tree: Tree, rules: Rules
) -> tuple[list[OpenInaction], list[OpenCategory]]:
    months = [month for month in sorted(shown.rows) if month.startswith(f"{year}-")]
    system = System()
    own: dict[str, Counts] = {}
    categories = dict.fromkeys(Category.values, 0)
    for month in months:
        shown.add_to(system, month, counted[month])
        for unit, counts in counted[month].units.items():
            own[unit] = summed([own.get(unit, (0, 0, 0)), counts], 3)
        for category, number in counted[month].categories.items():
            categories[category] = categories.get(category, 0) + number
    parents = tree.of_year(int(year), own)
    system.add_tree(year, own, parents, YEARLY, rules.unit_threshold)
    system.add_parts("category", categories, (year, NATION, "received"), rules.national_threshold)
    _add_areas_of_year(system, year, months, parents, tree)
    hidden = system.hidden(company(OpenInaction, year))
    by_unit = [
        OpenInaction(
            id=f"{year}.{unit}",
            year=int(year),
            unit=unit,
            level=level,
            published_on=clock.today(),
            **system.row_said((year, unit), YEARLY, hidden),
        )
        for unit, level in levels(parents).items()
    ]
    by_category = [
        OpenCategory(
            id=f"{year}.{category}",
            year=int(year),
            category=category,
            received=system.said(("category", category), hidden),
            published_on=clock.today(),
        )
        for category in categories
    ]
    return by_unit, by_category


def _add_areas_of_year(
    system: System, year: str, months: Sequence[str], parents: Mapping[str, str], tree: Tree
) -> None:
    """The months of an area add up to what its units had in the year; and the country to its areas."""
    tops: defaultdict[str, list[Key]] = defaultdict(list)
    for unit, parent in parents.items():
        area = tree.area_of.get(unit, CENTRAL)
        if area not in (CENTRAL, tree.area_of.get(parent, CENTRAL)):
            tops[area].append((year, unit, "received"))
    parts = []
    for area in sorted({str(key[1]) for key in system.cells if key[0] in months} - {NATION}):
        of_months = tuple((month, area, "received") for month in months)
        value = sum(system.cells[key].value for key in of_months)
        of_units = tuple(tops[area])
        # Where units went to another province in the year, months and units are no sums of the same.
        agree = bool(of_units) and value == sum(system.cells[key].value for key in of_units)
        key: Key = of_units[0] if agree and len(of_units) == 1 else (year, "area", area)
        if key not in of_units:
            threshold = system.cells[year, NATION, "received"].threshold
            system.cells[key] = Cell(value, threshold, Stand.NEVER)
            if agree:
                system.sums.append(Sum(key, of_units))
        system.sums.append(Sum(key, of_months))
        parts.append(key)
    country = (year, NATION, "received")
    system.sums.append(Sum(country, tuple(parts)))
    system.sums.append(Sum(country, tuple((month, NATION, "received") for month in months)))
