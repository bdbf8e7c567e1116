import time

import pytest
import redis
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.db import transaction

from config.celery import app
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
def test_a_hint_costs_nothing_when_redis_is_gone(monkeypatch):
    gone = Celery("gone", broker="redis+socket:///nowhere/valkey.sock?virtual_host=0", set_as_current=False)
    monkeypatch.setattr(hints, "_sender", hints._Sender(gone))
    before = time.monotonic()

    for number in range(hints.WAITING + 100):
        hints.hint("some.task", id=number)

    assert time.monotonic() - before < 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_it_is_hinted_at():
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        hints.hint(prune_runs.name)
        for _ in range(100):
            if JobRun.objects.filter(task=prune_runs.name, succeeded=True).exists():
                break
            hints.drain(0.1)
            time.sleep(0.1)  # looking again, until the loop's end

    assert JobRun.objects.get(task=prune_runs.name).succeeded
