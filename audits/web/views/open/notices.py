"""Names by the publication policy: here while their time lasts, kept by no cache and listed by no search engine."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.models import OpenNotice
from audits.queries.disclosure import public
from audits.queries.public_names import is_gone, shown
from audits.web.views.open import words
from audits.web.views.open.answering import public_page, show
from foundation.web.keyset import BadCursor, Keyset

PAGE = 50


def live(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that nobody keeps."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, noarchive"
        return response

    return require_safe(public_page(answered))


@live
def notices(request: HttpRequest) -> HttpResponse:
    """The names on display today, the newest first."""
    get = request.GET.get
    try:
        page = Keyset(
            shown(), order=("-shown_from", "id"), limit=PAGE, after=get("after"), before=get("before")
        ).page()
    except BadCursor:
        return redirect("open_notices")
    return show(request, "open/notices.html", page=page, rows=[_said(row) for row in page.rows])


@live
def notice(request: HttpRequest, key: str) -> HttpResponse:
    """One name; 410 once it is gone, with nothing of what was said.

    :raises Http404: if there never was a notice of this key
    """
    row = public(OpenNotice).filter(pk=key).first()
    if row is None:
        raise Http404
    if is_gone(row):
        return show(request, "open/notice_gone.html", status=410, row=row)
    return show(request, "open/notice.html", said=_said(row))


def _said(row: OpenNotice) -> dict[str, Any]:
    khmer = get_language() == "km"
    return {
        "row": row,
        "name": (row.name_km if khmer else row.name_en) or row.name_km,
        "rows": [
            (_("Rank"), row.rank_km if khmer else row.rank_en),
            (_("Measure"), row.get_measure_display()),
            (_("Ground"), row.get_ground_display()),
            (_("Effective from"), words.month(row.month or "")),
            (_("Shown from"), row.shown_from),
            (_("Shown until"), row.shown_until),
        ],
    }
