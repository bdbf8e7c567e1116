"""What may stand in a log: an allow-list of fields, and of what is said only what stands in the code.

A message is written as its template, never with what was put into it; of an exception its class and where it
happened, never what it said: PostgreSQL quotes rows, and rows name people. Why no library does it stands in
docs/decisions/0013-logs.md.
"""

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from ledger.context import request_id, traceless

CHECKOUT = Path(__file__).resolve().parent.parent
FLOORS = frozenset({"config", "foundation", "ledger", "officers", "cases", "audits"})
#: What a log call may hand over by `extra`; everything else stays behind.
FIELDS = (
    "method",
    "route",
    "status",
    "duration_ms",
    "actor",
    "job",
    "attempt",
    "check",
    "alarm",
    "count",
    "constraint",
    "number",
    "error",
)


def told(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record, in the order they are written."""
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": _event(record),
        "request_id": request_id.get(),
    }
    fields |= {name: getattr(record, name, None) for name in FIELDS}
    if record.exc_info and record.exc_info[1] is not None:
        fields["error"] = _classes(record.exc_info[1])
        fields["stack"] = _frames(record.exc_info[2])
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _event(record: logging.LogRecord) -> str:
    """The template of what was said. Others' text without one may have been put together before: only its place."""
    ours = record.name.partition(".")[0] in FLOORS
    if isinstance(record.msg, str) and (ours or record.args):
        return record.msg
    return f"{record.module}:{record.lineno}"


def _classes(error: BaseException | None) -> str:
    names = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__cause__
    return " < ".join(names)


def _frames(trace: TracebackType | None) -> list[str]:
    """Where it happened, in our own code, the innermost last."""
    frames = []
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if path.is_relative_to(CHECKOUT) and not path.relative_to(CHECKOUT).parts[0].startswith("."):
            frames.append(f"{path.relative_to(CHECKOUT)}:{frame.lineno}")
    return frames


class Json(logging.Formatter):
    """An object on a line, for machines that collect lines."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(told(record), ensure_ascii=False)


class Lines(logging.Formatter):
    """The same for the eye; the time stands before it already."""

    def format(self, record: logging.LogRecord) -> str:
        fields = told(record)
        head = [str(fields.pop(name)) for name in ("level", "logger", "event")]
        fields.pop("time")
        return " ".join([*head, *(f"{name}={value}" for name, value in fields.items())])


class Traced(logging.Filter):
    """Nothing is said of a request that is to leave no trace, not even when."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not traceless.get()


def chosen() -> logging.Formatter:
    """As `LOG_FORMAT` says (`json` or `lines`); lines only where somebody looks on."""
    default = "lines" if os.environ.get("PROBITY_EMBEDDED") == "1" else "json"
    return {"json": Json, "lines": Lines}[os.environ.get("LOG_FORMAT") or default]()


def configuration() -> dict[str, Any]:
    """For `logging.config.dictConfig`: all that any process of ours says goes to its output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": "config.logs.chosen"}},
        "filters": {"traced": {"()": "config.logs.Traced"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["traced"]}
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "config.middleware": {"level": "INFO"},
            "django": {"handlers": [], "level": "WARNING"},  # its own would mail what it says
            "django.request": {"level": "ERROR"},  # a refusal is told by its request
        },
    }
