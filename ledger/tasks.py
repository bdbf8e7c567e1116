"""The ledger's clockwork."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.jobs.alarms import alarm
from foundation.jobs.timetable import job, watch
from ledger.answering import forget_old_answers
from ledger.sealing import seal, unsealed

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


#: Alarm when events wait longer for their place in the order than this, or when so many do.
LONGEST_UNSEALED, MOST_UNSEALED = timedelta(minutes=5), 10_000


@alarm("sealing", title=_("Events wait to be sealed"))
def sealing_is_behind() -> str:
    waiting, oldest = unsealed()
    if oldest > LONGEST_UNSEALED or waiting > MOST_UNSEALED:
        return f"{waiting}, {oldest // timedelta(minutes=1)} min"
    return ""
