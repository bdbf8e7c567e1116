"""Workbooks that were made to do harm, or that programs make badly: refused at once, or read all the same."""

import io
import re
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from foundation.files import Kind, Limits, Row, content_kind, read_table

COLUMNS = {"number": ["Officer number"], "name": ["Name"], "remark": ["Remark"]}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADER = "".join(
    f'<c r="{letter}1" t="inlineStr"><is><t>{title}</t></is></c>'
    for letter, title in zip("ABC", ["Officer number", "Name", "Remark"], strict=True)
)
SHEET = "xl/worksheets/sheet1.xml"


def workbook(**parts: bytes | str) -> bytes:
    """A small workbook, its parts replaced or added to by their path."""
    book = openpyxl.Workbook()
    book.active.append(["Officer number", "Name", "Remark"])
    book.active.append([100001, "Sok Dara", None])
    buffer = io.BytesIO()
    book.save(buffer)
    result = io.BytesIO()
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in made.namelist():
            if entry not in parts:
                changed.writestr(entry, made.read(entry))
        for entry, content in parts.items():
            changed.writestr(entry, content)
    return result.getvalue()


def sheet(rows: str, after: str = "", before: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}>{before}'
        f'<sheetData><row r="1">{HEADER}</row>{rows}</sheetData>{after}</worksheet>'
    )


def rows(content: bytes, limits: Limits | None = None) -> list[Row]:
    with read_table(io.BytesIO(content), columns=COLUMNS, required=["number"], limits=limits) as table:
        return list(table.rows())


BOMBS = {
    "a sheet of zeros": {SHEET: b"<worksheet>" + bytes(64 * 1024 * 1024)},
    "one cell of 64 MB": {SHEET: sheet(f'<row r="2"><c r="A2"><v>{"1" * 64_000_000}</v></c></row>')},
    "a text table of a million texts": {
        "xl/sharedStrings.xml": f"<sst {MAIN}>{'<si><t>a</t></si>' * 700_000}</sst>"
    },
    "a million rows": {SHEET: sheet("".join(f'<row r="{n}"/>' for n in range(2, 200_000)))},
    "a row of a million cells": {SHEET: sheet(f'<row r="2">{"<c/>" * 1_000_000}</row>')},
    "a million elements outside of rows": {SHEET: sheet("", after="<a/>" * 1_000_000)},
    "a million styles": {
        "xl/styles.xml": f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 500_000}</cellXfs></styleSheet>"
    },
    "twenty thousand and one merges": {
        SHEET: sheet("", after=f"<mergeCells>{'<mergeCell ref="A2:B3"/>' * 20_001}</mergeCells>")
    },
    "a cell in the last column": {SHEET: sheet('<row r="2"><c r="XFD2"><v>1</v></c></row>')},
    "a merge over everything": {
        SHEET: sheet(
            '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="XFD3"><v>1</v></c></row>',
            after='<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>',
        )
    },
    "three hundred parts": {f"xl/extra{n}.xml": "<a/>" for n in range(300)},
}


@pytest.mark.parametrize("parts", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_in_little_memory(parts: dict[str, bytes | str]):
    content = workbook(**parts)
    tracemalloc.start()

    with pytest.raises(ValidationError) as refusal:
        rows(content)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal.value.code == "file_limit"
    assert re.search(r"\d", refusal.value.messages[0]), "the limit is said"
    assert peak < 32 * 1024 * 1024


def _doctype(body: str) -> str:
    return sheet(f'<row r="2"><c r="A2" t="inlineStr"><is><t>{body}</t></is></c></row>')


DAMAGED = {
    "an external entity": {
        SHEET: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _doctype("&x;").split("?>", 1)[1]
    },
    "a billion laughs": {
        SHEET: '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + _doctype("&b;").split("?>", 1)[1]
    },
    "an entity in UTF-16": {
        SHEET: (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY a "ha">]>'
            + _doctype("&a;").split("?>", 1)[1]
        ).encode("utf-16")
    },
    "a large sheet in UTF-16": {
        SHEET: sheet('<row r="2"/>' * 10_000).replace("UTF-8", "UTF-16").encode("utf-16")
    },
    "a sheet that is cut off": {SHEET: sheet("")[:-30]},
    "a row number without end": {SHEET: sheet('<row r="99999999999"><c><v>1</v></c></row>')},
    "a number of a million digits": {SHEET: sheet(f'<row r="2"><c r="A2"><v>{"9" * 60_000}</v></c></row>')},
    "a text that is not in the table": {SHEET: sheet('<row r="2"><c r="A2" t="s"><v>99</v></c></row>')},
    "no relations": {"xl/_rels/workbook.xml.rels": "<nonsense/>"},
}


