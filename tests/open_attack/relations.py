"""All that a reader of the counts knows of them without being told a hidden one: which are sums of which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.models.open_data.aggregates import NATION
from tests.open_attack.collector import Collector, Row
from tests.open_attack.system import System

#: The total of a row, and its parts; of tests, how they ended is said of the country alone.
PARTS = {
    "complaints": ("received", ("in_time", "late", "not_acted")),
    "inaction": ("received", ("acted", "moved_up", "other")),
    "categories": ("received", ()),
    "tests": ("tests", ("negative", "cleared", "positive", "refusal", "other")),
    "coverage": ("strength", ("tested", "excused", "not_tested")),
}
WHERE = {
    "complaints": "area",
    "inaction": "unit",
    "categories": "category",
    "tests": "area",
    "coverage": "unit",
}
WHEN = {"complaints": "month", "inaction": "year", "categories": "year", "tests": "month", "coverage": "year"}
type Cell = tuple[str, str, str, str]  # collection, period, place, column


@dataclass
class Attack:
    """The whole of what is public as one system, over all months and years, and the cells that are hidden in it.

    :param least: what a hidden cell is at least: one, where a reader knows that zero is always shown
    """

    collector: Collector
    least: int = 0

    def __post_init__(self) -> None:
        self.system = System()
        self.hidden: set[Cell] = set()
        self.there: dict[str, dict[str, set[str]]] = {name: {} for name in PARTS}
        for name in PARTS:
            for versions in self.collector.ever[name].values():
                for row in versions:
                    self._read(name, row)
        for name in PARTS:
            for versions in self.collector.ever[name].values():
                self._cells_of(name, versions[-1])
        parents = {key: row["parent"] for key, row in self.collector.rows["units"].items()}
        self.parents: Mapping[str, str | None] = parents
        for name, periods in self.there.items():
            for period, places in periods.items():
                if WHERE[name] == "area":
                    self._sum(name, period, NATION, sorted(places - {NATION}), whole=True)
                elif WHERE[name] == "unit":
                    self._tree(name, period, places)
        self._years()

    def _read(self, name: str, row: Row) -> None:
        """What a row says, or ever said, is known."""
        period, place = str(row[WHEN[name]]), row[WHERE[name]]
        self.there[name].setdefault(period, set()).add(place)
        for column in self.columns(name):
            if row[column] is not None:
                self.system.show((name, period, place, column), row[column])

    def _cells_of(self, name: str, row: Row) -> None:
        period, place = str(row[WHEN[name]]), row[WHERE[name]]
        total, parts = PARTS[name]
        for column in self.columns(name):
            cell = (name, period, place, column)
            if cell not in self.system.known:
                self.hidden.add(cell)
                self.system.hide(cell, self.least if self._is_secret(name, place, column) else 0)
        if parts:
            self.system.equal(
                (name, period, place, total), [(name, period, place, column) for column in parts]
            )

    @staticmethod
    def columns(name: str) -> tuple[str, ...]:
        total, parts = PARTS[name]
        return (total, *parts)

    @staticmethod
    def _is_secret(name: str, place: str, column: str) -> bool:
        """How tests ended is not published of areas at all, so a null there says nothing."""
        return not (name == "tests" and place != NATION and column != "tests")

    def _sum(self, name: str, period: str, whole_of: str, places: Iterable[str], *, whole: bool) -> None:
        """A place is its parts; unless they are all of it, and a part of its own that is not published."""
        for column in self.columns(name):
            parts = [(name, period, place, column) for place in places]
            if not whole:
                own = (name, period, f"{whole_of} itself", column)
                self.system.hide(own)
                parts.append(own)
            self.system.equal((name, period, whole_of, column), parts)

    def _tree(self, name: str, period: str, places: set[str]) -> None:
        """A unit counts those below it; between two that are public there may be some that are not."""
        below: dict[str, list[str]] = {}
        for place in sorted(places - {NATION}):
            above = self.parents.get(place)
            while above is not None and above not in places:
                above = self.parents.get(above)
            below.setdefault(above or NATION, []).append(place)
        for place, children in below.items():
            if place in places:
                self._sum(name, period, place, children, whole=False)
        for place in places:
            total, parts = PARTS[name]
            own = [(name, period, f"{place} itself", column) for column in (total, *parts)]
            if own[0] in self.system.hidden:
                self.system.equal(own[0], own[1:])

    def _years(self) -> None:
        """The year is its months, whoever counts: by area and month, by unit, by category."""
        received = {year: set() for year in self.there["inaction"]} | {
            year: set() for year in self.there["categories"]
        }
        for year in received:
            months = [f"{year}-{month:02d}" for month in range(1, 13)]
            wholes = []
            if NATION in self.there["inaction"].get(year, ()):
                wholes.append([("inaction", year, NATION, "received")])
            if categories := self.there["categories"].get(year):
                wholes.append([("categories", year, one, "received") for one in sorted(categories)])
            if all(NATION in self.there["complaints"].get(month, ()) for month in months):
                wholes.append([("complaints", month, NATION, "received") for month in months])
            for number, parts in enumerate(wholes):
                whole = ("year", year, NATION, "received")
                if number == 0:
                    self.system.hide(whole)
                self.system.equal(whole, parts)
            self._provinces(year, months)
        for year in self.there["coverage"]:
            months = [f"{year}-{month:02d}" for month in range(1, 13)]
            if all(NATION in self.there["tests"].get(month, ()) for month in months):
                self.system.at_most(
                    ("coverage", year, NATION, "tested"),
                    [("tests", month, NATION, "tests") for month in months],
                )

    def _provinces(self, year: str, months: list[str]) -> None:
        """A province's commissariat, with all below it, is the area of the province."""
        for key, unit in self.collector.rows["units"].items():
            area = unit["province"]
            if unit["kind"] != "PROVINCIAL_COMMISSARIAT" or key not in self.there["inaction"].get(year, ()):
                continue
            if all(area in self.there["complaints"].get(month, ()) for month in months):
                self.system.equal(
                    ("inaction", year, key, "received"),
                    [("complaints", month, area, "received") for month in months],
                )

    def narrow(self, by_place: int, nationwide: int) -> dict[Cell, tuple[int, float]]:
        """The hidden cells whose ends are nearer than the threshold that protects them.

        And what a unit has besides those below it, where that is found out to be small and not nothing.
        """
        widths: dict[Cell, float] = {}
        for cell in self.hidden:
            name, _period, place, column = cell
            if self._is_secret(name, place, column):
                widths[cell] = nationwide if place == NATION or name == "categories" else by_place
        own = {cell for cell in self.system.hidden if cell[2].endswith(" itself")}
        found = self.system.narrower_than(widths | dict.fromkeys(own, by_place))
        return {
            cell: (low, high)
            for cell, (low, high) in found.items()
            if cell in widths or (low > 0 and high < by_place)
        }
