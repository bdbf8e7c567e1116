"""Everything that is published, part by part: each an act of its own, and none waits for another but for the units."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from audits.actions.publishing.complaints import publish_complaints
from audits.actions.publishing.coverage import publish_coverage
from audits.actions.publishing.drug_tests import publish_tests
from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.queries.pins import pinned_days
from ledger.actors import CLOCK

#: In this order: what is counted by units comes after the units.
ACTS: Mapping[str, Callable[[Any], Mapping[str, int]]] = {
    "references": publish_references,
    "measures": publish_measures,
    "complaints": publish_complaints,
    "tests": publish_tests,
    "coverage": publish_coverage,
}


def publish(part: str, *, pins: Sequence[date] = ()) -> Mapping[str, int]:
    """Do one of the acts as the clock, and say what came out.

    :param pins: days of which figures are to come out exactly, beside those of which an official one was released
    """
    if part == "measures":
        return publish_measures(CLOCK, pins=[*pinned_days(), *pins])
    return ACTS[part](CLOCK)
