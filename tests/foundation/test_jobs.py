import itertools
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from foundation.jobs import claimants, sweeper
from foundation.jobs import timetable as timetable_module
from foundation.jobs.batches import each
from foundation.jobs.models import JobRun, database_now
from foundation.jobs.overview import overview
from foundation.jobs.runs import heartbeat, run
from foundation.jobs.tasks import prune_runs
from foundation.jobs.timetable import Job, job, period_text, sweeps, watch

HOUR = timedelta(hours=1)


@pytest.fixture
def timetable(monkeypatch):
    """An empty timetable."""
    monkeypatch.setattr(timetable_module, "_watched", {})
    monkeypatch.setattr(timetable_module, "_sweeps", [])


_number = itertools.count()


def declare(work, **how) -> Job:
    """A job of a name not used before: Celery remembers the first of a name for good."""

    def function(**kwargs):
        return work(**kwargs)

    function.__qualname__ = f"job_{next(_number)}"
    return job(**{"every": HOUR, "late_after": 2 * HOUR, **how})(function).job


def earlier(entry: Job, periods: int) -> str:
    return period_text(entry.period_at(database_now()) - periods * entry.every)


def ran(entry: Job, period: str, *, succeeded: bool | None, ago: timedelta = HOUR, **more) -> JobRun:
    at = database_now() - ago
    return JobRun.objects.create(
        task=entry.name,
        period=period,
        started_at=at,
        finished_at=None if succeeded is None else at,
        succeeded=succeeded,
        **more,
    )


def fail(**kwargs):
    raise ValueError("the name of somebody")


@pytest.mark.django_db(transaction=True)
def test_a_job_asked_for_many_times_at_once_runs_once(timetable):
    done = []
    entry = declare(lambda **kwargs: done.append(kwargs["period"]))
    together = threading.Barrier(8)

    def ask(_number):
        together.wait()
        try:
            return run(entry)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))

    assert sorted(answers, key=str) == [None] * 7 + [True]
    assert done == [entry.period_at(database_now())]


@pytest.mark.django_db
def test_a_failure_is_written_down_by_its_class_alone(timetable):
    entry = declare(fail)

    assert run(entry) is False

    found = JobRun.objects.get(task=entry.name)
    assert (found.succeeded, found.detail) == (False, "ValueError")


@pytest.mark.django_db
def test_a_failed_run_is_tried_again_after_a_pause_that_grows(timetable):
    entry = declare(lambda **kwargs: None)
    failed = ran(entry, earlier(entry, 0), succeeded=False, ago=timedelta(minutes=3), attempts=2)
    assert sweeper.due(entry) == []
    assert run(entry) is None

    JobRun.objects.filter(pk=failed.pk).update(finished_at=database_now() - timedelta(minutes=5))

    assert sweeper.due(entry) == [failed.period]
    assert run(entry) is True
    failed.refresh_from_db()
    assert failed.attempts == 3


@pytest.mark.django_db
def test_a_run_whose_worker_went_silent_is_taken_up_after_its_hard_limit(timetable):
    entry = declare(lambda **kwargs: None, hard_limit=timedelta(seconds=60))
    ran(entry, earlier(entry, 0), succeeded=None, ago=timedelta(seconds=50), claimant="elsewhere/1")
    assert sweeper.due(entry) == []
    assert run(entry) is None

    JobRun.objects.update(started_at=database_now() - timedelta(seconds=80))

    assert sweeper.due(entry) == [earlier(entry, 0)]
    assert run(entry) is True


@pytest.mark.django_db
def test_a_run_of_a_dead_process_of_this_machine_is_taken_up_at_once(timetable):
    entry = declare(lambda **kwargs: None)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    claimant = f"{claimants.me().rpartition('/')[0]}/{gone.pid}"
    ran(entry, earlier(entry, 0), succeeded=None, ago=timedelta(0), claimant=claimant)

    assert sweeper.due(entry) == [earlier(entry, 0)]
    assert run(entry) is True


@pytest.mark.django_db
def test_a_run_of_a_living_process_is_left_to_it(timetable):
    entry = declare(lambda **kwargs: None)
    ran(entry, earlier(entry, 0), succeeded=None, ago=timedelta(0), claimant=claimants.me())

    assert sweeper.due(entry) == []
    assert run(entry) is None


