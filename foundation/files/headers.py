"""Finding the header row of a table that begins somewhere below a letterhead, and what stands above it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.files.rows import Column, Record, Value, letter, text_of
from foundation.khmer import search_key

type Synonyms = Mapping[str, Sequence[str]]
"""The names of each field, in Khmer and in English, as they may stand in a file."""

type Twice = list[tuple[Column, Column]]

# A title often stands in both languages: លេខមន្ត្រី / Officer number, or with its unit in brackets.
_PARTS = re.compile(r"[/|()\[\]\n]+")
_LABEL = re.compile(r"[:៖]")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that were recognised, by field, and the last line of the header (it may have two)."""

    columns: dict[str, Column]
    unknown: list[Column]
    line: int
    width: int


type Found = tuple[Header, Twice]


class _Names:
    def __init__(self, synonyms: Synonyms) -> None:
        self.fields = {search_key(name): field for field, names in synonyms.items() for name in names}

    def field(self, value: Value) -> str | None:
        title = text_of(value)
        if not title:
            return None
        for part in (title, *_PARTS.split(title)):
            if (key := search_key(part)) in self.fields:
                return self.fields[key]
        return None


def _joined(upper: Record, lower: Record, names: _Names) -> Record:
    """Two lines as one header: of each column the title that is known, the lower one if both are."""
    values: list[Value] = []
    filled = set()
    for index in range(max(len(upper.values), len(lower.values))):
        above = upper.values[index] if index < len(upper.values) else None
        below = lower.values[index] if index < len(lower.values) else None
        use_lower = names.field(below) is not None or (below is not None and names.field(above) is None)
        values.append(below if use_lower else above)
        if index in (lower.filled if use_lower else upper.filled):
            filled.add(index)
    return Record(lower.line, values, frozenset(filled))


def _columns(record: Record, names: _Names) -> tuple[dict[str, Column], list[Column], Twice]:
    """Recognised and unknown columns, and pairs that claim the same field."""
    found: dict[str, Column] = {}
    unknown: list[Column] = []
    twice: Twice = []
    for index, value in enumerate(record.values):
        if value is None:
            continue
        column = Column(index, text_of(value))
        if (field := names.field(value)) is None:
            unknown.append(column)
        elif field not in found:
            found[field] = column
        elif not (index in record.filled and found[field].title == column.title):
            # A title merged over several columns names the first of them.
            twice.append((found[field], column))
    return found, unknown, twice


def find_header(records: Sequence[Record], synonyms: Synonyms) -> Found | None:
    """The line, or pair of lines, in which most fields are recognised; None if there is none.

    A pair must recognise more than either of its lines, or the first row of the table would be taken in.
    """
    names = _Names(synonyms)
    best: Found | None = None
    pairs = [_joined(a, b, names) for a, b in pairwise(records) if b.line - a.line <= 2]
    for record in [*records, *pairs]:
        columns, unknown, twice = _columns(record, names)
        if len(columns) > (len(best[0].columns) if best else 0):
            best = Header(columns, unknown, record.line, len(record.values)), twice
    return best


def check_header(
    header: Found | None,
    synonyms: Synonyms,
    required: Collection[str],
    lines: int,
) -> Header:
    """:raises ValidationError: ``no_header``, ``missing_column`` or ``duplicate_column``, one per column"""
    if header is None:
        raise ValidationError(
            _("No header row was found in the first %(lines)s lines. Expected columns include %(columns)s."),
            code="no_header",
            params={
                "lines": lines,
                "columns": ", ".join(_title(synonyms[f]) for f in list(required or synonyms)[:4]),
            },
        )
    found, twice = header
    errors = [
        ValidationError(
            _("The column “%(column)s” is missing from the header in line %(line)s."),
            code="missing_column",
            params={"column": _title(synonyms[field]), "line": found.line},
        )
        for field in required
        if field not in found.columns
    ]
    errors += [
        ValidationError(
            _("Columns %(first)s and %(second)s both say “%(title)s”. Keep one of them."),
            code="duplicate_column",
            params={"first": first.letter, "second": second.letter, "title": second.title},
        )
        for first, second in twice
    ]
    if errors:
        raise ValidationError(errors)
    return found


def _title(names: Sequence[str]) -> str:
    """A field as people know it: its first name, and its first in the other script."""
    is_khmer = [any("\u1780" <= c <= "\u17ff" for c in name) for name in names]
    other = next((name for name, khmer in zip(names, is_khmer, strict=True) if khmer != is_khmer[0]), None)
    return f"{names[0]} / {other}" if other else names[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of the block above the table, and where it stands, such as B3."""

    value: Value
    address: str


def read_block(records: Iterable[Record], synonyms: Synonyms) -> dict[str, Entry]:
    """What is said above the table: a label and its value, in one cell with a colon or in the next cells.

    The first mention of a field counts.
    """
    names = _Names(synonyms)
    found: dict[str, Entry] = {}
    for record in records:
        label: str | None = None
        for index, value in enumerate(record.values):
            if value is None:
                continue
            address = f"{letter(index)}{record.line}"
            if field := names.field(value):
                label = field
            elif isinstance(value, str) and (stated := _stated(value, names)):
                found.setdefault(stated[0], Entry(stated[1], address))
                label = None
            elif label and index not in record.filled:
                found.setdefault(label, Entry(value, address))
                label = None
    return found


def _stated(text: str, names: _Names) -> tuple[str, str] | None:
    label, *rest = _LABEL.split(text, maxsplit=1)
    if not rest or not rest[0].strip() or not (field := names.field(label)):
        return None
    return field, rest[0].strip()
