"""Tables for people: no cell is a formula, Excel reads the Khmer, and what went out comes back."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.files import read_table, safe_cell, write_csv
from foundation.files.exports import Cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_begins_as_a_formula_does(start: str):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("Sok = Dara", "Sok = Dara"),
        (-5, "'-5"),
        (Decimal("-0.5"), "'-0.5"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 14, 5), "2026-11-22 14:05:00"),  # noqa: DTZ001 - a cell has no zone
        (7, "7"),
    ],
)
def test_values_are_written_plainly(value: Cell, text: str):
    assert safe_cell(value) == text


def test_a_file_begins_with_the_mark_excel_needs_and_quotes_every_cell():
    content = b"".join(write_csv(["ឈ្មោះ", "=1"], [["a;=2", "-"]]))
    assert content == '\ufeff"ឈ្មោះ","\'=1"\r\n"a;=2","\'-"\r\n'.encode()


def test_a_long_table_is_made_while_it_is_sent():
    made = 0

    def rows() -> object:
        nonlocal made
        for n in range(10_000):
            made += 1
            yield [n]

    chunks = write_csv(["n"], rows())
    next(chunks), next(chunks)
    assert made <= 1000
    assert b"".join(chunks).endswith(b'"9999"\r\n')


@given(st.lists(st.text(alphabet="=+-@';,\"\n ab១ក", min_size=1, max_size=6), min_size=1, max_size=5))
def test_what_went_out_comes_back(names: list[str]):
    content = b"".join(write_csv(["Officer number", "Name"], [["1", name] for name in names]))

    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in line)
    with read_table(io.BytesIO(content), columns={"number": ["Officer number"], "name": ["Name"]}) as table:
        assert [row.text("name") for row in table.rows()] == [_seen(name) for name in names]


def _seen(name: str) -> str:
    """Reading takes spaces away, and one apostrophe before what could be a formula."""
    written = safe_cell(name)
    return (written[1:] if written[:2] in ("'=", "'+", "'-", "'@") else written).strip()
