import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import redis
from celery import Celery
from django.db import transaction

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
