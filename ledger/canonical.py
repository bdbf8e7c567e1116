"""JSON that is hashed: RFC 8785 bytes. No floats (their text differs between languages)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from django.utils.functional import Promise

#: RFC 8785 writes numbers as doubles do: beyond this a whole number is not exact.
LARGEST_INTEGER = 2**53 - 1


def plain(value: Any) -> Any:
    """The value as JSON can say it exactly: dates as ISO text, decimals as their text.

    :raises TypeError: for a float, or anything JSON has no exact form for
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Promise):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} cannot stand in the log")


def canonical(value: Any) -> str:
    """RFC 8785 text of a value."""
    return rfc8785.dumps(plain(value)).decode()
