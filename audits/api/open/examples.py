"""Rows as they might be, for the description. Invented, from what the dictionary says of each field."""

from typing import Any

from audits.queries.disclosure import Collection, Field

_BY_NAME: dict[str, Any] = {
    "year": 2024,
    "month": "2024-01",
    "province": "12",
    "area": "12",
    "unit": "P-12",
    "level": 1,
    "parent": "12",
    "place": "12",
    "of": "measures",
    "period": "2024-01",
}
_BY_TYPE: dict[str, Any] = {
    "string": "KH",
    "integer": 40,
    "boolean": True,
    "number": 22.56,
    "date": "2024-03-15",
    "month": "2024-01",
}


def example_of(one: Collection) -> dict[str, Any]:
    return {field.name: _value(one, field) for field in one.fields}


def _value(one: Collection, field: Field) -> Any:
    if field.name == "id":
        return {"measures": "9f2c61d07ab84e35", "units": "P-12", "places": "12"}.get(one.name, "KH.2024")
    if field.codes:
        return field.codes[0][0]
    return _BY_NAME.get(field.name, _BY_TYPE[field.type])
