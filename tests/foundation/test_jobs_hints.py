import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import redis
from celery import Celery
from django.db import transaction
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from config.embedded.valkey import program
from config.settings import broker_url
from foundation.jobs import hints
from foundation.jobs.models import JobRun
from foundation.jobs.tasks import prune_runs


def waiting(settings) -> int:
    return redis.Redis.from_url(settings.REDIS_URL).llen(settings.CELERY_TASK_DEFAULT_QUEUE)


@pytest.mark.django_db(transaction=True)
def test_a_hint_is_sent_after_the_commit_and_not_before(settings):
    with transaction.atomic():
        hints.hint("some.task", id=1)
        assert hints.drain(5)
        assert waiting(settings) == 0

    assert hints.drain(5)
    assert waiting(settings) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hint_of_what_was_rolled_back_is_never_sent(settings):
    with transaction.atomic():
        hints.hint("some.task", id=1)
        transaction.set_rollback(True)

    assert hints.drain(5)
    assert waiting(settings) == 0


@pytest.mark.django_db(transaction=True)
def test_a_hint_does_not_wait_for_a_redis_that_does_not_answer(monkeypatch, tmp_path):
    path = tmp_path / "silent.sock"
    silent = socket.socket(socket.AF_UNIX)
    silent.bind(str(path))
    silent.listen()
    gone = Celery("gone", broker=f"redis+socket://{path}?virtual_host=0", set_as_current=False)
    monkeypatch.setattr(hints, "_sender", hints._Sender(gone))

    for number in range(hints.WAITING + 100):
        hints.hint("some.task", id=number)

    assert not hints.drain(0)  # the first is still being sent
    silent.close()


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_it_is_hinted_at():
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-l", "ERROR", "-c", "1"]
    worker = subprocess.Popen(command, start_new_session=True)
    try:
        hints.hint(prune_runs.name)
        assert hints.drain(30)
        looked_until = time.monotonic() + 60
        while not JobRun.objects.filter(task=prune_runs.name, succeeded=True).exists():
            assert time.monotonic() < looked_until, "the worker did nothing"
            threading.Event().wait(0.1)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_acknowledgement_was_lost_with_redis_goes_on_working(settings, tmp_path):
    pipes = {"PROBITY_TEST_STARTED": tmp_path / "started", "PROBITY_TEST_RELEASED": tmp_path / "released"}
    for pipe in pipes.values():
        os.mkfifo(pipe)
    url = f"unix://{tmp_path}/valkey.sock?db=0"
    sender = Celery("sender", broker=broker_url(url), set_as_current=False)
    environment = {**os.environ, **{name: str(pipe) for name, pipe in pipes.items()}, "REDIS_URL": url}
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-l", "ERROR", "-c", "1"]
    command += ["-I", "tests.foundation.killed_jobs", "--without-mingle", "--without-gossip"]

    def send(name):
        sender.send_task(name, queue=settings.CELERY_TASK_DEFAULT_QUEUE, ignore_result=True)

    with running_worker(command, environment) as worker:
        with running_valkey(tmp_path):
            send("tests.foundation.killed_jobs.wait")
            assert pipes["PROBITY_TEST_STARTED"].read_text() == "started"  # opens once the job has
        pipes["PROBITY_TEST_RELEASED"].write_text("")
        assert any("Couldn't ack" in line for line in worker.stderr)
        with running_valkey(tmp_path):
            send(prune_runs.name)
            looked_until = time.monotonic() + 60
            while not JobRun.objects.filter(task=prune_runs.name, succeeded=True).exists():
                assert time.monotonic() < looked_until, "the worker did nothing"
                threading.Event().wait(0.1)


def sockets(process):
    """The sockets that a process holds, by the kernel's own names."""
    found = set()
    for fd in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            if (name := os.readlink(fd)).startswith("socket:"):
                found.add(name)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_child_born_while_the_worker_is_connected_holds_none_of_its_sockets(settings, tmp_path):
    url = f"unix://{tmp_path}/valkey.sock?db=0"
    sender = Celery("sender", broker=broker_url(url), set_as_current=False)
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-l", "ERROR", "-c", "1"]
    command += ["--without-mingle", "--without-gossip"]

    def done(number):
        sender.send_task(prune_runs.name, queue=settings.CELERY_TASK_DEFAULT_QUEUE, ignore_result=True)
        limit = time.monotonic() + 60
        while JobRun.objects.filter(task=prune_runs.name, succeeded=True).count() < number:
            assert time.monotonic() < limit, "the worker did nothing"
            threading.Event().wait(0.1)

    with running_valkey(tmp_path), running_worker(command, {**os.environ, "REDIS_URL": url}) as worker:
        done(1)
        worker = psutil.Process(worker.pid)
        (first,) = worker.children()
        first.kill()
        JobRun.objects.filter(task=prune_runs.name).delete()
        done(1)
        (second,) = worker.children()
        assert second.pid != first.pid
        assert len(sockets(worker)) > 2  # the listening pair that wakes its loop is not all
        assert sockets(second) & sockets(worker) == set()


@contextlib.contextmanager
def running_worker(command, environment):
    """A worker whose complaints can be read; it does not outlive two minutes."""
    worker = subprocess.Popen(
        command, env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    limit = threading.Timer(120, os.killpg, [worker.pid, signal.SIGKILL])
    limit.start()
    try:
        yield worker
    finally:
        limit.cancel()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stderr.close()


@contextlib.contextmanager
def running_valkey(folder):
    """A server of its own, which is killed in the end."""
    socket_path = folder / "valkey.sock"
    command = [program(), "--port", "0", "--unixsocket", socket_path, "--dir", folder, "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        patient = Retry(ConstantBackoff(0.1), 100, supported_errors=(redis.ConnectionError,))
        redis.Redis(unix_socket_path=str(socket_path), retry=patient).ping()
        yield
    finally:
        server.kill()
        server.wait()
