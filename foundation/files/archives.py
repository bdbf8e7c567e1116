"""ZIP archives, measured before they are unpacked."""

import re
import struct
import zipfile
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.files.limits import MIB, Limits

_CHUNK = 256 * 1024
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 0xFFFF
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_DIRECTORY_BYTES_PER_ENTRY = 512

_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_UNIT = re.compile(rb"<(?:\w+:)?(row|si)[\s/>]")
_UNIT_END = re.compile(rb"</(?:\w+:)?(?:row|si)>")
_MERGE = re.compile(rb"mergeCell\s[^>]*?ref=\"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})\"")
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s(?=[^>]*?\bt\s*=\s*[\"']e[\"'])[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*>"
    rb"(?:<(?:\w+:)?f\b[^<]*(?:/>|</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]{1,20})<"
)
_OVERLAP = 256
_SMALL = 64 * 1024
"""A part this small is harmless whatever it holds, and labels of other programs may be in UTF-16."""
_TEXT_SLACK = 64 * 1024
"""Markup between two brackets may be longer than a cell: attributes, a formula, entities."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of merged cells; columns are counted from 0, lines from 1, both ends included."""

    first_column: int
    first_line: int
    last_column: int
    last_line: int


@dataclass(slots=True)
class Part:
    """What one XML part of an archive was found to hold."""

    rows: int = 0
    strings: int = 0
    merges: list[Merge] = field(default_factory=list)
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    """By line, the columns whose formula came to nothing, and what stands there: "#N/A"."""


def _too_much(message: Any, **params: int) -> ValidationError:
    return ValidationError(message, code="file_limit", params=params)


def _measure_directory(stream: BinaryIO, limits: Limits) -> None:
    """Bound the directory, which `zipfile` reads whole on opening."""
    size = stream.seek(0, 2)
    start = max(0, size - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_64_SIZE)
    stream.seek(start)
    tail = stream.read()
    at = (
        len(tail) - _END_SIZE
        if tail[-_END_SIZE:].startswith(_END) and tail.endswith(b"\0\0")
        else tail.rfind(_END)
    )
    if at < 0 or len(tail) - at < _END_SIZE:
        raise zipfile.BadZipFile("no end of the directory")
    if tail[max(0, at - _LOCATOR_64_SIZE) :].startswith(_LOCATOR_64):
        raise zipfile.BadZipFile("a 64-bit archive")
    entries, directory = struct.unpack("<10xHI6x", tail[at : at + _END_SIZE])
    if entries > limits.entries or directory > limits.entries * _DIRECTORY_BYTES_PER_ENTRY:
        raise _too_much(_("The file has more than %(limit)s parts inside it."), limit=limits.entries)


def open_archive(stream: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The archive, if what its directory says keeps within the limits.

    What the directory says of an entry binds `zipfile` too: it never unpacks more than that.

    :raises ValidationError: ``file_limit``
    :raises zipfile.BadZipFile: if it is none, or cut off
    """
    _measure_directory(stream, limits)
    stream.seek(0)
    archive = zipfile.ZipFile(stream)
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise _too_much(_("The file has more than %(limit)s parts inside it."), limit=limits.entries)
    if sum(entry.file_size for entry in entries) > limits.uncompressed:
        raise _too_much(
            _("Unpacked, the file is larger than %(limit)s MB."), limit=limits.uncompressed // MIB
        )
    for entry in entries:
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("an encrypted entry, or a compression no spreadsheet uses")
        if entry.file_size > MIB and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            raise _too_much(
                _("A part of the file unpacks to more than %(limit)s times its size."), limit=limits.ratio
            )
    return archive


def _column_index(name: bytes) -> int:
    index = 0
    for character in name:
        index = index * 26 + character - ord("A") + 1
    return index - 1


class _Scan:
    """Counts in one part, chunk by chunk, what a parser would build objects from.

    A row or a text is forgotten by the parser when it ends; everything else stays in memory, and so the tags
    inside one row and those outside of all rows are counted apart.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.part = Part()
        self.gap = 0
        self.inside = self.outside = 0
        self.in_unit = False
        self.carried = b""

    def take(self, chunk: bytes) -> None:
        """:raises ValidationError: ``file_limit``, ``file_damaged``"""
        self._measure_gaps(chunk)
        self._count_tags(chunk)
        window = self.carried + chunk
        if _DOCTYPE.search(window):
            raise ValidationError(
                _("The file holds a document type, which no spreadsheet program writes."), code="file_damaged"
            )
        for match in _MERGE.finditer(window):
            if match.end() > len(self.carried):
                left, top, right, bottom = match.groups()
                merge = Merge(_column_index(left), int(top), _column_index(right), int(bottom))
                self.part.merges.append(merge)
        for match in _ERROR.finditer(window):
            if match.end() > len(self.carried) and (column := _column_index(match[1])) < self.limits.columns:
                self.part.errors.setdefault(int(match[2]), []).append((column, match[3].decode()))
        self.carried = window[-_OVERLAP:]
        self._check()

    def _measure_gaps(self, chunk: bytes) -> None:
        first, *others = chunk.split(b"<")
        self.gap += len(first)
        longest = max(self.gap, max(map(len, others), default=0))
        if others:
            self.gap = len(others[-1])
        if longest > self.limits.cell * 8 + _TEXT_SLACK:
            raise _too_much(_("A cell is longer than %(limit)s characters."), limit=self.limits.cell)

    def _count_tags(self, chunk: bytes) -> None:
        # A tag cut in two by the end of a chunk is missed; the exact number of rows is counted on reading.
        before, *units = _UNIT.split(chunk)
        self._add(before)
        for kind, content in zip(units[::2], units[1::2], strict=True):
            if kind == b"row":
                self.part.rows += 1
            else:
                self.part.strings += 1
            self.inside, self.in_unit = 0, True
            self._add(content)

    def _add(self, piece: bytes) -> None:
        if self.in_unit and (end := _UNIT_END.search(piece)):
            self.inside += piece.count(b"<", 0, end.start())
            self.outside += piece.count(b"<", end.end())
            self.in_unit = False
        elif self.in_unit:
            self.inside += piece.count(b"<")
        else:
            self.outside += piece.count(b"<")
        if max(self.inside, self.outside) > self.limits.tags:
            raise _too_much(_("A part of the file has more than %(limit)s elements."), limit=self.limits.tags)

    def _check(self) -> None:
        part, limits = self.part, self.limits
        # Lines above the header count too.
        if part.rows > limits.rows + limits.header_lines:
            raise _too_much(
                _("The table has more than %(limit)s rows. Divide the file, or delete empty rows below it."),
                limit=limits.rows,
            )
        if part.strings > limits.strings:
            raise _too_much(_("The file has more than %(limit)s different texts."), limit=limits.strings)
        if len(part.merges) > limits.merges:
            raise _too_much(_("The table has more than %(limit)s merged cells."), limit=limits.merges)


def _refuse_foreign_encoding(head: bytes) -> None:
    """Counting bytes needs an encoding in which markup is ASCII; the parts that are large are in UTF-8."""
    declared = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    foreign = declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
    if foreign or not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") or b"\0" in head:
        raise zipfile.BadZipFile("a part in another encoding than UTF-8")


def measure_parts(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Part]:
    """What the XML parts of a workbook hold, by their path, found without parsing them.

    :raises ValidationError: ``file_limit``; ``file_damaged`` for a document type or an entity, which no
        spreadsheet program writes
    :raises zipfile.BadZipFile: for an entry that is not what the directory says
    """
    found = {}
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")) or not entry.file_size:
            continue
        scan = _Scan(limits)
        with archive.open(entry) as stream:
            first = True
            while chunk := stream.read(_CHUNK):
                if first and entry.file_size > _SMALL:
                    _refuse_foreign_encoding(chunk[:_OVERLAP])
                first = False
                scan.take(chunk)
        is_content = scan.part.rows or scan.part.strings
        if not is_content and entry.file_size > limits.part:
            raise _too_much(_("A part of the file is larger than %(limit)s MB."), limit=limits.part // MIB)
        found[entry.filename] = scan.part
    return found
