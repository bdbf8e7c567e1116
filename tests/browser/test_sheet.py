"""The sheet on screen, as somebody with a keyboard or a phone has it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models import DrugTest
from officers.models.users import Role
from tests import make
from tests.looking import DESK, PHONE, Keys, faults, go, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def unit():
    return make.unit(name_latin="Poipet Post", name_km="ប៉ុស្តិ៍នគរបាលប៉ោយប៉ែត")


@pytest.fixture
def administrator(unit):
    return make.user(Role.ADMINISTRATOR, unit)


@pytest.fixture
def sheet(administrator, unit):
    return make.sheet(administrator, unit)


@pytest.fixture
def page(browser_page, administrator):
    browser_page.set_viewport_size(DESK)
    sign_in(browser_page, administrator)
    return browser_page


def open_(page, sheet):
    """The sheet's page, its roster there."""
    with page.expect_response(lambda answer: answer.url.endswith("/officers/")):
        page.goto(reverse("sheet", args=[sheet.pk]))
    expect(page.locator("[name=number]")).to_be_focused()


def saved(page, lines):
    expect(page.locator("[data-total=lines]")).to_have_text(str(lines))


def test_a_line_is_its_number_and_enter(page, sheet, unit):
    officers = [make.officer(unit) for _ in range(3)]
    open_(page, sheet)
    keys = Keys(page)

    for officer in officers:
        keys.type(officer.service_number)
        keys.press("Enter")
    saved(page, 3)

    assert keys.pressed == 3 * 7
    assert list(DrugTest.objects.order_by("line").values_list("officer_id", "status")) == [
        (officer.pk, "NEGATIVE") for officer in officers
    ]
    assert officers[0].name_km in page.inner_text("#line-1")
    assert faults(page) == []
    shoot(page, "sheet-negative")


def test_the_name_is_shown_before_the_line_is_saved(page, sheet, unit):
    officer = make.officer(unit, name_latin="Sok Dara", birth_year=1984)
    open_(page, sheet)

    Keys(page).type(officer.service_number)

    card = page.inner_text("#card")
    assert "Sok Dara" in card
    assert "1984" in card
    assert "Poipet Post" in card


def test_a_non_negative_asks_for_what_it_needs(page, sheet, unit):
    officer = make.officer(unit)
    open_(page, sheet)
    keys = Keys(page)

    keys.type(f"{officer.service_number}+1")
    keys.press("Enter")
    assert page.inner_text("#notice") == "A non-negative screen needs a specimen number."
    keys.type("0042")
    shoot(page, "sheet-non-negative")
    assert faults(page) == []
    keys.press("Enter")
    saved(page, 1)

    test = DrugTest.objects.get()
    assert (test.status, test.non_negative_for, test.specimen_number) == (
        "CONFIRMATION_NEEDED",
        ["methamphetamine"],
        "0042",
    )
    assert "Confirmation needed" in page.inner_text("#line-1")


def test_a_test_not_taken_asks_why(page, sheet, unit):
    officers = [make.officer(unit) for _ in range(3)]
    open_(page, sheet)
    keys = Keys(page)

    keys.type(f"{officers[0].service_number}/1")
    keys.press("Enter")
    keys.type(f"{officers[1].service_number}/2")
    keys.press("Enter")
    assert page.inner_text("#notice") == "Say why the officer was absent."
    shoot(page, "sheet-not-taken")
    keys.type("2")
    keys.press("Enter")
    keys.type(f"{officers[2].service_number}/3")
    keys.press("Enter")
    saved(page, 3)

    assert list(DrugTest.objects.order_by("line").values_list("not_taken", "excuse")) == [
        ("refused", ""),
        ("absent", "approved_leave"),
        ("unable", ""),
    ]


def test_a_specimen_number_follows_the_number_after_a_space(page, sheet, unit):
    officer = make.officer(unit)
    open_(page, sheet)
    keys = Keys(page)

    keys.type(f"{officer.service_number} 0007")
    keys.press("Enter")
    saved(page, 1)

    assert DrugTest.objects.get().specimen_number == "0007"


def test_an_officer_is_chosen_by_name_and_shown_before_saving(page, sheet, unit):
    make.officer(unit, name_latin="Keo Maly", name_km="កែវ ម៉ាលី")
    officer = make.officer(unit, name_latin="Sok Dara", name_km="សុខ ដារ៉ា")
    open_(page, sheet)
    keys = Keys(page)

    keys.type("sokh da")
    page.wait_for_selector("[role=option]")
    shoot(page, "sheet-names")
    assert faults(page) == []
    keys.press("Enter")
    assert "Sok Dara" in page.inner_text("#card")
    assert not DrugTest.objects.exists()
    keys.press("Enter")
    saved(page, 1)

    assert DrugTest.objects.get().officer == officer


def test_a_khmer_number_and_a_khmer_name_are_understood(page, sheet, unit):
    first = make.officer(unit, service_number="410027")
    second = make.officer(unit, name_km="សុខ ដារ៉ា")
    open_(page, sheet)

    page.keyboard.insert_text("៤១០០២៧")
    page.keyboard.press("Enter")
    saved(page, 1)
    page.keyboard.insert_text("សុខដារ៉ា")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    saved(page, 2)

    assert list(DrugTest.objects.order_by("line").values_list("officer_id", flat=True)) == [
        first.pk,
        second.pk,
    ]