@pytest.mark.parametrize("parts", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_workbook_no_program_writes_is_refused_in_one_sentence(parts: dict[str, bytes | str]):
    with pytest.raises(ValidationError) as refusal:
        rows(workbook(**parts))
    assert refusal.value.code in ("file_damaged", "file_limit", "no_header")
    assert len(refusal.value.messages) == 1


def test_a_directory_that_lies_about_a_size_gains_nothing():
    content = workbook(**{SHEET: sheet('<row r="2"><c r="A2"><v>1</v></c></row>' + " " * 3_000_000)})
    entry = content.rindex(SHEET.encode()) - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    lied = content[: entry + 24] + struct.pack("<I", 400) + content[entry + 28 :]

    with pytest.raises(ValidationError) as refusal:
        rows(lied)
    assert refusal.value.code == "file_damaged"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_off_anywhere_is_said_to_be_cut_off(share: float):
    content = workbook()
    with pytest.raises(ValidationError, match="cut off"):
        rows(content[: int(len(content) * share)])


def test_every_byte_turned_over_gives_rows_or_a_refusal_and_never_an_error():
    content = workbook()
    for at in range(0, len(content), 97):
        turned = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        with suppress(ValidationError):
            rows(turned)


def test_a_claimed_size_of_the_sheet_is_not_believed():
    content = workbook(
        **{SHEET: sheet('<row r="2"><c r="A2"><v>7</v></c></row>', before='<dimension ref="A1:XFD1048576"/>')}
    )
    (row,) = rows(content)
    assert row.text("number") == "7"
    assert len(row.raw) == 1


def test_empty_rows_before_a_far_one_cost_nothing():
    content = workbook(**{SHEET: sheet('<row r="1048576"><c r="A1048576"><v>7</v></c></row>')})
    tracemalloc.start()

    (row,) = rows(content)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert row.line == 1_048_576
    assert peak < 8 * 1024 * 1024


def test_two_cells_with_all_there_is_between_them_take_no_more_memory_than_is_allowed():
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    limits = Limits(memory=256)

    with pytest.raises(ValidationError, match="256") as refusal:
        rows(workbook(**{SHEET: sheet(far)}), limits)

    assert refusal.value.code == "file_limit"


def test_numbers_times_truths_and_errors_become_what_a_person_sees():
    book = openpyxl.Workbook()
    book.active.append(["Officer number", "Name", "Remark"])
    book.active.append([0.1 + 0.2, True, timedelta(hours=1)])
    book.active.append([100001.0, "#N/A", "  "])
    buffer = io.BytesIO()
    book.save(buffer)

    first, second = rows(buffer.getvalue())

    assert first.cells == {"number": Decimal("0.3"), "name": "TRUE", "remark": "1:00:00"}
    assert second.cells == {"number": Decimal(100001), "name": "#N/A", "remark": None}
    assert second.text("number") == "100001"


def test_the_sheet_with_the_table_is_found_and_hidden_ones_are_not_read():
    book = openpyxl.Workbook()
    hidden = book.active
    hidden.append(["Officer number", "Name", "Remark"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    shown = book.create_sheet("Shown")
    shown.append(["Officer number", "Name"])
    shown.append([100002, "a"])
    buffer = io.BytesIO()
    book.save(buffer)

    with read_table(buffer, columns=COLUMNS, required=["number"]) as table:
        assert table.sheet == "Shown"
        assert [row.text("number") for row in table.rows()] == ["100002"]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"GIF89a", Kind.GIF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Kind.WEBP),
        (b"%PDF-1.4", Kind.PDF),
        (b"  <!DOCTYPE html>", Kind.HTML),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Kind.XML),
        ("ឈ្មោះ".encode("utf-16"), Kind.TEXT),
        (b"MZ\x90\x00\x03\x00\x00\x00", Kind.UNKNOWN),
        (b"PK\x03\x04 and nothing else", Kind.DAMAGED_ZIP),
        (b"", Kind.EMPTY),
    ],
)
def test_a_kind_is_told_by_content_alone(start: bytes, kind: Kind):
    assert content_kind(io.BytesIO(start)) is kind
    assert content_kind(io.BytesIO(workbook())) is Kind.XLSX
