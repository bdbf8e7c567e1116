"""How dates, times, numbers and parts of a page are written in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from foundation.web.keyset import Page
from foundation.web.templatetags import web

MORNING = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


def rendered(source: str, language: str = "en", **context: object) -> str:
    with override(language):
        return Template("{% load web %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "22 November 2026"), ("km", "ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៦")]
)
def test_a_day_is_written_in_the_language_of_the_page(language, expected):
    with override(language):
        assert web.day(date(2026, 11, 22)) == expected


def test_a_moment_belongs_to_its_day_in_phnom_penh():
    with override("en"):
        assert web.day(LATE) == "22 November 2026"
        assert web.moment(LATE) == "22 November 2026, 01:00"


def test_a_khmer_moment_is_written_in_khmer_digits():
    with override("km"):
        assert "០៧:៣០" in web.moment(MORNING)
        assert web.short_day(MORNING) == "២២/១១/២០២៦"


def test_nothing_is_written_as_nothing_in_a_cell_and_as_a_dash_in_a_list():
    assert web.day(None) == web.moment(None) == web.short_day(None) == ""
    assert web.written(None) == "–"


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", 1234567, "1,234,567"),
        ("km", 1234567, "1.234.567"),
        ("en", Decimal("12345.60"), "12,345.60"),
        ("km", Decimal("12345.60"), "12.345,60"),
        ("en", "S-12345", "S-12345"),
    ],
)
def test_numbers_are_grouped_as_the_language_groups_them(language, value, expected):
    with override(language):
        assert web.number(value) == expected


def test_a_time_claimed_within_a_day_of_its_recording_is_only_a_time():
    html = rendered("{{ at|claimed:recorded }}", at=MORNING, recorded=MORNING + timedelta(hours=24))
    assert "22 November 2026, 07:30" in html
    assert "Claimed" not in html


@pytest.mark.parametrize("distance", [timedelta(hours=24, seconds=1), -timedelta(days=3)])
def test_a_time_claimed_further_away_is_flagged_with_its_recording(distance):
    html = rendered("{{ at|claimed:recorded }}", at=MORNING, recorded=MORNING + distance)
    assert "Claimed" in html
    with override("en"):
        assert f"recorded {web.moment(MORNING + distance)}" in html


def test_a_timeline_flags_late_recordings_and_escapes_what_people_wrote():
    items = [{"title": "Sent", "at": MORNING, "recorded_at": MORNING + timedelta(days=2), "text": "<b>x</b>"}]
    html = rendered("{% timeline items %}", items=items)
    assert "Claimed" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_pages_keep_the_filters_and_replace_the_place():
    request = RequestFactory().get("/tests/", {"status": "open", "after": "old"})
    html = rendered("{% pages page %}", request=request, page=Page(rows=[], next="n", previous=None))
    assert 'href="?status=open&amp;after=n"' in html
    assert 'rel="prev"' not in html


def test_a_status_in_a_colour_that_does_not_exist_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="no colour"):
        rendered('{% tag "Open" "pink" %}')


def test_a_table_can_be_reached_and_is_named_for_those_who_cannot_see_it():
    html = rendered("{% table caption=name %}<tbody></tbody>{% endtable %}", name="A & B")
    assert 'tabindex="0" aria-label="A &amp; B"' in html
    assert "<tbody></tbody>" in html


def test_progress_of_unknown_length_has_no_value():
    assert "value=" not in rendered('{% progress 3 0 "Rows" %}')
    assert 'value="1500" max="2000"' in rendered('{% progress 1500 2000 "Rows" %}', "km")
