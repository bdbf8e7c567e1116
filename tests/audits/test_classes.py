"""Rows that are to be public: whatever they are, of each enough others say the same."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reckoning.classes import FIELDS, classes, cuts, to_join

VALUES = {
    "year": ["2024", "2025"],
    "month": [f"2024-{month:02d}" for month in range(1, 7)],
    "province": [f"{code:02d}" for code in range(26)],
    "rank_group": ["generals", "senior", "junior", "other_ranks"],
    "ground": ["confirmed_positive", "refusal", "drug_involvement"],
    "instrument": ["prakas", "royal_decree"],
}
rows_of = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}), max_size=120
)


@given(rows_of, st.integers(1, 12))
def test_of_every_row_enough_others_say_the_same_and_none_says_what_is_false(rows, least):
    everybody = range(len(rows))
    if len(rows) < least:
        with pytest.raises(ValueError, match="cannot hide"):
            classes(rows, everybody, least)
        return
    found = classes(rows, everybody, least)
    assert sorted(place for one in found for place in one.rows) == list(range(len(rows)))
    said = Counter(tuple(one.shown.items()) for one in found for _ in one.rows)
    assert all(number >= least for number in said.values())
    for one in found:
        for place in one.rows:
            assert all(value in (None, rows[place][name]) for name, value in one.shown.items())


@given(rows_of, st.integers(2, 12))
def test_every_filter_gives_nobody_or_enough(rows, least):
    if len(rows) < least:
        return
    shown = [one.shown for one in classes(rows, range(len(rows)), least) for _ in one.rows]
    for first in FIELDS:
        for second in FIELDS:
            counted = Counter((row[first], row[second]) for row in shown)
            assert min(counted.values()) >= least


def test_enough_that_agree_keep_all_they_say():
    row = {name: values[0] for name, values in VALUES.items()}
    (one,) = classes([row] * 10, range(10), 10)
    assert one.shown == row


def test_one_alone_takes_company_with_him():
    many = {name: values[0] for name, values in VALUES.items()}
    alone = {name: values[-1] for name, values in VALUES.items()}
    (one,) = classes([*[many] * 10, alone], range(11), 10)
    assert len(one.rows) == 11
    assert set(one.shown.values()) == {None}


@given(rows_of, st.data(), st.integers(1, 6))
def test_people_are_counted_and_not_their_rows(rows, data, least):
    people = data.draw(st.lists(st.integers(0, 12), min_size=len(rows), max_size=len(rows)))
    if len(set(people)) < least:
        return
    found = classes(rows, people, least)
    assert sorted(place for one in found for place in one.rows) == list(range(len(rows)))
    assert all(len({people[place] for place in one.rows}) >= least for one in found)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.frozensets(st.integers(0, 30))), max_size=12), st.integers(1, 8)
)
def test_classes_that_lost_people_are_joined_until_enough_say_nothing(left, least):
    joined = to_join(left, least)
    kept = [people for place, (_, people) in enumerate(left) if place not in joined]
    assert all(len(people) >= least for people in kept)
    assert bool(joined) == any(len(people) < least for _, people in left)
    together = frozenset().union(*(left[place][1] for place in joined))
    assert not joined or len(together) >= least or not kept


DAY = date(2024, 1, 1)


@given(
    st.lists(st.integers(0, 30), max_size=80),
    st.lists(st.integers(0, 35), max_size=4),
    st.integers(1, 10),
)
def test_a_cut_leaves_enough_on_either_side(offsets, pins, least):
    days = [DAY + timedelta(days=offset) for offset in offsets]
    last = DAY + timedelta(days=30)
    found = cuts(days, range(len(days)), [DAY + timedelta(days=pin) for pin in pins], last, least)
    assert found[-1] == last
    since = date.min
    for cut in found[:-1]:
        assert sum(since < day <= cut for day in days) >= least
        since = cut
    if len(found) > 1:
        assert sum(day > since for day in days) >= least or all(day <= since for day in days)
