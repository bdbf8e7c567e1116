"""The geometry of charts: across in percent of the width, up and down in pixels, so that words keep their size on any
screen. Percentages are texts, since a template would write them with the language's own mark.

A value that is not shown (None) is a place of its own, as high or as wide as all there is, and never a bar of nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: Pixels: room for the highest number, the bars, the names below them.
TOP, PLOT, FOOT = 22, 190, 26
#: Percent of the width that the columns take; the rest is for the numbers of the scale.
ACROSS = 86.0
#: Of the place of a column, how much it fills.
FILLED = 0.72
#: Columns that are named, at most: more names would run into each other on a telephone.
NAMED = 4
#: Pixels of a row: its words, its bar, and the distance to the next.
WORDS, BAR, ROW = 24, 12, 48


@dataclass(frozen=True)
class Column:
    """One column, from `y` down. `part` is how many of its pixels, from the ground up, are of a part of the whole."""

    x: str
    width: str
    middle: str
    y: int
    height: int
    part: int
    part_y: int
    is_hidden: bool
    is_named: bool


@dataclass(frozen=True)
class Columns:
    height: int
    ground: int
    across: str
    columns: tuple[Column, ...]
    #: Where a line of the scale runs, and its number.
    scale: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Row:
    """One row: its words stand on `words`, its bar begins at `y`."""

    words: int
    y: int
    height: int
    width: str
    is_hidden: bool


@dataclass(frozen=True)
class Rows:
    height: int
    rows: tuple[Row, ...]


def columns(values: Sequence[int | None], parts: Sequence[int | None] = ()) -> Columns:
    """Columns beside each other, such as months.

    :param parts: of each value how much of it is to be told apart; None or left out where that is not known
    """
    step, highest = _scale(max((value for value in values if value is not None), default=0))
    place = ACROSS / max(len(values), 1)
    every = -(-len(values) // NAMED)
    made = []
    for number, value in enumerate(values):
        height = PLOT if value is None else _share(value, highest)
        known = parts[number] if number < len(parts) else None
        part = 0 if value is None or known is None else _share(known, highest)
        left = place * (number + (1 - FILLED) / 2)
        made.append(
            Column(
                x=_percent(left),
                width=_percent(place * FILLED),
                middle=_percent(left + place * FILLED / 2),
                y=TOP + PLOT - height,
                height=height,
                part=part,
                part_y=TOP + PLOT - part,
                is_hidden=value is None,
                is_named=number % every == every // 2,
            )
        )
    scale = tuple((TOP + PLOT - _share(at, highest), at) for at in range(step, highest + 1, step))
    return Columns(TOP + PLOT + FOOT, TOP + PLOT, _percent(ACROSS), tuple(made), scale)


def rows(values: Sequence[float | None], *, most: float | None = None) -> Rows:
    """Rows below each other, such as provinces: words on a line of their own, the bar below them.

    :param most: what a bar of the full width stands for; the largest value where none is given
    """
    most = most or max((value for value in values if value is not None), default=0)
    made = [
        Row(
            words=ROW * number + WORDS - 8,
            y=ROW * number + WORDS,
            height=BAR,
            width=_percent(100.0 if value is None else 100.0 * value / most if most else 0.0),
            is_hidden=value is None,
        )
        for number, value in enumerate(values)
    ]
    return Rows(ROW * len(values), tuple(made))


def _scale(largest: int) -> tuple[int, int]:
    """How far the lines of the scale stand apart, and the last of them: at most four, in steps that people count in."""
    unit = 1
    while True:
        for step in (unit, 2 * unit, 5 * unit):
            if step * 4 >= largest:
                return step, step * max(-(-largest // step), 1)
        unit *= 10


def _share(value: int, highest: int) -> int:
    """Pixels; one at least of what is not nothing."""
    return max(round(PLOT * value / highest), 1 if value else 0)


def _percent(number: float) -> str:
    return f"{number:.2f}%"
