"""Measures in force: counts of rows without names, by month, ground, province and kind."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.models.open_data.measures import GROUNDS, GroundGroup
from audits.queries import open_tables as tables
from audits.queries.provinces import CENTRAL
from audits.web.views.open import figures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.choosing import chosen_year
from audits.web.views.open.figures import Figure, Line, shown
from cases.models.deciding import MeasureKind


@public_page
def measures(request: HttpRequest) -> HttpResponse:
    """All of them, or those of a year."""
    years = tables.years_of_measures()
    year = chosen_year(request, years)
    found = [] if year else [by_year()]
    found += [by_month(year), by_ground(year), by_province(year), by_kind(year)]
    return show(
        request,
        "open/measures.html",
        figures=found,
        years=years,
        year=year,
        undated=0 if year is None else tables.split(tables.measures(), "year").withheld,
    )


def by_year() -> Figure:
    found = tables.split(tables.measures(), "year")
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
        fields="id,year",
    )
    return figures.by_name(head, _("Year"), lines, [_("Measures")])


def by_month(year: int | None, *, slug: str = "by-month", last: int = tables.MONTHS) -> Figure:
    months, found = tables.months_of_measures(year, last)
    head = figures.of(
        "measures",
        slug,
        _("Measures by month"),
        _("By the month from which they are effective."),
        year=year,
        fields="id,month",
    )
    cells = [[shown(found.counts.get(month, 0), least=found.is_least)] for month in months]
    notes = []
    if found.is_least:
        text = _("%(number)s further rows do not say their month, so each month has at least what is shown.")
        notes = [text % {"number": words.count(found.withheld)}]
    return figures.by_month(head, months, cells, [_("Measures")], notes=notes)


def by_ground(year: int | None) -> Figure:
    """Each group with its grounds. The group is always said; which ground of it, a row may withhold."""
    rows = tables.measures(year)
    groups = tables.split(rows, "ground_group").counts
    lines, charted = [], []
    for group, label in GroundGroup.choices:
        if group not in groups:
            continue
        whole = Line(str(label), (shown(groups[group]),))
        lines.append(whole)
        if group == GroundGroup.POSITIVE:
            charted.append(whole)
            continue
        found = tables.split(rows.filter(ground_group=group), "ground")
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


def by_province(year: int | None) -> Figure:
    found = tables.split(tables.measures(year), "province")
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


def by_kind(year: int | None) -> Figure:
    found = tables.split(tables.measures(year), "measure").counts
    lines = [Line(str(label), (shown(found[kind]),)) for kind, label in MeasureKind.choices if kind in found]
    head: dict[str, Any] = figures.of(
        "measures", "by-kind", _("Kinds of measures"), "", year=year, fields="id,measure"
    )
    return figures.by_name(head, _("Measure"), lines, [_("Measures")])


def _withheld(name: str, number: int) -> list[Line]:
    return [Line(name, (shown(number),))] if number else []
