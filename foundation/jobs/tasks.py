"""The clock's own work: sweeping, looking for what is wrong, and pruning what it wrote down."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from foundation.jobs import health
from foundation.jobs.alarms import alarm, look_at_all
from foundation.jobs.batches import Batch
from foundation.jobs.models import Alarm, JobRun, database_now
from foundation.jobs.overview import overview
from foundation.jobs.timetable import Watched, job, watch

#: How long runs are kept.
KEPT = timedelta(days=90)

_backup_late = timedelta(hours=settings.BACKUP_WITHIN_HOURS or 24)
BACKUP = Watched("backup", title=_("Backup"), every=timedelta(days=1), late_after=_backup_late)
if settings.BACKUP_WITHIN_HOURS:  # where nobody said that backups are made, none is missed
    BACKUP = watch("backup", title=BACKUP.title, every=BACKUP.every, late_after=BACKUP.late_after)

BEAT = watch("beat", title=_("Timetable"), every=timedelta(minutes=1), late_after=timedelta(minutes=3))


@job(title=_("Sweeper"), every=timedelta(minutes=1), late_after=timedelta(minutes=3))
def sweep(**kwargs: Any) -> Batch:
    """Find missed periods and queued work."""
    from foundation.jobs import sweeper

    return sweeper.sweep()


@job(title=_("Looking for what is wrong"), every=timedelta(minutes=5), late_after=timedelta(minutes=15))
def look_for_alarms(**kwargs: Any) -> Batch:
    """Begin and end alarms."""
    return look_at_all()


#: Alarm below this share of a disk, or this many bytes.
LEAST_FREE, LEAST_FREE_BYTES = 0.10, 10**9
#: Alarm above so many hints: no worker takes them.
LONGEST_QUEUE = 1000


def disks() -> dict[str, Path]:
    """The folders that must not fill up; of one that is not there yet, what it will be made in."""
    places = {"data": Path(settings.DATA_DIR), "heads": Path(settings.HEADS_FILE).parent}
    return {name: next(one for one in (path, *path.parents) if one.exists()) for name, path in places.items()}


@alarm("disk", title=_("A disk is almost full"))
def full_disks() -> str:
    full = []
    for name, path in disks().items():
        usage = shutil.disk_usage(path)
        if usage.free < max(LEAST_FREE * usage.total, LEAST_FREE_BYTES):
            full.append(f"{name}: {usage.free / 1e9:.1f} GB, {usage.free / usage.total:.0%}")
    return "; ".join(full)


@alarm("jobs", title=_("Work that runs by itself is late or fails"))
def late_jobs() -> str:
    late = [state.name for state in overview() if (state.is_late or state.is_failing) and not state.never_ran]
    return ", ".join(name.rpartition(".")[2] for name in late)


@alarm("queue", title=_("The queue is not worked off"))
def long_queue() -> str:
    """A queue that Redis cannot tell of is none: that Redis is gone shows on `/readyz`, and costs delay only."""
    try:
        waiting = health.queue_length()
    except redis.RedisError:
        return ""
    return str(waiting) if waiting > LONGEST_QUEUE else ""


@job(
    title=_("Pruning of job runs"),
    every=timedelta(days=1),
    at=timedelta(hours=3),
    late_after=timedelta(days=2),
)
def prune_runs(**kwargs: Any) -> int:
    """Delete old runs, but never a job's last one and last success: lateness is read from them."""
    last = JobRun.objects.values("task", "succeeded").annotate(last=Max("id")).values("last")
    old = JobRun.objects.filter(started_at__lt=database_now() - KEPT).exclude(id__in=last)
    Alarm.objects.filter(ended_at__lt=database_now() - KEPT).delete()
    return old.delete()[0]
