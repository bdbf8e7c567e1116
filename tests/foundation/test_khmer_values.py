"""Dates and numbers as people write them on paper and in spreadsheets."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from foundation.khmer import format_date, parse_date, parse_decimal

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22",
        "2026/11/22",
        "22/11/2026",
        "22-11-26",
        "22.11.2026",
        "22 11 2026",
        " 22 / 11 / 2026 ",
        "២២/១១/២០២៦",
        "22/11/2569",
        "២២.១១.២៥៦៩",
        "2569-11-22",
        "2026-11-22 00:00:00",
        "2026-11-22T14:05:00+07:00",
        "22/11/2026 14:05",
        "២២ វិច្ឆិកា ២០២៦",
        "ថ្ងៃអាទិត្យ ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦",
        "ថ្ងៃទី ២២ ខែ វិច្ឆិកា ឆ្នាំ ២៥៦៩",
        "ទី២២ ខែវិច្ឆិកា ព.ស. ២៥៦៩",
        "22 November 2026",
        "22-Nov-26",
        datetime(2026, 11, 22, 14, 5),  # noqa: DTZ001 - a cell has no zone
        datetime(2569, 11, 22),  # noqa: DTZ001
        date(2026, 11, 22),
    ],
)
def test_a_day_is_read_however_it_is_written(written: str | date):
    assert parse_date(written, today=TODAY) == date(2026, 11, 22)


def test_the_day_comes_before_the_month():
    assert parse_date("3/4/2026", today=TODAY) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("written", "year"), [("1/2/26", 2026), ("1/2/46", 2046), ("1/2/47", 1947), ("1/2/88", 1988)]
)
def test_two_digits_are_a_year_at_most_twenty_ahead(written: str, year: int):
    assert parse_date(written, today=TODAY).year == year


def test_a_leap_day_of_the_buddhist_era_is_a_leap_day():
    assert parse_date("29/02/2567", today=TODAY) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "11/22/2026",
        "31/02/2026",
        "29/02/2569",
        "46000",
        "22112026",
        "22/11",
        "22/11/026",
        "1/1/0",
        "tomorrow",
        "22 Foo 2026",
        "22/11-2026",
        "0/1/2026",
        "22/11/2026x",
        "٢٢/١١/٢٠٢٦",
        "9" * 5000,
    ],
)
def test_what_is_no_day_is_refused(written: str):
    with pytest.raises(ValidationError) as refusal:
        parse_date(written, today=TODAY)
    assert refusal.value.code == "date"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2399, 12, 31)))
def test_a_day_written_out_is_read_back_in_both_languages(day: date):
    for language in ("km", "en"):
        assert parse_date(format_date(day, language), today=TODAY) == day


def test_days_are_written_out_in_both_languages():
    assert format_date(date(2026, 11, 22), "km") == "ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦"
    assert format_date(date(2026, 11, 22), "km", weekday=True) == "អាទិត្យ ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦"
    assert format_date(date(2026, 11, 22), "en") == "22 November 2026"
    assert format_date(date(2026, 11, 22), "en-gb", weekday=True) == "Sunday 22 November 2026"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("9.806,5", "9806.5"),
        ("9,806.5", "9806.5"),
        ("៩.៨០៦,៥", "9806.5"),
        ("9 806,5", "9806.5"),
        ("9\u00a0806.5", "9806.5"),
        ("1 234.567", "1234.567"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (".5", "0.5"),
        ("0,123", "0.123"),
        ("1234.567", "1234.567"),
        ("1.234.567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("-3,25", "-3.25"),
        ("\u22123.25", "-3.25"),
        ("+7", "7"),
        (15, "15"),
        (Decimal("0.1"), "0.1"),
    ],
)
def test_a_number_is_read_with_either_mark(written: str | int | Decimal, number: str):
    assert parse_decimal(written) == Decimal(number)


def test_a_number_that_can_be_two_is_refused_unless_the_mark_is_known():
    for written in ("1.234", "1,234", "-999.999"):
        with pytest.raises(ValidationError) as refusal:
            parse_decimal(written)
        assert refusal.value.code == "ambiguous_number"

    with pytest.raises(ValidationError, match=r"1234 or 1\.2340"):
        parse_decimal("1.234")
    assert parse_decimal("1.234", mark=".") == Decimal("1.234")
    assert parse_decimal("1.234", mark=",") == Decimal(1234)
    assert parse_decimal("1,234", mark=".") == Decimal(1234)


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        (text, None)
        for text in ("", "-", "1e5", "nan", "Infinity", "1.23.456", "1 23", "--1", "12,", "1,2.3,4", "0x1")
    ]
    + [
        ("1,5", "."),
        ("1.234,5", "."),
        ("1,234.5", ","),
        ("1,234,567", ","),
        ("9" * 5000, None),
        ("1.234,567.8", None),
    ],
)
def test_what_is_no_number_is_refused(written: str, mark: str | None):
    with pytest.raises(ValidationError) as refusal:
        parse_decimal(written, mark=mark)
    assert refusal.value.code == "number"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_number_written_in_either_way_is_read_back_exactly(number: Decimal):
    english = f"{number:,.2f}"
    khmer = english.translate(str.maketrans(",.", ".,"))

    assert parse_decimal(english) == parse_decimal(khmer) == number
