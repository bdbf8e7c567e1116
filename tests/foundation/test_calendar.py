"""Working days of Cambodia, against the vectors computed for 2026."""

from datetime import date, timedelta

import pytest

from foundation.calendar import Calendar, prefill


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar(frozenset(holiday.date for year in (2026, 2027) for holiday in prefill(year)))


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 26)),  # the Water Festival and a weekend lie between
        (date(2026, 11, 20), 2, date(2026, 11, 27)),
        (date(2026, 4, 13), 1, date(2026, 4, 17)),
        (date(2026, 10, 9), 1, date(2026, 10, 13)),
        (date(2026, 4, 10), 10, date(2026, 4, 29)),
        (date(2026, 12, 28), 3, date(2027, 1, 4)),
    ],
)
def test_working_days_skip_weekends_and_holidays(calendar: Calendar, start: date, n: int, expected: date):
    assert calendar.add_working_days(start, n) == expected
    assert calendar.deadline(start, working_days=n) == expected
    assert calendar.working_days_between(start, expected) == n
    assert calendar.working_days_between(expected, start) == -n


def test_no_working_days_end_on_the_day_itself_or_the_first_working_day_after_it(calendar: Calendar):
    assert calendar.add_working_days(date(2026, 11, 20), 0) == date(2026, 11, 20)
    assert calendar.add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 26)


def test_a_count_from_a_holiday_begins_with_the_next_working_day(calendar: Calendar):
    assert calendar.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 26)


def test_counting_backwards_and_back_agree_on_every_day_of_a_year(calendar: Calendar):
    for offset in range(365):
        start = date(2026, 1, 1) + timedelta(days=offset)
        for n in (1, 5, 22):
            assert calendar.working_days_between(start, calendar.add_working_days(start, n)) == n


def test_calendar_days_run_on_over_a_festival(calendar: Calendar):
    assert calendar.deadline(date(2026, 11, 20), days=3) == date(2026, 11, 23)
    assert not calendar.is_working(date(2026, 11, 23))


def test_a_holiday_taken_from_the_list_is_a_working_day():
    assert Calendar(frozenset()).is_working(date(2026, 11, 23))
    assert not Calendar(frozenset()).is_working(date(2026, 11, 22))


def test_another_weekend_can_be_agreed():
    friday_only = Calendar(frozenset(), weekend=(4,))
    assert friday_only.add_working_days(date(2026, 11, 19), 1) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "arguments", [{}, {"days": 1, "working_days": 1}, {"days": -1}, {"working_days": -1}]
)
def test_a_deadline_needs_one_length_that_is_not_negative(calendar: Calendar, arguments: dict[str, int]):
    with pytest.raises(ValueError, match=r"deadline|forwards"):
        calendar.deadline(date(2026, 11, 20), **arguments)


def test_a_week_without_a_working_day_is_refused():
    with pytest.raises(ValueError, match="working day"):
        Calendar(frozenset(), weekend=tuple(range(7)))


def test_computed_holidays_are_named_in_both_languages():
    holidays = {holiday.date: holiday for holiday in prefill(2026)}

    assert len(holidays) == 21
    assert holidays[date(2026, 11, 24)].name_en == "Water Festival"
    assert holidays[date(2026, 11, 24)].name_km.startswith("ព្រះរាជពិធីបុណ្យអុំទូក")
    assert ";" in holidays[date(2026, 5, 1)].name_en
    assert all("computed" in holiday.source for holiday in holidays.values())


@pytest.mark.parametrize(("year", "count"), [(2024, 23), (2025, 22), (2026, 21), (2027, 22)])
def test_each_year_has_its_number_of_holidays(year: int, count: int):
    assert len(prefill(year)) == count


@pytest.mark.parametrize("year", [1900, 2158])
def test_a_year_out_of_reach_is_refused(year: int):
    with pytest.raises(ValueError, match=str(year)):
        prefill(year)


def test_royal_days_are_called_by_the_office_and_never_by_a_person():
    names = {holiday.name_en for year in range(1993, 2060) for holiday in prefill(year)}
    assert "Birthday of His Majesty the King" in names
    assert "Birthday of Her Majesty the Queen Mother" in names
    assert not [name for name in names if "HM " in name]
