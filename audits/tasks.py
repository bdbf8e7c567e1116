"""The floor's clockwork."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from audits.actions import verifications
from audits.models import Verification
from audits.models.verifications import LONGEST
from audits.queries.integrity import last_result, look
from foundation.jobs.alarms import alarm
from foundation.jobs.batches import Batch
from foundation.jobs.hints import hint
from foundation.jobs.models import JobRun
from foundation.jobs.runs import attempt
from foundation.jobs.timetable import SOFT_BEFORE_HARD, job, sweeps
from ledger.actors import CLOCK

#: So often what was asked for is tried before it is said that it cannot be done.
MOST_TRIES = 3


@job(
    title=_("Verification of the log"),
    every=timedelta(days=1),
    at=timedelta(hours=1),
    late_after=timedelta(hours=30),
    hard_limit=LONGEST,
)
def verify_log(*, period: datetime, **kwargs: Any) -> Batch | str:
    """Verify the whole log. What was found is counted by its kind; the auditors' page and `manage.py verify_log` name
    each.
    """
    row = _verify(verifications.begin(CLOCK))
    return Batch(causes=Counter(row.counts)) if row.found else f"head {row.head}"


@shared_task(
    name=verifications.TASK,
    time_limit=int(LONGEST.total_seconds()),
    soft_time_limit=int((LONGEST - SOFT_BEFORE_HARD).total_seconds()),
)
def verify_now(*, verification_id: int, **kwargs: Any) -> None:
    """Do a verification that was asked for, unless another worker does it."""
    if Verification.objects.waiting().filter(pk=verification_id).exists():
        attempt(
            verifications.TASK,
            str(verification_id),
            lambda number: _tried(verification_id, number),
            hard_limit=LONGEST,
        )


def _tried(pk: int, number: int) -> None:
    row = verifications.begin(CLOCK, pk)
    if number > MOST_TRIES:
        verifications.give_up(CLOCK, pk)
    else:
        _verify(row)


def _verify(row: Verification) -> Verification:
    return verifications.end(CLOCK, row.pk, seen=look())


@sweeps
def verifications_nobody_does() -> int:
    """Hint at what was asked for and waits; a worker that has it in hand is left alone."""
    waiting = list(Verification.objects.waiting().values_list("pk", flat=True))
    for pk in waiting:
        hint(verifications.TASK, verification_id=pk)
    return len(waiting)


@alarm("log", title=_("The log does not verify"))
def log_is_bent() -> str:
    """What the last verification found; or that the nightly one could not be done."""
    last = last_result()
    runs = JobRun.objects.filter(task=verify_log.name, finished_at__isnull=False)
    run = runs.order_by("finished_at").last()
    if (
        run
        and not run.succeeded
        and (last is None or last.ended_at is None or run.finished_at > last.ended_at)
    ):
        return run.detail
    return str(Batch(causes=Counter(last.counts))) if last and last.found else ""
