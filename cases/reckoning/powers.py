"""Who decides on a measure against an officer of a rank and post, and by what paper at least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from officers.reckoning.settings import INSTRUMENTS, MEASURES

#: How high a kind of unit stands where measures are decided.
STANDS = {
    "MINISTRY": 4,
    "INSPECTORATE_GENERAL": 4,
    "GENERAL_COMMISSARIAT": 3,
    "GENERAL_DEPARTMENT": 3,
    "CENTRAL_DEPARTMENT": 2,
    "PROVINCIAL_COMMISSARIAT": 2,
}
#: Measures that take an officer's rank or post from him for good.
REMOVING = ("dismissal", "demotion")


@dataclass(frozen=True)
class Power:
    """The kind of unit that decides (or one that stands higher), and the lowest instrument."""

    decided_by: str
    instrument: str


def power(
    rows: Sequence[Mapping[str, Any]],
    ranks: Sequence[Mapping[str, Any]],
    *,
    measure: str,
    rank: str,
    heads: str = "",
) -> Power:
    """The first row that fits; for removal and demotion never below what the table of ranks names for the rank.

    :param heads: the kind of unit that the officer heads, "" for none
    """
    order = {row["code"]: row["order"] for row in ranks}
    removed_by = next((row["removed_by"] for row in ranks if row["code"] == rank), INSTRUMENTS[1])
    found = Power("MINISTRY", INSTRUMENTS[1])
    for row in sorted(rows, key=lambda row: row["order"]):
        if row["measure"] not in ("", measure) or row["heads"] not in ("", heads):
            continue
        if row["rank_from"] and order.get(rank, 0) < order.get(row["rank_from"], 10**6):
            continue
        found = Power(row["decided_by"], row["instrument"])
        break
    if measure in REMOVING and height(removed_by) > height(found.instrument):
        return Power("MINISTRY", removed_by)
    return found


def height(instrument: str) -> int:
    """How high an instrument stands, from 0."""
    return INSTRUMENTS.index(instrument)


def suffices(unit_kind: str, power: Power) -> bool:
    """Whether an authority at a kind of unit may decide."""
    return STANDS.get(unit_kind, 0) >= STANDS[power.decided_by]


def graver(one: str, other: str) -> bool:
    """Whether a measure is graver than another."""
    return MEASURES.index(one) > MEASURES.index(other)
