"""What can be said of a sample afterwards: its facts for whoever reckons it anew, and whether its frame still holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.models import Sample
from audits.queries.populations import members
from audits.reckoning import sampling


def facts_of(sample: Sample) -> dict[str, Any]:
    """All that `tools/check_sample.py` needs beside the population's lines, and nothing of any person."""
    return {
        "format": sampling.VERSION,
        "audit": sample.audit.reference,
        "sample": sample.number,
        "about": sample.about,
        "kind": sample.kind,
        "status": sample.status,
        "frame": sample.frame,
        "strata": sample.strata,
        "size": sample.size,
        "population": sample.population,
        "digest": sample.digest,
        "frozen_at": sample.frozen_at.isoformat(),
        "number_source": sample.number_source,
        "number_on": sample.number_on and sample.number_on.isoformat(),
        "nonce_digest": sample.nonce_digest,
        "nonce": sample.nonce,
        "outside": sample.outside,
        "seed": sample.seed,
        "drawn_at": sample.drawn_at and sample.drawn_at.isoformat(),
        "items": [
            {"number": item.number, "id": item.row_id, "stratum": item.stratum, "key": item.key}
            | ({"hits": item.hits} if item.hits else {})
            for item in sample.items.order_by("number")
        ],
    }


@dataclass(frozen=True)
class Difference:
    """What the frame of a sample gives today beside what was frozen: ids, and of some another stratum."""

    gone: list[int]
    come: list[int]
    moved: list[tuple[int, str, str]]

    def __bool__(self) -> bool:
        return bool(self.gone or self.come or self.moved)


def difference(sample: Sample, lines: str) -> Difference:
    """Ask for the population anew, by the same frame, and compare."""
    first, last = (date.fromisoformat(sample.frame[name]) for name in ("first", "last"))
    today = dict(members(sample.about, sample.audit.unit, first=first, last=last, strata=sample.strata))
    frozen = dict(sampling.members_in(lines))
    return Difference(
        gone=sorted(frozen.keys() - today.keys()),
        come=sorted(today.keys() - frozen.keys()),
        moved=[
            (pk, frozen[pk], today[pk])
            for pk in sorted(frozen.keys() & today.keys())
            if frozen[pk] != today[pk]
        ],
    )