@pytest.mark.django_db
def test_who_lost_a_run_cannot_write_its_outcome(timetable):
    entry = declare(lambda **kwargs: None)
    period = earlier(entry, 0)
    first = JobRun.objects.claim(entry.name, period, claimant="a", lost_after=HOUR)
    second = JobRun.objects.claim(entry.name, period, claimant="b", lost_after=HOUR, dead="a")

    assert not JobRun.objects.finish(*first, succeeded=False, detail="")
    assert JobRun.objects.finish(*second, succeeded=True, detail="")
    assert JobRun.objects.get().succeeded


@pytest.fixture
def impatient_pool(transactional_db):
    """A request for a connection fails soon."""
    pool = connections["default"].settings_dict["OPTIONS"]["pool"]
    before = pool["timeout"]

    def wait(seconds):
        connections["default"].close()
        connections["default"].close_pool()
        pool["timeout"] = seconds

    wait(0.1)
    yield
    wait(before)


def test_work_that_lost_its_database_is_taken_up_again_once_that_is_back(
    timetable, impatient_pool, superuser
):
    here = superuser.info.dbname
    back = threading.Timer(1.5, superuser.execute, [f"ALTER DATABASE {here} CONNECTION LIMIT -1"])

    def work(**kwargs):
        superuser.execute(f"ALTER DATABASE {here} CONNECTION LIMIT 0")
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'app'",
            [here],
        )
        back.start()
        JobRun.objects.count()

    entry = declare(work)

    assert run(entry) is False

    back.join()
    assert JobRun.objects.get(task=entry.name).detail == "OperationalError"
    assert sweeper.due(entry) == [earlier(entry, 0)]
    assert JobRun.objects.claim(entry.name, earlier(entry, 0), claimant="next", lost_after=HOUR)


@pytest.mark.parametrize("in_a_batch", [False, True])
def test_work_that_lost_its_connection_has_not_failed_though_there_is_another_at_once(
    timetable, superuser, in_a_batch
):
    def cut(number: int) -> None:
        if number == 1:
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'app'",
                [superuser.info.dbname],
            )
        JobRun.objects.count()

    entry = declare(lambda **kwargs: each(range(3), cut) if in_a_batch else cut(1))

    assert run(entry) is False

    assert sweeper.due(entry) == [earlier(entry, 0)]
    assert JobRun.objects.claim(entry.name, earlier(entry, 0), claimant="next", lost_after=HOUR)


@pytest.mark.django_db
def test_every_missed_period_is_made_up_for_where_that_was_asked(timetable):
    done = []
    entry = declare(lambda **kwargs: done.append(period_text(kwargs["period"])), catch_up=True)
    ran(entry, earlier(entry, 3), succeeded=True)
    missed = [earlier(entry, 2), earlier(entry, 1), earlier(entry, 0)]

    assert sweeper.due(entry) == missed
    for period in missed:
        assert run(entry, period=period) is True
    assert done == missed
    assert sweeper.due(entry) == []


@pytest.mark.django_db
def test_without_catching_up_only_the_current_period_is_due(timetable):
    entry = declare(lambda **kwargs: None)
    ran(entry, earlier(entry, 3), succeeded=True)

    assert sweeper.due(entry) == [earlier(entry, 0)]
    assert run(entry, period=earlier(entry, 1)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "period", ["", "yesterday", "2026-11-23", "2026-11-23T00:00:01+07:00", "9999-01-01T00:00+07:00"]
)
def test_a_message_with_a_period_the_job_does_not_have_does_nothing(timetable, period):
    entry = declare(lambda **kwargs: None, catch_up=True)

    assert run(entry, period=period) is None
    assert not JobRun.objects.exists()


def test_a_nightly_period_begins_at_its_hour_in_phnom_penh():
    entry = declare(lambda **kwargs: None, every=timedelta(days=1), at=timedelta(hours=2))
    zone = timezone.get_default_timezone()

    assert entry.period_at(datetime(2026, 11, 23, 1, 59, tzinfo=zone)) == datetime(
        2026, 11, 22, 2, tzinfo=zone
    )
    assert entry.period_at(datetime(2026, 11, 23, 2, 0, tzinfo=zone)) == datetime(
        2026, 11, 23, 2, tzinfo=zone
    )


