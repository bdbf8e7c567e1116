"""What came out, and what of it was corrected or taken back since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audits.models.open_data import OpenChange
from audits.queries import open_tables as tables
from audits.queries.disclosure import COLLECTIONS, public
from audits.web.views.open import addresses, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.choosing import chosen
from foundation.web.keyset import BadCursor, Keyset

PAGE = 50
RELEASES = 20


@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Releases, and the lines of the feed, the latest first."""
    collection = chosen(request, "collection", COLLECTIONS)
    kind = chosen(request, "kind", OpenChange.Kind.values)
    rows = public(OpenChange)
    rows = rows.filter(collection=collection) if collection else rows
    rows = rows.filter(kind=kind) if kind else rows
    get = request.GET.get
    try:
        page = Keyset(rows, order=("-seq",), limit=PAGE, after=get("after"), before=get("before")).page()
    except BadCursor:
        return redirect(reverse("open_changes"))
    return show(
        request,
        "open/changes.html",
        page=page,
        lines=[(row, _title(row.collection)) for row in page.rows],
        releases=[(one, _title(one.of), words.period(one.period)) for one in tables.releases(RELEASES)],
        titles=[(one.name, one.title) for one in COLLECTIONS.values()],
        collection=collection,
        kinds=OpenChange.Kind.choices,
        kind=kind,
        is_first=not (get("after") or get("before")),
        query=addresses.query("changes"),
    )


def _title(collection: str) -> str:
    return str(COLLECTIONS[collection].title) if collection in COLLECTIONS else collection
