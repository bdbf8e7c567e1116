"""What a file is, told by its bytes."""

import re
import zipfile
from enum import StrEnum
from typing import BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files import File

from foundation.files.archives import open_archive
from foundation.files.limits import Limits
from foundation.files.texts import encoding_of

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Kind(StrEnum):
    """The kinds that are told apart. Who takes a file lists the kinds it takes; nothing is taken by name."""

    TEXT = "text"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ENCRYPTED_OFFICE = "encrypted_office"
    ODS = "ods"
    HTML = "html"
    XML = "xml"
    ZIP = "zip"
    DAMAGED_ZIP = "damaged_zip"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    EMPTY = "empty"
    UNKNOWN = "unknown"


def opened(upload: File | BinaryIO) -> BinaryIO:
    """The bytes of an upload, at their start."""
    stream = cast("BinaryIO", getattr(upload, "file", None) or upload)
    stream.seek(0)
    return stream


def _holds(stream: BinaryIO, sought: bytes) -> bool:
    kept = b""
    while chunk := stream.read(_CHUNK):
        if sought in kept + chunk:
            return True
        kept = chunk[-len(sought) :]
    return False


def _of_archive(stream: BinaryIO, limits: Limits) -> Kind:
    try:
        with open_archive(stream, limits) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return Kind.XLSX
            if "xl/workbook.bin" in names:
                return Kind.XLSB
            if "mimetype" in names:
                with archive.open("mimetype") as named:
                    return Kind.ODS if b"opendocument.spreadsheet" in named.read(_HEAD) else Kind.ZIP
            return Kind.XLSX if _has_workbook_elsewhere(names) else Kind.ZIP
    except (zipfile.BadZipFile, OSError):
        return Kind.DAMAGED_ZIP


def _has_workbook_elsewhere(names: set[str]) -> bool:
    return "[Content_Types].xml" in names and any(name.endswith("workbook.xml") for name in names)


def content_kind(upload: File | BinaryIO, *, limits: Limits | None = None) -> Kind:
    """What the content is. :attr:`Kind.UNKNOWN` for everything that is not known to be something.

    :raises ValidationError: if an archive breaks a limit, before anything of it is unpacked
    """
    stream = opened(upload)
    head = stream.read(_HEAD)
    kind = _of_head(stream, head, limits or Limits())
    stream.seek(0)
    return kind


def _of_head(stream: BinaryIO, head: bytes, limits: Limits) -> Kind:
    if not head:
        return Kind.EMPTY
    signatures = {
        b"%PDF-": Kind.PDF,
        b"\x89PNG\r\n\x1a\n": Kind.PNG,
        b"\xff\xd8\xff": Kind.JPEG,
        b"GIF87a": Kind.GIF,
        b"GIF89a": Kind.GIF,
    }
    for signature, kind in signatures.items():
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(stream, limits)
    if head.startswith(_OLE):
        stream.seek(0)
        return Kind.ENCRYPTED_OFFICE if _holds(stream, _ENCRYPTED) else Kind.XLS
    try:
        encoding = encoding_of(head)
    except ValidationError:
        return Kind.UNKNOWN
    text = head.decode(encoding, errors="ignore")
    if _CONTROL.search(text):
        return Kind.UNKNOWN
    start = text.lstrip("\ufeff \t\r\n").casefold()
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta")):
        return Kind.HTML
    if start.startswith("<"):
        return Kind.HTML if "<html" in start else Kind.XML
    return Kind.TEXT
