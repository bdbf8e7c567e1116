"""Everything that is published, part by part: each an act of its own, and none waits for another but for the units."""

from collections.abc import Callable, Mapping
from typing import Any

from audits.actions.publishing.complaints import publish_complaints
from audits.actions.publishing.coverage import publish_coverage
from audits.actions.publishing.drug_tests import publish_tests
from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.queries.pins import pinned_days
from ledger.actors import CLOCK


def _measures(actor: Any) -> Mapping[str, int]:
    """Figures come out exactly for the days of which an official one was released."""
    return publish_measures(actor, pins=pinned_days())


#: In this order: what is counted by units comes after the units.
ACTS: Mapping[str, Callable[[Any], Mapping[str, int]]] = {
    "references": publish_references,
    "measures": _measures,
    "complaints": publish_complaints,
    "tests": publish_tests,
    "coverage": publish_coverage,
}


def publish(part: str) -> Mapping[str, int]:
    """Do one of the acts as the clock, and say what came out."""
    return ACTS[part](CLOCK)
