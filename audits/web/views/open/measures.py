"""Measures in force: counts of rows without names, by month, ground, province and kind."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.models.open_data.measures import GROUNDS, GroundGroup, MeasureSource
from audits.queries import open_tables as tables
from audits.queries.provinces import CENTRAL
from audits.web.views.open import figures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.choosing import chosen, chosen_year
from audits.web.views.open.figures import Figure, Line, shown
from cases.models.deciding import MeasureKind


@public_page
def measures(request: HttpRequest) -> HttpResponse:
    """All of a source, or those of a year."""
    sources = tables.measures_by_source()
    source = chosen(request, "source", sources) or default_source(sources)
    years = tables.years_of_measures(source)
    year = chosen_year(request, years)
    found = [] if year else [by_year(source)]
    found += [
        by_month(source, year),
        by_ground(source, year),
        by_province(source, year),
        by_kind(source, year),
    ]
    return show(
        request,
        "open/measures.html",
        figures=found,
        sources=[(one, MeasureSource(one).label) for one in sources],
        source=source,
        years=years,
        year=year,
        undated=tables.split(source, year, "year").undated,
    )


def default_source(sources: Iterable[str]) -> str:
    return next(iter(sources), MeasureSource.CASE.value)


def by_year(source: str) -> Figure:
    found = tables.split(source, None, "year")
    lines = [
        Line(words.year(year), (shown(number, least=found.is_least),))
        for year, number in sorted(found.counts.items(), reverse=True)
    ]
    lines += _withheld(_("Year withheld"), found.withheld)
    head = figures.of(
        "measures",
        "by-year",
        _("Measures by year"),
        _("By the year from which they are effective."),
        source=source,
        fields="id,year",
    )
    return figures.by_name(head, _("Year"), lines, [_("Measures")])


def by_month(source: str, year: int | None, *, slug: str = "by-month", last: int = tables.MONTHS) -> Figure:
    months, found = tables.months_of_measures(source, year, last)
    head = figures.of(
        "measures",
        slug,
        _("Measures by month"),
        _("%(source)s. By the month from which they are effective.")
        % {"source": MeasureSource(source).label},
        source=source,
        year=year,
        fields="id,month",
    )
    cells = [[shown(found.counts.get(month, 0), least=found.is_least)] for month in months]
    notes = []
    if found.withheld:
        text = _("%(number)s further rows do not say their month, so each month has at least what is shown.")
        notes = [text % {"number": words.count(found.withheld)}]
    return figures.by_month(head, months, cells, [_("Measures")], notes=notes)


def by_ground(source: str, year: int | None) -> Figure:
    """Each group with its grounds. The group is always said; which ground of it, a row may withhold."""
    groups = tables.split(source, year, "ground_group")
    lines, charted = [], []
    for group, label in GroundGroup.choices:
        if group not in groups.counts:
            continue
        whole = Line(str(label), (shown(groups.counts[group], least=groups.is_least),))
        lines.append(whole)
        if group == GroundGroup.POSITIVE:
            charted.append(whole)
            continue
        found = tables.split(source, year, "ground", ground_group=group)
        parts = [
            Line(str(name), (shown(found.counts[ground], least=found.is_least),), is_part=True)
            for ground, name in GROUNDS
            if ground in found.counts
        ]
        parts += [
            Line(one.name, one.cells, is_part=True) for one in _withheld(_("Ground withheld"), found.withheld)
        ]
        lines += parts
        charted += parts
    head = figures.of(
        "measures",
        "by-ground",
        _("Measures by ground"),
        _("By the first of their grounds."),
        year=year,
        fields="id,ground_group,ground",
    )
    return figures.by_name(head, _("Ground"), lines, [_("Measures")], charted=charted)


def by_province(source: str, year: int | None) -> Figure:
    found = tables.split(source, year, "province")
    names = tables.provinces() | {CENTRAL: _("Central units, or not known")}
    counted = sorted(found.counts.items(), key=lambda one: (-one[1], one[0]))
    lines = [Line(names.get(code, code), (shown(number, least=found.is_least),)) for code, number in counted]
    lines += _withheld(_("Province withheld"), found.withheld)
    notes = [
        _("A province that is not in the table is said of no row; rows that withhold theirs may be of it.")
    ]
    head = figures.of(
        "measures",
        "by-province",
        _("Measures by province"),
        _("By the province of the officer's unit."),
        year=year,
    )
    return figures.by_name(head, _("Province"), lines, [_("Measures")], notes=notes)


def by_kind(source: str, year: int | None) -> Figure:
    found = tables.split(source, year, "measure")
    lines = [
        Line(str(label), (shown(found.counts[kind], least=found.is_least),))
        for kind, label in MeasureKind.choices
        if kind in found.counts
    ]
    head: dict[str, Any] = figures.of(
        "measures", "by-kind", _("Kinds of measures"), "", source=source, year=year, fields="id,measure"
    )
    return figures.by_name(head, _("Measure"), lines, [_("Measures")])


def _withheld(name: str, number: int) -> list[Line]:
    return [Line(name, (shown(number),))] if number else []
