"""To report a wrong by the public pages: each question, what is refused, and what is kept."""

import re
import time

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.urls import reverse

from cases.actions import intake
from cases.models import Bar, Complaint, IntakeItem
from cases.web.views import reporting
from foundation.limits.counting import Limit
from ledger import clock
from officers.actions.sealing import seal
from officers.models.users import Role
from officers.web.forms import carrying
from tests import make
from tests.cases.walking import ANSWERS, Walker

pytestmark = pytest.mark.django_db


@pytest.fixture
def walker(place):
    return Walker()


def entered() -> Complaint:
    intake.enter_waiting()
    return Complaint.objects.get()


def at(walker: Walker, step: str) -> Walker:
    """Somebody who has come to a page."""
    return walker.to_check().press(f"to:{step}")


def test_a_report_goes_from_the_first_page_to_the_record_as_it_was_written(walker, place):
    walker.to_check(whom={"said": "A sergeant", "units": str(place.commune.pk)})
    for said in ("A police officer deals", "Peaeng Thum Village", "blue house", "A sergeant; Post"):
        assert said in walker.text

    walker.press("send")
    row = entered()

    assert re.fullmatch(r"\d{16}", walker.receipt)
    assert (row.category, row.place_code, row.language) == ("drug_dealing_officer", "07010104", "en")
    assert (row.place_text, row.happened, row.how_known) == (
        "The blue house behind the market",
        "Every evening",
        "saw",
    )
    assert row.narrative == "He sells small bags to boys."
    named = row.accused.get()
    assert (named.kind, named.said, named.unit, named.officer) == (
        "officer",
        "A sergeant",
        place.commune,
        None,
    )
    assert row.unit != place.commune
    assert not hasattr(row, "reporter")


def test_nothing_is_kept_before_it_is_sent_and_no_page_sets_a_cookie(walker):
    walker.to_check()

    assert not IntakeItem.objects.exists()
    assert not walker.response.cookies
    assert walker.response["Cache-Control"] == "no-store"
    assert walker.response["Referrer-Policy"] == "no-referrer"
    assert "X-Request-Id" not in walker.response
    assert "<script" not in walker.text


