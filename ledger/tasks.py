"""The ledger's clockwork."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from foundation.jobs.alarms import alarm
from foundation.jobs.batches import Batch
from foundation.jobs.models import JobRun
from foundation.jobs.timetable import LONGEST_HARD_LIMIT, job, watch
from ledger.answering import forget_old_answers
from ledger.sealing import head, last_heads, seal, unsealed
from ledger.verification import verify

SEALER = watch("sealer", title=_("Sealer"), every=timedelta(minutes=1), late_after=timedelta(minutes=3))


@job(title=_("Sealing what the sealer left"), every=timedelta(minutes=5), late_after=timedelta(minutes=15))
def seal_the_rest(*, period: datetime, **kwargs: Any) -> int:
    """A second pair of hands: without a sealer the log would wait, not grow unsealed."""
    return seal()


@job(
    title=_("Forgetting answers older than a day"),
    every=timedelta(days=1),
    late_after=timedelta(days=2),
    at=timedelta(hours=3),
)
def forget_answers(*, period: datetime, **kwargs: Any) -> int:
    return forget_old_answers()


@job(
    title=_("Verification of the log"),
    every=timedelta(days=1),
    at=timedelta(hours=1),
    late_after=timedelta(hours=30),
    hard_limit=LONGEST_HARD_LIMIT,
)
def verify_log(*, period: datetime, **kwargs: Any) -> Batch | str:
    """Verify the whole log over the auditors' connection, against the heads last written outside the database.

    What was found is counted by its kind; `manage.py verify_log` names each.
    """
    findings = verify(using="auditor", against=last_heads(settings.HEADS_FILE))
    return (
        Batch(causes=Counter(finding.kind for finding in findings)) if findings else f"head {head('auditor')}"
    )


#: Alarm when events wait longer for their place in the order than this, or when so many do.
LONGEST_UNSEALED, MOST_UNSEALED = timedelta(minutes=5), 10_000


@alarm("sealing", title=_("Events wait to be sealed"))
def sealing_is_behind() -> str:
    waiting, oldest = unsealed()
    if oldest > LONGEST_UNSEALED or waiting > MOST_UNSEALED:
        return f"{waiting}, {oldest // timedelta(minutes=1)} min"
    return ""


@alarm("log", title=_("The log does not verify"))
def log_is_bent() -> str:
    last = (
        JobRun.objects.filter(task=verify_log.name, finished_at__isnull=False).order_by("finished_at").last()
    )
    return "" if last is None or last.succeeded else last.detail
