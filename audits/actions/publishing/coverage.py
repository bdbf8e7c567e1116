"""Coverage of testing by year and unit: who was tested of those who served at its end."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Min

from audits.actions.publishing.periods import years_to_come
from audits.actions.publishing.writing import alone, company, last_day_to_publish, publish_periods
from audits.models import OpenCoverage
from audits.queries.counts import Tree, tested_officers
from audits.queries.disclosure import Rules, rules_in_force
from audits.reckoning.tables import Columns, Counts, System, levels, summed
from ledger import clock
from ledger.acting import act, recording
from officers.models import DrugTest

COVERAGE = Columns("strength", ("tested", "excused", "not_tested"))


@act
def publish_coverage(actor: Any) -> dict[str, int]:
    """Publish the years that may come out and have not, from the first in which anybody was tested."""
    alone(actor)
    rules = rules_in_force()
    years = years_to_come("coverage", _first_tested, last_day_to_publish(rules, horizon=True))
    if not years:
        return {"coverage": 0}
    tree = Tree()
    counted: defaultdict[str, dict[str, Counts]] = defaultdict(dict)
    for number, unit, counts in tested_officers(int(years[0]), int(years[-1]), rules):
        own, code = counted[f"{number:04d}"], tree.code_of[unit]
        own[code] = summed([own.get(code, (0, 0, 0)), counts], 3)
    rows = [row for year in years for row in _year(year, counted[year], tree, rules)]
    with recording("open_data.published", actor=actor, subject=OpenCoverage, years=years):
        publish_periods(OpenCoverage, rows, years, rules)
    return {"coverage": len(rows)}


def _first_tested() -> date | None:
    return DrugTest.objects.standing().aggregate(day=Min("tested_on"))["day"]


def _year(year: str, own: Mapping[str, Counts], tree: Tree, rules: Rules) -> list[OpenCoverage]:
    parents = tree.of_year(int(year), own)
    system = System()
    system.add_tree(year, own, parents, COVERAGE, rules.unit_threshold)
    hidden = system.hidden(company(OpenCoverage, year))
    return [
        OpenCoverage(
            id=f"{year}.{unit}",
            year=int(year),
            unit=unit,
            level=level,
            published_on=clock.today(),
            **system.row_said((year, unit), COVERAGE, hidden),
        )
        for unit, level in levels(parents).items()
    ]
