"""Names that are shown now, for programs: live only, to be kept by nobody, and gone when their time is over."""

import json
import re
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.api.open import asking
from audits.api.open.answers import JSON, Answer, Environ
from audits.api.open.refusals import Refused
from audits.models import OpenNotice
from audits.queries.disclosure import public
from audits.queries.public_names import FIELDS, is_gone, shown

PAGE = 100
#: No cache keeps it, and no search engine lists it.
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, noarchive"}
PATH = "notices/"
ADDRESS = re.compile(r"notices/(?P<key>[^/]+)/")


def answer(environ: Environ) -> Answer:
    """The names on display, page by page, the newest first; there is nothing to choose but the page."""
    asked = asking.page(PATH, asking.query_of(environ))
    found = list(_after(asked.after).order_by("-shown_from", "id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = asked.address_after(f"{last.shown_from}.{last.pk}") if last else None
    return _sent({"data": [_said(row) for row in found[:PAGE]], "next": following})


def _after(cursor: str | None) -> Any:
    if cursor is None:
        return shown()
    day, _dot, key = cursor.partition(".")
    try:
        begun = date.fromisoformat(day)
    except ValueError:
        raise Refused(400, "bad-value", _("There is no such page."), parameter="after") from None
    return shown().filter(Q(shown_from__lt=begun) | Q(shown_from=begun, pk__gt=key))


def answer_one(environ: Environ, key: str) -> Answer:
    """One name; 410 once it is gone, with nothing of what it said, and 404 if there never was a notice of the key."""
    asking.alone(f"{PATH}{key}/", asking.query_of(environ))
    row = public(OpenNotice).filter(pk=key).first() if re.fullmatch(r"[0-9a-f]{16}", key) else None
    if row is None:
        raise Refused(404, "not-found", _("There is nothing here."), headers=HEADERS)
    if is_gone(row):
        raise Refused(410, "gone", _("This notice is not public any more."), headers=HEADERS)
    return _sent({"data": _said(row)})


def _said(row: OpenNotice) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in FIELDS}


def _sent(told: dict[str, Any]) -> Answer:
    body = json.dumps(told, ensure_ascii=False, default=str).encode()
    return Answer(200, {"Content-Type": JSON, "Content-Length": str(len(body)), **HEADERS}, body)
