"""What waits too long on the way of a specimen, and who is told; windows closed by the clock."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from foundation.jobs.runs import run
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers import notices, tasks
from officers.actions import custody, doors, reminders, reviews
from officers.models import DrugTest, Review
from officers.models.users import Role
from officers.queries.overdue import laboratories_overdue, waits_for
from officers.queries.settings import late_before
from tests import make
from tests.results import Way, officer_at_door

pytestmark = pytest.mark.django_db


def days_on(days: float):
    return clock.at(clock.now() + timedelta(days=days))


def mails(verb: str, mailoutbox):
    mailoutbox.clear()
    for event in Event.objects.filter(verb=verb):
        notices.tell(event)
    notices.send_waiting()
    return list(mailoutbox)


def test_a_deadline_in_working_days_is_over_the_morning_after_its_last_day():
    wednesday = datetime(2026, 6, 10, 9, 0, tzinfo=timezone.get_default_timezone())
    with clock.at(wednesday):
        assert late_before("confirmation_result") == wednesday.replace(day=1, hour=0)
        assert late_before("reviewer_contact") == wednesday - timedelta(days=1)


def test_a_laboratory_is_told_once_a_day_of_results_it_owes_without_a_name(mailoutbox):
    with days_on(-30):
        way = Way()
        specimen = way.received()
        way.reported(value="1200")
        assert laboratories_overdue() == []

    assert laboratories_overdue() == [way.first.pk]
    assert run(tasks.results_overdue.job) is True
    tasks.results_overdue.job.function(period=clock.now() - timedelta(hours=1))

    event = Event.objects.get(verb="unit.results_overdue")
    assert (event.subject_id, event.facts) == (way.first.pk, {"specimens": [specimen.pk]})
    (mail,) = mails("unit.results_overdue", mailoutbox)
    assert mail.to == [way.chemist.email]
    assert " 1" in mail.body
    officer = specimen.test.officer
    assert not any(
        part in mail.body for part in (officer.name_latin, officer.service_number, specimen.number)
    )


def test_the_second_laboratory_owes_its_report_too():
    way = Way()
    review = way.retest()
    with days_on(30):
        assert laboratories_overdue() == [way.second.pk]
    way.second_reported(review, is_present=True)
    with days_on(30):
        assert laboratories_overdue() == []


def test_what_waits_for_a_reviewer_follows_from_what_is_written_down():
    way = Way()
    report = way.reported()
    review = Review.objects.get(test=report.specimen.test_id)
    assert waits_for(way.physician) == {}
    with days_on(2):
        assert waits_for(way.physician) == {"unattended": [review.pk]}
        assert waits_for(make.user(Role.REVIEWING_PHYSICIAN, make.unit())) == {}
        assert waits_for(way.administrator) == {}
    reviews.take(way.physician, review.pk)
    reviews.attempt(way.physician, review.pk, how="telephone", result="not_reached")
    with days_on(15):
        assert waits_for(way.physician) == {"undecided": [review.pk]}
        assert waits_for(make.user(Role.REVIEWING_PHYSICIAN)) == {}  # another has it
    reviews.hear(way.physician, review.pk, heard="I took nothing.")
    reviews.verify(way.physician, review.pk, reasons="No explanation.")
    with days_on(4):
        assert waits_for(way.physician) == {"untold": [review.pk]}
    letter, _code = way.letter(review)
    doors.enter(doors.at_the_door(letter.officer), letter.pk)
    with days_on(2):
        assert waits_for(way.physician) == {}
    doors.ask_retest(officer_at_door(review), review.pk)
    with days_on(2):
        assert waits_for(way.physician) == {"unsent": [review.pk]}


def test_a_question_of_custody_that_nobody_settles_is_said_to_who_settles_it():
    way = Way()
    specimen = way.sent()
    custody.hand_over(
        way.administrator,
        specimen.pk,
        handed_over_by="Courier",
        received_by="Driver",
        place="Road",
        seal=specimen.seal_a,
        is_whole=False,
    )
    inspector = make.user(Role.INSPECTOR)
    problem = specimen.problems.get()
    with days_on(4):
        assert waits_for(inspector) == waits_for(way.physician) == {"unsettled": [problem.pk]}
    custody.settle(inspector, problem.pk, outcome="holds", reason="A tear of the outer bag.")
    with days_on(4):
        assert waits_for(inspector) == {}


def test_a_reviewer_gets_one_mail_a_day_with_numbers_alone(mailoutbox):
    with days_on(-20):
        way = Way()
        physician = way.physician
        test = way.reported().specimen.test
        way.reported()

    assert run(tasks.reviews_overdue.job) is True
    tasks.reviews_overdue.job.function(period=clock.now() - timedelta(hours=1))

    (mail,) = mails("user.reviews_overdue", mailoutbox)
    assert mail.to == [physician.email]
    assert mail.body.count(" 2\n") == 2
    assert not any(part in mail.body for part in (test.officer.name_latin, test.specimen_number, "ositive"))


def test_only_the_clock_reminds_and_only_of_what_is_so():
    way = Way()
    for remind, of in ((reminders.results, way.first), (reminders.reviewer, way.physician)):
        with pytest.raises(PermissionDenied):
            remind(way.physician, of.pk)
        with pytest.raises(Http404):
            remind(CLOCK, of.pk)


def test_the_clock_makes_final_what_nobody_asked_to_have_tested_again_and_a_bad_row_stops_no_other(
    monkeypatch,
):
    way = Way()
    bad, asked, over = way.told(), way.told(), way.told()
    doors.ask_retest(officer_at_door(asked), asked.pk)
    later = max(one.window_ends_at for one in (bad, asked, over)) + timedelta(minutes=1)
    with clock.at(later - timedelta(minutes=2)):
        assert tasks.windows_over.job.function(period=clock.now()).done in (0, 1, 2)
    finalise = reviews.finalise

    def failing(actor, test, review, **said):
        if review.pk == bad.pk:
            raise ZeroDivisionError
        return finalise(actor, test, review, **said)

    monkeypatch.setattr(reviews, "finalise", failing)
    with clock.at(later):
        batch = tasks.windows_over.job.function(period=clock.now())

    assert (batch.done, batch.failed) == (1, 1)
    status = {pk: DrugTest.objects.get(pk=one.test_id).status for pk, one in enumerate((bad, asked, over))}
    assert status == {0: "VERIFIED_POSITIVE", 1: "VERIFIED_POSITIVE", 2: "FINAL_POSITIVE"}
    monkeypatch.undo()
    with clock.at(later):
        assert tasks.windows_over.job.function(period=clock.now()).done == 1
        assert tasks.windows_over.job.function(period=clock.now()).done == 0
