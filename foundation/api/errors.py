"""Input errors as one flat list of `{field, line, code, message}`, whoever found them."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from rest_framework.exceptions import ErrorDetail

_WHOLE = {"", NON_FIELD_ERRORS, "non_field_errors"}


def from_django(error: ValidationError) -> list[dict[str, Any]]:
    """`line` comes from the error's `params`: `ValidationError(text, code="seal", params={"line": 12})`."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        _entry(
            "" if field in _WHOLE else field,
            (single.params or {}).get("line") if isinstance(single.params, dict) else None,
            single.code or "invalid",
            message,
        )
        for field, singles in fields.items()
        for single in singles
        for message in single.messages
    ]


def from_rest_framework(detail: Any) -> list[dict[str, Any]]:
    """Nested serializers give dotted fields, and `line` is the place in the innermost list, from 1."""
    return list(_flatten(detail, (), None))


def _flatten(detail: Any, path: tuple[str, ...], line: int | None) -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            if isinstance(name, int):
                yield from _flatten(inner, path, name + 1)
            else:
                yield from _flatten(inner, path if name in _WHOLE else (*path, name), line)
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail, start=1):
            # A list of messages is about one thing, a list of dicts is about the lines of a list.
            yield from _flatten(inner, path, place if isinstance(inner, dict) else line)
    else:
        code = detail.code if isinstance(detail, ErrorDetail) else None
        yield _entry(".".join(path), line, code or "invalid", str(detail))


def _entry(field: str, line: int | None, code: str, message: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"field": field, "code": code, "message": message}
    if line is not None:
        entry["line"] = line
    return entry
