"""The officer's door: what opens it, what stands behind it and when, and what he can do there."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest

from foundation.limits.counting import Limit
from ledger import clock
from ledger.models import Event
from officers.actions import doors, laboratory, reviews
from officers.models import DoorCode, DrugTest, Review, Service, Statement
from officers.reckoning.codes import shown
from officers.web.forms import carrying
from officers.web.views import door
from tests.cases.walking import Walker
from tests.results import Way, later, officer_at_door

pytestmark = pytest.mark.django_db
WRONG = "No letter has this code and this year of birth."
BEFORE = "Opening this page proves that you were told; 72 hours run from now."
S = Review.Status


@pytest.fixture
def way():
    return Way()


def look(letter: DoorCode, code: str, walker: Walker | None = None, **kept: str) -> Walker:
    walker = (walker or Walker()).open("door")
    return walker.press(code=code, birth_year=str(letter.officer.birth_year), **kept)


def come_in(way: Way, review: Review) -> Walker:
    return look(*way.letter(review)).press("open")


def test_nothing_is_shown_or_told_before_the_officer_opens_it_knowingly(way):
    review = way.verified()
    letter, code = way.letter(review)
    walker = look(letter, code)
    for _try in ("go", "act:ask_retest:result-1", f"print:result-{review.pk}", "language:en"):
        assert BEFORE in walker.text
        assert "Methamphetamine" not in walker.text
        walker.press(_try)
    assert not Service.objects.exists()
    assert Review.objects.get(pk=review.pk).status == S.VERIFIED

    walker.press("open")
    review.refresh_from_db()
    assert (review.status, review.told_by.how) == (S.TOLD, Service.How.DOOR)
    told = Event.objects.get(verb="officer.told")
    assert (told.actor_id, told.actor_name) == (None, letter.officer.number)
    for said in ("Methamphetamine", ">1200<", ">250<", "LC-MS/MS", "Laboratory LAB-1", "KH-1", "Courier"):
        assert said in walker.text, said
    for said in (review.test.specimen.seal_a, review.test.specimen.seal_b, "Whole hours left: 71"):
        assert said in walker.text, said
    assert "Phnom Penh time" in walker.text
    assert "No medical explanation." in walker.text
    assert BEFORE not in look(letter, code).text
    assert not walker.response.cookies
    assert walker.response["Cache-Control"] == "no-store"
    assert code not in walker.text


def test_while_the_review_is_open_he_reads_that_a_physician_wants_to_speak_with_him_and_no_finding(way):
    review = way.opened()
    walker = come_in(way, review)
    assert "A physician wants to speak with you." in walker.text
    assert way.physician.name_latin in walker.text
    for unsaid in ("Methamphetamine", "1200", "Positive", "A page to print"):
        assert unsaid not in walker.text
    field = f"explain-result-{review.pk}"
    walker.press(f"act:explain:result-{review.pk}", **{field: "  "})
    assert "Write something." in walker.text
    walker.press("language:km", **{field: "ថ្នាំក្អក"})
    assert "ថ្នាំក្អក" in walker.text
    walker.press("language:en", **{field: "Cough medicine."})
    state = walker.hidden
    for _twice in range(2):
        walker.press(f"act:explain:result-{review.pk}", **{**state, field: "Cough medicine."})
        assert "Your explanation was received." in walker.text
    assert Statement.objects.get().text == "Cough medicine."


@pytest.mark.parametrize("typed", ["{} {} {} {}", "{}-{}-{}-{}", " {}{}{}{}", "km"])
def test_the_code_is_understood_however_it_is_typed(way, typed):
    letter, code = way.letter(way.opened())
    groups = shown(code).split()
    khmer = "".join(chr(0x17E0 + int(digit)) for digit in code)
    assert BEFORE in look(letter, khmer if typed == "km" else typed.format(*groups)).text


def test_a_wrong_code_and_a_wrong_year_get_the_same_words(way):
    letter, code = way.letter(way.opened())
    answers = set()
    for typed, year in ((code, "1900"), (code, ""), (code[::-1], str(letter.officer.birth_year)), ("", "x")):
        walker = Walker().open("door").press(code=typed, birth_year=year)
        answers.add(walker.text.replace(f' value="{typed}"', "").replace(f' value="{year}"', ""))
    (answer,) = answers
    assert answer.count(WRONG) == 2
    assert DoorCode.objects.get().opened_at is None


def test_guessing_is_slowed_by_network_and_by_code(way, monkeypatch):
    _letter, code = way.letter(way.opened())
    monkeypatch.setattr(door, "LOOK_UPS", Limit("door", 2, timedelta(minutes=5), fallback="database"))
    guesser = Walker()
    guesser.about["REMOTE_ADDR"] = "203.0.113.9"
    for guess in range(3):
        guesser.open("door").press(code=f"{guess:016d}", birth_year="1980")
    assert guesser.response.status_code == 429
    assert int(guesser.response["Retry-After"]) > 0

    monkeypatch.setattr(door, "TRIES", Limit("door-code", 2, timedelta(hours=1), fallback="database"))
    for year in range(3):
        finder = Walker()
        finder.about["REMOTE_ADDR"] = f"198.51.{year}.9"
        finder.open("door").press(code=code, birth_year=str(1900 + year))
    assert finder.response.status_code == 429


def test_a_letter_that_ended_or_is_too_old_opens_nothing_even_on_a_page_that_stands_open(way):
    review = way.opened()
    letter, code = way.letter(review)
    walker = look(letter, code).press("open")
    _newer, other = way.letter(review)
    assert WRONG in look(letter, code).text
    walker.press(f"act:explain:result-{review.pk}", **{f"explain-result-{review.pk}": "Mine."})
    assert walker.response.status_code == 400
    assert "This letter opens nothing any more" in walker.text
    assert not Statement.objects.exists()
    with clock.at(letter.issued_at + doors.LASTS + timedelta(days=1)):
        assert WRONG in look(letter, other).text


def test_after_half_an_hour_the_code_is_asked_for_again_and_nothing_typed_is_lost(way, monkeypatch):
    review = way.opened()
    letter, code = way.letter(review)
    walker = look(letter, code).press("open")
    now = time.time()
    monkeypatch.setattr(carrying.time, "time", lambda: now + 29 * 60)
    assert walker.press("show").response.status_code == 200
    monkeypatch.setattr(carrying.time, "time", lambda: now + 61 * 60)
    field = f"explain-result-{review.pk}"
    walker.press(f"act:explain:result-{review.pk}", **{field: "A long story."})
    assert walker.response.status_code == 400
    assert "stood open too long" in walker.text
    walker.press(code=code, birth_year=str(letter.officer.birth_year))
    assert "A long story." in walker.text
    assert 'name="explain' in walker.text
    assert not Statement.objects.exists()


def test_the_matter_of_another_cannot_be_touched(way):
    mine, his = way.opened(), way.opened()
    walker = come_in(way, mine)
    walker.press(f"act:explain:result-{his.pk}", **{f"explain-result-{his.pk}": "Mine now."})
    assert walker.response.status_code == 409
    assert "What you wrote was not sent." in walker.text
    assert not Statement.objects.exists()
    sealed = carrying.carry("report", {"letter": 1, "language": "en"})
    assert walker.press("open", state=sealed).response.status_code == 400


def test_the_second_bottle_is_asked_for_after_a_confirming_step(way):
    review = way.verified()
    walker = come_in(way, review)
    field = f"ask_retest-result-{review.pk}"
    walker.press(f"act:ask_retest:result-{review.pk}", **{field: "I took nothing."})
    assert "Another laboratory will test the second bottle." in walker.text
    assert Review.objects.get(pk=review.pk).status == S.TOLD
    walker.press("language:km")
    assert Review.objects.get(pk=review.pk).status == S.TOLD
    walker.press(f"sure:ask_retest:result-{review.pk}")

    review.refresh_from_db()
    assert review.status == S.RETEST
    assert Statement.objects.get().text == "I took nothing."
    walker.press("language:en")
    assert "You asked for the test of the second bottle on" in walker.text
    assert 'name="ask_retest' not in walker.text


def test_the_72_hours_end_to_the_second_on_the_page(way):
    review = way.told()
    letter = DoorCode.objects.get()
    visit = door.Visit(letter, "en")

    def see(do: str = "show") -> Walker:
        walker = Walker().open("door")
        return walker.press(do, state=visit.sealed())

    with clock.at(review.window_ends_at - timedelta(seconds=1)):
        walker = see()
        assert "Less than an hour is left." in walker.text
        assert f"act:ask_retest:result-{review.pk}" in walker.text
    with clock.at(review.window_ends_at):
        walker = see()
        assert "The time to ask for the second bottle is over" in walker.text
        assert "ask_retest" not in walker.text
        late = see(f"sure:ask_retest:result-{review.pk}")
        assert late.response.status_code == 409
        assert "This is not possible any more." in late.text
    assert Review.objects.get(pk=review.pk).status == S.TOLD


def test_a_claim_is_read_with_its_account_and_answered_with_his_own(way):
    review = way.claimed()
    walker = come_in(way, review)
    for said in (
        "Somebody claims that you refused",
        "He left the queue.",
        "A witness",
        "Left before the end",
    ):
        assert said in walker.text
    walker.press(
        f"act:explain:result-{review.pk}", **{f"explain-result-{review.pk}": "I was taken to hospital."}
    )
    assert "Your account was received." in walker.text
    assert "I was taken to hospital." in walker.text
    reviews.hear(way.physician, review.pk, heard="As he wrote.")
    reviews.determine(way.physician, review.pk, is_refusal=False, reasons="The hospital confirms it.")
    walker.press("show")
    assert BEFORE in walker.text
    assert "The hospital confirms it." not in walker.text
    walker.press("open")
    assert "It was determined that you did not refuse." in walker.text
    assert "The hospital confirms it." in walker.text

    other = way.claimed()
    reviews.hear(way.physician, other.pk, heard="Nothing to say.")
    reviews.determine(way.physician, other.pk, is_refusal=True, reasons="He left.")
    assert "It was determined that you refused the test." in come_in(way, other).text


def test_what_became_of_it_and_what_follows_stands_there_to_read_and_to_print(way):
    review = way.retest()
    way.second_reported(review, is_present=False)
    text = come_in(way, review).text
    assert "The test was cancelled." in text
    assert "Not reconfirmed (second bottle)" in text

    review = way.opened()
    reviews.hear(way.physician, review.pk, heard="Prescribed.")
    reviews.clear(way.physician, review.pk, reasons="Seen.", medical="A prescription.")
    assert "The test is negative." in come_in(way, review).text

    review = way.told()
    later(review)
    with clock.at(review.window_ends_at + timedelta(hours=1)):
        walker = come_in(way, review)
        assert "The result is final." in walker.text
        walker.press(f"print:result-{review.pk}")
        assert "Methamphetamine" in walker.text
        assert review.test.officer.number in walker.text
        walker.press("language:km")
        assert "Methamphetamine" in walker.text
    assert DrugTest.objects.get(pk=review.test_id).status == DrugTest.Status.FINAL_POSITIVE


def test_what_nobody_verified_is_not_shown_when_the_laboratory_takes_it_back(way):
    review = way.opened()
    walker = come_in(way, review)
    values = [("Methamphetamine", Decimal(10))]
    found = laboratory.Found(certified_by="A chemist", method="lc_ms_ms", values=values)
    laboratory.report(way.chemist, review.test.specimen.pk, found, reason="Another bottle was read.")
    walker.press("show")
    assert "The test is negative." in walker.text
    assert "Methamphetamine" not in walker.text
    assert "1200" not in walker.text


def test_the_same_words_by_the_action_are_one_statement(way):
    review = way.opened()
    at = officer_at_door(review)
    doors.explain(at, review.pk, text="Once.")
    doors.explain(at, review.pk, text=" Once. ")
    doors.explain(at, review.pk, text="Another.")
    assert Statement.objects.count() == 2
