"""The description for programs, OpenAPI 3.1, made from the collections."""

from functools import cache
from typing import Any

from django.utils import translation

from audits.api.open.asking import LONGEST_VALUE, MOST, PREFIX, USUAL
from audits.api.open.examples import example_of
from audits.api.open.schemas import TYPES, schema_name, schemas
from audits.queries.dictionary import LICENCE, TERMS
from audits.queries.disclosure import COLLECTIONS, Collection, Field

_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@cache
def document() -> dict[str, Any]:
    with translation.override("en"):
        return _document()


def _document() -> dict[str, Any]:
    paths: dict[str, Any] = {
        PREFIX: {"get": _get("index", "What there is", _json({"$ref": "#/components/schemas/Index"}))},
        f"{PREFIX}dictionary/": {
            "get": _get("dictionary", "What each field says", _json({"type": "object"}))
        },
        f"{PREFIX}dictionary.csv": {"get": _get("dictionary_csv", "The same as a table", _text("text/csv"))},
        f"{PREFIX}openapi.json": {"get": _get("openapi", "This description", _json({"type": "object"}))},
        f"{PREFIX}figures/": {
            "get": _get(
                "figures",
                "Published figures as of a day, with definitions and queries",
                _json(_wrapped({"type": "object"})),
                [
                    _parameter(
                        "as_of", "The day; today if none is named.", {"type": "string", "format": "date"}
                    )
                ],
            )
        },
        f"{PREFIX}notices/": {
            "get": _get(
                "notices",
                "Names that are shown now: live, to be kept by nobody",
                _json({"type": "object", "required": ["data", "next"]}),
                [_parameter("after", "Out of `next`.", _bounded())],
                kept=False,
            )
        },
        f"{PREFIX}changes/": {
            "get": _get(
                "changes", "What changed, in order", _json(_page_of("Change")), [*_feed(), _limit()], bad=True
            )
        },
        f"{PREFIX}changes.ndjson": {
            "get": _get(
                "changes_all", "The feed in one pull", _text("application/x-ndjson"), _feed(), bad=True
            )
        },
    }
    for one in COLLECTIONS.values():
        paths |= _paths(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Probity open data",
            "version": "1",
            "description": f"{TERMS} Refusals are `application/problem+json`, in the language of `Accept-Language`.",
            "license": {"name": LICENCE["name"], "url": LICENCE["url"]},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "security": [{}, {"key": []}],
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "ok_<8>_<43>"}},
        },
    }


def _paths(one: Collection) -> dict[str, Any]:
    chosen = [*(_filter(field) for field in one.filters), _fields(one)]
    after = _parameter("after", "The key after which the page begins, out of `next`.", _bounded())
    key = {**_parameter("id", "The key of a row.", _bounded()), "in": "path", "required": True}
    key["schema"] |= {"pattern": "^[^/]+$"}
    key["example"] = example_of(one)["id"]
    title = str(one.title)
    row = _json(_wrapped({"$ref": f"#/components/schemas/{schema_name(one)}"}))
    return {
        f"{PREFIX}{one.name}/": {
            "get": _get(
                one.name,
                title,
                _json(_page_of(schema_name(one), partly=True)),
                [*chosen, after, _limit()],
                bad=True,
                about=str(one.about),
            )
        },
        f"{PREFIX}{one.name}/{{id}}/": {
            "get": _get(f"{one.name}_row", f"{title}: one row", row, [key], missing=True)
        },
        f"{PREFIX}{one.name}.csv": {
            "get": _get(f"{one.name}_csv", f"{title}: all, as CSV", _text("text/csv"), chosen, bad=True)
        },
        f"{PREFIX}{one.name}.ndjson": {
            "get": _get(
                f"{one.name}_ndjson",
                f"{title}: all, a row a line",
                _text("application/x-ndjson"),
                chosen,
                bad=True,
            )
        },
    }


def _get(
    name: str,
    summary: str,
    content: dict[str, Any],
    parameters: list[dict[str, Any]] | None = None,
    *,
    bad: bool = True,
    missing: bool = False,
    kept: bool = True,
    about: str = "",
) -> dict[str, Any]:
    refused = {"description": "Refused", "content": {"application/problem+json": {"schema": _PROBLEM}}}
    headers = {header: {"schema": {"type": "integer"}} for header in _LIMITS}
    told = {"Cache-Control": {"schema": {"type": "string"}}}
    if kept:
        told["ETag"] = {"schema": {"type": "string"}}
    answers: dict[str, Any] = {
        "200": {"description": "OK", "headers": headers | told, "content": content},
        "304": {"description": "What you have is what there is"},
        "401": refused,
        "429": {**refused, "headers": {"Retry-After": {"schema": {"type": "integer"}}}},
        "503": refused,
    }
    if bad:
        answers["400"] = refused
    if missing:
        answers["404"] = refused
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": dict(sorted(answers.items())),
    }
    if about:
        operation["description"] = about
    if parameters:
        operation["parameters"] = parameters
    return operation


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _text(media_type: str) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string"}}}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _several(name: str, description: str, item: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "array", "items": item, "minItems": 1, "maxItems": 50}
    return {**_parameter(name, description, schema), "style": "form", "explode": False}


def _filter(field: Field) -> dict[str, Any]:
    item = dict(TYPES[field.type])
    if field.codes:
        item["enum"] = [code for code, _label in field.codes]
    elif field.type == "string":
        item = {**_bounded(), "pattern": "^[^,]+$"}
    elif field.type == "integer":
        item |= {"minimum": -(10**9) + 1, "maximum": 10**9 - 1}
    return _several(field.name, f"{field.meaning} Any of these.", item)


def _fields(one: Collection) -> dict[str, Any]:
    item = {"type": "string", "enum": [field.name for field in one.fields]}
    return _several("fields", "Only these fields, in the order of the dictionary.", item)


def _limit() -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    return _parameter("limit", "Rows in a page.", schema)


def _feed() -> list[dict[str, Any]]:
    after = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1, "default": 0}
    return [
        _parameter("after", "Only what changed after this one.", after),
        _several("collection", "Only changes of these.", {"type": "string", "enum": list(COLLECTIONS)}),
    ]


def _bounded() -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE}


def _page_of(schema: str, *, partly: bool = False) -> dict[str, Any]:
    item = {"$ref": f"#/components/schemas/{schema}{'Part' if partly else ''}"}
    page = _wrapped({"type": "array", "items": item})
    page["properties"]["next"] = {"type": ["string", "null"], "format": "uri-reference"}
    page["required"].append("next")
    return page


def _wrapped(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "meta"],
        "properties": {"data": data, "meta": {"$ref": "#/components/schemas/Meta"}},
    }
