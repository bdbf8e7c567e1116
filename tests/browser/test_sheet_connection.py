"""Lines of a sheet while the connection or the session is gone: none is lost, none doubled."""

import pytest
from django.urls import reverse

from officers.models import DrugTest
from officers.models.users import Role
from tests import make
from tests.browser.test_sheet import open_, saved
from tests.looking import DESK, Keys, faults, go, shoot, sign_in

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


def test_lines_survive_a_dropped_connection_and_are_sent_once(page, sheet, unit):
    officers = [make.officer(unit) for _ in range(4)]
    open_(page, sheet)
    keys = Keys(page)

    keys.type(officers[0].service_number)
    keys.press("Enter")
    saved(page, 1)
    page.context.set_offline(True)
    for officer in officers[1:3]:
        keys.type(officer.service_number)
        keys.press("Enter")
    page.wait_for_selector("#connection:not([hidden])")
    assert "Lines waiting for the connection: 2" in page.inner_text("#connection")
    shoot(page, "sheet-offline")
    assert faults(page) == []
    keys.type(officers[3].service_number)
    keys.press("Enter")
    page.context.set_offline(False)
    saved(page, 4)

    assert page.is_hidden("#connection")
    assert list(DrugTest.objects.order_by("line").values_list("officer_id", flat=True)) == [
        officer.pk for officer in officers
    ]


def test_a_line_whose_answer_was_lost_is_not_doubled(page, sheet, unit):
    officer = make.officer(unit)
    open_(page, sheet)
    lost = []

    def lose_the_first_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route("**/lines/", lose_the_first_answer)
    Keys(page).type(officer.service_number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Try now").click()
    saved(page, 1)

    assert lost == [200]
    assert DrugTest.objects.count() == 1


def test_lines_wait_over_a_closed_page(page, sheet, unit):
    officer = make.officer(unit)
    open_(page, sheet)

    page.route("**/lines/", lambda route: route.abort())
    Keys(page).type(officer.service_number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#connection:not([hidden])")
    page.goto(reverse("home"))
    page.wait_for_selector("[data-waiting-lines]:not([hidden])")
    shoot(page, "home-waiting")
    page.unroute("**/lines/")
    go(page.locator("[data-waiting-lines] a"))
    saved(page, 1)

    assert DrugTest.objects.get().officer == officer


def test_lines_are_kept_when_the_session_has_ended(page, sheet, unit, administrator):
    officer = make.officer(unit)
    open_(page, sheet)

    page.context.clear_cookies()
    Keys(page).type(officer.service_number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#connection:not([hidden])")
    assert "You are signed out" in page.inner_text("#connection")
    sign_in(page, administrator)
    page.reload()
    saved(page, 1)


def test_the_sheet_is_not_sent_while_lines_wait(page, sheet, unit):
    officer = make.officer(unit)
    open_(page, sheet)

    page.route("**/lines/", lambda route: route.abort())
    Keys(page).type(officer.service_number)
    page.keyboard.press("Enter")
    page.wait_for_selector("#connection:not([hidden])")
    page.click("[data-send]")

    assert page.inner_text("#notice").startswith("Lines of this sheet still wait")
