"""Delimited text: CSV and its relatives."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.files.limits import Limits
from foundation.files.rows import Record, Value, letter

DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_INVISIBLE_ENDS = "\u200b\ufeff"
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


def encoding_of(head: bytes) -> str:
    """The encoding of a text by its first bytes: UTF-8 or UTF-16, with or without a mark.

    UTF-16 without a mark is known by the zeros of its delimiters and line ends, all on one side.

    :raises ValidationError: ``file_encoding`` if there are zeros that are not those of UTF-16
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even or odd:
        if min(even, odd) or max(even, odd) < max(2, len(head) // 40):
            raise ValidationError(
                _("The file is not text: it contains zero bytes. Save it as “CSV UTF-8”."),
                code="file_encoding",
            )
        return "utf-16-be" if even else "utf-16-le"
    return "utf-8"


def clean(text: str) -> str | None:
    """A cell without what surrounds it and cannot be seen; nothing at all is None."""
    text = text.strip()
    if text.isascii():
        return text or None
    return text.strip(_INVISIBLE_ENDS).strip() or None


class DelimitedText:
    """The records of a delimited text, from the start each time they are asked for."""

    sheet = ""

    def __init__(self, stream: BinaryIO, limits: Limits, delimiter: str = ",") -> None:
        self.stream = stream
        self.limits = limits
        self.delimiter = delimiter
        stream.seek(0)
        self.encoding = encoding_of(stream.read(4096))

    def with_delimiter(self, delimiter: str) -> "DelimitedText":
        return DelimitedText(self.stream, self.limits, delimiter)

    def close(self) -> None:
        """The stream belongs to whoever brought it."""

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        for number, line in enumerate(text, 1):
            if "\0" in line:
                raise ValidationError(
                    _("Line %(line)s contains zero bytes. Save the file as “CSV UTF-8”."),
                    code="file_encoding",
                    params={"line": number},
                )
            if number == 1 and line.startswith("sep=") and len(line.rstrip("\r\n")) == 5:
                line = "\n"  # Excel's hint for itself; the line is kept for the count
            yield line

    def records(self, last_line: int | None = None) -> Iterator[Record]:
        """
        :param last_line: no record that begins after it is given
        :raises ValidationError: with the line at which the text stops being readable
        """
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, encoding=self.encoding, errors="strict", newline="")
        reader = csv.reader(self._lines(text), delimiter=self.delimiter, strict=True)
        line = 0
        try:
            while True:
                line = reader.line_num + 1
                if last_line and line > last_line:
                    return
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                yield Record(line, self._values(fields, line))
        except UnicodeDecodeError as error:
            raise self._undecodable(error, reader.line_num + 1) from None
        except csv.Error as error:
            raise self._unparsable(error, line) from None
        finally:
            with suppress(ValueError):  # who was interrupted has closed the stream already
                text.detach()

    def _values(self, fields: list[str], line: int) -> list[Value]:
        whole = "".join(fields)
        if "'" in whole or len(whole) > self.limits.cell:
            return [self._value(f, line, i) if f else None for i, f in enumerate(fields)]
        # Nothing of it is guarded or too long: the same, for the many lines where that is so.
        return [(f.strip() or None) if f.isascii() else clean(f) for f in fields]

    def _value(self, written: str, line: int, index: int) -> Value:
        if len(written) > self.limits.cell:
            raise ValidationError(
                _("Cell %(cell)s is longer than %(limit)s characters."),
                code="file_limit",
                params={"cell": f"{letter(index)}{line}", "limit": self.limits.cell},
            )
        # An apostrophe that an export put there so that the cell is no formula.
        return clean(written[1:] if written.startswith(_GUARDED) else written)

    def _undecodable(self, error: UnicodeDecodeError, line: int) -> ValidationError:
        if error.reason in ("unexpected end of data", "truncated data"):
            return ValidationError(
                _("The file ends in the middle of a character, after line %(line)s. It was cut off."),
                code="file_damaged",
                params={"line": line},
            )
        return ValidationError(
            _("The file is not in UTF-8, at line %(line)s or soon after. Save it as “CSV UTF-8”."),
            code="file_encoding",
            params={"line": line},
        )

    def _unparsable(self, error: csv.Error, line: int) -> ValidationError:
        if "field larger" in str(error):
            return ValidationError(
                _("A cell in line %(line)s is longer than %(limit)s characters."),
                code="file_limit",
                params={"line": line, "limit": self.limits.cell},
            )
        return ValidationError(
            _("The quotation marks of the record that begins at line %(line)s do not match."),
            code="file_damaged",
            params={"line": line},
        )
