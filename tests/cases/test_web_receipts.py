"""To come back with a receipt: the state of a report, the thread, a dispute, a review, and guessing."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cases.actions import closing, complaints, escalations, intake
from cases.models import Complaint, IntakeItem, Message
from cases.web.views import receipts
from foundation.limits import counting
from foundation.limits.counting import Limit
from ledger import clock
from ledger.actors import CLOCK
from officers.models.users import Role
from officers.web.forms import carrying
from tests import make
from tests.cases.walking import Walker

pytestmark = pytest.mark.django_db
ABOUT = {"finding": "substantiated", "closure_reason": "referred_prosecutor", "summary": "They sold."}
WRONG = "There is no report with this receipt."


def on(day: str):
    return clock.at(timezone.make_aware(datetime.fromisoformat(f"{day}T09:00")))


@pytest.fixture
def receipt(place):
    """The receipt of a report that waits in the box, about trafficking in the commune."""
    report = intake.Report("trafficking_place", "Lights all night.", place_code="070101")
    with on("2026-11-02"):
        return intake.drop(report, token="a" * 32)


@pytest.fixture
def row(receipt):
    with on("2026-11-02"):
        intake.enter_waiting()
    return Complaint.objects.get()


@pytest.fixture
def officer(place):
    return make.user(Role.CASE_OFFICER, place.district)


def look(receipt: str, walker: Walker | None = None) -> Walker:
    walker = walker or Walker()
    return walker.open("receipt").press(receipt=receipt)


@pytest.mark.parametrize("typed", ["{0} {1} {2} {3}", "{0}-{1}-{2}-{3}", "{0}–{1}​{2} {3}", " {0}{1}{2}{3} "])
def test_a_receipt_is_understood_however_it_is_typed(receipt, typed):
    groups = [receipt[n : n + 4] for n in range(0, 16, 4)]
    assert "Your report was received" in look(typed.format(*groups)).text
    khmer = "".join(chr(0x17E0 + int(digit)) for digit in receipt)
    assert "Your report was received" in look(khmer).text


@pytest.mark.parametrize("typed", ["", "1234", "0000000000000000", "x" * 16, "12345678901234567", "-"])
def test_whatever_is_wrong_with_a_receipt_the_answer_is_the_same(receipt, typed):
    walker = look(typed)
    assert walker.text.count(WRONG) == 2
    assert walker.response.status_code == 200
    assert walker.text.replace(f' value="{typed}"', "") == look("9" * 16).text.replace(
        f' value="{"9" * 16}"', ""
    )


def test_the_receipt_stands_in_no_address_cookie_or_title_and_is_kept_in_no_cache(row, receipt):
    walker = look(receipt)
    assert receipt not in walker.text
    assert not walker.response.cookies
    assert (walker.response["Cache-Control"], walker.response["Referrer-Policy"]) == (
        "no-store",
        "no-referrer",
    )
    assert "X-Request-Id" not in walker.response


def test_a_report_in_the_box_can_be_read_and_written_to(receipt):
    walker = look(receipt)
    assert "within the hour" in walker.text
    walker.press("word", word="There is a second house.")
    assert "Your message was received." in walker.text
    assert "1 message of yours waits" in walker.text
    intake.enter_waiting()
    assert Message.objects.get().text == "There is a second house."
    assert "There is a second house." in look(receipt).text


def test_the_way_of_a_report_is_told_by_day(row, receipt, place, officer):
    with on("2026-11-03"):
        assert "By this day somebody must act" in look(receipt).text
        assert "Due" in look(receipt).text
        complaints.open(officer, row.pk)
        complaints.acknowledge(officer, row.pk, text="We look into it.")
    with on("2026-11-11"):
        text = look(receipt).text
        assert "Overdue" in text
        for said in (
            "Somebody opened it",
            "3 November 2026",
            "We look into it.",
            "confirmed that it looks into it",
        ):
            assert said in text
        assert officer.name_latin not in text
    with on("2026-11-27"):
        escalations.escalate(CLOCK, row.pk)
        text = look(receipt).text
        assert "Moved up, because nobody acted in time" in text
        assert "Now in charge: Province" in text
        assert "27 November 2026" in text
        complaints.take_action(
            make.user(Role.CASE_OFFICER, place.province),
            row.pk,
            kind="visited",
            text="With officer Secret Name.",
        )
        text = look(receipt).text
        assert "Something was done: Visited the place" in text
        assert "Secret Name" not in text


def test_a_message_sent_twice_is_one_and_other_words_are_another(row, receipt):
    walker = look(receipt)
    state = walker.hidden
    walker.press("word", word="One.")
    walker.press("word", **state, word="One.")
    assert IntakeItem.objects.count() == 1
    walker.press("word", **state, word="Two.")
    assert IntakeItem.objects.count() == 2
    intake.enter_waiting()
    walker.press("word", **state, word="One.")  # as after going back, when the hour has passed
    intake.enter_waiting()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["One.", "Two."]


def test_a_message_that_came_again_while_the_first_was_entered_is_forgotten(row, receipt):
    intake.reply(receipt, "One.", token="word 1")
    (again,) = IntakeItem.objects.all()
    intake.enter_waiting()
    again.save(force_insert=True)
    assert intake.enter_waiting().done == 1
    assert not IntakeItem.objects.exists()
    assert Message.objects.get().text == "One."


def test_an_empty_or_endless_message_is_refused_and_the_other_fields_stay(row, receipt, officer):
    complaints.take_action(officer, row.pk, kind="visited", text="Was there.")
    walker = look(receipt).press("word", word="  ", dispute="Half written")
    assert "Write something." in walker.text
    assert "Half written" in walker.text
    walker.press("word", word="x" * 20_001)
    assert "longer than 20000" in walker.text
    assert "x" * 20_001 in walker.text
    walker.press("language:km", word="Not yet sent", dispute="Half written")
    assert "Not yet sent" in walker.text
    walker.press("word", word="Sent", dispute="Half written")
    assert "Half written" in walker.text
    assert IntakeItem.objects.count() == 1


def test_a_message_that_could_never_leave_the_box_does_not_enter_it(receipt):
    assert "cannot be kept" in look(receipt).press("word", word="a\x00b").text
    assert [item.kind for item in IntakeItem.objects.all()] == [IntakeItem.Kind.REPORT]


def test_nothing_happened_can_be_said_once_something_is_said_to_have_been_done(row, receipt, officer):
    walker = look(receipt)
    assert 'name="dispute"' not in walker.text
    walker.press("dispute", dispute="Nobody came.")
    assert not IntakeItem.objects.exists()
    complaints.take_action(officer, row.pk, kind="visited", text="Was there.")
    look(receipt).press("dispute", dispute="Nobody came.")
    intake.enter_waiting()
    row.refresh_from_db()
    assert row.disputed_on is not None
    assert 'name="dispute"' not in look(receipt).text


def test_a_review_can_be_asked_for_until_its_last_day(row, receipt, officer):
    with on("2026-11-06"):
        closing.close(officer, row.pk, **ABOUT, answer="Thank you, they were arrested.")
        walker = look(receipt)
        for said in (
            "The case was closed.",
            "Substantiated",
            "Thank you, they were arrested.",
            "4 December 2026",
        ):
            assert said in walker.text
    with on("2026-12-05"):
        assert 'name="review"' not in look(receipt).text
    with on("2026-12-04"):
        look(receipt).press("review", review="They are back.")
        intake.enter_waiting()
        text = look(receipt).text
        assert "You asked for a review" in text
        assert 'name="review"' not in text
    row.refresh_from_db()
    assert row.review_asked_on == date(2026, 12, 4)


def test_a_page_that_stood_open_too_long_asks_for_the_receipt_and_keeps_what_was_written(
    row, receipt, monkeypatch
):
    walker = look(receipt)
    later = carrying.time.time() + (carrying.HOURS + 1) * 3600
    monkeypatch.setattr(carrying.time, "time", lambda: later)
    walker.press("word", word="A long message.")
    assert walker.response.status_code == 400
    assert "stood open too long" in walker.text
    walker.press(receipt=receipt)
    assert "A long message." in walker.text
    walker.press("word", word="A long message.", state=walker.hidden["state"][:-4] + "AAAA")
    assert walker.response.status_code == 400
    assert not IntakeItem.objects.exists()


def test_what_was_sealed_for_a_report_opens_no_receipt(receipt):
    state = carrying.carry("report", {"receipt": receipt, "token": "t", "language": "en"})
    assert look("").press("word", state=state, word="x").response.status_code == 400


def test_guessing_is_slowed_by_network_and_the_true_owner_elsewhere_is_not(row, receipt, monkeypatch):
    monkeypatch.setattr(receipts, "LOOK_UPS", Limit("receipt", 3, timedelta(minutes=5), fallback="database"))
    guesser = Walker()
    guesser.about["REMOTE_ADDR"] = "203.0.113.9"
    for guess in range(3):
        assert WRONG in look(f"{guess:016d}", guesser).text
    look(receipt, guesser)
    assert guesser.response.status_code == 429
    assert 0 < int(guesser.response["Retry-After"]) <= 300
    assert "Too many attempts" in guesser.text
    assert "Your report was received" not in guesser.text
    assert "Your report was received" in look(receipt).text


def test_messages_are_counted_by_network_and_the_words_stay(row, receipt, monkeypatch):
    monkeypatch.setattr(receipts, "WORDS", Limit("receipt-words", 1, timedelta(hours=1)))
    walker = look(receipt).press("word", word="One.").press("word", word="Two.")
    assert walker.response.status_code == 429
    assert "Retry-After" in walker.response
    assert "Two." in walker.text


@pytest.fixture
def without_redis(settings):
    def forget_clients() -> None:
        counting._client.cache_clear()
        counting._resting_until = 0.0

    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    forget_clients()
    yield
    forget_clients()


@pytest.mark.django_db(transaction=True)
def test_without_redis_guesses_are_counted_in_the_database(without_redis, monkeypatch):
    monkeypatch.setattr(receipts, "LOOK_UPS", Limit("receipt", 2, timedelta(minutes=5), fallback="database"))
    answers = [look("1" * 16).response.status_code for _ in range(3)]
    assert answers == [200, 200, 429]
