"""Alarms: begun once, told once, ended once."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse

from audits.tasks import log_is_bent, verify_log
from foundation.jobs import alarms, tasks
from foundation.jobs.models import Alarm, JobRun, database_now
from foundation.jobs.runs import run
from foundation.jobs.views import readyz
from ledger.actors import CLOCK
from ledger.sealing import last_heads, seal
from ledger.tasks import sealing_is_behind
from officers import tasks as clockwork
from officers.actions import users
from officers.models.users import Role
from tests import make
from tests.ledger import rows
from tests.ledger.bending import unguarded

pytestmark = pytest.mark.django_db

USAGE = namedtuple("USAGE", "total used free")


@pytest.fixture
def conditions(monkeypatch):
    """One condition whose state a test sets."""
    state = {"found": ""}
    monkeypatch.setattr(alarms, "_conditions", {})

    @alarms.alarm("test", title="It is not as it should be")
    def look():
        if isinstance(state["found"], Exception):
            raise state["found"]
        return state["found"]

    return state


def looked(conditions, found):
    conditions["found"] = found
    return alarms.look_at_all()


def test_an_alarm_begins_once_and_ends_once(conditions):
    for found in ("", "1", "2", "", "3"):
        looked(conditions, found)

    first, second = Alarm.objects.order_by("pk")
    assert (first.detail, first.ended_at is None) == ("2", False)
    assert (second.detail, second.ended_at) == ("3", None)


def test_what_cannot_be_looked_at_keeps_its_alarm_and_fails_the_look(conditions):
    looked(conditions, "1")

    batch = looked(conditions, ValueError("the name of somebody"))

    assert str(batch) == "0 done, 1 failed (ValueError 1)"
    assert Alarm.objects.sounding().count() == 1


def test_two_of_a_name_never_sound_at_once():
    Alarm.objects.sound("test", "1")
    with pytest.raises(IntegrityError, match="an_alarm_sounds_once_at_a_time"):
        Alarm.objects.create(name="test", detail="2", began_at=database_now())


def told():
    mail.outbox.clear()
    clockwork.tell_of_alarms.job.function(period=database_now())
    return [(one.subject, one.to) for one in mail.outbox]


def test_the_system_administrators_are_told_once_when_it_begins_and_once_when_it_is_over(conditions):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    users.speak(keeper, language="en")
    make.user(Role.ADMINISTRATOR)
    looked(conditions, "90 %")

    assert told() == [("Alarm: It is not as it should be", [keeper.email])]
    assert "90 %" in mail.outbox[0].body
    looked(conditions, "95 %")
    assert told() == []
    looked(conditions, "")
    assert told() == [("Alarm over: It is not as it should be", [keeper.email])]
    assert told() == []


def test_an_alarm_that_was_over_before_anybody_was_told_is_told_to_nobody(conditions):
    make.user(Role.SYSTEM_ADMINISTRATOR)
    looked(conditions, "1")
    looked(conditions, "")
    assert told() == []


def test_a_mail_that_cannot_be_sent_is_sent_the_next_time(conditions, settings):
    make.user(Role.SYSTEM_ADMINISTRATOR)
    looked(conditions, "1")
    mailers = settings.MAILERS
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1},
        }
    }
    assert run(clockwork.tell_of_alarms.job) is False
    settings.MAILERS = mailers

    assert len(told()) == 1


def test_the_home_page_shows_it_to_those_who_keep_the_system_and_to_nobody_else(conditions, client):
    looked(conditions, "90 %")
    client.cookies["language"] = "en"

    client.force_login(make.user(Role.SYSTEM_ADMINISTRATOR))
    assert "It is not as it should be (90 %)" in client.get(reverse("home")).content.decode()
    client.force_login(make.user(Role.ADMINISTRATOR))
    assert "It is not as it should be" not in client.get(reverse("home")).content.decode()


def test_readyz_names_it_and_stays_ready(conditions, rf):
    looked(conditions, "1")

    answer = readyz(rf.get("/"))

    assert answer.status_code == 200
    assert b'"alarms": ["test"]' in answer.content


@pytest.mark.parametrize(
    ("total", "free", "full"),
    [(100e9, 50e9, False), (100e9, 9e9, True), (5e9, 0.9e9, True), (5e9, 1.1e9, False)],
)
def test_a_disk_is_full_below_a_tenth_or_a_gigabyte(monkeypatch, total, free, full):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: USAGE(total, total - free, free))
    assert bool(tasks.full_disks()) is full


def test_a_job_that_was_on_time_once_and_is_late_or_fails_now_is_named():
    assert tasks.late_jobs() == ""
    at = database_now() - timedelta(hours=5)
    JobRun.objects.create(task=tasks.sweep.name, period="1", started_at=at, finished_at=at, succeeded=True)
    JobRun.objects.create(task=verify_log.name, period="1", started_at=at, finished_at=at, succeeded=False)
    assert tasks.late_jobs() == "sweep, verify_log"


def test_a_queue_that_nobody_works_off_is_named(settings, monkeypatch):
    import redis

    assert tasks.long_queue() == ""
    monkeypatch.setattr(tasks, "LONGEST_QUEUE", 2)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.rpush(settings.CELERY_TASK_DEFAULT_QUEUE, "a", "b", "c")
    assert tasks.long_queue() == "3"


@pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])
def test_events_that_wait_too_long_for_their_place_are_named(monkeypatch):
    from ledger import tasks as of_the_ledger

    seal()  # what the migrations did may be as old as the tests' template
    rows.put(CLOCK, 1)
    assert sealing_is_behind() == ""
    monkeypatch.setattr(of_the_ledger, "LONGEST_UNSEALED", timedelta(0))
    assert sealing_is_behind().startswith("1, ") or int(sealing_is_behind().partition(",")[0]) > 0


@pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"])
@pytest.mark.bends_the_log
def test_the_nightly_verification_counts_what_it_finds_and_sounds_the_alarm(superuser, settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "heads.log"
    rows.put(CLOCK, 1)
    seal()
    assert run(verify_log.job) is True
    assert log_is_bent() == ""
    assert len(last_heads(settings.HEADS_FILE)) == 1

    with unguarded(superuser, "ledger_event"):
        superuser.execute("UPDATE ledger_event SET reason = 'x' WHERE verb = 'setting.put'")
    JobRun.objects.filter(task=verify_log.name).delete()

    assert run(verify_log.job) is False
    assert log_is_bent() == "0 done, 1 failed (altered-event 1)"


def test_only_the_end_of_a_long_file_of_heads_is_read(tmp_path):
    path = tmp_path / "heads.log"
    path.write_text("".join(f"{number}:{number:064x}\n" for number in range(1, 5001)))

    found = last_heads(path, 10)

    assert [one.position for one in found] == list(range(4991, 5001))
    assert last_heads(tmp_path / "none") == []
