from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from foundation.jobs.runs import run
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers import notices, tasks
from officers.actions import api_keys, custody, reminders, sheets, users
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


def reminders_of(verb):
    return list(Event.objects.filter(verb=verb).values_list("subject_id", "actor_role"))


def test_a_specimen_that_nobody_sent_is_said_aloud_after_the_deadline_once_a_period():
    with clock.at(clock.now() - timedelta(hours=30)):
        by = make.user()
        sheet = make.sheet(by)
        late = [make.non_negative(by, sheet).pk, make.non_negative(by, sheet).pk]
    make.non_negative(by, sheet)
    make.non_negative(by, make.sheet(by))

    assert run(tasks.confirmations_nobody_started.job) is True
    tasks.confirmations_nobody_started.job.function(period=clock.now() - timedelta(hours=1))

    assert reminders_of("sheet.left_unconfirmed") == [(sheet.pk, "clock")]
    assert Event.objects.get(verb="sheet.left_unconfirmed").facts == {"tests": late}


def test_a_specimen_under_way_needs_no_reminder():
    with clock.at(clock.now() - timedelta(hours=30)):
        by = make.user()
        test = make.non_negative(by, make.sheet(by))
    custody.dispatch(by, test.pk, laboratory="L", received_by="R", place="P", seal="1")

    assert run(tasks.confirmations_nobody_started.job) is True
    assert reminders_of("sheet.left_unconfirmed") == []
    with pytest.raises(Http404):
        reminders.confirmations(CLOCK, test.sheet_id, [test.pk])


def test_a_sheet_left_open_is_said_aloud_and_a_sent_one_is_not():
    with clock.at(clock.now() - timedelta(days=2)):
        by = make.user()
        left, sent = make.sheet(by), make.sheet(by)
        make.test(by, sent)
        sheets.send(by, sent.pk)

    assert run(tasks.sheets_left_open.job) is True
    assert reminders_of("sheet.left_open") == [(left.pk, "clock")]


def test_only_the_clock_reminds():
    by = make.user()
    sheet = make.sheet(by)
    with pytest.raises(PermissionDenied):
        reminders.sheet(by, sheet.pk)
    with pytest.raises(PermissionDenied):
        reminders.confirmations(by, sheet.pk, [])


def test_a_reminder_goes_by_mail_to_the_sheets_administrator(mailoutbox):
    by = make.user(email="administrator@example.org")
    sheet = make.sheet(by)
    test = make.non_negative(by, sheet)
    reminders.sheet(CLOCK, sheet.pk)
    reminders.confirmations(CLOCK, sheet.pk, [test.pk])

    for event in Event.objects.filter(verb__in=["sheet.left_open", "sheet.left_unconfirmed"]):
        notices.tell(event)
    notices.send_waiting()

    assert [mail.to for mail in mailoutbox] == [["administrator@example.org"]] * 2
    assert all(sheet.reference in mail.body and f"/sheets/{sheet.pk}/" in mail.body for mail in mailoutbox)


def test_a_reminder_goes_to_the_units_other_administrators_where_the_sheets_own_left(mailoutbox):
    unit = make.unit()
    by, other = make.user(unit=unit), make.user(unit=unit, email="other@example.org")
    sheet = make.sheet(by, unit)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), by.pk, reason="Left.")
    reminders.sheet(CLOCK, sheet.pk)

    notices.tell(Event.objects.get(verb="sheet.left_open"))
    notices.send_waiting()

    assert [mail.to for mail in mailoutbox] == [[other.email]]


def key_for(user, days):
    day_ends = timezone.localtime(clock.now()).replace(hour=23, minute=59, second=59)
    last = day_ends + timedelta(days=days)
    key, _secret = api_keys.issue(user, label="Statistics", scopes=["tests:read"], expires_at=last)
    return key


def announced(key):
    events = Event.objects.filter(verb="api_key.expiry_announced", subject_id=key.pk).order_by("id")
    return [event.facts["days"] for event in events]


def test_a_key_that_expires_is_announced_a_fortnight_and_a_day_before_once_each():
    key = key_for(make.user(), 40)
    start = clock.now()
    for day in range(42):
        with clock.at(start + timedelta(days=day)):
            for _run in range(2):
                tasks.keys_that_expire.job.function(period=clock.now())
        if day == 25:
            assert announced(key) == []
        if day == 26:
            assert announced(key) == [14]
        if day == 38:
            assert announced(key) == [14]
    assert announced(key) == [14, 1]


def test_of_a_fortnight_that_was_missed_only_the_last_day_is_said():
    key = key_for(make.user(), 40)
    with clock.at(clock.now() + timedelta(days=39)):
        tasks.keys_that_expire.job.function(period=clock.now())
        tasks.keys_that_expire.job.function(period=clock.now())
    assert announced(key) == [1]


def test_a_key_that_lives_no_more_is_not_announced():
    owner = make.user()
    revoked, expired = key_for(owner, 1), key_for(owner, 1)
    api_keys.revoke(owner, revoked.pk)
    with clock.at(clock.now() + timedelta(days=3)):
        assert run(tasks.keys_that_expire.job) is True
        with pytest.raises(Http404):
            reminders.key(CLOCK, expired.pk, days=1)
    with pytest.raises(PermissionDenied):
        reminders.key(owner, expired.pk, days=1)
    assert announced(revoked) == announced(expired) == []


def test_an_expiring_key_is_told_to_its_owner_with_its_name_and_last_day(mailoutbox):
    key = key_for(make.user(email="owner@example.org"), 1)
    reminders.key(CLOCK, key.pk, days=1)
    notices.tell(Event.objects.get(verb="api_key.expiry_announced"))
    notices.send_waiting()
    (message,) = mailoutbox
    assert message.to == ["owner@example.org"]
    assert "Statistics" in message.body
    assert "/keys/" in message.body
