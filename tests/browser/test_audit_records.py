"""A record as it stood beside another moment, and the thread, as an auditor goes through them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.actions import hearings
from ledger import clock
from officers.models.users import Role
from tests import make
from tests.dismissals import Road
from tests.looking import DESK, PHONE, faults, go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
]


def test_an_auditor_goes_from_the_thread_to_the_record_before_and_after_an_act(browser_page):
    page, road = browser_page, Road()
    case = road.of_test()
    road.assessed(case)
    with clock.at(clock.now() + timedelta(days=2)):
        hearings.issue_notice(road.case_officer, case.pk)
    sign_in(page, make.user(Role.AUDITOR), "en")
    page.set_viewport_size(DESK)

    page.goto(reverse("audit_thread", args=["case", case.pk]))
    expect(page.locator("h1")).to_contain_text(case.reference)
    expect(page.get_by_text("since the stage before").first).to_be_visible()
    assert faults(page) == []
    go(page.get_by_role("link", name="Severity assessed"))
    changed = page.locator("tr.past__changed", has_text="Breach for which dismissal is possible")
    expect(changed).to_contain_text("Severity Changed")
    assert faults(page) == []

    page.select_option("[name=at]", index=0)
    last = page.locator("[name=beside] option").last.get_attribute("value")
    page.select_option("[name=beside]", last)
    go(page.get_by_role("button", name="Show"))
    expect(page.locator("main")).to_contain_text("Notice to the officer")
    expect(page.locator(".govuk-tag", has_text="Added").first).to_be_visible()
    assert faults(page) == []


def test_the_pages_stand_on_a_phone_in_khmer(browser_page):
    page, road = browser_page, Road()
    case = road.of_test()
    test = case.grounds.get().test
    sign_in(page, make.user(Role.AUDITOR), "km")
    page.set_viewport_size(PHONE)
    for address in (
        reverse("audit_thread", args=["drug_test", test.pk]),
        reverse("audit_record", args=["officers_drugtest", test.pk]),
        reverse("audit_record", args=["officers_officer", test.officer_id]),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        assert faults(page) == [], address
