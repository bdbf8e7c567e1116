"""Notices that can wait: together once a day or a week, each in one digest, and nobody's failure another's."""

import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from foundation.jobs.runs import run
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Event
from officers import notices, tasks
from officers.actions import notices as actions
from officers.actions import reminders, users
from officers.models import Notice, User
from officers.models.users import Role
from officers.queries.notices import due_digests
from tests import make
from tests.posting import through

pytestmark = pytest.mark.django_db


def reader(by_mail="daily", hour=7, **given):
    """An administrator who chose how his notices come, as English mails."""
    user = make.user(**given)
    user = users.speak(user, language="en")
    return actions.choose(user, by_mail=by_mail, hour=hour)


def told(user, number=1):
    """A reminder of so many sheets left open; the sheets."""
    sheets = []
    for _ in range(number):
        sheet = make.sheet(user)
        sheets.append(sheet)
        reminders.sheet(CLOCK, sheet.pk)
    for event in Event.objects.filter(verb="sheet.left_open").order_by("id"):
        notices.tell(event)
    return sheets


def later(days=1):
    return clock.now() + timedelta(days=days)


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def test_what_can_wait_comes_together_with_numbers_and_links_and_once(mailoutbox):
    user = reader()
    sheets = told(user, 12)
    assert notices.send_waiting().done == 0
    assert notices.send_digests(due_digests(later())).done == 1
    (message,) = mailoutbox
    assert message.to == [user.email]
    assert "A sheet was left open (12)" in message.body
    assert len(re.findall(r"/sheets/\d+/", message.body)) == 10
    assert "and 2 more" in message.body
    assert f"/sheets/{sheets[0].pk}/" in message.body
    assert "/notices/" in message.body
    assert due_digests(later(9)) == []
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_digest_speaks_the_language_of_whom_it_is_for(mailoutbox):
    user = users.speak(reader(), language="km")
    told(user)
    notices.send_digests([user.pk])
    assert user.name_km in mailoutbox[0].body
    assert "A sheet was left open" not in mailoutbox[0].body


def test_where_nothing_waits_nothing_is_sent(mailoutbox):
    user = reader()
    assert due_digests(later()) == []
    notices.send_digests([user.pk])
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("by_mail", "hour", "told_at", "not_yet", "due"),
    [
        ("daily", 7, "2026-11-26 06:59", "2026-11-26 06:59", "2026-11-26 07:00"),
        ("daily", 7, "2026-11-26 07:01", "2026-11-27 06:59", "2026-11-27 07:00"),
        ("daily", 19, "2026-11-26 07:01", "2026-11-26 18:59", "2026-11-26 19:00"),
        # A Monday, at the hour that was chosen; and the one after, if that was missed.
        ("weekly", 7, "2026-11-26 12:00", "2026-11-30 06:59", "2026-11-30 07:00"),
        ("weekly", 7, "2026-11-26 12:00", "2026-11-29 23:00", "2026-12-02 03:00"),
        ("weekly", 7, "2026-11-30 07:01", "2026-12-07 06:59", "2026-12-07 07:00"),
    ],
)
def test_a_digest_is_due_at_the_hour_that_was_chosen_by_the_clock_of_phnom_penh(
    by_mail, hour, told_at, not_yet, due
):
    user = reader(by_mail, hour)
    told(user)
    Notice.objects.update(told_at=at(told_at))
    assert due_digests(at(not_yet)) == []
    assert due_digests(at(due)) == [user.pk]
    assert due_digests(at(due) + timedelta(days=60)) == [user.pk], "a run that was missed is made up for"


def test_what_is_done_to_an_account_is_mailed_at_once_whatever_was_chosen(mailoutbox):
    user = reader("never")
    told(user)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, reason="Under inquiry.")
    notices.tell(Event.objects.get(verb="user.suspended"))
    notices.send_waiting()
    assert [one.subject for one in mailoutbox] == ["Your account is suspended"]
    assert Notice.objects.filter(user=user).count() == 2, "in the list both stand"
    assert due_digests(later(60)) == []


