"""The attacker's own tools work: he finds what can be found, and believes nothing that is not so."""

import math

import pytest

from tests.open_attack.system import NoSuchWorldError, System


def table(rows: list[list[int | None]]) -> System:
    """Numbers in rows and columns, the last of each the total of the others; None is hidden, and not zero."""
    system = System()
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            system.hide((i, j), 1) if value is None else system.show((i, j), value)
    for i, row in enumerate(rows):
        system.equal((i, len(row) - 1), [(i, j) for j in range(len(row) - 1)])
    for j in range(len(rows[0])):
        system.equal((len(rows) - 1, j), [(i, j) for i in range(len(rows) - 1)])
    return system


def test_one_hidden_number_is_what_is_left_of_the_total():
    assert table([[None, 20, 23], [30, 40, 70], [33, 60, 93]]).bounds() == {(0, 0): (3, 3)}


def test_four_in_a_square_hide_each_other_within_their_sums():
    hidden = table([[None, None, 20, 23], [None, None, 40, 60], [14, 9, 60, 83]]).bounds()
    assert hidden == {(0, 0): (1, 2), (0, 1): (1, 2), (1, 0): (12, 13), (1, 1): (7, 8)}


def test_the_worked_table_of_the_domain_is_found_too_narrow_for_any_but_its_own_threshold():
    """Gauss suppression of old and young by country: what it hides may be at most four apart, as zero is hidden too."""
    system = System()
    shown = {("old", "Spain"): 6, ("young", "Spain"): 5, "old": 13, "young": 7, "Iceland": 5, "Portugal": 4}
    for cell, value in (shown | {"Spain": 11, "all": 20}).items():
        system.show(cell, value)
    for age in ("old", "young"):
        for country in ("Iceland", "Portugal"):
            system.hide((age, country))
        system.equal(age, [(age, country) for country in ("Iceland", "Portugal", "Spain")])
    for country in ("Iceland", "Portugal"):
        system.equal(country, [(age, country) for age in ("old", "young")])
    assert system.bounds()["young", "Portugal"] == (0, 2)
    assert system.bounds()["old", "Portugal"] == (2, 4)


def test_what_nothing_bounds_has_no_end():
    system = System()
    system.hide("a", 1)
    system.hide("b", 1)
    system.show("c", 7)
    system.at_most("c", ["a", "b"])
    assert system.bounds()["a"] == (1, math.inf)


def test_what_was_shown_once_is_known_and_a_belief_that_does_not_fit_is_found_out():
    system = System()
    system.show("a", 3)
    system.hide("a")
    assert not system.hidden
    with pytest.raises(NoSuchWorldError, match="was 3"):
        system.show("a", 4)
    system.hide("b", 5)
    system.equal("a", ["b"])
    with pytest.raises(NoSuchWorldError):
        system.bounds()
