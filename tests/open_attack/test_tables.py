"""Tables of units and areas as they are to come out, with relations that the attacker draws from the units alone."""

import random

import pytest

from audits.reckoning.suppression import Cell
from audits.reckoning.tables import NATION, Columns, System, levels
from tests.open_attack.collector import Collector
from tests.open_attack.relations import Attack

COVERAGE = Columns("strength", ("tested", "excused", "not_tested"))
#: What a unit may have: nobody, one officer alone, few, enough, many.
SIZES = (
    (0, 0, 0),
    (1, 0, 0),
    (0, 0, 1),
    (2, 1, 0),
    (9, 0, 0),
    (10, 0, 0),
    (7, 2, 4),
    (30, 3, 12),
    (120, 11, 60),
)


def attack(system: System, parents: dict[str, str], seed: int) -> Attack:
    hidden = system.hidden(random.Random(seed))
    collector = Collector()
    for unit in levels(parents):
        row = {"id": unit, "year": 2024, "unit": unit, **system.row_said(("2024", unit), COVERAGE, hidden)}
        collector.ever["coverage"][unit].append(row)
    collector.rows["units"] = {
        unit: {"id": unit, "parent": None if above == NATION else above, "province": "00", "kind": ""}
        for unit, above in parents.items()
    }
    return Attack(collector)


def coverage(parents: dict[str, str], own: dict[str, tuple[int, ...]]) -> System:
    system = System()
    system.add_tree("2024", own, parents, COVERAGE, 10)
    return system


CHAIN = {"M": NATION, "P": "M", "D": "P", "O": "D"}
TREES = {
    "a post with one officer alone": (
        CHAIN | {"P2": "M"},
        {"O": (1, 0, 0), "D": (20, 0, 4), "P2": (60, 11, 12)},
    ),
    "a parent with one child": ({"M": NATION, "P": "M"}, {"M": (40, 0, 0), "P": (3, 0, 0)}),
    "a chain of single children, each with one": (CHAIN, dict.fromkeys(CHAIN, (0, 0, 1))),
    "everybody of a unit alike": ({"M": NATION, "A": "M", "B": "M"}, {"A": (12, 0, 0), "B": (0, 0, 2)}),
    "nobody anywhere but in one": ({"M": NATION, **{f"P{n}": "M" for n in range(9)}}, {"P3": (4, 0, 0)}),
    "the same small number in each": (
        {"M": NATION, **{f"P{n}": "M" for n in range(9)}},
        {f"P{n}": (1, 0, 1) for n in range(9)},
    ),
}


@pytest.mark.parametrize("how", TREES)
def test_a_single_officer_stays_hidden(how):
    parents, own = TREES[how]
    for seed in range(5):
        assert attack(coverage(parents, own), parents, seed).narrow(10, 5) == {}


@pytest.mark.parametrize("seed", range(40))
def test_no_random_tree_of_units_is_seen_through(seed):
    chance = random.Random(seed)
    parents = {"M": NATION}
    for number in range(chance.randrange(1, 24)):
        parents[f"U{number:02d}"] = chance.choice(list(parents))
    own = {unit: chance.choice(SIZES) for unit in parents}
    assert attack(coverage(parents, own), parents, seed).narrow(10, 5) == {}


@pytest.mark.parametrize("seed", range(20))
def test_no_month_of_tests_is_seen_through(seed):
    chance = random.Random(seed)
    areas = {
        f"{number:02d}": chance.choice((0, 0, 1, 3, 9, 10, 40, 300))
        for number in range(chance.randrange(1, 9))
    }
    left = sum(areas.values())
    outcomes = dict.fromkeys(("cleared", "positive", "refusal", "other"), 0)
    for outcome in outcomes:
        outcomes[outcome] = min(left, chance.choice((0, 1, 2, 4, 5, 20)))
        left -= outcomes[outcome]
    outcomes["negative"] = left
    system, whole = System(), (NATION, "tests")
    system.cells[whole] = Cell(sum(areas.values()), 10)
    system.add_parts("area", areas, whole, 10)
    system.add_parts("outcome", outcomes, whole, 5)
    hidden = system.hidden(random.Random(seed))
    collector = Collector()
    rows = {area: {"tests": system.said(("area", area), hidden), **dict.fromkeys(outcomes)} for area in areas}
    rows[NATION] = {
        "tests": system.said(whole, hidden),
        **{code: system.said(("outcome", code), hidden) for code in outcomes},
    }
    for area, row in rows.items():
        collector.ever["tests"][area].append({"id": area, "month": "2024-01", "area": area} | row)
    collector.rows["units"] = {}
    assert Attack(collector).narrow(10, 5) == {}
