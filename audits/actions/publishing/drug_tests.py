"""Counts of drug tests by month: how many by area, and how they ended in the country alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Min

from audits.actions.publishing.periods import first_day, last_day, months_to_come
from audits.actions.publishing.writing import alone, company, last_day_to_publish, publish_periods
from audits.models import OpenTests
from audits.queries.counts import areas, tests_taken
from audits.queries.disclosure import Rules, rules_in_force
from audits.queries.provinces import provinces_of_units
from audits.reckoning.suppression import Cell
from audits.reckoning.tables import NATION, Counts, Key, System, summed
from ledger import clock
from ledger.acting import act, recording
from officers.models import DrugTest

OUTCOMES = ("negative", "cleared", "positive", "refusal", "other")


@act
def publish_tests(actor: Any) -> dict[str, int]:
    """Publish the months of tests that may come out and have not; how many rows that were."""
    alone(actor)
    rules = rules_in_force()
    upto = last_day_to_publish(rules, horizon=True)
    months = months_to_come("tests", _first_tested, upto)
    if not months:
        return {"tests": 0}
    area_of = provinces_of_units()
    counted: defaultdict[str, defaultdict[str, list[Counts]]] = defaultdict(lambda: defaultdict(list))
    for month, unit, counts in tests_taken(first_day(months[0]), last_day(months[-1]), rules):
        counted[month][area_of[unit]].append(counts)
    known = areas()
    rows = [row for month in months for row in _month(month, counted[month], known, rules)]
    with recording("open_data.published", actor=actor, subject=OpenTests, months=months):
        publish_periods(OpenTests, rows, months, rules)
    return {"tests": len(rows)}


def _first_tested() -> date | None:
    return DrugTest.objects.standing().aggregate(day=Min("tested_on"))["day"]


def _month(
    month: str, counted: Mapping[str, Sequence[Counts]], known: set[str], rules: Rules
) -> list[OpenTests]:
    outcomes = summed([counts for some in counted.values() for counts in some], len(OUTCOMES))
    by_area = {
        area: sum(sum(counts) for counts in counted.get(area, ())) for area in sorted(known.union(counted))
    }
    by_outcome = dict(zip(OUTCOMES, outcomes, strict=True))
    system, country = System(), (NATION, "tests")
    system.cells[country] = Cell(sum(outcomes), rules.unit_threshold)
    system.add_parts("area", by_area, country, rules.unit_threshold)
    system.add_parts("outcome", by_outcome, country, rules.national_threshold)
    hidden = system.hidden(company(OpenTests, month))

    def row(area: str, tests: Key, **said: int | None) -> OpenTests:
        return OpenTests(
            id=f"{month}.{area}",
            month=month,
            area=area,
            tests=system.said(tests, hidden),
            published_on=clock.today(),
            **said,
        )

    return [
        row(NATION, country, **{code: system.said(("outcome", code), hidden) for code in OUTCOMES}),
        *(row(area, ("area", area)) for area in by_area),
    ]
