"""One row for each period of each job: the claim to run it, and how it went. And the alarms that sound."""

from datetime import datetime, timedelta

from django.db import connections, models, router
from django.db.models.functions import Now

#: A run is given up for lost this long after its hard time limit, when even a killed worker is surely gone.
GRACE = timedelta(seconds=15)
#: A failed run is tried again after attempts² minutes, and at the latest after this.
LONGEST_PAUSE = timedelta(hours=1)

_CLAIM = """
INSERT INTO jobs_jobrun AS run (task, period, started_at, attempts, claimant, detail)
VALUES (%(task)s, %(period)s, clock_timestamp(), 1, %(claimant)s, '')
ON CONFLICT (task, period) DO UPDATE
SET started_at = clock_timestamp(), finished_at = NULL, succeeded = NULL, detail = '',
    attempts = run.attempts + 1, claimant = EXCLUDED.claimant
WHERE run.finished_at IS NULL
        AND (run.claimant IN ('', %(dead)s)
             OR run.started_at < clock_timestamp() - make_interval(secs => %(lost_after)s))
   OR run.succeeded = FALSE
        AND run.finished_at < clock_timestamp()
            - make_interval(secs => LEAST(60 * run.attempts * run.attempts, %(longest_pause)s))
RETURNING id, attempts
"""

_FINISH = """
UPDATE jobs_jobrun SET finished_at = clock_timestamp(), succeeded = %(succeeded)s, detail = %(detail)s
WHERE id = %(id)s AND attempts = %(attempt)s AND finished_at IS NULL
"""

_RELEASE = """
UPDATE jobs_jobrun SET claimant = '', detail = %(detail)s
WHERE id = %(id)s AND attempts = %(attempt)s AND finished_at IS NULL
"""

_HEARTBEAT = """
INSERT INTO jobs_jobrun AS run (task, period, started_at, finished_at, succeeded, attempts, claimant, detail)
VALUES (%(task)s, %(period)s, clock_timestamp(), clock_timestamp(), TRUE, 1, '', '')
ON CONFLICT (task, period) DO UPDATE SET finished_at = clock_timestamp(), attempts = run.attempts + 1
"""


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def claim(
        self, task: str, period: str, *, claimant: str, lost_after: timedelta, dead: str | None = None
    ) -> tuple[int, int] | None:
        """Take a period for this process: (id, attempt), or None if it is done, under way or not yet due.

        One statement, so of any number of claims at once exactly one gets it. `dead` names a claimant known
        to be gone, whose run is free before `lost_after` has passed.
        """
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(
                _CLAIM,
                {
                    "task": task,
                    "period": period,
                    "claimant": claimant,
                    "lost_after": (lost_after + GRACE).total_seconds(),
                    "dead": dead,
                    "longest_pause": LONGEST_PAUSE.total_seconds(),
                },
            )
            return cursor.fetchone()

    def finish(self, run_id: int, attempt: int, *, succeeded: bool, detail: str) -> bool:
        """Record how an attempt ended; False if the run was meanwhile taken from it by another."""
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(
                _FINISH,
                {"id": run_id, "attempt": attempt, "succeeded": succeeded, "detail": detail[:200]},
            )
            return cursor.rowcount == 1

    def release(self, run_id: int, attempt: int, *, detail: str) -> bool:
        """Let go of an attempt that was cut off, for whoever comes next; False if another took it meanwhile."""
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(_RELEASE, {"id": run_id, "attempt": attempt, "detail": detail[:200]})
            return cursor.rowcount == 1

    def heartbeat(self, task: str, period: str) -> None:
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(_HEARTBEAT, {"task": task, "period": period})


class JobRun(models.Model):
    """Not audited: it tells of the machinery, never of a person, and the machinery must not fill the log."""

    task = models.CharField(max_length=200)
    #: Its start in local time, ISO 8601.
    period = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    succeeded = models.BooleanField(null=True)
    detail = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=1)
    claimant = models.CharField(max_length=120, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "period"], name="a_job_runs_once_in_a_period"),
            models.CheckConstraint(
                condition=models.Q(finished_at=None) ^ models.Q(succeeded__isnull=False),
                name="a_run_has_an_outcome_exactly_when_finished",
            ),
        ]
        indexes = [models.Index("task", "succeeded", "finished_at", name="jobrun_last_outcome")]

    def __str__(self) -> str:
        return f"{self.task} {self.period}"

    def is_due_again(self, now: datetime, *, lost_after: timedelta, claimant_is_dead: bool) -> bool:
        """Whether `claim` would take this period up again at `now`."""
        if self.finished_at is None:
            return not self.claimant or claimant_is_dead or self.started_at < now - lost_after - GRACE
        pause = min(self.attempts**2 * timedelta(minutes=1), LONGEST_PAUSE)
        return self.succeeded is False and self.finished_at < now - pause


_SOUND = """
INSERT INTO jobs_alarm AS alarm (name, detail, began_at) VALUES (%(name)s, %(detail)s, clock_timestamp())
ON CONFLICT (name) WHERE ended_at IS NULL DO UPDATE SET detail = EXCLUDED.detail
RETURNING xmax = 0
"""


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def sounding(self) -> "AlarmQuerySet":
        return self.filter(ended_at=None)

    def sound(self, name: str, detail: str) -> bool:
        """Begin an alarm, or bring the one that sounds up to date; whether it began."""
        with connections[router.db_for_write(self.model)].cursor() as cursor:
            cursor.execute(_SOUND, {"name": name, "detail": detail[:200]})
            return cursor.fetchone()[0]

    def end(self, name: str) -> bool:
        """End an alarm; whether it sounded."""
        return bool(self.sounding().filter(name=name).update(ended_at=Now()))

    def untold(self) -> "AlarmQuerySet":
        """Of whose beginning, or of whose end, nobody was told yet. What was over before that stays untold."""
        begun = models.Q(ended_at=None, told_at=None)
        over = models.Q(ended_at__isnull=False, told_at__isnull=False, over_told_at=None)
        return self.filter(begun | over)


class Alarm(models.Model):
    """Not audited: like a run it tells of the machinery, and of no person."""

    name = models.CharField(max_length=40)
    detail = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    over_told_at = models.DateTimeField(null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(ended_at=None), name="an_alarm_sounds_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.began_at}"

    @property
    def title(self) -> str:
        from foundation.jobs.alarms import title_of

        return title_of(self.name)


def database_now() -> datetime:
    """The database's clock: workers on several machines agree on a period only by one clock."""
    with connections[router.db_for_write(JobRun)].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    return row[0]
