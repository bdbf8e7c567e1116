"""What is hidden stays hidden: nobody reckons a small count from those that are shown."""

from itertools import product
from random import Random

import highspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.reckoning import suppression
from audits.reckoning.suppression import Cell, Stand, Sum


class Smallest(Random):
    """Chooses the smallest each time, as others do whose solutions are known."""

    def random(self):
        return 1.0


def to_hide(cells, sums, draw=None, **said):
    found = suppression.to_hide(cells, sums, draw or Smallest(), **said)
    assert not found.lost
    return found.keys


def table(rows, threshold=10, columns=None):
    """Cells and sums of a table with its margins: `(row, column)`, and `*` for the total of either."""
    across = range(len(rows[0])) if columns is None else columns
    values = {(r, c): value for r, row in enumerate(rows) for c, value in zip(across, row, strict=True)}
    down = range(len(rows))
    values |= {(r, "*"): sum(values[r, c] for c in across) for r in down}
    values |= {("*", c): sum(values[r, c] for r in down) for c in [*across, "*"]}
    sums = [Sum((r, "*"), tuple((r, c) for c in across)) for r in [*down, "*"]]
    sums += [Sum(("*", c), tuple((r, c) for r in down)) for c in [*across, "*"]]
    return {key: Cell(value, threshold) for key, value in values.items()}, sums


def bounds(cells, sums, dark, key, low):
    """What a reader finds out about one cell, by a programme of his own."""
    solver = highspy.Highs()
    solver.silent()
    names = {one: solver.addVariable(low(cells[one]), 10**6) for one in cells if one in dark}
    for one in sums:
        parts = [names.get(part, cells[part].value) for part in one.parts]
        difference = sum(parts) - names.get(one.total, cells[one.total].value)
        if not isinstance(difference, int):
            solver.addConstr(difference == 0)
    solver.minimize(names[key])
    least = solver.getObjectiveValue()
    solver.maximize(names[key])
    return least, solver.getObjectiveValue()


def no_less_than_zero(cell):
    return 0


def no_zero(cell):
    return 0 if cell.stand is Stand.NEVER else min(cell.value, 1)


def worlds(cells, sums, dark, most):
    """Every way in which whole numbers fit, tried one by one."""
    order = sorted(dark, key=str)
    for values in product(range(most + 1), repeat=len(order)):
        world = {key: cell.value for key, cell in cells.items()} | dict(zip(order, values, strict=True))
        if all(world[one.total] == sum(world[part] for part in one.parts) for one in sums):
            yield world


def holds(cells, sums, hidden, *, suppress_zero=False):
    """Whether nothing small is shown and everything hidden is as uncertain as it must be."""
    dark = hidden | {key for key, cell in cells.items() if cell.stand in (Stand.HIDDEN, Stand.NEVER)}
    for key, cell in cells.items():
        small = 0 < cell.value < cell.threshold or (suppress_zero and cell.value == 0)
        if cell.stand is Stand.NEW and small:
            assert key in hidden
        if cell.stand is Stand.NEW and hidden.intersection(cell.under) and (cell.value or suppress_zero):
            assert key in hidden
        if key in hidden or cell.stand is Stand.HIDDEN or (cell.stand is Stand.NEVER and small):
            # A reader takes what is hidden to be no less than zero, or, where he reads zeros, no less than one.
            for low in (no_less_than_zero, *([] if suppress_zero else [no_zero])):
                least, most = bounds(cells, sums, dark, key, low)
                assert most - least >= cell.threshold - 1e-4, (key, cell, least, most)


def test_the_table_that_others_published_with_its_solution():
    # The vignette of GaussSuppression (CRAN), `maxN = 1`, where zero counts as small.
    cells, sums = table([[3, 4, 6], [2, 0, 5]], threshold=2, columns=["Iceland", "Portugal", "Spain"])
    old, young = 0, 1
    assert to_hide(cells, sums, suppress_zero=True) == {
        (young, "Portugal"),
        (young, "Iceland"),
        (old, "Iceland"),
        (old, "Portugal"),
    }


def test_zero_is_shown_and_nothing_small_is_nothing_hidden():
    cells, sums = table([[0, 20, 30], [40, 0, 50]])
    assert to_hide(cells, sums) == set()


def test_a_single_small_cell_takes_the_smallest_beside_it_and_the_totals_stay():
    cells, sums = table([[3, 40, 50], [60, 12, 80]])
    hidden = to_hide(cells, sums)
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}
    holds(cells, sums, hidden)


def test_two_small_cells_that_are_small_together_take_a_third():
    total = Sum("all", ("a", "b", "c", "d"))
    cells = {key: Cell(value, 10) for key, value in zip("abcd", (2, 3, 15, 90), strict=True)}
    assert to_hide(cells | {"all": Cell(110, 10)}, [total]) == {"a", "b", "c"}


def test_of_what_is_hidden_no_detail_is_shown_but_that_there_is_none():
    sums = [Sum("all", ("a", "b")), Sum("a", ("a1", "a2")), Sum("b", ("b1", "b2"))]
    values = {"all": 100, "a": 5, "b": 95, "a1": 0, "a2": 5, "b1": 45, "b2": 50}
    under = {"a": ["all"], "b": ["all"], "a1": ["a"], "a2": ["a"], "b1": ["b"], "b2": ["b"]}
    cells = {key: Cell(value, 10, under=tuple(under.get(key, ()))) for key, value in values.items()}
    assert to_hide(cells, sums) == set(values) - {"all", "a1"}


