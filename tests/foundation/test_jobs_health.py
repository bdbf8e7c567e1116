import json

import pytest
from django.db import connections

from foundation.jobs import health
from foundation.jobs.views import healthz, readyz


def ask(rf, view):
    response = view(rf.get("/"))
    return response.status_code, response.content.decode()


def test_a_living_process_says_so_without_a_database(rf):
    assert ask(rf, healthz) == (200, "ok\n")


@pytest.mark.django_db
def test_a_migrated_installation_is_ready_and_tells_late_jobs(rf):
    status, body = ask(rf, readyz)

    found = json.loads(body)
    assert (status, found["ready"], found["checks"]) == (200, True, {"database": "ok", "queue": "ok"})
    assert "foundation.jobs.tasks.sweep" in found["late_jobs"]


@pytest.mark.django_db
def test_an_installation_without_redis_is_ready_and_tells_it(rf, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    status, body = ask(rf, readyz)

    assert status == 200
    assert json.loads(body)["checks"]["queue"] == "failed"


def test_an_installation_without_a_database_is_not_ready_and_tells_no_secret(rf, monkeypatch):
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")

    status, body = ask(rf, readyz)

    assert status == 503
    assert json.loads(body) == {"ready": False, "checks": {"database": "failed", "queue": "ok"}}


@pytest.mark.django_db
def test_an_installation_that_lacks_a_migration_is_not_ready(rf, monkeypatch):
    monkeypatch.setattr(health, "_migrations", lambda: frozenset({("ledger", "9999_not_yet")}))

    assert ask(rf, readyz)[0] == 503
