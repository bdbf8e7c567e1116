"""The attacker knows what a reader knows: each relation between the public counts gives something back on its own."""

import pytest

from audits.models.open_data.aggregates import NATION
from tests.open_attack.relations import Attack
from tests.open_attack.worlds import Heard, World, collected, police, small_hidden

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def attack(world: World, published, *, least: int = 0) -> dict:
    return Attack(collected(world, published), least).narrow(10, 5)


def test_where_all_is_shown_there_is_nothing_to_find():
    world = police()
    world.heard = [Heard(month, "O120101", 7) for month in MONTHS]
    assert attack(world, world.rows(MONTHS)) == {}


BROKEN = {
    "a province by what the others leave of the country": (
        [Heard("2024-01", "C1", 30), Heard("2024-01", "P03", 20), Heard("2024-01", "O120101", 3)],
        ["2024-01"],
        ("complaints", "2024-01", "12", "received"),
    ),
    "a column by what the others leave of the row": (
        [
            Heard("2024-01", "C1", 30),
            Heard("2024-01", "C1", 20, "late"),
            Heard("2024-01", "C1", 2, "not_acted"),
        ],
        ["2024-01"],
        ("complaints", "2024-01", NATION, "not_acted"),
    ),
    "a month by what the others leave of the year": (
        [*(Heard(month, "O120101", 20) for month in MONTHS[1:]), Heard("2024-01", "O120101", 1)],
        MONTHS,
        ("complaints", "2024-01", NATION, "received"),
    ),
    "a unit by what its only child leaves of it": (
        [Heard("2024-01", "O120101", 40), Heard("2024-02", "D1201", 6), Heard("2024-02", "P12", 70)],
        MONTHS,
        ("inaction", "2024", "D1201 itself", "received"),
    ),
    "a category by what the others leave of the year": (
        [Heard("2024-03", "C1", 50), Heard("2024-03", "C1", 2, category="collusion")],
        MONTHS,
        ("categories", "2024", "collusion", "received"),
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_who_hides_small_cells_alone_is_broken(how):
    heard, months, cell = BROKEN[how]
    world = police()
    world.heard = heard
    found = attack(world, small_hidden(world.rows(months), 10, 5))
    assert cell in found, found
    truth = dict(found)[cell]
    assert truth[0] == truth[1]


def test_a_province_is_found_between_its_months_and_its_units():
    """Neither table gives it away by itself: the months of the area are the year of the commissariat."""
    world = police()
    world.heard = [
        *(Heard(month, "P12", 20) for month in MONTHS[1:]),
        *(Heard(month, "P03", 20) for month in MONTHS[1:]),
        Heard("2024-01", "P12", 4),
        Heard("2024-01", "P03", 9),
    ]
    rows = small_hidden(world.rows(MONTHS), 10, 5)
    cell = ("complaints", "2024-01", "12", "received")
    assert attack(world, rows)[cell] == (4, 4)
    assert cell not in attack(world, {"complaints": rows["complaints"]})


def test_what_was_shown_once_counts_though_it_is_hidden_since():
    world = police()
    world.heard = [Heard("2024-01", "C1", 30), Heard("2024-01", "P03", 4), Heard("2024-01", "O120101", 3)]
    rows = world.rows(["2024-01"])
    collector = collected(world, rows)
    for key, row in small_hidden(rows, 10, 5)["complaints"].items():
        collector.ever["complaints"][key].append(row)
    assert Attack(collector).hidden == set()