def test_whoever_changes_his_mind_loses_nothing_that_waits_unless_he_wants_no_mail():
    first, second = reader(), reader("weekly")
    told(first)
    told(second)
    actions.choose(first, by_mail="at_once", hour=7)
    assert due_digests(clock.now()) == [first.pk]
    actions.choose(second, by_mail="never", hour=7)
    assert due_digests(later(60)) == [first.pk]


def test_the_choice_is_an_act_and_is_checked():
    user = reader("weekly", 6)
    event = Event.objects.get(verb="user.notices_chosen", subject_id=user.pk)
    assert (event.facts["by_mail"], event.facts["hour"]) == ("weekly", 6)
    for wrong in ({"by_mail": "hourly", "hour": 7}, {"by_mail": "daily", "hour": 24}):
        with pytest.raises(ValidationError):
            actions.choose(User.objects.get(pk=user.pk), **wrong)
    with pytest.raises(Conflict):
        actions.choose(user, by_mail="daily", hour=7, version=1)


def test_whoever_may_not_sign_in_any_more_gets_no_digest(mailoutbox):
    user = reader()
    told(user)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, reason="Under inquiry.")
    notices.send_digests(due_digests(later()))
    assert mailoutbox == []
    assert due_digests(later()) == []


def test_killed_after_sending_the_same_digest_comes_again_under_the_same_name_and_no_other(mailoutbox):
    first, second = reader(), reader()
    told(first)
    told(second)
    notices.send_digests([first.pk])
    with transaction.atomic():
        notices.send_digests([second.pk])
        transaction.set_rollback(True)  # what a killed worker leaves in the database
    assert due_digests(later()) == [second.pk]
    notices.send_digests(due_digests(later()))
    assert [one.to for one in mailoutbox] == [[first.email], [second.email], [second.email]]
    names = [one.extra_headers["Message-ID"] for one in mailoutbox]
    assert names[1] == names[2] != names[0]


@pytest.mark.django_db(transaction=True)
def test_one_whose_digest_fails_stops_none_of_the_others(post, settings):
    through(settings, post.server_address[1])
    people = [
        reader(email=f"{name}{n}@example.org") for n, name in enumerate(["broken", "bad", "fine", "good"])
    ]
    for one in people:
        told(one)
    batch = notices.send_digests(due_digests(later()))
    assert (batch.done, batch.failed) == (3, 1)
    assert len(post.asked) == 4
    assert due_digests(later()) == [people[0].pk], "what failed is tried again; an address refused is not"


@pytest.mark.django_db(transaction=True)
def test_the_job_says_that_a_digest_failed_and_sends_the_rest(post, settings):
    through(settings, post.server_address[1])
    for name in ("broken@example.org", "fine@example.org"):
        told(reader(email=name))
    Notice.objects.update(told_at=clock.now() - timedelta(days=2))
    assert run(tasks.mail_digests.job) is False
    assert len(post.asked) == 2
    assert Notice.objects.filter(mailed_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_put_each_notice_into_one_digest():
    people = [reader() for _ in range(6)]
    for one in people:
        told(one)
    mail.outbox.clear()

    def send(pks):
        try:
            return notices.send_digests(pks)
        finally:
            connections.close_all()

    pks = due_digests(later())
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(send, [pks, pks[::-1]]))
    assert sorted(one.to[0] for one in mail.outbox) == sorted(one.email for one in people)
    assert all(one.body.count("/sheets/") == 1 for one in mail.outbox)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_a_mail_goes_out_repeats_that_one_and_no_other(post, settings):
    people = [reader(email=f"{name}@example.org") for name in ("first", "hang", "last")]
    for one in people:
        told(one)
    pks, port = due_digests(later()), post.server_address[1]
    code = "import django, sys; django.setup(); from officers import notices; "
    code += "notices.send_digests([int(pk) for pk in sys.argv[1:]])"
    worker = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, pks)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
        },
        start_new_session=True,
    )
    try:
        assert post.hangs.wait(60)
    finally:
        worker.kill()
        worker.wait()
    through(settings, port)
    for _ in range(100):
        notices.send_digests(due_digests(later()))
        if not due_digests(later()):
            break
        threading.Event().wait(0.1)  # PostgreSQL takes a moment to see that a killed worker is gone
    asked = [re.search("<(.*)@", line)[1] for line in post.asked]
    assert sorted(asked) == ["FIRST", "HANG", "HANG", "LAST"]
