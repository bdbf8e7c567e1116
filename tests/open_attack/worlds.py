"""Worlds small enough to be seen through, and what an honest count of them says."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from audits.models.open_data.aggregates import NATION
from tests.open_attack.collector import Collector, Row
from tests.open_attack.relations import PARTS, WHEN, WHERE

DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Heard:
    """Complaints of one month that came to one unit and ended alike."""

    month: str
    unit: str
    number: int
    ended: str = "in_time"
    category: str = "extortion"


@dataclass
class World:
    """Units by code, with the one above and their province, and what was complained of."""

    units: dict[str, tuple[str | None, str, str]] = field(default_factory=dict)  # parent, province, kind
    heard: list[Heard] = field(default_factory=list)

    def above(self, unit: str | None) -> Iterable[str]:
        while unit is not None:
            yield unit
            unit = self.units[unit][0]

    def rows(self, months: Iterable[str]) -> dict[str, dict[str, Row]]:
        """Every row that is to be published of these months and their whole years, with nothing hidden."""
        months = list(months)
        found: dict[str, dict[str, Row]] = {name: {} for name in PARTS}
        areas = [NATION, *sorted({province for _, province, _ in self.units.values()})]
        for month in months:
            for area in areas:
                here = [
                    one
                    for one in self.heard
                    if one.month == month and area in (NATION, self.units[one.unit][1])
                ]
                self._put(found, "complaints", month, area, Counter(), here, lambda one: one.ended)
        for year in sorted({month[:4] for month in months}):
            if sum(month.startswith(year) for month in months) < 12:
                continue
            of_year = [one for one in self.heard if one.month.startswith(year)]
            for unit in [NATION, *self.units]:
                here = [one for one in of_year if unit in (NATION, *self.above(one.unit))]
                self._put(found, "inaction", year, unit, Counter(), here, _ended_there)
            for category in sorted({one.category for one in self.heard}):
                number = sum(one.number for one in of_year if one.category == category)
                key = f"{year}.{category}"
                found["categories"][key] = {"id": key, "year": year, "category": category, "received": number}
        return found

    @staticmethod
    def _put(
        found: dict[str, dict[str, Row]],
        name: str,
        period: str,
        place: str,
        counted: Counter[str],
        here: list[Heard],
        column: Callable[[Heard], str],
    ) -> None:
        for one in here:
            counted[column(one)] += one.number
        total, parts = PARTS[name]
        key = f"{period}.{place}"
        found[name][key] = {
            "id": key,
            WHEN[name]: period,
            WHERE[name]: place,
            total: counted.total(),
            **{part: counted[part] for part in parts},
        }


def _ended_there(one: Heard) -> str:
    """The unit that acts late did act; from the one that does not, a complaint is taken."""
    return "moved_up" if one.ended == "not_acted" else "acted"


def collected(world: World, published: dict[str, dict[str, Row]]) -> Collector:
    """As if these rows had been taken from the public tables."""
    collector = Collector()
    for name in PARTS:
        for key, row in published.get(name, {}).items():
            collector.ever[name][key].append(row)
    collector.rows["units"] = {
        unit: {"id": unit, "parent": parent, "province": province, "kind": kind}
        for unit, (parent, province, kind) in world.units.items()
    }
    return collector


def small_hidden(
    rows: dict[str, dict[str, Row]], by_place: int, nationwide: int
) -> dict[str, dict[str, Row]]:
    """What a publisher does who hides the small cells and thinks that this is enough."""
    found: dict[str, dict[str, Row]] = {}
    for name, of_name in rows.items():
        for key, row in of_name.items():
            least = nationwide if row[WHERE[name]] == NATION or name == "categories" else by_place
            total, parts = PARTS[name]
            found.setdefault(name, {})[key] = row | {
                column: None for column in (total, *parts) if 0 < row[column] < least
            }
    return found


def police() -> World:
    """Two provinces, a chain of single children, and a central unit."""
    return World(
        {
            "MOI": (None, "00", "MINISTRY"),
            "C1": ("MOI", "00", "CENTRAL_DEPARTMENT"),
            "P03": ("MOI", "03", "PROVINCIAL_COMMISSARIAT"),
            "D0301": ("P03", "03", "DISTRICT_INSPECTORATE"),
            "D0302": ("P03", "03", "DISTRICT_INSPECTORATE"),
            "P12": ("MOI", "12", "PROVINCIAL_COMMISSARIAT"),
            "D1201": ("P12", "12", "DISTRICT_INSPECTORATE"),
            "O120101": ("D1201", "12", "COMMUNE_POST"),
        }
    )
