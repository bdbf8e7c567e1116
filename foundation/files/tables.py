"""A table that somebody sent, as rows of known fields."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, Self

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from foundation.files.headers import Entry, Found, Header, Synonyms, check_header, find_header, read_block
from foundation.files.kinds import Kind, content_kind, opened
from foundation.files.limits import MIB, Limits
from foundation.files.rows import Column, Record, Row, text_of
from foundation.files.texts import DELIMITERS, DelimitedText
from foundation.files.workbooks import Book, Sheet

_REFUSED = {
    Kind.EMPTY: _("The file is empty."),
    Kind.XLS: _("This is a workbook of the old format .xls. Save it as “Excel workbook (.xlsx)” or CSV."),
    Kind.XLSB: _("This is a binary workbook, .xlsb. Save it as “Excel workbook (.xlsx)” or CSV."),
    Kind.ENCRYPTED_OFFICE: _("The workbook is protected by a password. Save it without one."),
    Kind.ODS: _("This is an OpenDocument sheet, .ods. Save it as “Excel workbook (.xlsx)” or CSV."),
    Kind.HTML: _("This is a web page, whatever its name says. Open it in Excel and save it as .xlsx."),
    Kind.XML: _("This is an XML file. Open it in Excel and save it as “Excel workbook (.xlsx)”."),
    Kind.DAMAGED_ZIP: _("The workbook is damaged or was cut off. Get it again from whoever made it."),
}
_NOT_A_TABLE = _("This is not a table. Accepted are CSV in UTF-8 or UTF-16, and Excel workbooks (.xlsx).")


class _Source(Protocol):
    sheet: str

    def records(self, last_line: int | None = None) -> Iterator[Record]: ...


class _Closable(Protocol):
    def close(self) -> None: ...


@dataclass(slots=True)
class Table:
    """A table whose header was found. Close it when done, or use it as a context manager.

    `columns` are the fields of the header, `unknown` the columns nobody asked for, `block` what the lines
    above the table say, `line` the last line of the header, `sheet` the name of the sheet in a workbook.
    """

    kind: Kind
    columns: dict[str, Column]
    unknown: list[Column]
    block: dict[str, Entry]
    line: int
    sheet: str
    _source: _Source = field(repr=False)
    _opened: _Closable = field(repr=False)
    _header: Header = field(repr=False)
    _limits: Limits = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """The rows below the header, without empty ones, from the first each time.

        Only one row is held in memory. The file must still be open, and only one caller may walk at a time.

        :raises ValidationError: when a row is reached that breaks a limit or cannot be read; the rows before
            it have been given by then
        """
        count = 0
        for record in self._source.records():
            if record.line <= self.line or not (own := record.own()):
                continue
            count += 1
            if count > self._limits.rows:
                raise ValidationError(
                    _("The table has more than %(limit)s rows. Divide the file."),
                    code="file_limit",
                    params={"limit": self._limits.rows},
                )
            if len(record.values) > self._limits.columns:
                raise ValidationError(
                    _("Line %(line)s has more than %(limit)s columns."),
                    code="file_limit",
                    params={"line": record.line, "limit": self._limits.columns},
                )
            yield self._row(record, own)

    def _row(self, record: Record, own: int) -> Row:
        values = record.values
        width = self._header.width
        there = len(values)
        cells = {
            name: values[column.index] if column.index < there else None
            for name, column in self.columns.items()
        }
        return Row(
            line=record.line,
            cells=cells,
            texts={name: cell if type(cell) is str else text_of(cell) for name, cell in cells.items()},
            values=values,
            surplus=tuple(text_of(value) for value in values[width:] if value is not None)
            if len(values) > width
            else (),
            is_note=own == 1 and len(self.columns) > 1,
            columns=self.columns,
        )

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _check_size(upload: Any, stream: BinaryIO, limits: Limits) -> None:
    size = getattr(upload, "size", None)
    if size is None:
        size = stream.seek(0, 2)
        stream.seek(0)
    if size > limits.size:
        raise ValidationError(
            _("The file is larger than %(limit)s MB."),
            code="file_limit",
            params={"limit": limits.size // MIB},
        )


def read_table(
    upload: File | BinaryIO,
    *,
    columns: Synonyms,
    required: Collection[str] = (),
    block: Synonyms | None = None,
    limits: Limits | None = None,
) -> Table:
    """The first table in a file in which the wanted columns are found.

    :param columns: the names of each field as a header may have them, in Khmer and English; matched without
        regard to case, spaces and the order of signs, also where a title stands in both languages
    :param required: the fields without which there is no table
    :param block: names of what may be said above the table, such as site and date
    :raises ValidationError: ``file_kind``, ``file_limit``, ``file_damaged``, ``file_encoding``,
        ``no_header``, ``missing_column`` or ``duplicate_column``
    """
    limits = limits or Limits()
    stream = opened(upload)
    _check_size(upload, stream, limits)
    kind = content_kind(upload, limits=limits)
    if kind not in (Kind.TEXT, Kind.XLSX):
        raise ValidationError(_REFUSED.get(kind, _NOT_A_TABLE), code="file_kind")

    holder: Book | DelimitedText
    sources: list[Sheet] | list[DelimitedText]
    if kind is Kind.XLSX:
        holder = Book(stream, limits)
        sources = holder.sheets
    else:
        holder = DelimitedText(stream, limits)
        sources = [holder.with_delimiter(delimiter) for delimiter in DELIMITERS]
    try:
        source, found, top = _best(sources, columns, required, limits)
        header = check_header(found, columns, required, limits.header_lines)
    except ValidationError:
        holder.close()
        raise
    above = [record for record in top if record.line < header.line]
    return Table(
        kind=kind,
        columns=header.columns,
        unknown=header.unknown,
        block=read_block(above, block or {}),
        line=header.line,
        sheet=source.sheet,
        _source=source,
        _opened=holder,
        _header=header,
        _limits=limits,
    )


def _best(
    sources: Sequence[_Source], columns: Synonyms, required: Collection[str], limits: Limits
) -> tuple[_Source, Found | None, list[Record]]:
    """The source in whose first lines most columns are found; a sheet that has all it needs ends the search.

    :raises ValidationError: if none could be read
    """
    best: tuple[_Source, Found | None, list[Record]] | None = None
    most = -1
    failed: ValidationError | None = None
    for source in sources:
        try:
            top = _top(source, limits)
        except ValidationError as error:
            failed = failed or error
            continue
        found = find_header(top, columns)
        count = len(found[0].columns) if found else 0
        if count > most:
            best, most = (source, found, top), count
        if isinstance(source, Sheet) and found and set(required) <= found[0].columns.keys():
            break
    if best is None:
        raise failed or ValidationError(_NOT_A_TABLE, code="file_kind")
    return best


def _top(source: _Source, limits: Limits) -> list[Record]:
    """The first lines, as far as they can be read: what is wrong further down is said when it is reached."""
    top: list[Record] = []
    try:
        for record in source.records(limits.header_lines):
            top.append(record)  # noqa: PERF402 - one by one, so that those before an error are kept
    except ValidationError:
        if not top:
            raise
    return top
