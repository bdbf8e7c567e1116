"""Workers that come twice, at once, or die in the middle of a file."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connections
from django.utils import timezone

from foundation.jobs.hints import drain
from foundation.jobs.models import JobRun
from ledger.conflict import Conflict
from ledger.models import Event
from officers import imports as reading
from officers.actions import imports
from officers.models import DrugTest, Import, ImportRow, Officer, Sheet
from officers.tasks import files_nobody_knows, files_nobody_reads, read_file
from tests import make
from tests.files import make_files as made
from tests.officers.importing import HEADER, csv, put_ranks, upload, work

pytestmark = pytest.mark.django_db(transaction=True)
S = Import.Status
ROSTER = ["Service number", "Khmer name", "Latin name", "Sex", "Birth year", "Rank"]
WORKER = "import sys, django; django.setup(); from officers.imports import proceed; proceed(int(sys.argv[1]))"


def roster(count: int) -> bytes:
    rows = [[str(500_000 + n), *made.PEOPLE[n % 20], "Sergeant"] for n in range(count)]
    return csv(ROSTER, *rows)


def sheet_of(by, count: int = 20) -> Import:
    officers = [make.officer(by.held_roles[0].unit) for _number in range(count)]
    rows = [["Officer number", "MDMA"], *([officer.service_number, "-"] for officer in officers)]
    day = timezone.localdate()
    return upload(by, by.held_roles[0].unit, csv(*rows), **HEADER | {"tested_on": day, "kit_expires_on": day})


def at_once(work: Callable[[], object], times: int) -> list[object]:
    together = threading.Barrier(times)

    def one(_number: int) -> object:
        together.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_workers_that_come_at_once_check_a_file_once_and_take_it_once():
    user = make.user("administrator")
    file = sheet_of(user)

    at_once(lambda: reading.proceed(file.pk), 4)

    file.refresh_from_db()
    assert (file.status, file.rows, file.bad_rows) == (S.CHECKED, 20, 0)
    assert Event.objects.filter(verb="import.checked").count() == 1
    imports.take(user, file.pk)
    at_once(lambda: reading.proceed(file.pk), 4)
    file.refresh_from_db()
    assert file.status == S.TAKEN
    assert (Sheet.objects.count(), DrugTest.objects.count()) == (1, 20)


def test_a_file_is_taken_once_however_often_it_is_asked_for():
    user = make.user("administrator")
    file = work(sheet_of(user))

    def take() -> str:
        try:
            imports.take(user, file.pk)
        except Conflict:
            return "refused"
        return "taken"

    assert sorted(at_once(take, 4)) == ["refused", "refused", "refused", "taken"]


def test_a_worker_killed_while_it_checks_loses_nothing_and_doubles_nothing():
    put_ranks_in_a_ministry()
    registrar = make.user("registrar")
    file = upload(registrar, make.root(), roster(3_000), kind="ROSTER")

    kill_worker(file, when=lambda: ImportRow.objects.filter(file=file).exists())

    file.refresh_from_db()
    assert file.status == S.CHECKING
    file = work(file)
    assert (file.status, file.rows, file.bad_rows) == (S.CHECKED, 3_000, 0)


def test_a_worker_killed_while_it_takes_loses_nothing_and_doubles_nothing():
    put_ranks_in_a_ministry()
    registrar = make.user("registrar")
    file = work(upload(registrar, make.root(), roster(3_000), kind="ROSTER"))
    imports.take(registrar, file.pk)
    piece = f"{file.pk}/{Import.objects.get(pk=file.pk).version}"

    kill_worker(file, when=lambda: JobRun.objects.filter(task=imports.TASK, period=piece).exists())

    file.refresh_from_db()
    assert file.status == S.TAKING
    assert not Officer.objects.exists()
    file = work(file)
    assert (file.status, Officer.objects.count()) == (S.TAKEN, 3_000)
    assert file.staged.filter(target_id=None).count() == 0


def test_a_file_at_which_workers_always_die_is_given_up():
    user = make.user("administrator")
    file = sheet_of(user)
    JobRun.objects.create(
        task=imports.TASK,
        period=f"{file.pk}/{file.version}",
        started_at=timezone.now() - 2 * reading.HARD_LIMIT,
        attempts=reading.ATTEMPTS,
    )

    file = work(file)

    assert file.status == S.UNREADABLE
    assert str(file.pk) in file.problem["en"]


@pytest.mark.parametrize("step", ["check", "take"])
def test_a_file_that_takes_too_long_is_given_back_at_once_and_says_so(step):
    put_ranks_in_a_ministry()
    registrar = make.user("registrar")
    file = upload(registrar, make.root(), roster(20_000), kind="ROSTER")
    if step == "take":
        imports.take(registrar, work(file).pk, all_or_nothing=True)

    with time_limit(0.5):  # seconds: neither step is done so soon
        file = work(file)

    assert file.status == (S.UNREADABLE if step == "check" else S.CHECKING)
    assert "10 minutes" in file.problem["en"]
    assert not Officer.objects.exists()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """What Celery does at a task's soft limit: a signal, whose handler raises wherever the work is."""

    def exceed(number: int, frame: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, exceed)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_file_whose_hint_was_lost_is_found_by_the_sweeper():
    user = make.user("administrator")
    file = sheet_of(user)

    assert files_nobody_reads() == 1
    drain(5)
    read_file(file_id=file.pk)

    file.refresh_from_db()
    assert file.status == S.CHECKED
    assert files_nobody_reads() == 0


def test_a_file_cancelled_while_it_is_checked_stays_cancelled():
    user = make.user("administrator")
    file = sheet_of(user)
    imports.cancel(user, file.pk)

    assert reading.proceed(file.pk) is None

    file.refresh_from_db()
    assert file.status == S.CANCELLED
    assert not file.staged.exists()


def test_files_nobody_knows_are_removed_and_others_kept():
    from datetime import timedelta

    from foundation.files import kept_path

    user = make.user("administrator")
    file = sheet_of(user)
    known, unknown = kept_path(imports.FOLDER, file.stored_as), kept_path(imports.FOLDER, "f" * 32)
    unknown.write_bytes(b"cut off")
    for path in (known, unknown):
        os.utime(path, (0, 0))

    assert files_nobody_knows.job.function(period=timezone.now() + timedelta(days=1)) >= 1

    assert known.exists()
    assert not unknown.exists()


def put_ranks_in_a_ministry() -> None:
    make.root()
    put_ranks()


def kill_worker(file: Import, *, when: Callable[[], bool]) -> None:
    """Start a worker on a file and kill it, without a chance to clean up, once `when` holds."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(file.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    try:
        while not when():
            assert worker.poll() is None
            time.sleep(0.005)  # between two looks; the loop ends by what it sees
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
