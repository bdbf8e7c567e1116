"""What answers are made of, for the description."""

from typing import Any

from audits.api.open.examples import example_of
from audits.queries.dictionary import null_means
from audits.queries.disclosure import COLLECTIONS, Collection

TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
}
SEQ = {"type": "integer", "minimum": 0}
DAY = {"type": ["string", "null"], "format": "date"}


def schema_name(one: Collection) -> str:
    return one.name.title()


def schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "parameter": {"type": "string"},
                "parameters": {"type": "array", "items": {"type": "string"}},
            },
        },
        "Meta": {
            "type": "object",
            "required": ["as_of", "seq", "query"],
            "properties": {
                "collection": {"type": "string"},
                "as_of": DAY,
                "seq": SEQ,
                "last_seq": SEQ,
                "query": {"type": "string"},
            },
        },
        "Index": {
            "type": "object",
            "required": ["name", "version", "licence", "terms", "links", "last_seq", "as_of", "collections"],
            "properties": {"last_seq": SEQ, "as_of": DAY, "collections": {"type": "array"}},
        },
        "Change": _change(),
    }
    for one in COLLECTIONS.values():
        row = _row(one)
        schemas[schema_name(one)] = {**row, "required": list(row["properties"]), "example": example_of(one)}
        schemas[f"{schema_name(one)}Part"] = row  # `fields` may leave any out
    return schemas


def _row(one: Collection) -> dict[str, Any]:
    properties = {}
    for field in one.fields:
        schema = {**TYPES[field.type], "description": str(field.meaning)}
        null = null_means(one, field)
        if field.codes:
            schema["enum"] = [*(code for code, _label in field.codes), *([None] if null else [])]
        if null:
            schema["type"] = [schema["type"], "null"]
            schema["description"] += " Null: withheld." if null == "hidden" else " Null: there is none."
        properties[field.name] = schema
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _change() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["seq", "collection", "id", "kind", "revision", "on", "record", "superseded_by"],
        "additionalProperties": False,
        "properties": {
            "seq": {
                **SEQ,
                "description": "Ascending in the order in which changes became public; with gaps.",
            },
            "collection": {"type": "string", "enum": list(COLLECTIONS)},
            "id": {"type": "string"},
            "kind": {"type": "string", "enum": ["added", "corrected", "retracted"]},
            "revision": {"type": "integer", "minimum": 1},
            "on": {"type": "string", "format": "date"},
            "record": {
                "type": ["object", "null"],
                "description": "The row as it is now; null where it is gone, or where a later change has it.",
            },
            "superseded_by": {
                "type": ["integer", "null"],
                "description": "The change that came after this one.",
            },
        },
    }