def test_a_weekly_period_begins_on_monday():
    entry = declare(lambda **kwargs: None, every=timedelta(days=7))

    sunday = datetime(2026, 11, 22, 23, tzinfo=timezone.get_default_timezone())
    assert entry.period_at(sunday).isoformat() == "2026-11-16T00:00:00+07:00"


@pytest.mark.parametrize("how", [{"hard_limit": HOUR}, {"every": timedelta(minutes=1), "catch_up": True}])
def test_a_timetable_that_cannot_be_kept_is_refused(timetable, how):
    with pytest.raises(ValueError, match=r"limit|Catching"):
        declare(lambda **kwargs: None, **how)


@pytest.mark.django_db
def test_one_item_that_fails_does_not_stop_the_others(timetable):
    def handle(number):
        JobRun.objects.create(task="handled", period=str(number), started_at=database_now())
        if number == 2:
            raise KeyError(number)

    entry = declare(lambda **kwargs: each([1, 2, 3], handle))

    assert run(entry) is False
    assert set(JobRun.objects.filter(task="handled").values_list("period", flat=True)) == {"1", "3"}
    assert JobRun.objects.get(task=entry.name).detail == "2 done, 1 failed (KeyError 1)"


@pytest.mark.django_db
def test_one_queue_that_fails_does_not_stop_the_sweep(timetable):
    sweeps(fail)
    sweeps(lambda: 3)

    batch = sweeper.sweep()

    assert (batch.done, batch.failed) == (3, 1)


@pytest.mark.django_db
def test_the_overview_tells_success_failure_and_lateness(timetable):
    punctual = declare(lambda **kwargs: None)
    silent = declare(fail, late_after=HOUR)
    ran(punctual, earlier(punctual, 0), succeeded=True)
    ran(silent, earlier(silent, 5), succeeded=True, ago=5 * HOUR)
    ran(silent, earlier(silent, 1), succeeded=False, ago=HOUR, detail="ValueError")

    on_time, late = overview()

    assert not on_time.is_late
    assert not on_time.is_failing
    assert late.is_late
    assert late.is_failing
    assert late.last_failure_detail == "ValueError"
    assert timedelta(hours=4) <= late.late_by < timedelta(hours=4, minutes=1)


@pytest.mark.django_db
def test_what_never_ran_is_late_once_the_installation_is_older_than_its_patience(timetable):
    entry = declare(lambda **kwargs: None, late_after=2 * HOUR)
    assert [state.is_late for state in overview()] == [True]

    other = JobRun.objects.create(task="other", period="", started_at=database_now() - HOUR)
    assert [(state.is_late, state.never_ran) for state in overview()] == [(False, True)]

    JobRun.objects.filter(pk=other.pk).update(started_at=database_now() - 3 * HOUR)
    assert [(state.name, state.is_late) for state in overview()] == [(entry.name, True)]


@pytest.mark.django_db
def test_a_process_shows_that_it_lives(timetable):
    sealer = watch("sealer", title="Sealer", every=timedelta(minutes=1), late_after=timedelta(minutes=3))

    heartbeat(sealer)
    heartbeat(sealer)

    assert [(state.name, state.is_late) for state in overview()] == [("sealer", False)]


@pytest.mark.django_db
def test_old_runs_go_but_never_the_last_success(timetable):
    entry = declare(lambda **kwargs: None)
    for days in (200, 150, 100):
        ran(entry, f"{days}", succeeded=days != 100, ago=timedelta(days=days))

    assert prune_runs.job.function() == 1

    assert set(JobRun.objects.values_list("period", flat=True)) == {"150", "100"}


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_is_done_by_the_next(tmp_path):
    started = tmp_path / "started"
    environment = {**os.environ, "PROBITY_TEST_STARTED": str(started)}
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-l", "ERROR", "-c", "1"]
    command += ["-I", "tests.foundation.killed_jobs"]
    from tests.foundation.killed_jobs import hang_once

    hang_once.delay()
    os.mkfifo(started)
    worker = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        assert started.read_text() == "started"  # opens once the job has
        os.killpg(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()

    for _ in range(100):
        if sweeper.due(hang_once.job):
            break
        threading.Event().wait(0.1)  # a killed process takes a moment to be gone
    assert sweeper.due(hang_once.job) == [earlier(hang_once.job, 0)]
    assert run(hang_once.job) is True
    assert JobRun.objects.get(task=hang_once.name).attempts == 2
