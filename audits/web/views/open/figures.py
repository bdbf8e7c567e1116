"""A chart with its table, its day and the query that gives it: what every figure of the public pages has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.models.open_data import OpenRelease
from audits.queries.open_tables import last_release
from audits.reckoning import charts
from audits.web.views.open import addresses, words
from foundation.khmer import shorten

#: Letters of a name above a bar, of which Khmer has more to the word; the table has it whole.
NAME = {"km": 46, "en": 34}


@dataclass(frozen=True)
class Cell:
    """What stands in a table. `value` None is hidden, and said to be; `text` is all of it where there is no number."""

    value: float | None = None
    text: str = ""
    is_hidden: bool = False

    @property
    def has_bar(self) -> bool:
        return self.is_hidden or self.value is not None


@dataclass(frozen=True)
class Line:
    name: str
    cells: tuple[Cell, ...]
    href: str = ""
    is_part: bool = False


@dataclass(frozen=True)
class Figure:
    slug: str
    title: str
    about: str
    head: tuple[str, ...]
    lines: Sequence[Line]
    release: OpenRelease | None
    query: str
    csv: str
    chart: charts.Columns | charts.Rows
    #: Each column or row of the chart with its name below it or beside it, and what it says.
    marks: Sequence[tuple[charts.Column | charts.Row, str, Any]]
    desc: str
    legend: Sequence[tuple[str, str]] = field(default=())
    notes: Sequence[str] = ()

    @property
    def is_of_columns(self) -> bool:
        return isinstance(self.chart, charts.Columns)

    @property
    def zero(self) -> str:
        return words.count(0)

    @property
    def scale(self) -> list[tuple[int, str]]:
        lines = self.chart.scale if isinstance(self.chart, charts.Columns) else ()
        return [(y, words.count(number)) for y, number in lines]

    @property
    def has_hidden(self) -> bool:
        return any(cell.is_hidden for line in self.lines for cell in line.cells)


def shown(value: int | None, *, least: bool = False) -> Cell:
    """A number as it is published; None is hidden."""
    return Cell(is_hidden=True) if value is None else Cell(value, words.count(value, least=least))


def rate(part: int | None, whole: int | None) -> Cell:
    """Percent, where both numbers are shown; of nothing there is none."""
    if part is None or whole is None:
        return Cell(is_hidden=True)
    return Cell(100 * part / whole, words.percent(100 * part / whole)) if whole else Cell(text="–")


def of(collection: str, slug: str, title: str, about: str, **filters: Any) -> dict[str, Any]:
    """What any figure of a collection says of itself."""
    return {
        "slug": slug,
        "title": title,
        "about": about,
        "release": last_release(collection),
        "query": addresses.query(collection, **filters),
        "csv": addresses.csv(collection, **filters),
    }


def by_month(
    head: dict[str, Any],
    months: Sequence[str],
    table: Sequence[Sequence[Cell]],
    columns: Sequence[str],
    *,
    parts: Sequence[int | None] = (),
    legend: Sequence[tuple[str, str]] = (),
    notes: Sequence[str] = (),
) -> Figure:
    """Months beside each other by the first of their cells; the latest first in the table."""
    values = [_whole(cells[0]) for cells in table]
    lines = [Line(words.month(month), tuple(cells)) for month, cells in zip(months, table, strict=True)]
    chart = charts.columns(values, parts)
    return Figure(
        **head,
        head=(_("Month"), *columns),
        lines=lines[::-1],
        chart=chart,
        marks=[
            (column, words.short_month(month), _said(line.name, line.cells[0]))
            for column, month, line in zip(chart.columns, months, lines, strict=True)
        ],
        desc=_desc([(line.name, line.cells[0]) for line in lines]),
        legend=legend,
        notes=notes,
    )


def by_name(
    head: dict[str, Any],
    first: str,
    lines: Sequence[Line],
    columns: Sequence[str],
    *,
    charted: Sequence[Line] | None = None,
    cell: int = 0,
    most: float | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Names below each other.

    :param charted: the lines that have a bar, where not all have one
    :param cell: which cell the bar shows
    """
    charted = [line for line in (lines if charted is None else charted) if line.cells[cell].has_bar]
    chart = charts.rows([line.cells[cell].value for line in charted], most=most)
    return Figure(
        **head,
        head=(first, *columns),
        lines=lines,
        chart=chart,
        marks=[
            (row, shorten(line.name, NAME[get_language() or "km"]), line.cells[cell])
            for row, line in zip(chart.rows, charted, strict=True)
        ],
        desc=_desc([(line.name, line.cells[cell]) for line in charted]),
        notes=notes,
    )


def _whole(cell: Cell) -> int | None:
    return None if cell.value is None else int(cell.value)


def _said(name: str, cell: Cell) -> str:
    return f"{name}: {_('hidden') if cell.is_hidden else cell.text}"


def _desc(said: Sequence[tuple[str, Cell]]) -> str:
    """What the chart shows, for who does not see it: how much, the highest, and how many are hidden."""
    known = [(name, cell) for name, cell in said if cell.value is not None]
    hidden = sum(cell.is_hidden for _name, cell in said)
    parts = []
    if known:
        name, cell = max(known, key=lambda one: one[1].value or 0)
        parts.append(_("The highest is %(number)s: %(name)s.") % {"number": cell.text, "name": name})
    if hidden:
        parts.append(
            _("Hidden: %(number)s of %(all)s.")
            % {"number": words.count(hidden), "all": words.count(len(said))}
        )
    return " ".join([*parts, _("The table beside it has every number.")])
