"""Which units acted on the complaints that came to them first, and from which they were taken: with what they had."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models.open_data import OpenInaction
from audits.queries import open_tables as tables
from audits.queries.provinces import CENTRAL
from audits.web.views.open import figures
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.choosing import chosen, chosen_year
from audits.web.views.open.figures import Cell, Figure, Line, rate, shown
from audits.web.views.open.words import year as year_named

#: Units of one page; all are in the download.
MOST = 150


def _share(row: OpenInaction) -> float | None:
    return rate(row.moved_up, row.received).value


#: What the table is sorted by, the greatest first; what is hidden comes last.
SORTS: dict[str, Callable[[OpenInaction], float | None]] = {
    "share": _share,
    "received": lambda row: row.received,
    "moved_up": lambda row: row.moved_up,
}


@public_page
def inaction(request: HttpRequest) -> HttpResponse:
    """Units of the country, or of a province, with the share of their complaints that was taken from them."""
    places, years = {**tables.provinces(), CENTRAL: _("Central units")}, tables.years(OpenInaction)
    province = chosen(request, "province", places)
    year = chosen_year(request, years) or max(years, default=None)
    sort = chosen(request, "sort", SORTS) or "share"
    rows = tables.inaction(year, province) if year else []
    rows.sort(key=lambda row: _place(SORTS[sort](row), row.unit))
    nation = tables.of_nation(OpenInaction, year) if year else None
    return show(
        request,
        "open/inaction.html",
        figure=_figure(rows[:MOST], year),
        nation=zip(columns(), cells_of(nation), strict=True) if nation else None,
        left=max(len(rows) - MOST, 0),
        years=years,
        year=year,
        provinces=places,
        province=province,
        sort=sort,
        sorts=[
            ("share", _("Share taken away")),
            ("received", _("Complaints received")),
            ("moved_up", _("Complaints taken away")),
        ],
    )


def _place(value: float | None, unit: str) -> tuple[bool, float, str]:
    return value is None, -(value or 0), unit


def _figure(rows: list[OpenInaction], year: int | None) -> Figure:
    names = tables.units_named(row.unit for row in rows)
    lines = [
        Line(tables.named(names[row.unit]), cells_of(row), href=reverse("open_unit", args=[row.unit]))
        for row in rows
    ]
    charted = [line for line in lines if line.cells[1].value is not None][:12]
    head: dict[str, Any] = figures.of(
        "inaction",
        "by-unit",
        _("Inaction by unit, %(year)s") % {"year": year_named(year or "–")},
        _(
            "Of the complaints that came to a unit first, with all below it: how many it acted on, and how many were "
            "taken from it because it had not acted."
        ),
        year=year,
    )
    notes = [_("The chart shows the first of the table whose share can be reckoned.")] if lines else []
    return figures.by_name(head, _("Unit"), lines, columns(), charted=charted, cell=1, most=100, notes=notes)


def columns() -> list[str]:
    return [_("Received"), _("Share taken away"), _("Acted on"), _("Taken away"), _("Other")]


def cells_of(row: OpenInaction) -> tuple[Cell, ...]:
    """What is said of a unit in a year."""
    return (
        shown(row.received),
        rate(row.moved_up, row.received),
        shown(row.acted),
        shown(row.moved_up),
        shown(row.other),
    )