def test_what_falls_out_when_units_are_subtracted_is_hidden_too():
    sums = [Sum("unit", ("its own", "one", "other"))]
    cells = {
        "unit": Cell(83, 10),
        "its own": Cell(3, 10, Stand.NEVER),
        "one": Cell(30, 10),
        "other": Cell(50, 10),
    }
    hidden = to_hide(cells, sums)
    assert hidden == {"one"}
    holds(cells, sums, hidden)


def test_a_later_release_does_not_give_an_earlier_one_back():
    sums = [Sum("year", ("first half", "second half")), Sum("year", ("one", "other"))]
    cells = {
        "first half": Cell(4, 10, Stand.HIDDEN),
        "second half": Cell(60, 10, Stand.SHOWN),
        "year": Cell(64, 10),
        "one": Cell(30, 10),
        "other": Cell(34, 10),
    }
    hidden = to_hide(cells, sums)
    assert "year" in hidden
    assert hidden & {"one", "other"}
    holds(cells, sums, hidden)


def test_what_was_given_away_before_keeps_nothing_else_hidden():
    sums = [Sum("before", ("small", "large")), Sum("all", ("before", "new"))]
    cells = {
        "small": Cell(4, 10, Stand.HIDDEN),
        "large": Cell(60, 10, Stand.SHOWN),
        "before": Cell(64, 10, Stand.SHOWN),
        "new": Cell(30, 10),
        "all": Cell(94, 10),
    }
    found = suppression.to_hide(cells, sums, Smallest())
    assert (found.keys, found.lost) == (set(), {"small"})


def test_sums_that_do_not_hold_are_refused():
    with pytest.raises(ValueError, match="not the sum"):
        to_hide({"a": Cell(1, 2), "b": Cell(2, 2)}, [Sum("a", ("b",))])


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 8, 12, 20, 40]), min_size=width, max_size=width),
            min_size=2,
            max_size=5,
        )
    ),
    threshold=st.sampled_from([2, 5, 10]),
    suppress_zero=st.booleans(),
    seed=st.integers(0, 99),
)
def test_no_table_gives_anything_back(rows, threshold, suppress_zero, seed):
    cells, sums = table(rows, threshold)
    holds(
        cells,
        sums,
        to_hide(cells, sums, Random(seed), suppress_zero=suppress_zero),
        suppress_zero=suppress_zero,
    )


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from([0, 1, 2, 4]), min_size=2, max_size=2), min_size=2, max_size=2))
def test_nor_when_each_world_of_whole_numbers_is_tried(rows):
    cells, sums = table(rows, threshold=2)
    hidden = to_hide(cells, sums)
    shown_total = ("*", "*") not in hidden
    if not hidden or not shown_total or len(hidden) > 6:
        return
    found = list(worlds(cells, sums, hidden, cells["*", "*"].value))
    for key in hidden:
        seen = {world[key] for world in found}
        assert max(seen) - min(seen) >= 2


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_months_units_and_years_together_give_nothing_back(data):
    """Months come out one by one by area; then the year by unit, below areas, with what a unit has itself."""
    few = st.sampled_from([0, 0, 1, 3, 6, 11, 25])
    areas, months, columns = ("A", "B", "C"), (1, 2), ("x", "y")
    posts = {area: (f"{area}1", f"{area}2") for area in areas}
    own = {
        (month, unit, column): data.draw(few)
        for month in months
        for area in areas
        for unit in (area, *posts[area])
        for column in columns
    }
    cells, sums = {}, []
    for month in months:
        new, facts = {}, []
        for area in areas:
            for column in columns:
                value = sum(own[month, unit, column] for unit in (area, *posts[area]))
                new[month, area, column] = Cell(value, 10, under=((month, area, "*"), (month, "KH", column)))
            total = sum(new[month, area, column].value for column in columns)
            new[month, area, "*"] = Cell(total, 10, under=((month, "KH", "*"),))
            facts.append(Sum((month, area, "*"), tuple((month, area, column) for column in columns)))
        for column in ("*", *columns):
            value = sum(new[month, area, column].value for area in areas)
            new[month, "KH", column] = Cell(value, 10)
            facts.append(Sum((month, "KH", column), tuple((month, area, column) for area in areas)))
        facts.append(Sum((month, "KH", "*"), tuple((month, "KH", column) for column in columns)))
        hidden = to_hide(new, facts)
        holds(new, facts, hidden)
        sums += facts
        for key, cell in new.items():
            cells[key] = Cell(cell.value, 10, Stand.HIDDEN if key in hidden else Stand.SHOWN)
    for area in areas:
        for unit in posts[area]:
            value = sum(own[month, unit, column] for month in months for column in columns)
            cells["year", unit] = Cell(value, 10, under=(("year", area),))
        itself = sum(own[month, area, column] for month in months for column in columns)
        cells["itself", area] = Cell(itself, 10, Stand.NEVER)
        parts = (("itself", area), *(("year", unit) for unit in posts[area]))
        cells["year", area] = Cell(sum(cells[part].value for part in parts), 10, under=(("year", "KH"),))
        sums += [
            Sum(("year", area), parts),
            Sum(("year", area), tuple((month, area, "*") for month in months)),
        ]
    cells["year", "KH"] = Cell(sum(cells["year", area].value for area in areas), 10)
    sums.append(Sum(("year", "KH"), tuple(("year", area) for area in areas)))
    holds(cells, sums, to_hide(cells, sums))
