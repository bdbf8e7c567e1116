"""The clock's own work: sweeping, and pruning what it wrote down."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from foundation.jobs.batches import Batch
from foundation.jobs.models import JobRun, database_now
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
    return old.delete()[0]
