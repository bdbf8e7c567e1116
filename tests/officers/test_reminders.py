from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from foundation.jobs.runs import run
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers import tasks
from officers.actions import drug_tests, reminders, sheets
from tests import make

pytestmark = pytest.mark.django_db


def reminders_of(verb):
    return list(Event.objects.filter(verb=verb).values_list("subject_id", "actor_role"))


def test_a_specimen_that_nobody_sent_is_said_aloud_after_the_deadline_once_a_period():
    with clock.at(clock.now() - timedelta(hours=30)):
        by = make.user()
        late = make.non_negative(by, make.sheet(by))
    make.non_negative(by, make.sheet(by))

    assert run(tasks.confirmations_nobody_started.job) is True
    tasks.confirmations_nobody_started.job.function(period=clock.now() - timedelta(hours=1))

    assert reminders_of("drug_test.left_unconfirmed") == [(late.pk, "clock")]


def test_a_specimen_under_way_needs_no_reminder():
    with clock.at(clock.now() - timedelta(hours=30)):
        by = make.user()
        test = make.non_negative(by, make.sheet(by))
    drug_tests.dispatch(by, test.pk, laboratory="L", received_by="R", place="P", seal="1")

    assert run(tasks.confirmations_nobody_started.job) is True
    assert reminders_of("drug_test.left_unconfirmed") == []
    with pytest.raises(Http404):
        reminders.confirmation(CLOCK, test.pk)


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
