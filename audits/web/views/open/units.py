"""Units: to look one up, and a page for each with its place in the tree and what is said of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.models.open_data import OpenCoverage, OpenInaction
from audits.queries import open_tables as tables
from audits.web.views.open import addresses, figures, inaction, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.figures import Figure, Line, rate, shown
from foundation.khmer import canonical

MOST = 50
#: Letters of a name that is looked for.
LONGEST = 100


@public_page
def units(request: HttpRequest) -> HttpResponse:
    """Search by name or code; without one, the provinces and central units."""
    asked = request.GET.get("q", "")[:LONGEST]
    text = canonical(asked).strip() if asked.isprintable() else ""
    found = tables.units_like(text, MOST) if text else tables.top_units()
    return show(
        request,
        "open/units.html",
        text=text,
        rows=[(unit, tables.named(unit)) for unit in found[:MOST]],
        has_more=len(found) > MOST,
        provinces=tables.provinces(),
        csv=addresses.csv("units"),
        query=addresses.query("units"),
    )


@public_page
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """A unit: above, below, and its years.

    :raises Http404: if there is none of this code
    """
    found = tables.unit(code) if code.isprintable() else None
    if found is None:
        raise Http404
    covered, acted = tables.years_of_unit(code)
    return show(
        request,
        "open/unit.html",
        unit=found,
        name=tables.named(found),
        province=tables.provinces().get(found.province, ""),
        above=[(one, tables.named(one)) for one in tables.above(found)],
        below=[(one, tables.named(one)) for one in tables.below(found)],
        figures=[_testing(code, covered), _complaints(code, acted)],
    )


def _testing(code: str, rows: list[OpenCoverage]) -> Figure:
    about = _("Officers serving in the unit and below it at the end of a year.")
    lines = [
        Line(
            words.year(row.year),
            (
                rate(row.tested, row.strength),
                shown(row.strength),
                shown(row.tested),
                shown(row.excused),
                shown(row.not_tested),
            ),
        )
        for row in rows
    ]
    columns = [_("Share tested"), _("Officers"), _("Tested"), _("Excused"), _("Not tested")]
    head = figures.of("coverage", "testing", _("Testing"), about, unit=code)
    return figures.by_name(head, _("Year"), lines, columns, most=100)


def _complaints(code: str, rows: list[OpenInaction]) -> Figure:
    about = _("Complaints that came first to the unit or one below it.")
    lines = [Line(words.year(row.year), inaction.cells_of(row)) for row in rows]
    head = figures.of("inaction", "complaints", _("Complaints"), about, unit=code)
    return figures.by_name(head, _("Year"), lines, inaction.columns())
