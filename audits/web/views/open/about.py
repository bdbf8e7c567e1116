"""How it is counted, and how machines get it."""

from django.http import HttpRequest, HttpResponse

from audits.queries import open_tables as tables
from audits.queries.dictionary import LICENCE, TERMS
from audits.queries.disclosure import COLLECTIONS
from audits.web.views.open import addresses
from audits.web.views.open.answering import public_page, show


@public_page
def method(request: HttpRequest) -> HttpResponse:
    """What is counted and how, what is never published, and how a hidden cell comes about."""
    return show(request, "open/method.html", rules=tables.thresholds(), collections=COLLECTIONS.values())


@public_page
def developers(request: HttpRequest) -> HttpResponse:
    """The first query, which works as it stands, and where the rest is."""
    return show(
        request,
        "open/developers.html",
        site=request.build_absolute_uri("/").rstrip("/"),
        api=addresses.API,
        first=request.build_absolute_uri(addresses.query("units", kind="PROVINCIAL_COMMISSARIAT")),
        collections=COLLECTIONS.values(),
        licence=LICENCE,
        terms=TERMS,
    )
