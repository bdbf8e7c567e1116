"""Finding what was missed: a message lost by Redis, a worker killed, a night when nothing ran."""

import logging
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded

from foundation.jobs import claimants
from foundation.jobs.batches import Batch
from foundation.jobs.hints import hint
from foundation.jobs.models import JobRun, database_now
from foundation.jobs.timetable import Job, jobs, period_text, sweeping

#: Missed periods of one job asked for by one sweep; the rest is for the next.
AT_ONCE = 200

logger = logging.getLogger(__name__)


def sweep() -> Batch:
    """Hint at every period that is due and at all queued work; count what was picked up and who failed."""
    batch = Batch()
    for entry in jobs():
        for period in due(entry):
            hint(entry.name, period=period)
            batch.done += 1
    for look in sweeping():
        try:
            batch.done += look() or 0
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            batch.causes[type(error).__name__] += 1
            name = f"{look.__module__}.{look.__qualname__}"
            logger.error("a look for waiting work failed", extra={"job": name, "error": type(error).__name__})
    return batch


def due(job: Job) -> list[str]:
    """The periods of a job to run now, oldest first: missed, failed a while ago, or left by the dead."""
    now = database_now()
    current = job.period_at(now)
    runs = JobRun.objects.filter(task=job.name)
    if not job.catch_up:
        runs = runs.filter(period=period_text(current))
    known = {run.period: run for run in runs.order_by("period")}
    return [
        period
        for period in _periods(job, known, current)
        if period not in known
        or known[period].is_due_again(
            now, lost_after=job.hard_limit, claimant_is_dead=claimants.is_dead(known[period].claimant)
        )
    ][:AT_ONCE]


def _periods(job: Job, known: dict[str, JobRun], current: datetime) -> list[str]:
    """The periods that should have run, from the first one known. Before its first run a job missed none."""
    if not job.catch_up or not known:
        return [period_text(current)]
    start = job.period_at(datetime.fromisoformat(next(iter(known))))
    periods = []
    while start <= current:
        periods.append(period_text(start))
        start += job.every
    return periods
