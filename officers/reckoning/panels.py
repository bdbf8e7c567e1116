"""Cutoffs, and what values mean beside them. At or above a cutoff is over it (49 CFR 40.85)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

#: The panels of these days: which day of a specimen picks the version (the HHS switch by the day of receipt).
PICKED_BY = ("collected", "received")


class NoPanel(LookupError):
    """No version of the panel ruled on the specimen's day."""


@dataclass(frozen=True)
class Cutoff:
    """A row of a panel, in ng/mL. `requires` names an analyte that must be there too, from `requires_least` on."""

    group: str
    drug: str
    initial: Decimal
    analyte: str
    confirm: Decimal
    requires: str = ""
    requires_least: Decimal | None = None


@dataclass(frozen=True)
class Panel:
    """A version of a panel as a specimen is judged by it, and the day that picked it."""

    code: str
    picked_on: date
    cutoffs: Sequence[Cutoff]

    def of(self, analyte: str) -> Cutoff | None:
        key = analyte.strip().casefold()
        return next((row for row in self.cutoffs if row.analyte.casefold() == key), None)


def pick(
    rows: Iterable[Mapping[str, Any]], *, authority: str, specimen: str, collected: date, received: date
) -> Panel:
    """The version of an authority's panel for a specimen, by the day that this version goes by.

    :raises NoPanel: if none ruled yet
    """
    days = {"collected": collected, "received": received}
    mine = [row for row in rows if row["authority"] == authority and row["specimen"] == specimen]
    ruling = [row for row in mine if date.fromisoformat(row["effective_from"]) <= days[row["picked_by"]]]
    if not ruling:
        raise NoPanel(authority)
    newest = max(ruling, key=lambda row: row["effective_from"])
    return Panel(
        newest["panel"],
        days[newest["picked_by"]],
        [
            Cutoff(
                group=row["group"],
                drug=row["drug"],
                initial=Decimal(row["initial"]),
                analyte=row["analyte"],
                confirm=Decimal(row["confirm"]),
                requires=row.get("requires", ""),
                requires_least=Decimal(row["requires_least"]) if row.get("requires_least") else None,
            )
            for row in ruling
            if row["panel"] == newest["panel"]
        ],
    )


def needs_confirmation(panel: Panel, group: str, value: Decimal) -> bool:
    """Whether an initial value of a group calls for confirmation.

    :raises KeyError: if the panel has no such group
    """
    return value >= next(_of_group(panel, group)).initial


def _of_group(panel: Panel, group: str) -> Any:
    found = [row for row in panel.cutoffs if row.group.casefold() == group.strip().casefold()]
    if not found:
        raise KeyError(group)
    return iter(found)


def is_positive(panel: Panel, analyte: str, values: Mapping[str, Decimal]) -> bool:
    """Whether a confirmatory value counts, beside the others of the same specimen. Names of analytes are folded.

    :raises KeyError: if the panel has no such analyte
    """
    row = panel.of(analyte)
    if row is None:
        raise KeyError(analyte)
    folded = {name.strip().casefold(): value for name, value in values.items()}
    if folded[row.analyte.casefold()] < row.confirm:
        return False
    if not row.requires:
        return True
    other = folded.get(row.requires.casefold())
    return other is not None and other >= (row.requires_least or Decimal(0))


@dataclass(frozen=True)
class Validity:
    """What was measured of a urine specimen: creatinine in mg/dL, nitrite in µg/mL."""

    creatinine: Decimal | None = None
    specific_gravity: Decimal | None = None
    ph: Decimal | None = None
    nitrite: Decimal | None = None
    foreign_substance: str = ""


# 49 CFR 40.86 to 40.96. Of the lower bound of pH the sources differ (3 or 4): below 3 all call it adulterated; from
# 3 to 4 it is invalid here, which costs nobody his post.
CREATININE_DILUTE, CREATININE_SUBSTITUTED = Decimal(20), Decimal(2)
GRAVITY_LOW, GRAVITY_DILUTE, GRAVITY_HIGH = Decimal("1.0010"), Decimal("1.0030"), Decimal("1.0200")
NITRITE_ADULTERATED = Decimal(500)
PH_ADULTERATED_BELOW, PH_INVALID_BELOW, PH_ADULTERATED_FROM = Decimal(3), Decimal(4), Decimal(11)
#: A negative specimen with creatinine from 2 to 5 mg/dL is collected again at once, under observation (40.155).
CREATININE_RECOLLECT = Decimal(5)


class GravityMissing(ValueError):
    """Specific gravity must be measured where creatinine is below 20 mg/dL."""


def validity(measured: Validity) -> str:
    """`adulterated`, `substituted`, `invalid`, `dilute`, or nothing where the specimen is as urine is.

    :raises GravityMissing: where creatinine is low and specific gravity was not measured
    """
    if measured.nitrite is not None and measured.nitrite >= NITRITE_ADULTERATED:
        return "adulterated"
    if measured.foreign_substance.strip():
        return "adulterated"
    if measured.ph is not None:
        if measured.ph >= PH_ADULTERATED_FROM or measured.ph < PH_ADULTERATED_BELOW:
            return "adulterated"
        if measured.ph < PH_INVALID_BELOW:
            return "invalid"
    creatinine, gravity = measured.creatinine, measured.specific_gravity
    if creatinine is None or creatinine >= CREATININE_DILUTE:
        return ""
    if gravity is None:
        raise GravityMissing
    if creatinine < CREATININE_SUBSTITUTED:
        return "substituted" if gravity <= GRAVITY_LOW or gravity >= GRAVITY_HIGH else "invalid"
    if gravity <= GRAVITY_LOW:
        return "invalid"
    return "dilute" if gravity < GRAVITY_DILUTE else ""


def result(found: str, *, positive: bool) -> str:
    """The laboratory's word for a specimen: what was found of its validity goes before what was found in it."""
    if found in ("adulterated", "substituted"):
        return found
    if found == "invalid":
        return "invalid_result"
    return ("positive" if positive else "negative") + ("_dilute" if found == "dilute" else "")


def is_recollected(word: str, creatinine: Decimal | None, *, observed: bool) -> bool:
    """Whether a negative and dilute specimen is collected again: once, under observation."""
    return (
        word == "negative_dilute"
        and creatinine is not None
        and CREATININE_SUBSTITUTED <= creatinine <= CREATININE_RECOLLECT
        and not observed
    )
