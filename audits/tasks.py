"""The floor's clockwork: late findings go up, units are reminded, people are told."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits import notices
from audits.actions import findings
from audits.queries.lateness import due_soon, late
from foundation.jobs.batches import Batch, each
from foundation.jobs.timetable import job
from ledger.actors import CLOCK
from ledger.following import follow

DAILY_AT = timedelta(hours=6)


@job(title=_("Findings that are late"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def escalate_findings(*, period: datetime, **kwargs: Any) -> Batch:
    """Put each late finding before the unit above, and a further level when that one had its time."""
    pks = list(late().order_by("due_on", "pk").values_list("pk", flat=True))
    return each(pks, lambda pk: findings.escalate(CLOCK, pk))


@job(
    title=_("Findings that are due soon"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def remind_of_findings(*, period: datetime, **kwargs: Any) -> Batch:
    """Say of each finding once for each of its days that it is due soon."""
    pks = list(due_soon().order_by("due_on", "pk").values_list("pk", flat=True))
    return each(pks, lambda pk: findings.remind(CLOCK, pk))


@job(title=_("Notices about audits"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def tell_of_audits(*, period: datetime, **kwargs: Any) -> int:
    """Read the sealed log on and tell whoever is to be told of a review, a finding or a recusal."""
    return follow("audit notices", notices.tell)
