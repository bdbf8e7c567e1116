"""Between which bounds a reader can pin down what is hidden, by linear programming.

What he has are sums: some of their members he reads, of the rest he knows a least value. Each assignment that
fits is a *world*. A number is safe if two worlds differ in it by its width, so no bound has to be solved for where two
such worlds are at hand. One linear programme whose unknowns are capped gives a world that serves many of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import highspy
import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]

TOLERANCE = 1e-6
#: Programmes that serve many at once go on until three left more than this share of the open questions open.
PROGRESS, STALLS = 0.95, 3
#: So many questions are solved one by one at a time: what is hidden beside those that are too narrow may answer others.
ENOUGH = 60


@dataclass(frozen=True)
class Unknowns:
    """What is hidden, as it is, with the sums over it that a reader has.

    :ivar values: the true world
    :ivar sums: for each, the members and their signs; together they make what the true values make
    :ivar widths: how wide each must stay; 0 where nothing depends on it
    :ivar lows: what a reader knows each to be at least
    """

    values: Sequence[int]
    sums: Sequence[Sequence[tuple[int, int]]]
    widths: Sequence[int]
    lows: Sequence[int]


class _Worlds:
    """The worlds that fit, and the least and greatest that each unknown was seen to be in one."""

    def __init__(self, unknowns: Unknowns) -> None:
        self.values: Numbers = np.array(unknowns.values, dtype=np.float64)
        self.widths: Numbers = np.array(unknowns.widths, dtype=np.float64)
        self.lows: Numbers = np.array(unknowns.lows, dtype=np.float64)
        self.least, self.most = self.values.copy(), self.values.copy()
        size = len(self.values)
        self._every = np.arange(size, dtype=np.int32)
        # Where nothing that is shown bounds an unknown, this does: beyond it nobody needs to look.
        self._far = float(self.values.sum() + 10 * self.widths.max(initial=1))
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        rows = [[(place, sign) for place, sign in members] for members in unknowns.sums]
        starts = np.cumsum([0, *(len(row) for row in rows)])[:-1]
        made: Numbers = np.array(
            [sum(sign * unknowns.values[place] for place, sign in row) for row in rows], dtype=np.float64
        )
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = size, len(rows)
        lp.col_cost_ = np.zeros(size)
        lp.col_lower_, lp.col_upper_ = self.lows, np.full(size, self._far)
        lp.row_lower_ = lp.row_upper_ = made
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.append(starts, sum(len(row) for row in rows)).astype(np.int32)
        lp.a_matrix_.index_ = np.array([place for row in rows for place, _ in row], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([sign for row in rows for _, sign in row], dtype=np.float64)
        self._solver.passModel(lp)

    def narrow(self) -> NDArray[np.intp]:
        """Those that no two worlds so far hold wide enough apart."""
        return np.flatnonzero(self.most - self.least < self.widths - TOLERANCE)

    def is_wide(self, place: int) -> bool:
        return bool(self.most[place] - self.least[place] >= self.widths[place] - TOLERANCE)

    def look(self, cost: Numbers, lower: Numbers | None = None, upper: Numbers | None = None) -> None:
        """Find the world of least cost, within the caps given.

        :raises ArithmeticError: if the solver fails; the true world always fits
        """
        size = len(self._every)
        lower = self.lows if lower is None else lower
        upper = np.full(size, self._far) if upper is None else upper
        self._solver.changeColsBounds(size, self._every, lower, upper)
        self._solver.changeColsCost(size, self._every, cost)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"no world was found: {self._solver.getModelStatus()}")
        world = np.array(self._solver.getSolution().col_value)
        np.minimum(self.least, world, out=self.least)
        np.maximum(self.most, world, out=self.most)

    def look_for_many(self, narrow: NDArray[np.intp], draw: Random) -> None:
        """Two worlds in which many of these are as great, and as small, as it takes: no greater, so that there is
        something left for the others.
        """
        cost = np.zeros(len(self._every))
        cost[narrow] = [-draw.uniform(1, 2) for _ in narrow]
        upper = np.full(len(self._every), self._far)
        upper[narrow] = self.least[narrow] + self.widths[narrow]
        self.look(cost, upper=upper)
        lower = self.lows.copy()
        lower[narrow] = np.clip(
            self.most[narrow] - self.widths[narrow], self.lows[narrow], self.values[narrow]
        )
        self.look(-cost, lower=lower)

    def solve_for(self, place: int) -> list[Numbers]:
        """Look for the greatest and the least that it can be, and return the prices of the sums for each."""
        prices = []
        for sign in (-1, 1):
            cost = np.zeros(len(self._every))
            cost[place] = sign
            self.look(cost)
            prices.append(np.array(self._solver.getSolution().row_dual))
        return prices


@dataclass(frozen=True)
class Narrow:
    """An unknown that can be pinned down more closely than its width.

    :ivar prices: what a sum is worth to its greatest value, and to its least. To show less helps where it has a price:
        a count whose prices add up to nothing could be hidden, and the bound would stay.
    """

    place: int
    prices: Sequence[Numbers]


def too_narrow(unknowns: Unknowns, *, exactly: bool) -> tuple[list[Narrow], set[int]]:
    """What can be pinned down, and the places of what is proven to be wide.

    :param exactly: solve for each that stays open, however many there are
    """
    worlds, draw = _Worlds(unknowns), Random(len(unknowns.values))  # noqa: S311 - no secret: the same each time
    guarded = set(np.flatnonzero(worlds.widths).tolist())
    narrow = worlds.narrow()
    stalls = 0
    while len(narrow) and stalls < STALLS:
        before = len(narrow)
        worlds.look_for_many(narrow, draw)
        narrow = worlds.narrow()
        stalls += len(narrow) > before * PROGRESS
    found: list[Narrow] = []
    for place in narrow.tolist() if exactly else narrow.tolist()[:ENOUGH]:
        if worlds.is_wide(place):
            continue
        prices = worlds.solve_for(place)
        if not worlds.is_wide(place):
            found.append(Narrow(place, prices))
    return found, guarded - set(worlds.narrow().tolist())
