"""The sample files: every way a sheet of results arrives, read into the same rows."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from foundation.files import Kind, Table, content_kind, read_table
from foundation.khmer import digits, parse_date, parse_decimal
from tests.files import make_files as made

FILES = Path(made.__file__).parent
TODAY = date(2026, 11, 23)
DRUGS = ["methamphetamine", "amphetamine", "mdma", "ketamine", "heroin_6am", "opiates", "cocaine", "cannabis"]
FIELDS = ["number", "name", "specimen", "taken", *DRUGS, "excuse", "remark"]
COLUMNS = {
    field: [english, khmer]
    for field, english, khmer in zip(FIELDS, made.HEADER_EN, made.HEADER_KM, strict=True)
}
COLUMNS["date"] = ["Date", "កាលបរិច្ឆេទ"]
BLOCK = {
    field: [english[0], khmer[0]]
    for field, english, khmer in zip(
        ["site", "date", "unit", "administrator", "witness", "order", "kit_lot", "kit_expiry"],
        made.BLOCK_EN,
        made.BLOCK_KM,
        strict=True,
    )
}
NEGATIVE = {"negative", "-", made.KHMER["negative"]}
NON_NEGATIVE = {"non-negative", "+", made.KHMER["non-negative"]}


def opened(name: str) -> Table:
    return read_table((FILES / name).open("rb"), columns=COLUMNS, required=["number"], block=BLOCK)


@pytest.mark.parametrize(
    ("name", "rows", "header_line"),
    [
        ("sheet_utf8.csv", 20, 1),
        ("sheet_utf8_bom.csv", 20, 10),
        ("sheet_utf16le.csv", 20, 10),
        ("sheet_utf16be.csv", 20, 1),
        ("sheet_mac_lines.csv", 20, 1),
        ("sheet_semicolons.csv", 20, 9),
        ("sheet_khmer_digits.csv", 20, 1),
        ("sheet_buddhist_years.csv", 20, 1),
        ("sheet_plain.xlsx", 20, 1),
        ("sheet_merged.xlsx", 12, 14),
    ],
)
def test_each_file_gives_the_same_rows(name: str, rows: int, header_line: int):
    with opened(name) as table:
        found = [row for row in table.rows() if not row.is_note]
        again = [row for row in table.rows() if not row.is_note]

    assert found == again
    assert table.line == header_line
    assert [digits(row.text("number")) for row in found] == [str(100001 + n) for n in range(rows)]
    assert [row.line for row in found] == [header_line + 1 + n for n in range(rows)]
    assert {found[0].text(drug) for drug in DRUGS} <= NEGATIVE
    assert found[4].text("methamphetamine") in NON_NEGATIVE
    assert found[4].text("amphetamine") in NON_NEGATIVE
    assert found[4].text("ketamine") in NEGATIVE
    assert digits(found[5].text("specimen")) == "SP-0006"
    assert found[9].text("taken") in ("refused", made.KHMER["refused"])
    assert not any(found[9].text(drug) for drug in [*DRUGS, "specimen"])
    assert found[0].text("name") in made.PEOPLE[0][:2]
    assert not any(row.surplus for row in found)


@pytest.mark.parametrize(
    "name", ["sheet_utf8_bom.csv", "sheet_utf16le.csv", "sheet_semicolons.csv", "sheet_merged.xlsx"]
)
def test_what_stands_above_the_table_is_read_with_its_place(name: str):
    with opened(name) as table:
        block = {field: entry.value for field, entry in table.block.items()}

    assert set(block) == set(BLOCK)
    assert parse_date(block["date"], today=TODAY) == date(2026, 11, 16)
    assert parse_date(block["kit_expiry"], today=TODAY) == date(2027, 6, 30)
    assert digits(block["administrator"]) == "100051"
    assert block["kit_lot"] == "KL-2026-07"
    expected = {"sheet_merged.xlsx": "C5", "sheet_semicolons.csv": "A2"}.get(name, "B2")
    assert table.block["date"].address == expected


def test_a_merged_date_holds_for_all_its_rows_and_a_header_of_two_lines_is_one():
    with opened("sheet_merged.xlsx") as table:
        *rows, total = table.rows()

    assert table.sheet == "លទ្ធផល"
    assert {row.cells["date"] for row in rows} == {date(2026, 11, 16)}
    assert table.columns["number"].title == "លេខមន្ត្រី\nOfficer number"
    assert table.columns["ketamine"].letter == "I"
    assert table.columns["remark"].letter == "O"
    assert [column.title for column in table.unknown] == ["ល.រ"]
    assert total.is_note
    assert total.line == 28


def test_numbers_and_days_of_a_workbook_keep_their_kind():
    with opened("sheet_plain.xlsx") as table:
        row = next(table.rows())

    assert row.cells["number"] == Decimal(100001)
    assert row.text("number") == "100001"
    assert row.cells["date"] == date(2026, 11, 16)
    assert row.text("date") == "2026-11-16"
    assert row.cells["excuse"] is None
    assert row.address("number") == "B2"
    assert row.address("unheard of") == ""


@pytest.mark.parametrize("name", ["sheet_buddhist_years.csv", "sheet_khmer_digits.csv"])
def test_every_way_of_writing_the_day_means_the_same_one(name: str):
    with opened(name) as table:
        days = {parse_date(row.text("date"), today=TODAY) for row in table.rows()}

    assert days == {date(2026, 11, 16)}


def test_both_decimal_marks_are_read_in_a_column_nobody_named():
    with opened("sheet_semicolons.csv") as table:
        (column,) = table.unknown
        warm = [row.raw[column.index] for row in table.rows() if row.raw[column.index]]

    assert {"33.0", "34,1"} <= set(warm)
    assert all(Decimal(33) <= parse_decimal(text) < Decimal(38) for text in warm)


@pytest.mark.parametrize("name", ["sheet_bad_rows.csv", "sheet_bad_rows.xlsx"])
def test_bad_rows_are_read_as_they_stand_for_the_importer_to_name(name: str):
    with opened(name) as table:
        rows = {row.line: row for row in table.rows()}

    assert len(rows) == 30
    assert rows[4].text("number") == "199999"
    assert rows[7].text("number") == rows[7].text("name") == ""
    assert rows[10].text("methamphetamine") == "maybe"
    assert rows[25].text("date") == "31/02/2026"
    assert [row.line for row in rows.values() if row.surplus] == [31]
    assert rows[31].surplus == ("one cell too many",)


def test_the_roster_is_the_same_in_both_forms():
    columns = {
        "number": ["Officer number"],
        "name_km": ["Name in Khmer"],
        "name_latin": ["Name in Latin"],
        "sex": ["Sex"],
        "birth_year": ["Birth year"],
        "rank": ["Rank"],
        "unit": ["Unit code"],
        "posted_from": ["Posted from"],
    }
    found = []
    for name in ("roster.csv", "roster.xlsx"):
        with read_table((FILES / name).open("rb"), columns=columns, required=list(columns)) as table:
            rows = [{field: row.text(field) for field in columns} for row in table.rows()]
        for row in rows:
            row["posted_from"] = str(parse_date(row["posted_from"], today=TODAY))
        found.append(rows)

    assert found[0] == found[1]
    assert len(found[0]) == 20
    assert found[0][0]["birth_year"] == "1988"


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("sheet_truncated.xlsx", "damaged_zip", "cut off"),
        ("sheet_old.xls", "xls", r"old format \.xls"),
        ("sheet_password.xlsx", "encrypted_office", "password"),
        ("sheet_web_page.xls", "html", "web page"),
        ("sheet_open_document.ods", "ods", "OpenDocument"),
    ],
)
def test_a_file_that_is_no_table_is_called_by_its_name(name: str, kind: str, sentence: str):
    with pytest.raises(ValidationError, match=sentence) as refusal:
        opened(name)
    assert refusal.value.code == "file_kind"
    with (FILES / name).open("rb") as file:
        assert content_kind(file) == Kind(kind)


def test_the_files_are_what_their_program_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(made, "HERE", tmp_path)
    made.delimited_sheets()
    made.workbooks()
    made.other_formats()

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in FILES.iterdir() if path.suffix in (".csv", ".xlsx", ".xls", ".ods")
    )
    for path in tmp_path.iterdir():
        if path.suffix == ".csv":
            assert path.read_bytes() == (FILES / path.name).read_bytes(), path.name
