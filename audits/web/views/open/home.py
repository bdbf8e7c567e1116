from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.models.open_data import OpenComplaints, OpenInaction, OpenTests
from audits.models.open_data.aggregates import NATION
from audits.queries import open_tables as tables
from audits.web.views.open import counts, measures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.figures import Cell, rate, shown


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the main figures."""
    country = _("The whole country")
    return show(
        request,
        "open/home.html",
        main=list(_main()),
        release=tables.last_release(),
        figures=[
            measures.by_month(None, slug="measures", last=12),
            counts.months_of_tests(NATION, country, None, slug="tests", last=12),
            counts.months_of_complaints(NATION, country, None, slug="complaints", last=12),
        ],
    )


def _main() -> list[tuple[str, Cell]]:
    """The latest of what is counted, each with its period."""
    found: list[tuple[str, Cell]] = []
    if number := tables.measures().count():
        found.append((_("Measures in force"), shown(number)))
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
