"""What must not stay as it is: conditions that the clock looks at, each with an alarm that begins once and ends once.

Whoever watches the watcher is elsewhere: beat's silence shows on the home page and on `/readyz`, which the web
process answers by itself, and to the check from outside that docs/operations.md asks for.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from celery.exceptions import SoftTimeLimitExceeded
from django.utils.functional import Promise

from foundation.jobs.batches import Batch
from foundation.jobs.models import Alarm

#: What is wrong, in numbers and names of machinery, never of people; empty if nothing is.
Look = Callable[[], str]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Condition:
    """One thing to look at. `title` names what is wrong when it is."""

    name: str
    title: str | Promise
    look: Look


_conditions: dict[str, Condition] = {}


def alarm(name: str, *, title: str | Promise) -> Callable[[Look], Look]:
    """Have the clock call a function every few minutes and sound an alarm while it says something."""

    def register(look: Look) -> Look:
        _conditions[name] = Condition(name, title, look)
        return look

    return register


def conditions() -> list[Condition]:
    return list(_conditions.values())


def title_of(name: str) -> str:
    """Of an alarm that a later release no longer knows: its name."""
    known = _conditions.get(name)
    return str(known.title) if known else name


def look_at_all() -> Batch:
    """Look at each condition; one that cannot be looked at keeps the alarm it has and does not stop the others."""
    batch = Batch()
    for condition in conditions():
        try:
            found = condition.look()
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            batch.causes[type(error).__name__] += 1
            logger.error(
                "a condition could not be looked at",
                extra={"alarm": condition.name, "error": type(error).__name__},
            )
            continue
        batch.done += 1
        alarms = Alarm.objects
        if alarms.sound(condition.name, found) if found else alarms.end(condition.name):
            logger.warning("alarm begins" if found else "alarm is over", extra={"alarm": condition.name})
    return batch
