"""What form each kind of setting has."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

INSTRUMENTS = ("unit_order", "ministerial_decision", "prakas", "sub_decree", "royal_decree")
DEADLINE_UNITS = ("hours", "days", "working_days")


def faults(kind: str, content: Any) -> list[str]:
    """What is wrong with a setting's content, in words; nothing if it can rule."""
    if not isinstance(content, dict):
        return ["The content must be an object."]
    return list(_CHECKS[kind](content))


def _list(content: dict[str, Any], name: str) -> list[dict[str, Any]] | None:
    rows = content.get(name)
    if set(content) != {name} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return rows


def _text(row: dict[str, Any], *names: str) -> list[str]:
    return [name for name in names if not isinstance(row.get(name), str) or not row[name].strip()]


def _ranks(content: dict[str, Any]) -> list[str]:
    rows = _list(content, "ranks")
    if not rows:
        return ["Give “ranks”, a list of objects."]
    found = []
    for index, row in enumerate(rows, 1):
        if missing := _text(row, "code", "name_km", "name_en"):
            found.append(f"Rank {index}: missing {', '.join(missing)}.")
        if not isinstance(row.get("order"), int):
            found.append(f"Rank {index}: “order” must be a whole number.")
        if row.get("removed_by") not in INSTRUMENTS:
            found.append(f"Rank {index}: “removed_by” must be one of {', '.join(INSTRUMENTS)}.")
    found += [f"“{name}” is not unique." for name in ("code", "order") if not _unique(rows, name)]
    return found


def _unique(rows: list[dict[str, Any]], name: str) -> bool:
    values = [str(row.get(name)) for row in rows]
    return len(values) == len(set(values))


def _holidays(content: dict[str, Any]) -> list[str]:
    rows = _list(content, "holidays")
    if rows is None:
        return ["Give “holidays”, a list of objects."]
    found = []
    for index, row in enumerate(rows, 1):
        try:
            date.fromisoformat(row.get("date", ""))
        except (TypeError, ValueError):
            found.append(f"Holiday {index}: “date” must be a day such as 2026-11-24.")
        if missing := _text(row, "name_km", "name_en", "source"):
            found.append(f"Holiday {index}: missing {', '.join(missing)}.")
    return found


def _deadlines(content: dict[str, Any]) -> list[str]:
    rows = _list(content, "deadlines")
    if not rows:
        return ["Give “deadlines”, a list of objects."]
    found = []
    for index, row in enumerate(rows, 1):
        if missing := _text(row, "clock", "name_km", "name_en", "basis"):
            found.append(f"Deadline {index}: missing {', '.join(missing)}.")
        if not isinstance(row.get("length"), int) or row["length"] < 1:
            found.append(f"Deadline {index}: “length” must be a whole number above 0.")
        if row.get("unit") not in DEADLINE_UNITS:
            found.append(f"Deadline {index}: “unit” must be one of {', '.join(DEADLINE_UNITS)}.")
    if not _unique(rows, "clock"):
        found.append("“clock” is not unique.")
    return found


def _drugs(content: dict[str, Any]) -> list[str]:
    rows = _list(content, "drugs")
    if not rows:
        return ["Give “drugs”, a list of objects."]
    found = []
    for index, row in enumerate(rows, 1):
        if not re.fullmatch(r"[a-z0-9_]{2,20}", str(row.get("code", ""))):
            found.append(f"Drug {index}: “code” must be small letters, digits and _.")
        if missing := _text(row, "name_km", "name_en"):
            found.append(f"Drug {index}: missing {', '.join(missing)}.")
    if not _unique(rows, "code"):
        found.append("“code” is not unique.")
    return found


_CHECKS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "ranks": _ranks,
    "holidays": _holidays,
    "deadlines": _deadlines,
    "drugs": _drugs,
}
