"""Many items in one job, where one that fails must not stop the others."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connections, transaction

from foundation.jobs.outages import lost_database

logger = logging.getLogger(__name__)


@dataclass
class Batch:
    """How many items were handled and how many failed, by class of exception. A job may return it."""

    done: int = 0
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        return self.causes.total()

    def __str__(self) -> str:
        causes = ", ".join(f"{name} {count}" for name, count in self.causes.most_common())
        return f"{self.done} done, {self.failed} failed ({causes})" if causes else f"{self.done} done"


def each[Item](items: Iterable[Item], handle: Callable[[Item], object], *, using: str = "default") -> Batch:
    """Handle every item in a transaction of its own (a savepoint, inside one) and count what failed.

    :raises SoftTimeLimitExceeded: when the job's time is up: the rest is for the next run
    :raises Exception: an item's own, when it cost the database connection: no other item could be handled
    """
    batch = Batch()
    for item in items:
        try:
            with transaction.atomic(using=using):
                handle(item)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            if lost_database(error) or not connections[using].is_usable():
                raise
            batch.causes[type(error).__name__] += 1
            logger.error("an item of a batch failed", exc_info=error)
        else:
            batch.done += 1
    return batch
