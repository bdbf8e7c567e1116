"""How far an audit is: records reviewed of those planned and of those there are, findings, days left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from audits.models import About, Audit, Finding, Review, Severity, Stratum
from audits.queries.populations import members
from audits.queries.strata import names_of
from audits.reckoning.sampling import BETWEEN

#: By what coverage is shown for each kind of record.
COVERED_BY = {
    About.CASE: (Stratum.PROVINCE, Stratum.GROUND),
    About.DRUG_TEST: (Stratum.PROVINCE, Stratum.OUTCOME),
    About.COMPLAINT: (Stratum.PROVINCE, Stratum.CATEGORY),
}


@dataclass(frozen=True)
class Progress:
    """Of an audit: how many records are planned, given to auditors and reviewed, and the days until it is due."""

    planned: int
    given: int
    completed: int
    days_left: int


def progress_of(audits: Iterable[Audit], today: date) -> dict[int, Progress]:
    """By audit."""
    rows = list(audits)
    counts = {
        one["audit"]: one
        for one in Review.objects.filter(audit__in=rows)
        .values("audit")
        .annotate(given=Count("pk"), completed=Count("pk", filter=Q(status=Review.Status.COMPLETED)))
    }
    nothing = {"given": 0, "completed": 0}
    return {
        row.pk: Progress(
            row.planned,
            counts.get(row.pk, nothing)["given"],
            counts.get(row.pk, nothing)["completed"],
            (row.due_on - today).days,
        )
        for row in rows
    }


@dataclass(frozen=True)
class Covered:
    """A province, ground or the like: how many records there are of it and how many of them were reviewed."""

    words: str
    there: int
    reviewed: int

    @property
    def percent(self) -> str:
        return f"{100 * self.reviewed / self.there:.1f}" if self.there else "–"


@dataclass
class Coverage:
    """Of one kind of record: the tables, and the reviewed records that lie outside the audit's days or unit."""

    about: str
    words: str
    there: int
    reviewed: int
    outside: int
    tables: list[tuple[str, list[Covered]]] = field(default_factory=list)

    @property
    def total(self) -> Covered:
        return Covered(_("All"), self.there, self.reviewed)


def coverage(audit: Audit) -> list[Coverage]:
    """Reviewed of decided, by province and ground; likewise of tests and complaints, where some are reviewed."""
    completed: dict[str, set[int]] = {}
    for about, row_id in audit.reviews.filter(status=Review.Status.COMPLETED).values_list("about", "row_id"):
        completed.setdefault(about, set()).add(row_id)
    given = set(audit.reviews.values_list("about", flat=True)) | set(
        audit.samples.values_list("about", flat=True)
    )
    return [
        _coverage(audit, about, completed.get(about, set()))
        for about in About.values
        if about == About.CASE or about in given
    ]


def _coverage(audit: Audit, about: str, completed: set[int]) -> Coverage:
    by = COVERED_BY[About(about)]
    found = members(about, audit.unit, first=audit.period_from, last=audit.period_to, strata=by)
    here = {row_id for row_id, _name in found}
    result = Coverage(
        about, str(About(about).label), len(found), len(here & completed), len(completed - here)
    )
    for place, stratum in enumerate(by):
        there: Counter[str] = Counter()
        reviewed: Counter[str] = Counter()
        for row_id, name in found:
            part = name.split(BETWEEN)[place]
            there[part] += 1
            reviewed[part] += row_id in completed
        words = names_of(stratum)
        rows = [Covered(words(part), there[part], reviewed[part]) for part in there]
        label = str(Stratum(stratum).label)
        result.tables.append((label, sorted(rows, key=lambda row: (-row.there, row.words))))
    return result


def findings_table(rows: Any) -> list[tuple[str, list[int], int]]:
    """How many findings of each severity stand where: a row for each severity, a cell for each status, the total."""
    counts = {
        (one["severity"], one["status"]): one["count"]
        for one in rows.order_by().values("severity", "status").annotate(count=Count("pk"))
    }
    table = []
    for severity in reversed(Severity):
        cells = [counts.get((severity.value, status.value), 0) for status in Finding.Status]
        table.append((str(severity.label), cells, sum(cells)))
    return table


def results_table(audit: Audit) -> list[tuple[str, int]]:
    """How many completed reviews came to each result."""
    counts = Counter(audit.reviews.filter(status=Review.Status.COMPLETED).values_list("result", flat=True))
    return [(str(result.label), counts[result.value]) for result in Review.Result]
