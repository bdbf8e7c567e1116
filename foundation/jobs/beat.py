"""Beat without a memory of its own: what ran when is in PostgreSQL, so there is no file to lose or lock."""

import logging
import time
from typing import Any

from celery.beat import Scheduler as CeleryScheduler
from django.db import DatabaseError, connections

from foundation.jobs.runs import heartbeat
from foundation.jobs.tasks import BEAT
from foundation.jobs.timetable import beat_schedule

logger = logging.getLogger(__name__)


class Scheduler(CeleryScheduler):
    """Sends the timetable and shows each minute that it lives.

    The sweeper's silence alone would not tell whether beat, Redis or the worker is gone.
    """

    _shown = float("-inf")

    def setup_schedule(self) -> None:
        self.merge_inplace(beat_schedule())

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self._shown >= BEAT.every.total_seconds() / 2:
            self._shown = time.monotonic()
            try:
                heartbeat(BEAT)
            except DatabaseError as error:
                logger.warning("beat could not show that it lives", extra={"error": type(error).__name__})
            finally:
                connections["default"].close()
        return super().tick(*args, **kwargs)
