"""Delimited text: encodings, delimiters, line ends, and what is wrong with them."""

import io
import re
import tracemalloc
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from foundation.files import Kind, Limits, Row, content_kind, read_table

COLUMNS = {"number": ["Officer number", "លេខមន្ត្រី"], "name": ["Name", "ឈ្មោះ"], "remark": ["Remark"]}
TEXT = 'Officer number,Name,Remark\n100001,"Sok, Dara","two\nlines"\n\n100002,ចាន់ សុភា,\n'


def rows(content: bytes, **options: object) -> list[Row]:
    with read_table(io.BytesIO(content), columns=COLUMNS, required=["number"], **options) as table:
        return list(table.rows())


def cells(content: bytes) -> list[list[str]]:
    return [[row.text(field) for field in COLUMNS] for row in rows(content)]


EXPECTED = [["100001", "Sok, Dara", "two\nlines"], ["100002", "ចាន់ សុភា", ""]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"], ids=lambda name: name
)
def test_the_encoding_is_told_by_the_bytes(encoding: str):
    assert cells(TEXT.encode(encoding)) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_the_header(delimiter: str):
    text = f'Officer number{delimiter}Name\n100001{delimiter}"a{delimiter}b;c,d"\n'
    assert cells(text.encode()) == [["100001", f"a{delimiter}b;c,d", ""]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(end: str):
    text = end.join(["Officer number,Name", "100001,a", "100002,b", ""])
    found = rows(text.encode())
    assert [(row.line, row.text("name")) for row in found] == [(2, "a"), (3, "b")]


def test_lines_are_counted_as_an_editor_shows_them():
    assert [row.line for row in rows(TEXT.encode())] == [2, 5]


def test_excels_hint_for_its_delimiter_is_no_header():
    found = rows(b"sep=;\r\nOfficer number;Name\r\n100001;a\r\n")
    assert [(row.line, row.text("name")) for row in found] == [(3, "a")]


def test_cells_lose_what_cannot_be_seen_and_the_apostrophe_of_an_export():
    assert cells("Officer number,Name,Remark\n \u200b100001\u00a0,'-,'plain\n".encode()) == [
        ["100001", "-", "'plain"]
    ]


def test_a_header_is_found_by_any_spelling_of_its_names():
    found = rows("ចំណងជើង\n\nលេខមន្រ្តី / OFFICER  NUMBER,  name \n100001,a\n".encode())
    assert [(row.line, row.text("name")) for row in found] == [(4, "a")]


def test_an_upload_is_read_from_its_start_and_left_open():
    upload = SimpleUploadedFile("whatever.exe", TEXT.encode(), content_type="image/png")
    upload.read(7)
    with read_table(upload, columns=COLUMNS, required=["number"]) as table:
        assert len(list(table.rows())) == 2
    assert not upload.closed

    with TemporaryUploadedFile("x.csv", "text/csv", len(TEXT.encode()), "utf-8") as stored:
        stored.write(TEXT.encode())
        with read_table(stored, columns=COLUMNS) as table:
            assert len(list(table.rows())) == 2
        assert content_kind(stored) is Kind.TEXT


def refusal(content: bytes, **options: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        rows(content, **options)
    return caught.value.error_list[0]


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "file_kind", "empty"),
        (b"Officer number,Name\n1,a\x00b\n", "file_kind", "not a table"),
        (b"Officer number,Name\n" + b"1,a\n" * 5000 + b"1,a\x00b\n", "file_encoding", "Line 5002"),
        ("Officer number,Name\n1,é\n".encode("latin-1"), "file_encoding", "not in UTF-8"),
        ("Officer number,Name\n1,ក".encode()[:-1], "file_damaged", "cut off"),
        ("Officer number,Name\n1,ក".encode("utf-16")[:-1], "file_damaged", "cut off"),
        (b'Officer number,Name\n1,a\n2,"b\n3,c\n', "file_damaged", "begins at line 3"),
        (b"Anything,Else\n1,a\n", "no_header", "first 40 lines"),
        (b"Name,Remark\na,b\n", "missing_column", "Officer number / លេខមន្ត្រី"),
        (b"Officer number,Name,Name\n1,a,b\n", "duplicate_column", "B and C"),
        (b"\x00\x01\x02\x03" * 100, "file_kind", "not a table"),
        (b"%PDF-1.7\n", "file_kind", "not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "file_kind", r"\.xls"),
        (b"<html><table>", "file_kind", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "file_kind", "XML"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(content: bytes, code: str, sentence: str):
    error = refusal(content)
    assert error.code == code
    (message,) = error.messages
    assert re.search(sentence, message), message


@pytest.mark.parametrize(
    ("content", "limits", "sentence"),
    [
        (b"Officer number\n" + b"1\n" * 11, Limits(rows=10), "10 rows"),
        (b"Officer number,Name\n1,abcdef\n", Limits(cell=5), "A1"),
        (b"Officer number\n" + b"1" + b",2" * 30 + b"\n", Limits(columns=20), "20 columns"),
        (b"Officer number\n" + b"x" * 2_000_000 + b"\n", Limits(), "2000 characters"),
        (b"Officer number\n" + b"1\n" * 600_000, Limits(size=1024 * 1024), "1 MB"),
    ],
)
def test_every_limit_is_named_by_the_refusal_that_meets_it(content: bytes, limits: Limits, sentence: str):
    error = refusal(content, limits=limits)
    assert error.code == "file_limit"
    assert sentence in error.messages[0]


def test_rows_before_the_bad_line_have_been_given_by_then():
    content = b"Officer number,Name\n" + b"1,a\n" * 5000 + b"1,a\x00b\n"
    with read_table(io.BytesIO(content), columns=COLUMNS) as table:
        walk: Iterator[Row] = table.rows()
        given = [next(walk) for _ in range(4000)]
        with pytest.raises(ValidationError):
            list(walk)
    assert given[-1].line == 4001


def test_a_row_of_one_cell_is_a_note_and_a_cell_beyond_the_header_is_surplus():
    found = rows(b"Officer number,Name\n1,a\nTotal: 1\n2,b,c\n,,\n")
    assert [(row.line, row.is_note, row.surplus) for row in found] == [
        (2, False, ()),
        (3, True, ()),
        (4, False, ("c",)),
    ]


def test_a_roster_of_the_whole_force_is_walked_in_little_memory():
    lines = "".join(f"{100001 + n},សុខ ដារ៉ា {n},remark\n" for n in range(99_300))
    content = io.BytesIO(f"Officer number,Name,Remark\n{lines}".encode())
    with read_table(content, columns=COLUMNS, required=["number"]) as table:
        tracemalloc.start()
        count = sum(1 for _row in table.rows())
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == 99_300
    assert peak < 2 * 1024 * 1024
