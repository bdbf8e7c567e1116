"""Tables for people, in the one form that every spreadsheet program opens rightly."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from foundation.files.rows import text_of

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_PER_CHUNK = 500

type Cell = str | int | Decimal | date | None


def safe_cell(value: Cell) -> str:
    """The text of a cell that no spreadsheet program takes for a formula.

    A text that begins with = + - @, tab or a line end gets an apostrophe before it; negative numbers too.
    `read_table` takes the apostrophe away again.
    """
    text = str(value) if isinstance(value, int) else text_of(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table as CSV in UTF-8 with a mark, without which Excel garbles Khmer; made while it is sent.

    Every cell is quoted: else a semicolon inside one would begin a new cell where Excel separates by those.
    """
    yield codecs.BOM_UTF8
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(title) for title in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(value) for value in row])
        if number % _ROWS_PER_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
