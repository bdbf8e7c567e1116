from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from foundation.jobs.runs import run
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers import notices, tasks
from officers.actions import drug_tests, reminders, sheets, users
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
    drug_tests.dispatch(by, test.pk, laboratory="L", received_by="R", place="P", seal="1")

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

    assert [mail.to for mail in mailoutbox] == [["administrator@example.org"]] * 2
    assert all(sheet.reference in mail.body and f"/sheets/{sheet.pk}/" in mail.body for mail in mailoutbox)


def test_a_reminder_goes_to_the_units_other_administrators_where_the_sheets_own_left(mailoutbox):
    unit = make.unit()
    by, other = make.user(unit=unit), make.user(unit=unit, email="other@example.org")
    sheet = make.sheet(by, unit)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), by.pk, reason="Left.")
    reminders.sheet(CLOCK, sheet.pk)

    notices.tell(Event.objects.get(verb="sheet.left_open"))

    assert [mail.to for mail in mailoutbox] == [[other.email]]
