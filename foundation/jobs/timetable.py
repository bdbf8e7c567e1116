"""The timetable is code: what is declared with `@job`, `@sweeps` and `watch` is all that the clock does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import Task, shared_task
from django.utils import timezone
from django.utils.functional import Promise

#: Soft limits come this much before hard ones, time enough to record the failure.
SOFT_BEFORE_HARD = timedelta(seconds=10)
#: `visibility_timeout` in the settings stands above twice this.
LONGEST_HARD_LIMIT = timedelta(minutes=10)
#: A Monday: weekly periods begin on Mondays.
_FIRST_PERIOD = datetime(2000, 1, 3)  # noqa: DTZ001 - wall time of the default zone

#: What a job may return: a count, a sentence, a `Batch`, or nothing.
Work = Callable[..., Any]


@dataclass(frozen=True)
class Watched:
    """Something that must give a sign of life: a job, or a process that calls `heartbeat`."""

    name: str
    title: str | Promise
    every: timedelta
    late_after: timedelta
    at: timedelta = timedelta(0)

    def period_at(self, moment: datetime) -> datetime:
        """The start of the period that `moment` falls in, counted in wall time of the default time zone."""
        zone = timezone.get_default_timezone()
        first = _FIRST_PERIOD + self.at
        elapsed = timezone.make_naive(moment, zone) - first
        return timezone.make_aware(first + elapsed // self.every * self.every, zone)


@dataclass(frozen=True)
class Job(Watched):
    """A function of the timetable. Its Celery task is called as the job is named."""

    function: Work = field(kw_only=True)
    catch_up: bool = field(default=False, kw_only=True)
    hard_limit: timedelta = field(default=timedelta(seconds=60), kw_only=True)


_watched: dict[str, Watched] = {}
_sweeps: list[Work] = []


def period_text(start: datetime) -> str:
    """A period as it is stored: sorts by time, since the default zone has no summer time."""
    return timezone.localtime(start, timezone.get_default_timezone()).isoformat(timespec="seconds")


def job(
    *,
    every: timedelta,
    late_after: timedelta,
    title: str | Promise = "",
    at: timedelta = timedelta(0),
    catch_up: bool = False,
    hard_limit: timedelta = timedelta(seconds=60),
) -> Callable[[Work], Task]:
    """Make a function a job that runs once in each period, whoever asks and however often.

    The function takes keywords only and ends in `**kwargs`: it is given `period`, the start of its period,
    and later versions may give more. It must bear being run again after a worker died in the middle of it.

    :param every: length of a period
    :param late_after: without a success for this long, the job shows as late
    :param at: when in the day (or week) periods begin, local time
    :param catch_up: each missed period is made up for; otherwise only the current one is
    :param hard_limit: the worker is killed after this; the function gets `SoftTimeLimitExceeded` 10 s before
    :raises ValueError: if the limit or the period cannot be kept
    """
    if not SOFT_BEFORE_HARD < hard_limit <= LONGEST_HARD_LIMIT:
        raise ValueError(f"A hard limit is above {SOFT_BEFORE_HARD} and at most {LONGEST_HARD_LIMIT}.")
    if catch_up and every < timedelta(minutes=15):
        raise ValueError("Catching up is for periods of 15 minutes or more.")

    def register(function: Work) -> Task:
        name = f"{function.__module__}.{function.__qualname__}"
        entry = Job(
            name=name,
            title=title or function.__qualname__.replace("_", " "),
            every=every,
            late_after=late_after,
            at=at,
            function=function,
            catch_up=catch_up,
            hard_limit=hard_limit,
        )

        def task(*, period: str | None = None, **kwargs: Any) -> None:
            from foundation.jobs.runs import run

            run(entry, period=period)

        task.__doc__ = function.__doc__
        _watched[name] = entry
        return shared_task(
            name=name,
            job=entry,
            acks_late=True,
            reject_on_worker_lost=True,
            ignore_result=True,
            time_limit=int(hard_limit.total_seconds()),
            soft_time_limit=int((hard_limit - SOFT_BEFORE_HARD).total_seconds()),
        )(task)

    return register


def sweeps(function: Work) -> Work:
    """Have the sweeper call this each minute: it finds queued work nobody does, hints at it and counts it.

    Every queue in PostgreSQL needs one, since the hint sent when the work was queued may be lost.
    """
    _sweeps.append(function)
    return function


def watch(name: str, *, title: str | Promise, every: timedelta, late_after: timedelta) -> Watched:
    """Watch a process that is no Celery job: it calls `heartbeat(name)` at least once in `every`."""
    entry = Watched(name=name, title=title, every=every, late_after=late_after)
    _watched[name] = entry
    return entry


def watched() -> list[Watched]:
    """All that is watched, jobs among it, in the order it was declared."""
    return list(_watched.values())


def jobs() -> list[Job]:
    return [entry for entry in _watched.values() if isinstance(entry, Job)]


def sweeping() -> list[Work]:
    return list(_sweeps)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The timetable in beat's words. All is due when beat starts: a claim makes a second run harmless."""
    return {
        entry.name: {
            "task": entry.name,
            "schedule": entry.every,
            "last_run_at": datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone()),
            "options": {"expires": max(entry.every, timedelta(minutes=1)).total_seconds()},
        }
        for entry in jobs()
    }
