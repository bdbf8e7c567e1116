"""Excel workbooks, one sheet at a time, row by row."""

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.files.apart import start
from foundation.files.archives import Merge, Part, measure_parts, open_archive
from foundation.files.limits import Limits
from foundation.files.rows import Record, Value, letter
from foundation.files.texts import clean

#: Rows that are asked of the reader at once.
_BATCH = 500


def _damaged() -> ValidationError:
    return ValidationError(
        _("The workbook is damaged or was cut off. Open it in a spreadsheet program and save it again."),
        code="file_damaged",
    )


def _value_of(cell: Any) -> Value:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case int():
            return Decimal(cell)
        case float():
            # Fifteen digits are what Excel keeps; more would be binary noise.
            if not isfinite(cell):
                raise _damaged()
            number = Decimal(format(cell, ".15g"))
            return Decimal(int(number)) if number == number.to_integral_value() else number
        case [str() as day]:
            return datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
        case _:
            raise _damaged()


class _MergedValues:
    """Lends the value of a merged block to its other cells, while the rows go by."""

    def __init__(self, merges: list[Merge], columns: int) -> None:
        self.starting: defaultdict[int, list[Merge]] = defaultdict(list)
        for merge in merges:
            if merge.first_column < columns:
                self.starting[merge.first_line].append(merge)
        self.columns = columns
        self.lent: dict[int, tuple[Value, int]] = {}

    def apply(self, line: int, values: list[Value]) -> frozenset[int]:
        self.lent = {c: (v, last) for c, (v, last) in self.lent.items() if last >= line}
        for merge in self.starting.get(line, ()):
            value = values[merge.first_column] if merge.first_column < len(values) else None
            if value is not None:
                for column in range(merge.first_column, min(merge.last_column + 1, self.columns)):
                    self.lent[column] = (value, merge.last_line)
        filled = set()
        for column, (value, _last) in self.lent.items():
            values.extend([None] * (column + 1 - len(values)))
            if values[column] is None:
                values[column] = value
                filled.add(column)
        return frozenset(filled)


class _Reader:
    """A process of its own that parses the workbook, with bounds on what it may take (`foundation.files.cells`)."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.process = start("cells.py", memory=limits.memory, seconds=limits.seconds)
        size = stream.seek(0, 2)
        stream.seek(0)
        try:
            self._input.write(b"%d\n" % size)
            shutil.copyfileobj(stream, self._input)
            self.sheets: list[tuple[int, str, str]] = self._answer()
        except OSError:
            raise self._ended() from None
        except ValidationError:
            self.close()
            raise

    @property
    def _input(self) -> Any:
        return self.process.stdin

    def rows(self, sheet: int, first: int, count: int) -> list[list[Any]]:
        """
        :param first: counted from 0
        :raises ValidationError: ``file_damaged``; ``file_limit`` if it needs more than it may take
        """
        try:
            self._input.write(b"%d %d %d\n" % (sheet, first, count))
        except OSError:
            raise self._ended() from None
        return self._answer()

    def _answer(self) -> Any:
        try:
            self._input.flush()
            line = self.process.stdout.readline() if self.process.stdout else b""
        except OSError:
            raise self._ended() from None
        if not line.endswith(b"\n"):
            raise self._ended()
        return json.loads(line)

    def _ended(self) -> ValidationError:
        """Why it ended: by an error of its own the file is broken, by a signal or for want of memory too large."""
        self.close(wait=True)
        if self.process.returncode == 1:
            return _damaged()
        return ValidationError(
            _(
                "To read this workbook would take more than %(limit)s MB of memory. Save it as CSV, or divide it."
            ),
            code="file_limit",
            params={"limit": self.limits.memory},
        )

    def close(self, *, wait: bool = False) -> None:
        """End it; where it has broken down by itself, how is kept."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue
        if not wait:
            self.process.kill()
        try:
            self.process.wait(timeout=self.limits.seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Sheet:
    """The records of one sheet, from the start each time they are asked for."""

    def __init__(self, reader: _Reader, number: int, title: str, part: Part, limits: Limits) -> None:
        self.reader = reader
        self.number = number
        self.sheet = title
        self.part = part
        self.limits = limits

    def records(self, last_line: int | None = None) -> Iterator[Record]:
        """
        :param last_line: where to stop
        :raises ValidationError: ``file_limit`` with the cell, ``file_damaged``
        """
        merged = _MergedValues(self.part.merges, self.limits.columns)
        line = 0
        while rows := self.reader.rows(self.number, line, min(_BATCH, (last_line or _BATCH + line) - line)):
            for cells in rows:
                line += 1
                values = [
                    (clean(cell) if cell else None) if type(cell) is str else _value_of(cell)
                    for cell in cells
                ]
                for column, error in self.part.errors.get(line, ()):
                    values.extend([None] * (column + 1 - len(values)))
                    values[column] = error
                while values and values[-1] is None:
                    values.pop()
                if not values and not merged.lent:
                    continue
                self._check(values, line)
                filled = merged.apply(line, values)
                yield Record(line, values, filled)
            if line == last_line:
                return

    def _check(self, values: list[Value], line: int) -> None:
        if len(values) > self.limits.columns:
            raise ValidationError(
                _("Line %(line)s has more than %(limit)s columns."),
                code="file_limit",
                params={"line": line, "limit": self.limits.columns},
            )
        for index, value in enumerate(values):
            if isinstance(value, str) and len(value) > self.limits.cell:
                raise ValidationError(
                    _("Cell %(cell)s is longer than %(limit)s characters."),
                    code="file_limit",
                    params={"cell": f"{letter(index)}{line}", "limit": self.limits.cell},
                )


class Book:
    """The visible sheets of a workbook, in their order."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        """
        :raises ValidationError: ``file_limit`` before anything is parsed; ``file_damaged``
        """
        try:
            with open_archive(stream, limits) as archive:
                parts = measure_parts(archive, limits)
        except ValidationError:
            raise
        except Exception:
            raise _damaged() from None
        self.reader = _Reader(stream, limits)
        self.sheets = [
            # The path is the only link between a sheet and what was measured of it.
            Sheet(self.reader, number, title, parts.get(path, Part()), limits)
            for number, title, path in self.reader.sheets
        ]

    def close(self) -> None:
        self.reader.close()
