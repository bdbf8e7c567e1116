"""Whether the log is whole: what a verification sees, and where that is on the record."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Verification
from foundation.jobs.overview import JobState, overview
from foundation.jobs.timetable import watched
from ledger import guard
from ledger.models import Change, Event, Seal
from ledger.sealing import head, last_heads, unsealed
from ledger.verification import Finding, verify

#: So many findings of each kind are kept with where they are; the true number always is.
KEPT_OF_A_KIND = 50
AUDITOR = "auditor"


@dataclass(frozen=True)
class Seen:
    """What a verification saw, as its row keeps it."""

    found: int
    counts: dict[str, int]
    findings: list[dict[str, str]]
    head: str
    heads: int
    first_head: str
    last_head: str
    head_written_at: datetime | None
    late_jobs: list[dict[str, str]]
    unsealed: int
    unsealed_seconds: int

    def columns(self) -> dict[str, Any]:
        return asdict(self)


def look() -> Seen:
    """Verify the whole log over the auditors' connection, against the heads last written outside the database.

    :raises ValueError: if the file of heads holds something else
    """
    outside = last_heads(settings.HEADS_FILE)
    findings = verify(using=AUDITOR, against=outside)
    waiting, oldest = unsealed(AUDITOR)
    path = settings.HEADS_FILE
    return Seen(
        found=len(findings),
        counts=dict(Counter(finding.kind for finding in findings).most_common()),
        findings=[asdict(finding) for finding in _some_of_each(findings)],
        head=str(head(AUDITOR)),
        heads=len(outside),
        first_head=str(outside[0]) if outside else "",
        last_head=str(outside[-1]) if outside else "",
        head_written_at=datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None,
        late_jobs=[{"name": job.name, "state": state} for job, state in late_jobs()],
        unsealed=waiting,
        unsealed_seconds=int(oldest.total_seconds()),
    )


def _some_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """The first of each kind: ten thousand rows must not hide the one grant."""
    kept: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if len(kept[finding.kind]) < KEPT_OF_A_KIND:
            kept[finding.kind].append(finding)
    return [finding for some in kept.values() for finding in some]


def late_jobs() -> list[tuple[JobState, str]]:
    """Work that fails, is late, or has never run though it should have. What was just installed missed nothing."""
    states = []
    for job in overview():
        if job.is_failing:
            states.append((job, "failing"))
        elif job.late_by:
            states.append((job, "never" if job.never_ran else "late"))
    return states


def job_titles() -> dict[str, str]:
    return {entry.name: str(entry.title) for entry in watched()}


def last_result() -> Verification | None:
    """The last verification that came to a result."""
    return Verification.objects.that_looked().order_by("ended_at", "pk").last()


def state_of(last: Verification | None, now: datetime) -> tuple[str, str]:
    """In one line, with its colour."""
    if last is None:
        return _("The log has not been verified yet"), "red"
    if last.found:
        words = ngettext("%(number)s finding", "%(number)s findings", last.found)
        return words % {"number": last.found}, "red"
    if last.is_stale(now):
        return _("Verified too long ago"), "red"
    return _("The log is whole"), "green"


@dataclass(frozen=True)
class Place:
    """Where a finding is: a row on the record, at a moment if the log knows one."""

    table: str
    row: int
    at: datetime | None = None


_ROW = re.compile(r"^([a-z_0-9]+) ([0-9]+)(?: version ([0-9]+))?$")
_EVENT = re.compile(r"^event ([0-9]+)")
_POSITION = re.compile(r"^position ([0-9]+)$")
_IMAGE = re.compile(r"^image ([0-9]+)$")


def places(wheres: Sequence[str]) -> dict[str, Place]:
    """For each place that the verification names: the row that it is about, where there is one.

    Read over the connection of whoever asks. What was cut out of the log leads nowhere.
    """
    tables = guard.audited_tables()
    found: dict[str, Place] = {}
    events: dict[int, list[str]] = defaultdict(list)
    images: dict[int, list[str]] = defaultdict(list)
    positions: dict[int, list[str]] = defaultdict(list)
    for where in wheres:
        if (match := _ROW.match(where)) and match[1] in tables:
            found[where] = Place(match[1], int(match[2]))
        for pattern, named in ((_EVENT, events), (_IMAGE, images), (_POSITION, positions)):
            if match := pattern.match(where):
                named[int(match[1])].append(where)
    for position, event in Seal.objects.filter(position__in=positions).values_list("position", "event_id"):
        events[event] += positions[position]
    for row in Change.objects.filter(pk__in=images):
        found |= dict.fromkeys(images[row.pk], Place(row.table_name, row.row_id))
        events[row.event_id] += images[row.pk]
    for pk, table, subject, at in Event.objects.filter(pk__in=events).values_list(
        "pk", "subject_table", "subject_id", "recorded_at"
    ):
        for where in events[pk]:
            if where in found:
                found[where] = replace(found[where], at=at)
            elif table and subject:
                found[where] = Place(table, subject, at)
    return found | _at_their_versions(found)


def _at_their_versions(found: dict[str, Place]) -> dict[str, Place]:
    """The moment at which the version was written that a place names."""
    dated = {}
    for where, place in found.items():
        match = _ROW.match(where)
        if match is None or match[3] is None:
            continue
        change = Change.objects.filter(table_name=place.table, row_id=place.row, version=int(match[3]))
        at = change.values_list("event__recorded_at", flat=True).first()
        dated[where] = replace(place, at=at)
    return dated
