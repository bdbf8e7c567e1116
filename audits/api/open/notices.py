"""Names that are shown now, for programs: live only, to be kept by nobody, and gone when their time is over."""

import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.api.open import asking
from audits.api.open.answers import JSON, Answer, Environ
from audits.api.open.asking import query_of
from audits.api.open.connections import through_django
from audits.api.open.refusals import Refused, nothing
from audits.models import OpenNotice
from audits.queries.disclosure import public
from audits.queries.public_names import FIELDS, is_gone, shown
from foundation.web.keyset import BadCursor, Keyset

PAGE = 100
#: No cache keeps it, and no search engine lists it.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, noarchive"}
_KEY = re.compile(r"[0-9a-f]{16}")


def listed(environ: Environ) -> Answer:
    """The list, page by page (`after=`)."""
    asked = asking.by_marker("notices/", query_of(environ))
    try:
        page = through_django(
            lambda: Keyset(shown(), order=("-shown_from", "id"), limit=PAGE, after=asked.after).page()
        )
    except BadCursor:
        raise Refused(
            400, "bad-value", _("Take this out of `next`, as it is."), headers=HEADERS, parameter="after"
        ) from None
    following = asked.address_after(page.next) if page.next else None
    return _told({"data": [_said(row) for row in page.rows], "next": following})


def one(environ: Environ, key: str) -> Answer:
    """One notice by its key: 410 once it is gone, without what it said."""
    asking.alone("notices/", query_of(environ))
    row = through_django(lambda: public(OpenNotice).filter(pk=key).first()) if _KEY.fullmatch(key) else None
    if row is None:
        raise nothing()
    if is_gone(row):
        raise Refused(410, "gone", _("This notice is not public any more."), headers=HEADERS)
    return _told({"data": _said(row)})


def _said(row: OpenNotice) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in FIELDS}


def _told(body: dict[str, Any]) -> Answer:
    text = json.dumps(body, ensure_ascii=False, default=str).encode()
    return Answer(200, {"Content-Type": JSON, "Content-Length": str(len(text)), **HEADERS}, text)
