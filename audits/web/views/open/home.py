from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.models.open_data import OpenComplaints, OpenInaction, OpenTests
from audits.models.open_data.aggregates import NATION
from audits.models.open_data.measures import MeasureSource
from audits.queries import open_tables as tables
from audits.queries.open_figures import figures
from audits.web.views.open import addresses, counts, measures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.figures import Cell, rate, shown


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the main figures."""
    country = _("The whole country")
    source = measures.default_source(tables.measures_by_source())
    release = tables.last_release()
    return show(
        request,
        "open/home.html",
        main=list(_main()),
        release=release,
        counted=_counted(release.published_on) if release else [],
        query=addresses.query("figures", as_of=release.published_on.isoformat()) if release else "",
        figures=[
            measures.by_month(source, None, slug="measures", last=12),
            counts.months_of_tests(NATION, country, None, slug="tests", last=12),
            counts.months_of_complaints(NATION, country, None, slug="complaints", last=12),
        ],
    )


def _main() -> list[tuple[str, Cell]]:
    """The latest of what is counted, each with its period."""
    found: list[tuple[str, Cell]] = []
    for source, number in tables.measures_by_source().items():
        label = _("Measures in force: %(source)s") % {"source": MeasureSource(source).label}
        found.append((label, shown(number)))
    if tests := tables.last_month(OpenTests):
        label = _("Tests in %(month)s") % {"month": words.month(tests.month)}
        found.append((label, shown(tests.tests)))
    if complaints := tables.last_month(OpenComplaints):
        label = _("Complaints received in %(month)s") % {"month": words.month(complaints.month)}
        found.append((label, shown(complaints.received)))
    years = tables.years(OpenInaction)
    if years and (nation := tables.of_nation(OpenInaction, years[-1])):
        label = _("Of the complaints of %(year)s, taken from a unit that had not acted")
        found.append((label % {"year": words.year(years[-1])}, rate(nation.moved_up, nation.received)))
    return found


def _counted(as_of: date) -> list[dict[str, Any]]:
    """Every figure that has a definition, in words, as of a day."""
    language = "km" if get_language() == "km" else "en"
    return [
        {
            "label": one[f"label_{language}"],
            "definition": one[f"definition_{language}"],
            "value": _number(one["value"]),
            "found": _number(one["found_in_lists"]),
            "left_out": ", ".join(words.month(month) for month in one["left_out"][:12]),
            "href": f"{addresses.API}{one['query']}",
        }
        for one in figures(as_of)["figures"]
    ]


def _number(value: int | None) -> str:
    return "" if value is None else words.count(value)
