"""The clocks, reckoned from facts: working days over holidays, pauses, the ladder."""

from datetime import date, timedelta

import pytest

from cases.reckoning.deadlines import PAUSE_CAP, Facts, Rules, paused_days, reckon
from cases.reckoning.receipts import kept, receipt_of
from cases.reckoning.routing import level_for
from foundation.calendar import Calendar, prefill
from officers.reckoning.codes import plain, shown
from officers.reckoning.defaults import DEADLINES, ROUTING

HOLIDAYS = frozenset(day.date for year in (2026, 2027) for day in prefill(year))
RULES = Rules({row["clock"]: (row["length"], row["unit"]) for row in DEADLINES}, Calendar(HOLIDAYS))


def facts(**given) -> Facts:
    day = given.pop("on", date(2026, 11, 2))
    return Facts(
        **{
            "category": "drug_dealing",
            "received_on": day,
            "came_on": day,
            "level": 0,
            "base": 0,
            "has_channel": True,
            **given,
        }
    )


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-20", 1, "2026-11-26"),
        ("2026-11-20", 2, "2026-11-27"),
        ("2026-04-13", 1, "2026-04-17"),
        ("2026-10-09", 1, "2026-10-13"),
        ("2026-04-10", 10, "2026-04-29"),
        ("2026-12-28", 3, "2027-01-04"),
    ],
)
def test_working_days_are_those_of_the_list_of_holidays(start, days, due):
    rules = Rules({"x": (days, "working_days")}, Calendar(HOLIDAYS))
    assert rules.due("x", date.fromisoformat(start)) == date.fromisoformat(due)


def test_each_clock_runs_from_the_day_it_came():
    due = reckon(facts(), RULES)
    assert (due.acknowledge_by, due.act_by, due.moves_on) == (
        date(2026, 11, 9),
        date(2026, 11, 9),
        date(2026, 11, 16),
    )
    assert (due.update_by, due.resolve_by) == (date(2026, 11, 30), date(2027, 1, 31))


def test_what_was_done_stops_its_clock_and_no_other():
    due = reckon(facts(acknowledged_on=date(2026, 11, 3)), RULES)
    assert due.acknowledge_by is None
    assert due.act_by == date(2026, 11, 9)
    due = reckon(facts(acted_on=date(2026, 11, 3)), RULES)
    assert due.act_by is None
    assert due.moves_on == due.resolve_by
    due = reckon(facts(told_on=date(2026, 11, 20)), RULES)
    assert due.update_by == date(2026, 12, 18)
    assert reckon(facts(has_channel=False), RULES).update_by is None
    assert reckon(facts(is_open=False), RULES).resolve_by is None


def test_a_case_that_climbed_has_the_days_of_the_ladder_whenever_it_climbed():
    on_time = facts(level=1, came_on=date(2026, 11, 17))
    late = facts(level=1, came_on=date(2026, 11, 19))
    assert reckon(on_time, RULES).act_by == reckon(late, RULES).act_by == date(2026, 11, 23)


def test_a_unit_that_gets_it_late_has_three_days_at_least():
    due = reckon(facts(level=1, came_on=date(2026, 12, 20)), RULES)
    assert due.act_by == due.moves_on == date(2026, 12, 23)


def test_at_the_top_nothing_moves_any_more():
    due = reckon(facts(level=4, base=0, came_on=date(2026, 12, 10)), RULES)
    assert due.moves_on is None
    assert due.act_by == date(2026, 12, 16)


def test_a_rule_of_its_own_for_a_category_goes_first():
    rules = Rules(RULES.lengths | {"complaint_commune_action:drug_dealing": (2, "days")}, RULES.calendar)
    assert reckon(facts(), rules).act_by == date(2026, 11, 4)
    assert reckon(facts(category="drug_use"), rules).act_by == date(2026, 11, 9)


def test_days_of_a_pause_do_not_count_and_no_pause_stops_the_clock_for_ever():
    day = date(2026, 11, 5)
    paused = reckon(facts(pauses=[(day, day + timedelta(days=10))]), RULES)
    assert (paused.act_by, paused.acknowledge_by) == (date(2026, 11, 19), date(2026, 11, 9))
    twice = [(day, day + timedelta(days=10)), (day + timedelta(days=5), day + timedelta(days=12))]
    assert paused_days(twice) == 12
    assert paused_days([(day, day + timedelta(days=400))]) == PAUSE_CAP


def test_a_receipt_is_the_same_for_the_same_form_and_kept_as_a_hash():
    receipt = receipt_of("token", b"pepper")
    assert receipt == receipt_of("token", b"pepper") != receipt_of("token", b"other")
    assert len(receipt) == 16
    assert receipt.isdecimal()
    assert receipt not in kept(receipt, b"pepper")
    assert plain(shown(receipt)) == plain(f"{receipt[:8]}-{receipt[8:]}") == receipt
    assert plain("1234") == plain("x" * 16) == plain("១" * 16) == ""


def test_the_first_rule_that_fits_names_the_level():
    orders = {"R01": 1, "MAJ": 10, "BG": 13}
    assert level_for(ROUTING, "drug_dealing", ["person"], 0, orders) == 0
    assert level_for(ROUTING, "drug_use_officer", ["officer"], 1, orders) == 1
    assert level_for(ROUTING, "drug_use_officer", ["officer"], 10, orders) == 3
    assert level_for(ROUTING, "drug_use_officer", ["officer"], 13, orders) == 4
    assert level_for(ROUTING, "drug_dealing", ["official"], 0, orders) == 4
    assert level_for([], "drug_dealing", [], 0, orders) == 1
