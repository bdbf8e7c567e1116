"""Units: to look one up, and a page for each with its place in the tree and what is said of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.queries import open_tables as tables
from audits.web.views.open import addresses, inaction, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.figures import Line, rate, shown
from foundation.khmer import canonical

MOST = 50


@public_page
def units(request: HttpRequest) -> HttpResponse:
    """Search by name or code; without one, the provinces and central units."""
    text = canonical(request.GET.get("q", "")[:100]).strip()
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
    found = tables.unit(code)
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
        tables=[
            (
                _("Testing"),
                _("Officers serving in the unit and below it at the end of a year."),
                [_("Officers"), _("Share tested"), _("Tested"), _("Excused"), _("Not tested")],
                [
                    Line(
                        words.year(row.year),
                        (
                            shown(row.strength),
                            rate(row.tested, row.strength),
                            shown(row.tested),
                            shown(row.excused),
                            shown(row.not_tested),
                        ),
                    )
                    for row in covered
                ],
                addresses.query("coverage", unit=code),
                addresses.csv("coverage", unit=code),
            ),
            (
                _("Complaints"),
                _("Complaints that came first to the unit or one below it."),
                inaction.columns(),
                [Line(words.year(row.year), inaction.cells_of(row)) for row in acted],
                addresses.query("inaction", unit=code),
                addresses.csv("inaction", unit=code),
            ),
        ],
    )
