"""How the clock is doing: each job's last success and how late it is, for the staff home and `/readyz`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, router
from django.utils.functional import Promise

from foundation.jobs.models import JobRun, database_now
from foundation.jobs.timetable import watched

_LAST = """
SELECT name, success.finished_at, failure.finished_at, failure.detail
FROM unnest(%s::text[]) AS name
LEFT JOIN LATERAL (
    SELECT finished_at FROM jobs_jobrun WHERE task = name AND succeeded ORDER BY finished_at DESC LIMIT 1
) AS success ON TRUE
LEFT JOIN LATERAL (
    SELECT finished_at, detail FROM jobs_jobrun
    WHERE task = name AND NOT succeeded ORDER BY finished_at DESC LIMIT 1
) AS failure ON TRUE
"""


@dataclass(frozen=True)
class JobState:
    """`late_by` is how long the job is overdue: None when it is on time, zero when nothing ever ran here."""

    name: str
    title: str | Promise
    every: timedelta
    last_success: datetime | None
    last_failure: datetime | None
    last_failure_detail: str
    late_by: timedelta | None

    @property
    def is_late(self) -> bool:
        return self.late_by is not None

    @property
    def never_ran(self) -> bool:
        return self.last_success is None and self.last_failure is None

    @property
    def is_failing(self) -> bool:
        """Whether its last finished run failed."""
        if self.last_failure is None:
            return False
        return self.last_success is None or self.last_failure > self.last_success


def overview() -> list[JobState]:
    """The state of all that is watched, in the timetable's order."""
    entries = watched()
    with connections[router.db_for_read(JobRun)].cursor() as cursor:
        cursor.execute(_LAST, [[entry.name for entry in entries]])
        last = {row[0]: row[1:] for row in cursor.fetchall()}
    now = database_now()
    # A job that never succeeded is as late as this installation is old.
    first_sign = JobRun.objects.order_by("id").values_list("started_at", flat=True).first()

    states = []
    for entry in entries:
        success, failure, detail = last[entry.name]
        since = success or first_sign
        overdue = timedelta(0) if since is None else now - since - entry.late_after
        states.append(
            JobState(
                name=entry.name,
                title=entry.title,
                every=entry.every,
                last_success=success,
                last_failure=failure,
                last_failure_detail=detail or "",
                late_by=overdue if overdue >= timedelta(0) else None,
            )
        )
    return states
