"""Which counts are hidden, so that no small one can be reckoned from those that are shown.

A count of 1 to its threshold less one is hidden; further ones are, until of each that is hidden a reader can say no
more than an interval at least as wide as its threshold. He has all that is shown, in this release and in earlier ones,
and every sum that holds between counts; he knows that none is below zero, and of what is hidden, since zero is shown,
that it is not zero either. What is no cell but falls out when cells are subtracted, such as what a unit has besides the
units below it, counts as one (`Stand.NEVER`).

What was published stays as it was: shown or hidden, it only rules what may be shown besides.
"""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any

from audits.reckoning.intervals import TOLERANCE, Narrow, Unknowns, too_narrow


class Stand(Enum):
    NEW = "may be shown or hidden"
    SHOWN = "was shown before"
    HIDDEN = "was hidden before"
    NEVER = "is no cell, but can be reckoned from cells"


@dataclass(frozen=True, slots=True)
class Cell:
    """A count. Where one that it is `under` is hidden, it is hidden too, unless it is zero: detail never shows more
    than what it is of.
    """

    value: int
    threshold: int
    stand: Stand = Stand.NEW
    under: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts`."""

    total: Hashable
    parts: tuple[Hashable, ...]

    def __iter__(self) -> Iterator[Hashable]:
        yield self.total
        yield from self.parts


@dataclass(frozen=True)
class Hidden:
    """The keys of the new cells that are to be hidden; and of those that nothing new can protect any more, since what
    was published before gave them away. These keep nothing else from being shown.
    """

    keys: set[Any]
    lost: set[Any]


def to_hide(
    cells: Mapping[Any, Cell], sums: Sequence[Sum], draw: Random, *, suppress_zero: bool = False
) -> Hidden:
    """Which new cells are to be hidden.

    :param draw: chooses which cells keep a small one company. Whoever runs this program must not be able to repeat it:
        were it always the smallest, a cell that is shown would tell that those beside it that are hidden are smaller.
    :raises ValueError: if a sum does not hold
    """
    for one in sums:
        if cells[one.total].value != sum(cells[part].value for part in one.parts):
            raise ValueError(f"{one.total} is not the sum of its parts")
    return _Suppression(cells, sums, draw, suppress_zero=suppress_zero).run()


class _Suppression:
    def __init__(
        self, cells: Mapping[Hashable, Cell], sums: Sequence[Sum], draw: Random, *, suppress_zero: bool
    ) -> None:
        self.cells, self.sums, self.draw = cells, sums, draw
        self.suppress_zero = suppress_zero
        self.of: defaultdict[Hashable, list[int]] = defaultdict(list)  # sums in which a cell stands
        for number, one in enumerate(sums):
            for key in one:
                self.of[key].append(number)
        self.below: defaultdict[Hashable, list[Hashable]] = defaultdict(list)
        for key, cell in cells.items():
            for above in cell.under:
                self.below[above].append(key)
        self.sizes: dict[Hashable, int] = {}
        #: What is not read anywhere, and of that what must stay uncertain.
        self.dark = {key for key, cell in cells.items() if cell.stand in (Stand.HIDDEN, Stand.NEVER)}
        self.guarded = {
            key
            for key, cell in cells.items()
            if cell.stand is Stand.HIDDEN or (cell.stand is Stand.NEVER and self._is_small(cell))
        }
        self.known = self._given_away()
        self.dark -= self.known
        self.lost: set[Hashable] = self.guarded & self.known
        self.guarded -= self.known
        self.hidden: set[Hashable] = set()
        self.touched: set[int] = set(range(len(sums)))
        #: Proven to be uncertain enough. That stays: whoever sees less knows no more.
        self.wide: set[Hashable] = set()

    def _given_away(self) -> set[Hashable]:
        """What follows from what was shown before, cell by cell: to hide it would be in vain."""
        known = {key for key, cell in self.cells.items() if cell.stand is Stand.SHOWN}
        waiting = list(range(len(self.sums)))
        while waiting:
            left = [key for key in self.sums[waiting.pop()] if key not in known]
            if len(left) == 1:
                known.add(left[0])
                waiting += self.of[left[0]]
        return known

    def _size(self, key: Hashable) -> int:
        """How many cells stand under one, and would be hidden with it: what is public of them, whatever they count."""
        if key not in self.sizes:
            self.sizes[key] = sum(1 + self._size(one) for one in self.below[key])
        return self.sizes[key]

    def _is_small(self, cell: Cell) -> bool:
        return 0 < cell.value < cell.threshold or (self.suppress_zero and cell.value == 0)

    def _least(self, key: Hashable) -> int:
        """What a reader takes a dark cell to be at least: no zero, since zeros are shown."""
        cell = self.cells[key]
        return 0 if self.suppress_zero or cell.stand is Stand.NEVER else min(cell.value, 1)

    def run(self) -> Hidden:
        for key, cell in self.cells.items():
            if cell.stand is Stand.NEW and self._is_small(cell):
                self._hide(key)
        while True:
            self._mend_sums()
            if not self._widen() and not self._widen(exactly=True):
                return Hidden(self.hidden, self.lost)

    def _may_hide(self, key: Hashable) -> bool:
        return self.cells[key].stand is Stand.NEW and key not in self.hidden and key not in self.known

    def _hide(self, key: Hashable) -> None:
        waiting = [key]
        while waiting:
            one = waiting.pop()
            if self._may_hide(one):
                for crowd in (self.hidden, self.dark, self.guarded):
                    crowd.add(one)
                self.touched.update(self.of[one])
                waiting += [key for key in self.below[one] if self.cells[key].value or self.suppress_zero]

    def _mend_sums(self) -> None:
        """What one sum alone gives away: with a total that is shown, its hidden parts make what is left of it."""
        while self.touched:
            number = self.touched.pop()
            one = self.sums[number]
            while True:
                dark = [key for key in one if key in self.dark]
                guarded = [key for key in dark if key in self.guarded]
                width = max((self.cells[key].threshold for key in guarded), default=0)
                left = sum(self.cells[key].value - self._least(key) for key in dark)
                if not guarded or (len(dark) > 1 and (one.total in self.dark or left >= width)):
                    break
                found = self._best([number])
                if found is None:
                    break
                self._hide(found)

    def _widen(self, *, exactly: bool = False) -> bool:
        """Hide something more for whatever can be pinned down by all sums together; whether there was any."""
        more = False
        for members, numbers in self._regions():
            narrow, wide = too_narrow(self._unknowns(members, numbers), exactly=exactly)
            self.wide.update(members[place] for place in wide)
            helped: set[int] = set()
            for one in narrow:
                key = members[one.place]
                found = self._dearest(numbers, one) or self._nearest(key)
                if found is not None:
                    more = True
                    if not helped.intersection(self.of[found]):
                        helped.update(self.of[found])
                        self._hide(found)
                elif helped:
                    more = True  # what was hidden for others may have helped it
                else:
                    more = True
                    self.guarded.discard(key)
                    self.lost.add(key)
        return more

    def _unknowns(self, members: Sequence[Hashable], numbers: Iterable[int]) -> Unknowns:
        """What a reader has to solve for in a region; what is proven is no question any more."""
        place = {key: number for number, key in enumerate(members)}
        rows = []
        for one in (self.sums[number] for number in numbers):
            row = [(place[part], 1) for part in one.parts if part in place]
            if one.total in place:
                row.append((place[one.total], -1))
            rows.append(row)
        asked = self.guarded - self.wide
        return Unknowns(
            [self.cells[key].value for key in members],
            rows,
            [self.cells[key].threshold if key in asked else 0 for key in members],
            [self._least(key) for key in members],
        )

    def _regions(self) -> list[tuple[list[Hashable], list[int]]]:
        """What is hidden, in groups that share no sum: the bounds of one do not depend on another."""
        regions = []
        seen: set[Hashable] = set()
        # In the order of the cells and not of the set, so that the same is hidden each time.
        for first in (key for key in self.cells if key in self.guarded and key not in self.wide):
            if first in seen:
                continue
            seen.add(first)
            members, numbers, waiting = [first], dict[int, None](), [first]
            while waiting:
                for number in self.of[waiting.pop()]:
                    if number not in numbers:
                        numbers[number] = None
                        new = [key for key in self.sums[number] if key in self.dark and key not in seen]
                        seen.update(new)
                        members += new
                        waiting += new
            regions.append((members, list(numbers)))
        return regions

    def _dearest(self, numbers: list[int], narrow: Narrow) -> Hashable | None:
        """The best cell of those that would loosen a bound on either side."""
        loosening: set[Hashable] = set()
        for prices in narrow.prices:
            worth: defaultdict[Hashable, float] = defaultdict(float)
            for number, price in zip(numbers, prices.tolist(), strict=True):
                if price:
                    one = self.sums[number]
                    worth[one.total] -= price
                    for part in one.parts:
                        worth[part] += price
            loosening.update(key for key, price in worth.items() if abs(price) > TOLERANCE)
        return self._best(numbers, loosening)

    def _nearest(self, key: Hashable) -> Hashable | None:
        """The best cell to hide for another: in a sum with it, else with what is hidden beside it, and so on."""
        seen: set[int] = set()
        numbers = self.of[key]
        while numbers:
            if (found := self._best(numbers)) is not None:
                return found
            seen.update(numbers)
            beside = {one: None for number in numbers for one in self.sums[number] if one in self.dark}
            numbers = list(
                dict.fromkeys(number for one in beside for number in self.of[one] if number not in seen)
            )
        return None

    def _best(self, numbers: Iterable[int], among: Container[Hashable] | None = None) -> Hashable | None:
        """Of what is shown anew in these sums and is no zero, by chance: a total after parts, one that takes little
        else with it first, a small part rather than a large one. One that would stand alone in another sum takes a
        further one there, and weighs more.
        """
        best: tuple[tuple[bool, int, float], Hashable] | None = None
        for number in numbers:
            one = self.sums[number]
            for key in one:
                value = self.cells[key].value
                if not self._may_hide(key) or not (value or self.suppress_zero):
                    continue
                if among is not None and key not in among:
                    continue
                alone = sum(
                    other != number and not any(each in self.dark for each in self.sums[other])
                    for other in self.of[key]
                )
                chance = value * (1 + alone) * self.draw.random()
                weight = (key == one.total, self._size(key), chance)
                if best is None or weight < best[0]:
                    best = (weight, key)
        return best[1] if best else None
