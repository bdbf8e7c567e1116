"""The geometry of charts: nothing shown is left out, and what is hidden is never drawn as nothing."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.reckoning.charts import PLOT, columns, rows

#: The first lists are slow to come by on a busy machine.
patient = settings(suppress_health_check=[HealthCheck.too_slow])
VALUES = st.lists(st.none() | st.integers(0, 10**7), max_size=25)


def test_what_is_hidden_has_a_place_of_full_height_and_zero_has_none():
    made = columns([10, None, 0]).columns
    assert [(one.height, one.is_hidden) for one in made] == [(PLOT, False), (PLOT, True), (0, False)]
    made = rows([50.0, None, 0.0], most=100).rows
    assert [(one.width, one.is_hidden) for one in made] == [
        ("50.00%", False),
        ("100.00%", True),
        ("0.00%", False),
    ]


def test_a_part_stands_on_the_ground_within_its_whole():
    whole, unknown = columns([100, 100], [40, None]).columns
    assert (whole.part, whole.part_y) == (round(PLOT * 0.4), whole.y + whole.height - whole.part)
    assert unknown.part == 0


@patient
@given(VALUES)
def test_every_column_is_within_the_chart_and_the_scale_has_at_most_four_lines(values):
    chart = columns(values)
    assert len(chart.columns) == len(values)
    assert 1 <= len(chart.scale) <= 4
    assert all(0 <= one.height <= PLOT and one.y + one.height == chart.ground for one in chart.columns)
    assert all(one.height >= 1 for one, value in zip(chart.columns, values, strict=True) if value)
    highest = max((value for value in values if value is not None), default=0)
    assert chart.scale[-1][1] >= highest
    assert sum(one.is_named for one in chart.columns) <= 4 or len(values) <= 4


@patient
@given(VALUES)
def test_rows_stand_below_each_other_and_are_no_wider_than_the_chart(values):
    chart = rows(values)
    assert [one.y for one in chart.rows] == sorted({one.y for one in chart.rows})
    assert all(0 <= float(one.width[:-1]) <= 100 for one in chart.rows)
