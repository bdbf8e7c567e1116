"""Names that are shown now, for programs: live only, to be kept by nobody, and gone when their time is over."""

import json
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audits.models import OpenNotice
from audits.queries.disclosure import public
from audits.queries.public_names import FIELDS, is_gone, shown
from foundation.api.problems import MEDIA_TYPE, problem
from foundation.web.keyset import BadCursor, Keyset

PREFIX = "/api/open/v1/notices/"
PAGE = 100
#: No cache keeps it, and no search engine lists it.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, noarchive"}
_KEY = re.compile(r"[0-9a-f]{16}")


def answer(request: HttpRequest) -> HttpResponse:
    """The list, page by page (`after=`), or one notice by its key: 410 once it is gone, without what it said."""
    rest = request.path_info.removeprefix(PREFIX).rstrip("/")
    if request.method not in ("GET", "HEAD"):
        return _problem(405, "method-not-allowed", _("This can only be read."), Allow="GET, HEAD, OPTIONS")
    if set(request.GET) - ({"after"} if not rest else set()):
        return _problem(400, "bad-request", _("There is nothing to choose here but the page."))
    return _one(rest) if rest else _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    try:
        page = Keyset(shown(), order=("-shown_from", "id"), limit=PAGE, after=request.GET.get("after")).page()
    except BadCursor:
        return _problem(400, "bad-cursor", _("There is no such page."))
    following = f"{PREFIX}?{urlencode({'after': page.next})}" if page.next else None
    return _json({"results": [_said(row) for row in page.rows], "next": following})


def _one(key: str) -> HttpResponse:
    row = public(OpenNotice).filter(pk=key).first() if _KEY.fullmatch(key) else None
    if row is None:
        return _problem(404, "not-found", _("There is nothing here."))
    if is_gone(row):
        return _problem(410, "gone", _("This notice is not public any more."))
    return _json(_said(row))


def _said(row: OpenNotice) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in FIELDS}


def _json(body: dict[str, Any]) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type="application/json", headers=HEADERS)


def _problem(status: int, slug: str, detail: str, **headers: str) -> HttpResponse:
    text = json.dumps(problem(status, slug, detail), ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE, headers=HEADERS | headers)
