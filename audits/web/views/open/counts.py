"""Tests and complaints: counts by month, and what else is said of a year."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models.open_data import OpenCategory, OpenComplaints, OpenCoverage, OpenTests
from audits.models.open_data.aggregates import NATION
from audits.queries import open_tables as tables
from audits.queries.provinces import CENTRAL
from audits.web.views.open import figures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.choosing import chosen, chosen_year
from audits.web.views.open.figures import Figure, Line, rate, shown


def areas() -> dict[str, str]:
    return {NATION: _("The whole country"), **tables.provinces(), CENTRAL: _("Central units")}


@public_page
def tests(request: HttpRequest) -> HttpResponse:
    """Tests by month, how they ended, and who was tested in a year."""
    places, years = areas(), tables.years_of_months(OpenTests)
    area, year = chosen(request, "area", places) or NATION, chosen_year(request, years)
    covered = tables.years(OpenCoverage)
    of_year = year if year in covered else max(covered, default=None)
    return show(
        request,
        "open/counts.html",
        title=_("Drug tests"),
        about=_(
            "How many tests were taken, how they ended, and how many officers were tested in a year. "
            "No test of a single person can be seen here."
        ),
        figures=[months_of_tests(area, places[area], year), coverage_by_province(of_year)],
        years=years,
        year=year,
        areas=places,
        area=area,
    )


def months_of_tests(
    area: str, place: str, year: int | None, *, slug: str = "by-month", last: int = tables.MONTHS
) -> Figure:
    rows = tables.months(OpenTests, area, year, last)
    outcomes = ("negative", "cleared", "positive", "refusal", "other") if area == NATION else ()
    names = (_("Negative"), _("Cleared"), _("Positive"), _("Refused"), _("Other"))
    head = figures.of(
        "tests",
        slug,
        _("Tests by month: %(place)s") % {"place": place},
        _(
            "Cleared is negative after confirmation. Positive is final: confirmed, reviewed, and the time to object "
            "over."
        )
        if outcomes
        else _("How tests ended is said of the country alone."),
        area=area,
        month=",".join(row.month for row in rows if year),
    )
    cells = [[shown(getattr(row, name)) for name in ("tests", *outcomes)] for row in rows]
    columns = [_("Tests"), *(names if outcomes else ())]
    return figures.by_month(head, [row.month for row in rows], cells, columns)


def coverage_by_province(year: int | None) -> Figure:
    found = tables.coverage_by_province(year) if year else []
    lines = [
        Line(
            tables.named(unit),
            (
                rate(row.tested, row.strength),
                shown(row.strength),
                shown(row.tested),
                shown(row.excused),
                shown(row.not_tested),
            ),
            href=reverse("open_unit", args=[unit.pk]),
        )
        for unit, row in found
    ]
    head = figures.of(
        "coverage",
        "coverage",
        _("Officers tested by province, %(year)s") % {"year": words.year(year or "–")},
        _("Of the officers serving in the province's commissariat and all below it at the end of the year."),
        year=year,
        unit=",".join(unit.pk for unit, _row in found),
    )
    columns = [_("Share tested"), _("Officers"), _("Tested"), _("Excused"), _("Not tested")]
    return figures.by_name(head, _("Unit"), lines, columns, most=100)


@public_page
def complaints(request: HttpRequest) -> HttpResponse:
    """Complaints by month of receipt, whether anybody acted, and what they are about."""
    places, years = areas(), tables.years_of_months(OpenComplaints)
    area, year = chosen(request, "area", places) or NATION, chosen_year(request, years)
    sorted_years = tables.years(OpenCategory)
    of_year = year if year in sorted_years else max(sorted_years, default=None)
    return show(
        request,
        "open/counts.html",
        title=_("Complaints"),
        about=_(
            "How many complaints came in, and whether anybody acted on them. Who reported is never published."
        ),
        figures=[months_of_complaints(area, places[area], year), by_category(of_year)],
        years=years,
        year=year,
        areas=places,
        area=area,
    )


def months_of_complaints(
    area: str, place: str, year: int | None, *, slug: str = "by-month", last: int = tables.MONTHS
) -> Figure:
    rows = tables.months(OpenComplaints, area, year, last)
    acted = [tables.total((row.in_time, row.late)) for row in rows]
    head = figures.of(
        "complaints",
        slug,
        _("Complaints by month of receipt: %(place)s") % {"place": place},
        _("By the place of the unit that had them first."),
        area=area,
        month=",".join(row.month for row in rows if year),
    )
    cells = [[shown(row.received), shown(row.in_time), shown(row.late), shown(row.not_acted)] for row in rows]
    columns = [_("Received"), _("Acted on in time"), _("Acted on late"), _("Not acted on")]
    legend = [("whole", _("Received")), ("part", _("Of these, acted on, in time or late"))]
    return figures.by_month(
        head, [row.month for row in rows], cells, columns, parts=acted, legend=legend if rows else ()
    )


def by_category(year: int | None) -> Figure:
    rows: Sequence[OpenCategory] = tables.categories(year) if year else []
    lines = [Line(str(row.get_category_display()), (shown(row.received),)) for row in rows]
    head: dict[str, Any] = figures.of(
        "categories",
        "by-category",
        _("What complaints are about, %(year)s") % {"year": words.year(year or "–")},
        _("As the reporter chose it. Of the whole country."),
        year=year,
    )
    return figures.by_name(head, _("What it is about"), lines, [_("Received")])
