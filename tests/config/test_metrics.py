"""The figures for Prometheus: guarded, true at each scrape, and about nobody."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from foundation.jobs.models import Alarm
from foundation.jobs.runs import heartbeat
from foundation.jobs.tasks import BACKUP
from foundation.limits.counting import LIMITED, Limit, Limited
from ledger.actors import CLOCK
from ledger.sealing import seal
from ledger.tasks import SEALER
from tests import make
from tests.ledger import rows

pytestmark = pytest.mark.django_db(databases=["default", "sequencer"], transaction=True)

TOKEN = {"headers": {"Authorization": "Bearer a-token"}}


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = "a-token"


def scrape(client):
    answer = client.get("/metrics", **TOKEN)
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found[sample.name, *sample.labels.values()] = sample.value
    return found


def test_without_the_token_there_is_nothing_here(client, settings):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_token_may_be_a_file_among_the_keys(client, settings, tmp_path):
    settings.METRICS_TOKEN, settings.KEYS_DIR = "", tmp_path
    (tmp_path / "metrics_token").write_text("a-token\n")
    assert client.get("/metrics", **TOKEN).status_code == 200


def test_requests_are_counted_by_route_and_never_by_what_stands_in_it(client):
    user = make.user()
    client.force_login(user)
    before = scrape(client).get(("probity_requests_total", "GET", "/sheets/<int:pk>/", "404"), 0)

    client.get("/sheets/987654321/")

    after = scrape(client)
    assert after["probity_requests_total", "GET", "/sheets/<int:pk>/", "404"] == before + 1
    assert after["probity_request_seconds_count", "GET", "/sheets/<int:pk>/"] >= 1
    assert not any("987654321" in str(key) or user.username in str(key) for key in after)


def test_what_waits_to_be_sealed_is_told(client):
    rows.put(CLOCK, 1)
    waiting = scrape(client)
    seal()
    done = scrape(client)

    assert waiting["probity_events_unsealed",] >= 1
    assert done["probity_events_unsealed",] == 0
    assert done["probity_events_sealed",] > waiting["probity_events_sealed",]


def test_the_facts_of_the_installation_are_all_there(client):
    heartbeat(BACKUP)
    heartbeat(SEALER)
    Alarm.objects.sound("disk", "1 GB")

    found = scrape(client)

    assert found["probity_alarm", "disk"] == 1
    assert found["probity_alarm", "log"] == 0
    assert found["probity_backup_age_seconds",] < 60
    assert found["probity_job_late", "foundation.jobs.tasks.sweep"] == 0
    assert found["probity_job_success_age_seconds", "sealer"] < 60
    assert found["probity_queue_length",] == 0
    assert found["probity_imports_waiting",] == 0
    assert 0 < found["probity_disk_free_bytes", "data"] < found["probity_disk_bytes", "data"]
    assert found["probity_database_pool", "pool_size"] >= 1
    assert {value for (name, *_), value in found.items() if name == "probity_facts_missing"} == {0}


def test_refusals_by_a_limit_are_counted_by_the_limits_name(client):
    from datetime import timedelta

    limit = Limit("of-a-test", 1, timedelta(minutes=1))
    before = LIMITED.labels("of-a-test")._value.get()
    limit.take("somebody")
    with pytest.raises(Limited):
        limit.take("somebody")

    assert scrape(client)["probity_limited_total", "of-a-test"] == before + 1


def test_without_redis_the_other_figures_are_there_and_the_gap_is_told(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    found = scrape(client)

    assert found["probity_facts_missing", "queue"] == 1
    assert found["probity_facts_missing", "jobs"] == 0
    assert ("probity_queue_length",) not in found


def test_an_installation_that_was_never_backed_up_tells_no_age(client):
    assert ("probity_backup_age_seconds",) not in scrape(client)


def test_every_name_in_the_rules_of_the_alarms_is_a_figure_we_tell(client):
    from tests.config.launching import CHECKOUT

    heartbeat(BACKUP)
    heartbeat(SEALER)
    client.get("/healthz")
    told = {name for name, *_ in scrape(client)}
    asked = set(re.findall(r"\bprobity_\w+", (CHECKOUT / "deploy" / "alerts.yml").read_text()))
    assert asked
    assert asked <= told
