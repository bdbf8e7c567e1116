"""What a sample is drawn from: the records between two days, each with its stratum.

A stratum is named by codes and not by words, so that the frozen list is the same in each language.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from audits.models import About, Stratum
from audits.queries.subjects import visible
from audits.reckoning.sampling import BETWEEN, Member
from cases.models import Decision, Ground
from officers.models import Unit

#: In place of what a record does not have.
NONE = "-"
#: Years that stand together as one age.
BAND = 10


def members(
    user: Any, about: str, unit: Unit, *, first: date, last: date, strata: Sequence[str]
) -> list[Member]:
    """Records of a unit and those below it between two days, with their strata; of those that `user` sees.

    :raises LookupError: for a stratum that this kind of record does not have
    """
    rows, parts = _POPULATIONS[about](user, unit, first, last)
    named = [parts[name] for name in strata]
    return [
        (row["pk"], BETWEEN.join(part(row) for part in named))
        for row in rows.order_by("pk").values(*_COLUMNS[about]).iterator(chunk_size=5000)
    ]


def strata_of(about: str) -> tuple[str, ...]:
    """By what records of a kind may be divided."""
    return _STRATA[about]


def _cases(
    user: Any, unit: Unit, first: date, last: date
) -> tuple[QuerySet[Any], dict[str, Callable[[Any], str]]]:
    """Cases that were decided between two days, whatever became of them since."""
    decided = Decision.objects.filter(case=OuterRef("pk")).exclude(outcome="returned").order_by("-pk")
    ground = Ground.objects.filter(case=OuterRef("pk")).exclude(status="WITHDRAWN").order_by("pk")
    rows = visible(About.CASE, user).filter(
        decided_at__date__range=(first, last), officer_unit__path__startswith=unit.path
    )
    rows = rows.annotate(
        by=Subquery(decided.values("decided_by_id")[:1]),
        ground=Subquery(ground.values("kind")[:1]),
        path=F("officer_unit__path"),
        born=F("officer__birth_year"),
    )
    provinces = _provinces()
    parts: dict[str, Callable[[Any], str]] = {
        Stratum.PROVINCE: lambda row: next(
            (code for path, code in provinces.items() if row["path"].startswith(path)), NONE
        ),
        Stratum.GROUND: lambda row: row["ground"] or NONE,
        Stratum.RANK: lambda row: row["rank"],
        Stratum.AUTHORITY: lambda row: f"user-{row['by']}" if row["by"] else NONE,
        Stratum.AGE: lambda row: _band(row["decided_at"].year - row["born"]) if row["born"] else NONE,
    }
    return rows, parts


def _band(age: int) -> str:
    return f"{age // BAND * BAND}-{age // BAND * BAND + BAND - 1}"


def _provinces() -> dict[str, str]:
    return dict(Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).values_list("path", "code"))


_POPULATIONS: dict[str, Callable[..., tuple[QuerySet[Any], dict[str, Callable[[Any], str]]]]] = {
    About.CASE: _cases,
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    About.CASE: ("pk", "rank", "decided_at", "by", "ground", "path", "born")
}
_STRATA: dict[str, tuple[str, ...]] = {
    About.CASE: (Stratum.PROVINCE, Stratum.GROUND, Stratum.RANK, Stratum.AUTHORITY, Stratum.AGE),
}
