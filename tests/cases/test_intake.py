"""How reports come in: through the box without a trace, once, whole, and by the desk."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.http import Http404
from django.utils import timezone

from cases.actions import closing, intake
from cases.actions.intake import Named, Report
from cases.models import Complaint, IntakeItem, Message, Reporter
from cases.queries.complaints import status_of
from cases.tasks import enter_reports
from ledger import clock
from ledger.models import Change, Event
from officers.actions.sealing import unseal
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


def said(**about) -> Report:
    return Report(**{"category": "drug_dealing", "narrative": "They sell at the bridge.", **about})


@pytest.fixture(autouse=True)
def place():
    return make.Province()


def test_a_report_waits_encrypted_and_enters_once_however_often_it_was_sent():
    receipts = {intake.drop(said(contact="012 345"), token="form 1") for _ in range(3)}
    (receipt,) = receipts
    item = IntakeItem.objects.get()
    assert b"bridge" not in bytes(item.content)
    assert receipt not in (item.receipt, item.once)
    assert not Event.objects.filter(verb__startswith="complaint").exists()
    assert status_of(receipt, clock.today()).entered is False

    assert intake.enter_waiting().done == 1
    assert intake.drop(said(), token="form 1") == receipt
    intake.enter_waiting()

    row = Complaint.objects.get()
    assert (row.narrative, row.channel, row.received_on) == ("They sell at the bridge.", "web", clock.today())
    assert not IntakeItem.objects.exists()
    assert status_of(receipt, clock.today()).entered is True
    assert unseal(Reporter.objects.get().contact) == "012 345"


def test_the_log_tells_the_day_a_report_came_and_nothing_nearer():
    came = timezone.make_aware(datetime(2026, 11, 3, 14, 37, 12))  # noqa: DTZ001
    with clock.at(came):
        intake.drop(said(), token="form 1")
    with clock.at(came.replace(hour=16, minute=0, second=0)):
        intake.enter_waiting()

    event = Event.objects.get(verb="complaint.received")
    assert (event.actor_id, event.actor_name, event.request_id) == (None, "clock", "")
    assert event.occurred_at == event.recorded_at == came.replace(hour=16, minute=0, second=0)
    written = json.dumps([change.image for change in Change.objects.filter(event=event)], default=str)
    assert "2026-11-03" in written
    assert "14:37" not in written
    assert "07:37" not in written  # in UTC


def test_ids_tell_no_order():
    for number in range(12):
        intake.drop(said(narrative=f"No. {number}"), token=f"form {number}")
    intake.enter_waiting()
    by_id = list(Complaint.objects.order_by("pk").values_list("narrative", flat=True))
    assert by_id != sorted(by_id, key=lambda text: int(text.split()[1]))
    assert all(len(str(pk)) == 13 for pk in Complaint.objects.values_list("pk", flat=True))


def test_one_that_cannot_be_entered_stops_no_other():
    intake.drop(said(narrative="Good."), token="good")
    intake.drop(said(narrative="Bad."), token="bad")
    bad = next(item for item in IntakeItem.objects.all() if "Bad." in unseal(item.content)["narrative"])
    IntakeItem.objects.filter(pk=bad.pk).update(content=b"nothing of ours")

    batch = intake.enter_waiting()

    assert (batch.done, batch.failed) == (1, 1)
    assert IntakeItem.objects.get().failures == 1
    assert Complaint.objects.get().narrative == "Good."


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"category": "nonsense"}, "category"),
        ({"narrative": "  "}, "narrative"),
        ({"narrative": "x" * 20_001}, "narrative"),
        ({"place_code": "12a"}, "place_code"),
        ({"place_code": "១២"}, "place_code"),
        ({"how_known": "dreamt"}, "how_known"),
        ({"hidden_from": "everybody"}, "hidden_from"),
        ({"contact": "x" * 301}, "contact"),
        ({"named": [Named("dog")]}, "named"),
        ({"named": [Named("unit", unit=10**9)]}, "named"),
        ({"named": [Named("person")] * 11}, "named"),
    ],
)
def test_what_cannot_be_is_said_by_field_and_nothing_waits(about, field):
    with pytest.raises(ValidationError) as refusal:
        intake.drop(said(**about), token="form 1")
    assert field in refusal.value.message_dict
    assert not IntakeItem.objects.exists()


def test_a_stranger_points_at_nobodys_record():
    officer = make.officer()
    intake.drop(said(named=[Named("officer", "the chief", officer=officer.pk)]), token="form 1")
    intake.enter_waiting()
    assert Complaint.objects.get().accused.get().officer is None


def test_what_a_reporter_writes_waits_too_and_comes_after_his_report():
    receipt = intake.drop(said(), token="form 1")
    intake.reply(receipt, "They moved.", token="word 1")
    intake.reply(receipt, "They moved.", token="word 1")
    assert status_of(receipt, clock.today()).waiting == 1

    intake.enter_waiting()

    (message,) = Message.objects.all()
    assert (message.text, message.from_reporter, message.by) == ("They moved.", True, None)
    with pytest.raises(Http404):
        intake.reply("0" * 16, "Hello?", token="word 2")
    with pytest.raises(ValidationError):
        intake.reply(receipt, " ", token="word 3")


def test_a_review_asked_for_too_late_is_heard_and_asks_for_nothing(place):
    receipt = intake.drop(said(category="extortion"), token="form 1")
    intake.enter_waiting()
    row = Complaint.objects.get()
    officer = make.user(Role.CASE_OFFICER, row.unit)
    closing.close(
        officer, row.pk, finding="unfounded", closure_reason="out_of_scope", summary="x", answer="y"
    )
    later = timezone.now() + timedelta(days=29)
    with clock.at(later):
        assert status_of(receipt, clock.today()).review_until is None
        intake.reply(receipt, "But look.", token="word 1", kind="review")
        intake.enter_waiting()
    row.refresh_from_db()
    assert row.review_asked_on is None
    assert row.messages.filter(kind="review").exists()


def test_a_desk_writes_down_with_a_receipt_and_only_for_a_unit_it_serves(place):
    desk = make.user(Role.CASE_OFFICER, place.district)
    row, receipt = intake.take_down(
        desk,
        said(),
        unit_id=place.district.pk,
        channel="phone",
        received_on=clock.today() - timedelta(days=3),
    )
    assert (row.channel, row.written_by, len(receipt)) == ("phone", desk, 16)
    assert status_of(receipt, clock.today()).received_on == row.received_on
    with pytest.raises(PermissionDenied):
        intake.take_down(desk, said(), unit_id=place.province.pk, channel="phone")
    with pytest.raises(ValidationError):
        intake.take_down(desk, said(), unit_id=place.district.pk, channel="web")
    with pytest.raises(ValidationError):
        intake.take_down(
            desk, said(), unit_id=place.district.pk, channel="phone", received_on=date(2099, 1, 1)
        )


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_and_two_workers_lose_and_double_nothing():
    order = list(range(50)) * 2  # each form is sent twice
    random.Random(4).shuffle(order)

    def send(number: int) -> str:
        try:
            return intake.drop(said(narrative=f"No. {number}"), token=f"form {number}")
        finally:
            connections.close_all()

    def enter() -> None:
        try:
            intake.enter_waiting()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        sent = [pool.submit(send, number) for number in order]
        workers = [pool.submit(enter) for _ in range(4)]
        receipts = {one.result() for one in sent}
        for worker in workers:
            worker.result()
    intake.enter_waiting()

    assert len(receipts) == 50
    assert Complaint.objects.count() == 50
    assert sorted(Complaint.objects.values_list("narrative", flat=True)) == sorted(
        f"No. {n}" for n in range(50)
    )


def test_the_hourly_job_enters_what_waits():
    intake.drop(said(), token="form 1")
    enter_reports()
    assert Complaint.objects.count() == 1


def test_a_dump_of_the_box_shows_neither_words_nor_receipt_nor_time():
    receipt = intake.drop(said(narrative="canary"), token="form 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM cases_intakeitem i")
        (row,) = cursor.fetchone()
    assert "canary" not in row
    assert receipt not in row
    assert ":" not in row.split(",")[4]
