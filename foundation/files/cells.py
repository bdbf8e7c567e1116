"""The cells of a workbook, read by a process of its own (`foundation.files.apart`).

The parser lays a sheet out as one block from its first cell to its last, so a file of two cells could ask for all
the memory there is; here it is given so much and no more, and what it breaks is this process alone. Nothing of
Probity is imported, so that it starts at once.

Its standard input is a line with the length of the workbook, the workbook, and then a request a line: the number of a
sheet, the first row wanted, how many. Its output is a line for each, in JSON: first the visible sheets as number,
title and path; then rows. A day or time of day is a list of one text in ISO form, so that no text can be mistaken
for one.
"""

import io
import json
import posixpath
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice
from typing import Any

from defusedxml import ElementTree
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

_MAIN = "{*}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def _paths(workbook: bytes) -> dict[str, str]:
    """The part of the archive that each sheet is, by its title."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    found = {}
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT), "")
        found[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found


def _plain(cell: Any) -> Any:
    if isinstance(cell, date):
        return [cell.isoformat()]
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return cell


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + [cell if type(cell) is str else _plain(cell) for cell in row]


def main() -> None:
    source, out = sys.stdin.buffer, sys.stdout
    workbook = source.read(int(source.readline()))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    paths = _paths(workbook)
    del workbook

    def say(answer: Any) -> None:
        json.dump(answer, out, ensure_ascii=True, separators=(",", ":"))
        out.write("\n")
        out.flush()

    say(
        [
            [number, sheet.name, paths.get(sheet.name, "")]
            for number, sheet in enumerate(book.sheets_metadata)
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
    )
    loaded: tuple[int, CalamineSheet] | None = None
    rows: Iterator[list[Any]] = iter(())
    at = -1
    for request in source:
        number, first, count = map(int, request.split())
        if loaded is None or loaded[0] != number:
            loaded = None  # one sheet at a time
            loaded, at = (number, book.get_sheet_by_index(number)), -1
        if at != first:
            rows = islice(_rows(loaded[1]), first, None)
        say(list(islice(rows, count)))
        at = first + count


if __name__ == "__main__":
    main()
