"""Tables of counts as they come out: rows, what is a sum of what, and what stands under what.

A cell is named by its row and its column. A table has one column that is the sum of the others, and rows that are sums
of rows: the country of its areas, or a unit of the units below it and of what it has itself.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from audits.reckoning.suppression import Cell, Stand, Sum, to_hide

#: The whole country.
NATION = "KH"

type Counts = Sequence[int]
type Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Columns:
    """`total` is the sum of `parts`."""

    total: str
    parts: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (self.total, *self.parts)


@dataclass
class System:
    """What a reader of one release, and of those before it, may reckon with."""

    cells: dict[Key, Cell] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def hidden(self, draw: Random) -> set[Key]:
        """Which cells are to be hidden. What was given away before is lost and holds nothing up."""
        return to_hide(self.cells, self.sums, draw).keys

    def said(self, key: Key, hidden: set[Key]) -> int | None:
        """A cell as it is published."""
        return None if key in hidden else self.cells[key].value

    def row_said(self, row: Key, columns: Columns, hidden: set[Key]) -> dict[str, int | None]:
        return {column: self.said((*row, column), hidden) for column in columns.all}

    def add_areas(
        self, name: Hashable, counts: Mapping[str, Counts], columns: Columns, threshold: int
    ) -> None:
        """Areas, and the country as their sum. `counts` are of each area, in the order of the parts."""
        for area, parts in {**counts, NATION: summed(counts.values(), len(columns.parts))}.items():
            above = None if area == NATION else (name, NATION)
            self._add_row((name, area), parts, columns, threshold, above)
        for column in columns.all:
            self.sums.append(Sum((name, NATION, column), tuple((name, area, column) for area in counts)))

    def add_tree(
        self,
        name: Hashable,
        own: Mapping[str, Counts],
        parents: Mapping[str, str],
        columns: Columns,
        threshold: int,
    ) -> None:
        """Units with all below them. `parents` has every unit but the country; `own` is what each has itself."""
        nothing = (0,) * len(columns.parts)
        children: defaultdict[str, list[str]] = defaultdict(list)
        for unit, parent in parents.items():
            children[parent].append(unit)
        whole = totals(own, parents, len(columns.parts))
        for unit in (NATION, *parents):
            above = (name, parents[unit]) if unit in parents else None
            self._add_row((name, unit), whole.get(unit, nothing), columns, threshold, above)
            if unit not in children:
                continue
            itself = own.get(unit, nothing)
            for column, value in zip(columns.all, (sum(itself), *itself), strict=True):
                self.cells[name, unit, "itself", column] = Cell(value, threshold, Stand.NEVER)
                below = tuple((name, child, column) for child in children[unit])
                self.sums.append(Sum((name, unit, column), ((name, unit, "itself", column), *below)))
            self._add_sum((name, unit, "itself"), columns)

    def add_parts(self, name: Hashable, counts: Mapping[str, int], total: Key, threshold: int) -> None:
        """A breakdown of one cell that is there."""
        for code, value in counts.items():
            self.cells[name, code] = Cell(value, threshold, under=(total,))
        self.sums.append(Sum(total, tuple((name, code) for code in counts)))

    def _add_row(self, row: Key, parts: Counts, columns: Columns, threshold: int, above: Key | None) -> None:
        for column, value in zip(columns.all, (sum(parts), *parts), strict=True):
            under = [(*row, columns.total)] if column != columns.total else []
            if above is not None:
                under.append((*above, column))
            self.cells[*row, column] = Cell(value, threshold, under=tuple(under))
        self._add_sum(row, columns)

    def _add_sum(self, row: Key, columns: Columns) -> None:
        self.sums.append(Sum((*row, columns.total), tuple((*row, part) for part in columns.parts)))


def levels(parents: Mapping[str, str]) -> dict[str, int]:
    """How far below the country each unit is; those above stand before those below."""
    found = {NATION: 0}
    for unit, parent in parents.items():
        found[unit] = found[parent] + 1
    return found


def totals(own: Mapping[str, Counts], parents: Mapping[str, str], width: int) -> dict[str, Counts]:
    """What each unit has with all below it; units that have nothing are left out."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * width)
    for unit, counts in own.items():
        if any(counts):
            above: str | None = unit
            while above is not None:
                found[above] = [one + other for one, other in zip(found[above], counts, strict=True)]
                above = parents.get(above)
    return dict(found)


def summed(rows: Iterable[Counts], width: int) -> Counts:
    return [sum(column) for column in zip(*rows, strict=True)] or [0] * width
