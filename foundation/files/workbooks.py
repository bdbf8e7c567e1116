"""Excel workbooks, one sheet at a time, row by row."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, BinaryIO

import openpyxl
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from foundation.files.archives import Merge, Part, measure_parts, open_archive
from foundation.files.limits import Limits
from foundation.files.rows import Record, Value, letter
from foundation.files.texts import clean

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("openpyxl must parse XML through defusedxml.")

_LAST_LINE = 1_048_576
"""Of a sheet, by the file format."""


def _damaged() -> ValidationError:
    return ValidationError(
        _("The workbook is damaged or was cut off. Open it in a spreadsheet program and save it again."),
        code="file_damaged",
    )


def _value_of(value: Any) -> Value:
    match value:
        case None:
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return Decimal(value)
        case float():
            # Fifteen digits are what Excel keeps; more would be binary noise.
            number = Decimal(format(value, ".15g"))
            return Decimal(int(number)) if number == number.to_integral_value() else number
        case datetime() | date():
            return value
        case time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return clean(str(value))


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


class Sheet:
    """The records of one sheet, from the start each time they are asked for."""

    def __init__(self, worksheet: ReadOnlyWorksheet, part: Part, limits: Limits) -> None:
        self.worksheet = worksheet
        self.sheet = worksheet.title
        self.merges = part.merges
        self.limits = limits
        # The size a file claims for its sheet would have every row filled up to it.
        worksheet.reset_dimensions()

    def records(self, last_line: int | None = None) -> Iterator[Record]:
        """
        :param last_line: where to stop; a row may be numbered so that a million empty ones come before it
        :raises ValidationError: ``file_limit`` with the cell, ``file_damaged``
        """
        merged = _MergedValues(self.merges, self.limits.columns)
        rows = self.worksheet.iter_rows(values_only=True)
        for line in count(1):
            if last_line and line > last_line:
                return
            try:
                cells = next(rows)
            except StopIteration:
                return
            except Exception:
                # Whatever a broken file makes the parser stumble over, it is the file that is broken.
                raise _damaged() from None
            if line > _LAST_LINE:
                raise _damaged()
            values = [_value_of(cell) for cell in cells]
            while values and values[-1] is None:
                values.pop()
            if not values and not merged.lent:
                continue
            self._check(values, line)
            filled = merged.apply(line, values)
            yield Record(line, values, filled)

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
            stream.seek(0)
            self.book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            self.sheets = [
                # The path is the only link between a sheet and what was measured of it.
                Sheet(worksheet, parts.get(worksheet._worksheet_path, Part()), limits)
                for worksheet in self.book.worksheets
                if isinstance(worksheet, ReadOnlyWorksheet) and worksheet.sheet_state == "visible"
            ]
        except ValidationError:
            raise
        except Exception:
            raise _damaged() from None

    def close(self) -> None:
        self.book.close()
