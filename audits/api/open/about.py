"""What the API says of itself: the index, the dictionary, the description for programs, figures as of a day."""

import csv
import io
import json
from functools import cache
from typing import Any

from audits.api.open import asking, description, statements
from audits.api.open.answers import (
    CSV,
    JSON,
    Answer,
    Environ,
    Told,
    encoding_of,
    is_conditional,
    not_modified,
    whole,
)
from audits.api.open.asking import PREFIX, Asked, query_of
from audits.api.open.connections import ask
from audits.queries import dictionary
from audits.queries.disclosure import COLLECTIONS


def index(environ: Environ) -> Answer:
    """What there is, where it is, and since when it has not changed."""
    asked = asking.alone("", query_of(environ))
    (last,) = ask(statements.LAST_OF_EACH, (list(COLLECTIONS),))
    each: dict[str, dict[str, Any] | None] = json.loads(last or b"")
    newest = max((one for one in each.values() if one), key=lambda one: one["seq"], default=None)
    collections = [
        {**told, "seq": one["seq"] if one else 0, "as_of": one["on"] if one else None}
        for told in _collections()
        for one in [each[told["name"]]]
    ]
    body = {
        **_self(),
        "last_seq": newest["seq"] if newest else 0,
        "as_of": newest["on"] if newest else None,
        "collections": collections,
    }
    return _sent(environ, asked, _json(body))


def dictionary_json(environ: Environ) -> Answer:
    return _sent(environ, asking.alone("dictionary/", query_of(environ)), _json(dictionary.dictionary()))


def dictionary_csv(environ: Environ) -> Answer:
    asked = asking.alone("dictionary.csv", query_of(environ))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(dictionary.COLUMNS)
    table.writerows(dictionary.lines())
    return _sent(environ, asked, text.getvalue().encode(), CSV)


def openapi(environ: Environ) -> Answer:
    """The description of all this, OpenAPI 3.1."""
    return _sent(environ, asking.alone("openapi.json", query_of(environ)), _json(description.document()))


@cache
def _self() -> dict[str, Any]:
    return {
        "name": "Probity open data",
        "version": "v1",
        "licence": dictionary.LICENCE,
        "terms": dictionary.said(dictionary.TERMS),
        "links": {
            "self": PREFIX,
            "changes": f"{PREFIX}changes/",
            "figures": f"{PREFIX}figures/",
            "notices": f"{PREFIX}notices/",
            "dictionary": f"{PREFIX}dictionary/",
            "dictionary_csv": f"{PREFIX}dictionary.csv",
            "openapi": f"{PREFIX}openapi.json",
        },
    }


@cache
def _collections() -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "title": dictionary.said(one.title),
            "about": dictionary.said(one.about),
            "links": {
                "rows": f"{PREFIX}{one.name}/",
                "csv": f"{PREFIX}{one.name}.csv",
                "ndjson": f"{PREFIX}{one.name}.ndjson",
            },
        }
        for one in COLLECTIONS.values()
    ]


def _json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _sent(environ: Environ, asked: Asked, body: bytes, content_type: str = JSON) -> Answer:
    told, encoding = Told(body, None), encoding_of(environ)
    if is_conditional(environ) and (known := not_modified(environ, told, asked.address, encoding)):
        return known
    return whole(environ, told, asked.address, encoding, body, content_type)
