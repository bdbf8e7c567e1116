"""What follows from what is shown: the bounds of each hidden number, by linear programming."""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

#: Rounding of the solver; the numbers themselves are whole.
_HAIR = 1e-6


class NoSuchWorldError(Exception):
    """No numbers fit what is shown: the attacker believes something that is not so."""


@dataclass
class System:
    """Numbers, known or not, and what a reader knows of their sums."""

    known: dict[Hashable, int] = field(default_factory=dict)
    hidden: dict[Hashable, int] = field(default_factory=dict)  # -> its column
    lows: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def show(self, cell: Hashable, value: int) -> None:
        """:raises NoSuchWorldError: if the cell was shown as something else before"""
        if self.known.setdefault(cell, value) != value:
            raise NoSuchWorldError(f"{cell} was {self.known[cell]}, and is {value}")

    def hide(self, cell: Hashable, low: int = 0) -> None:
        """A number that exists and is not shown. What was shown of it once is known."""
        if cell not in self.known and cell not in self.hidden:
            self.hidden[cell] = len(self.lows)
            self.lows.append(low)

    def equal(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        self._row(total, parts, at_least=0.0)

    def at_most(self, small: Hashable, large: Iterable[Hashable]) -> None:
        self._row(small, large, at_least=-math.inf)

    def _row(self, left: Hashable, right: Iterable[Hashable], at_least: float) -> None:
        """`at_least <= left - sum(right) <= 0`, with what is known on the other side."""
        coefficients: dict[int, float] = {}
        constant = 0.0
        for cell, sign in [(left, 1.0), *((part, -1.0) for part in right)]:
            if cell in self.known:
                constant += sign * self.known[cell]
            else:
                column = self.hidden[cell]
                coefficients[column] = coefficients.get(column, 0.0) + sign
        if not coefficients:
            if not at_least <= constant <= 0:
                raise NoSuchWorldError(f"{left} is not the sum of its parts")
            return
        self.rows.append((coefficients, at_least - constant, -constant))

    def bounds(self) -> Mapping[Hashable, tuple[int, float]]:
        """The least and the largest whole number that each hidden cell may be.

        :raises NoSuchWorldError: if no numbers fit
        """
        return self.narrower_than(dict.fromkeys(self.hidden, math.inf))

    def narrower_than(self, widths: Mapping[Hashable, float]) -> Mapping[Hashable, tuple[int, float]]:
        """The bounds of those of these hidden cells whose ends are nearer than so much.

        Each solution is a world: a cell that two of them hold far enough apart need not be solved for.

        :raises NoSuchWorldError: if no numbers fit
        """
        if not widths:
            return {}
        solver = self._solver()
        least, most = np.full(len(self.lows), np.inf), np.full(len(self.lows), -np.inf)
        found = {}
        for cell, width in widths.items():
            column = self.hidden[cell]
            if most[column] - least[column] >= width:
                continue
            low, high = (self._end(solver, column, sense, least, most) for sense in (1.0, -1.0))
            low, high = math.ceil(low - _HAIR), high if high == math.inf else math.floor(high + _HAIR)
            if high - low < width or width == math.inf:
                found[cell] = (low, high)
        return found

    def _solver(self) -> highspy.Highs:
        solver = highspy.Highs()
        solver.silent()
        solver.addVars(len(self.lows), np.array(self.lows), np.full(len(self.lows), highspy.kHighsInf))
        for coefficients, low, high in self.rows:
            solver.addRow(
                low if low > -math.inf else -highspy.kHighsInf,
                high,
                len(coefficients),
                np.array(list(coefficients), dtype=np.int32),
                np.array(list(coefficients.values())),
            )
        return solver

    @staticmethod
    def _end(solver: highspy.Highs, column: int, sense: float, least: np.ndarray, most: np.ndarray) -> float:
        solver.changeColCost(column, sense)
        solver.run()
        status, value = solver.getModelStatus(), sense * solver.getObjectiveValue()
        solver.changeColCost(column, 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            world = np.array(solver.getSolution().col_value)
            np.minimum(least, world, out=least)
            np.maximum(most, world, out=most)
            return value
        if sense < 0 and status in (
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return math.inf
        raise NoSuchWorldError(solver.modelStatusToString(status))