def test_part_of_a_number_is_shown_and_needs_a_second_enter(page, sheet, unit):
    officer = make.officer(unit, service_number="410927")
    make.officer(unit, service_number="410811")
    open_(page, sheet)
    keys = Keys(page)

    keys.type("410")
    keys.press("Enter")
    assert page.inner_text("#notice").startswith("Several officers fit.")
    keys.press("Escape")
    keys.press("Escape")
    keys.type("927")
    keys.press("Enter")
    assert not DrugTest.objects.exists()
    keys.press("Enter")
    saved(page, 1)

    assert DrugTest.objects.get().officer == officer


def test_a_seconded_officer_is_shown_as_of_another_unit_before_saving(page, sheet, unit):
    make.officer(unit)
    guest = make.officer(make.unit(), service_number="555001")
    open_(page, sheet)
    keys = Keys(page)

    keys.type("555001")
    keys.press("Enter")
    page.wait_for_selector(".entry__card--elsewhere")
    assert "another unit" in page.inner_text("#card")
    assert not DrugTest.objects.exists()
    keys.press("Enter")
    saved(page, 1)

    assert DrugTest.objects.get().officer == guest
    assert "another unit" in page.inner_text("#line-1")


def test_in_a_unit_too_large_for_a_roster_each_officer_is_looked_up(page, sheet, unit, monkeypatch):
    monkeypatch.setattr("officers.web.views.lines.ROSTER", 1)
    first, second = make.officer(unit), make.officer(unit, name_latin="Keo Maly")
    open_(page, sheet)
    keys = Keys(page)

    keys.type(first.service_number)
    keys.press("Enter")
    saved(page, 1)
    keys.type(second.service_number)
    expect(page.locator("#card")).to_contain_text("Keo Maly")
    keys.press("Enter")
    saved(page, 2)
    keys.type(first.service_number[:5])
    keys.press("Enter")
    expect(page.locator(".queue__refused")).to_contain_text("No officer has the number")

    assert DrugTest.objects.count() == 2


def test_a_choice_that_was_not_saved_does_not_go_unnoticed(page, sheet, unit):
    for number in ("410927", "410811"):
        make.officer(unit, service_number=number)
    open_(page, sheet)
    keys = Keys(page)

    keys.type("927")
    keys.press("Enter")
    page.keyboard.press("Control+a")
    keys.type("410811")

    assert page.inner_text("#saved").startswith("Not saved: 410927")


def test_a_refused_line_waits_with_its_reason_and_can_be_entered_again(page, sheet, unit, administrator):
    officer, other = make.officer(unit), make.officer(unit)
    make.test(administrator, sheet, officer)
    open_(page, sheet)
    keys = Keys(page)

    keys.type(f"{officer.service_number} 0009")
    keys.press("Enter")
    page.wait_for_selector(".queue__refused")
    assert "stands on the sheet already (line 1)" in page.inner_text("#queue")
    shoot(page, "sheet-refused")
    assert faults(page) == []
    page.reload()
    page.get_by_role("button", name="Enter again").click()
    page.keyboard.press("Control+a")
    keys.type(other.service_number)
    keys.press("Enter")
    saved(page, 2)

    assert DrugTest.objects.get(officer=other).specimen_number == "0009"
    expect(page.locator(".queue__refused")).to_have_count(0)


def test_the_last_line_is_corrected_without_leaving_the_keyboard(page, sheet, unit):
    wrong, right = make.officer(unit), make.officer(unit)
    open_(page, sheet)
    keys = Keys(page)

    keys.type(wrong.service_number)
    keys.press("Enter")
    saved(page, 1)
    with page.expect_navigation():
        keys.press("ArrowUp", "Enter")
    page.keyboard.press("Control+a")
    keys.type(right.service_number)
    page.fill("[name=reason]", "The line above on the paper.")
    shoot(page, "sheet-correct")
    assert faults(page) == []
    go(page.get_by_role("button", name="Correct the line"))

    assert DrugTest.objects.get().officer == right
    assert right.name_km in page.inner_text("#line-1")


def test_a_sheet_is_entered_on_a_phone_in_khmer(page, sheet, unit, administrator):
    officers = [make.officer(unit) for _ in range(2)]
    make.non_negative(administrator, sheet)
    page.set_viewport_size(PHONE)
    sign_in(page, administrator, "km")
    open_(page, sheet)
    keys = Keys(page)

    for officer in officers:
        keys.type(officer.service_number)
        keys.press("Enter")
    saved(page, 3)
    keys.type(f"{make.officer(unit).service_number}")

    shoot(page, "sheet-phone-km")
    assert faults(page) == []


def test_without_script_the_sheet_is_a_plain_form(chromium, live_server, sheet, unit, administrator):
    officer = make.officer(unit)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, administrator)

    page.goto(reverse("sheet", args=[sheet.pk]))
    page.fill("[name=number]", officer.service_number)
    go(page.locator("[name=number]"), by="Enter")

    assert DrugTest.objects.get().officer == officer
    context.close()
