"""Running a job: claim its period, do it, write down how it went."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connections, router

from foundation.jobs import claimants
from foundation.jobs.batches import Batch
from foundation.jobs.models import JobRun, database_now
from foundation.jobs.outages import AWAY, lost_database
from foundation.jobs.timetable import Job, Watched, period_text

#: Seconds between two tries to write down how a run ended.
PAUSE = 1.0

logger = logging.getLogger(__name__)


def run(job: Job, *, period: str | None = None) -> bool | None:
    """Run a job for its current period, or for a past one it is catching up with.

    Says whether it succeeded, or None if there was nothing to do: another process did it or does it, or the
    period is none of this job's. A failure is written down and not raised: the sweeper comes back to it.
    """
    current = job.period_at(database_now())
    start = current if period is None else _past_period(job, period, current)
    if start is None:
        logger.info("a job was asked for a period it does not have, or no longer", extra={"job": job.name})
        return None

    claim = _claim(job.name, period_text(start), job.hard_limit)
    if claim is None:
        return None
    return _tried(job.name, claim, lambda: job.function(period=start), job.hard_limit)


def attempt(task: str, item: str, work: Callable[[int], object], *, hard_limit: timedelta) -> bool | None:
    """Do a piece of queued work that no other process is doing, and say whether it succeeded.

    None if there was nothing to do: another process does it, it is done, or failed too short a while ago.
    A failure is written down and not raised, as of a job: the sweeper comes back to it.

    :param item: names the piece in the state it is in; a later state is another piece
    :param work: is told the number of the attempt, from 1; attempts of workers that died count
    """
    claim = _claim(task, item, hard_limit)
    if claim is None:
        return None
    return _tried(task, claim, lambda: work(claim[1]), hard_limit)


def _tried(name: str, claim: tuple[int, int], work: Callable[[], object], hard_limit: timedelta) -> bool:
    """Do what was claimed, and write down how it went.

    Work that lost its database has not failed: the next to come may take it up at once, as after a death.
    """
    connection = connections[router.db_for_write(JobRun)]
    cut_off = False
    try:
        outcome = work()
    except Exception as error:
        # Only the class: a message may quote a name or a body.
        succeeded, detail = False, type(error).__name__
        logger.error("a job failed", extra={"job": name}, exc_info=error)
        if not connection.in_atomic_block:
            cut_off = lost_database(error)
            connection.close_if_unusable_or_obsolete()
    else:
        succeeded = not (isinstance(outcome, Batch) and outcome.failed)
        detail = "" if outcome is None else str(outcome)
        if isinstance(outcome, Batch) and outcome.failed:
            logger.error("items of a job failed", extra={"job": name, "count": outcome.failed})
    if cut_off:
        _write(lambda: JobRun.objects.release(*claim, detail=detail), hard_limit)
    else:
        _write(lambda: JobRun.objects.finish(*claim, succeeded=succeeded, detail=detail), hard_limit)
    return succeeded


def _write(write: Callable[[], object], patience: timedelta) -> None:
    """Write down how a run ended, as soon as there is a database to write to.

    Whoever claimed the run lives on, so that it would count as under way for its whole limit if this were
    left unsaid.
    """
    connection = connections[router.db_for_write(JobRun)]
    end = time.monotonic() + patience.total_seconds()
    while True:
        try:
            write()
        except AWAY:
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            connection.close()
            time.sleep(PAUSE)  # a database that is away gives nothing to wait on
        else:
            return


def heartbeat(watched: Watched) -> None:
    """Write down a sign of life of a process that is no Celery job."""
    JobRun.objects.heartbeat(watched.name, period_text(watched.period_at(database_now())))


def _claim(name: str, period: str, hard_limit: timedelta) -> tuple[int, int] | None:
    under_way = JobRun.objects.filter(task=name, period=period, finished_at=None).first()
    dead = under_way.claimant if under_way and claimants.is_dead(under_way.claimant) else None
    return JobRun.objects.claim(name, period, claimant=claimants.me(), lost_after=hard_limit, dead=dead)


def _past_period(job: Job, period: str, current: datetime) -> datetime | None:
    """The period a message names, if this job has it: a message is anybody's who can reach Redis."""
    try:
        start = datetime.fromisoformat(period)
    except ValueError:
        return None
    if start.tzinfo is None or start > current or start != job.period_at(start):
        return None
    return start if job.catch_up or start == current else None