def test_the_same_form_sent_twice_is_one_report_with_the_same_receipt(walker):
    walker.to_check()
    state = walker.hidden

    first = walker.press("send").receipt
    walker.response = walker.open().response
    again = Walker().open()
    again.press("send", **state)
    assert again.receipt == first
    assert IntakeItem.objects.count() == 1

    entered()
    again.open().press("send", **state)
    assert again.receipt == first
    intake.enter_waiting()
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("what", {"category": ""}, "Choose what you want to report."),
        ("what", {"category": "murder"}, "Choose what you want to report."),
        ("where", {"place": ""}, "Choose a place, or say that you do not know."),
        ("where", {"place": "9999"}, "Choose a place from the list."),
        ("exactly", {"place_text": "x" * 301}, "at most 300"),
        ("when", {"happened": "x" * 201}, "at most 200"),
        ("who", {"kind": ""}, "Choose who did it, or say that you do not know."),
        ("whom", {"said": " "}, "Say who is meant."),
        ("whom", {"said": "He", "units": "999999"}, "Choose one of the answers."),
        ("how", {"how_known": "dreamt"}, "Choose one of the answers."),
        ("story", {"narrative": "  "}, "Say what happened."),
        ("story", {"narrative": "x" * 20_001}, "at most 20000"),
        ("keep", {"hidden_from": "everybody"}, "Choose one of the answers."),
        ("contact", {"contact": "0" * 301}, "at most 300"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_stays_there(walker, step, fields, words):
    at(walker, step).press(**fields)

    assert walker.hidden["step"] == step
    assert "There is a problem" in walker.text
    assert walker.text.count(words) >= 2  # in the summary and at the field
    assert walker.title.strip().startswith("Error:")
    typed = next(iter(fields.values()))
    if len(typed) > 200:
        assert typed in walker.text
    walker.press(**ANSWERS.get(step, {"place": "07010104"}))
    assert walker.hidden["step"] == "check"


def test_every_page_but_the_needed_ones_can_be_left_empty(walker):
    empty = {name: "" for step in ("exactly", "when", "how", "contact") for name in ANSWERS[step]}
    walker.open().press().press(category="other").press(place="-")
    for _page in ("exactly", "when"):
        walker.press(**empty)
    walker.press(kind="unknown")
    assert walker.hidden["step"] == "how"
    walker.press(how_known="").press()  # no file
    walker.press(narrative="It happened.").press().press(contact="").press("send")

    row = entered()
    assert (row.place_code, row.happened, row.how_known) == ("", "", "")
    assert not row.accused.exists()


def test_without_an_answer_that_is_needed_its_page_is_asked_again(walker):
    walker.open().press()
    assert "Not said" in walker.press("to:check").text
    walker.press("send")

    assert walker.hidden["step"] == "what"
    assert "Choose what you want to report." in walker.text
    assert not IntakeItem.objects.exists()


@pytest.mark.parametrize(
    ("step", "typed"),
    [("story", {"narrative": "a\x00b"}), ("whom", {"said": "\x00"}), ("when", {"happened": "\x00"})],
)
def test_what_could_never_leave_the_box_does_not_enter_it(walker, step, typed):
    """By the way back an answer is carried as it was typed."""
    at(walker, step).press("to:check", **typed).press("send")
    assert walker.hidden["step"] == step
    assert not IntakeItem.objects.exists()


def test_an_answer_nobody_can_have_chosen_is_carried_and_not_believed(walker):
    at(walker, "whom").press("back", said="He", units=["9" * 30, "x", "-1", "4711"])
    walker.press("to:check").press("send")
    assert walker.hidden["step"] == "whom"
    assert not IntakeItem.objects.exists()


def test_back_keeps_what_is_typed_and_goes_through_the_levels_of_places(walker):
    walker.open().press().press(category="extortion").press(place="07").press(place="0701")
    assert "In which commune" in walker.text
    assert "In which town, district or khan?" in walker.press("back").text
    assert "In which province?" in walker.press("back").text
    assert walker.press("back").hidden["step"] == "what"
    assert re.search(r'value="extortion"[^>]*checked', walker.text)
    walker.press(category="extortion").press(place="-").press("back", place_text="By the pagoda")
    walker.press(place="-")
    assert "By the pagoda" in walker.text


def test_a_changed_answer_leads_back_to_the_list_of_answers(walker):
    at(walker, "when").press(happened="Yesterday")
    assert walker.hidden["step"] == "check"
    assert "Yesterday" in walker.text
    walker.press("to:who").press(kind="unit")
    assert walker.hidden["step"] == "check"
    walker.press("to:who").press(kind="unknown")
    assert "A sergeant" not in walker.text


def test_a_place_is_found_by_its_name_in_either_script(walker):
    walker.open().press().press(category="other")
    walker.press(q="Kampot")  # Enter in the search field
    assert "Krong Kampot, Kampot Province" in walker.text
    walker.press("search", q="ប៉ោយប៉ែត")
    assert re.search(r'value="0110"', walker.text)
    walker.press(place="0110", q="ប៉ោយប៉ែត")
    assert "In which commune or sangkat?" in walker.text
    walker.press("search", q="brgltx")
    assert "No place was found" in walker.text
    assert walker.press("elsewhere").hidden["step"] == "where"
    assert "In which province?" in walker.text


def test_the_language_can_change_on_every_page_and_nothing_typed_is_lost(walker):
    at(walker, "story").press("language:km", narrative="Half a sen")
    assert "Half a sen" in walker.text
    assert 'lang="km" class="govuk-template"' in walker.text
    assert walker.hidden["step"] == "story"
    assert "There is a problem" not in walker.text
    walker.press(narrative="Half a sentence.").press("send")
    assert entered().language == "km"


def test_what_is_kept_from_the_police_of_a_place_is_offered_where_it_can_be_granted(walker, place):
    at(walker, "keep")
    assert place.commune.name_latin in walker.text
    walker.press(hidden_from="district").press("send")
    row = entered()
    barred = {bar.unit for bar in Bar.objects.filter(complaint=row, why=Bar.Why.ASKED)}
    assert barred == {place.commune, place.district}
    assert row.unit == place.province

    far = Walker().to_check(place=("-",))
    far.press("to:keep")
    assert "there is nobody to keep it from" in far.text


def test_another_place_asks_anew_from_whom_it_is_kept_where_the_wish_cannot_be_granted(walker):
    walker.to_check(keep={"hidden_from": "commune"})
    walker.press("to:where").press("elsewhere").press(place="-")
    assert walker.hidden["step"] == "keep"


def test_units_are_chosen_among_those_of_the_place_and_above(walker, place):
    walker.open().press().press(category="failure_to_act")
    for code in ("07", "0701", "070101", "-"):
        walker.press(place=code)
    walker.press().press().press(kind="unit")
    for unit in (place.commune, place.district, place.province, place.general):
        assert unit.name_latin in walker.text
    assert place.other_commune.name_latin not in walker.text
    walker.press(units=[str(place.commune.pk), str(place.district.pk)]).press().press()
    walker.press(narrative="They sent me away.").press().press()
    assert place.commune.name_latin in walker.text
    assert place.district.name_latin in walker.text
    walker.press("send")
    row = entered()
    assert row.unit == place.province
    assert {one.unit for one in row.accused.all()} == {place.commune, place.district}


def test_contact_details_are_sealed_apart(walker):
    walker.to_check(contact={"contact": "012 345 678"}).press("send")
    row = entered()
    assert b"012 345 678" not in bytes(row.reporter.contact)


@pytest.mark.parametrize("how", ["altered", "of another purpose", "missing"])
def test_altered_answers_are_refused_in_both_languages_and_what_was_just_typed_stays(walker, how):
    at(walker, "story")
    state = {
        "altered": walker.hidden["state"][:-9] + "A" * 9,
        "of another purpose": carrying.carry("receipt", {"receipt": "1" * 16}),
        "missing": "",
    }[how]

    walker.press(narrative="Do not lose this.", state=state)

    assert walker.response.status_code == 400
    assert "did not arrive whole" in walker.text
    assert 'lang="km">' in walker.text
    assert "Do not lose this." in walker.text
    walker.press(narrative="Do not lose this.")
    for fields in ({}, {"contact": ""}):
        walker.press(**fields)
    assert "Do not lose this." in walker.text


def test_answers_older_than_half_a_day_are_not_opened(walker, monkeypatch):
    at(walker, "story")
    later = time.time() + (carrying.HOURS + 1) * 3600
    monkeypatch.setattr(carrying.time, "time", lambda: later)
    walker.press(narrative="Written late.")
    assert walker.response.status_code == 400
    assert "too old" in walker.text
    assert "Written late." in walker.text
    assert "blue house" not in walker.press("to:check").text


def test_what_is_sealed_does_not_say_when():
    assert Fernet(settings.SEALING_KEYS[0]).extract_timestamp(seal({"a": 1})) == 0


def test_the_receipt_is_gone_once_its_owner_says_that_he_has_it(walker):
    walker.to_check().press("send")
    receipt = walker.receipt
    assert receipt not in walker.title

    walker.press(last="0000" if receipt[-4:] != "0000" else "1111")
    assert "not the last four digits" in walker.text
    assert walker.receipt == receipt
    assert walker.press("language:km").receipt == receipt
    khmer = "".join(chr(0x17E0 + int(digit)) for digit in receipt[-4:])
    walker.press(last=khmer)

    assert receipt not in walker.text
    assert receipt[:4] not in walker.text.replace(walker.hidden.get("state", "-"), "")
    assert "state" not in walker.hidden
    assert 'lang="km" class="govuk-template"' in walker.text
    assert walker.response["Cache-Control"] == "no-store"


def test_the_proof_of_filing_names_receipt_day_category_and_place_and_nobody(walker):
    walker.to_check().press("send")
    receipt = walker.receipt
    walker.press("proof")
    assert walker.receipt == receipt
    assert "Kampot Province" in walker.text
    assert "A police officer deals in drugs" in walker.text
    assert str(clock.today().year) in walker.text
    assert "sergeant" not in walker.text
    assert walker.press("language:km").receipt == receipt
    assert receipt not in walker.title
    assert walker.press("back").receipt == receipt


def test_a_receipt_page_that_was_altered_shows_nothing(walker):
    walker.to_check().press("send").press("proof", state="x")
    assert walker.response.status_code == 400
    assert "cannot be shown again" in walker.text
    assert walker.open("report_sent").response.status_code == 302


def test_too_many_reports_from_one_network_are_asked_to_wait_and_lose_nothing(walker, monkeypatch):
    monkeypatch.setattr(reporting, "REPORTS", Limit("report", 1, reporting.REPORTS.window))
    walker.to_check().press("send")
    other = Walker().to_check()
    other.press("send")
    assert other.response.status_code == 429
    assert int(other.response["Retry-After"]) > 0
    assert "Too many attempts" in other.text
    assert "blue house" in other.text
    assert IntakeItem.objects.count() == 1


def test_somebody_signed_in_is_nobody_here(client, place):
    user = make.user(Role.CASE_OFFICER, place.district)
    client.force_login(user)
    page = client.get(reverse("report"))
    assert user.name_latin not in page.content.decode()
    assert page.status_code == 200
    assert not page.cookies


@pytest.mark.parametrize("address", ["/report", "/report/nowhere/", "/receipt", "/receipt/1234567890123456"])
def test_a_wrong_address_leaves_no_trace_either(client, address):
    assert "X-Request-Id" not in client.get(address)
