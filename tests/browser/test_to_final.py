"""A screen becomes final by pages alone, through all hands, the officer asking from a phone. Another is cancelled."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models import DrugTest, Review, Specimen
from officers.reckoning.codes import plain
from tests import make
from tests.browser.test_reporting import fill, press
from tests.looking import DESK, PHONE, faults, go, sign_in
from tests.results import Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    go(page.locator("main form button[type=submit]:not(.govuk-password-input__toggle)").last)


def step(page, name: str, **fields: str) -> None:
    """A button of the page, and the form behind it."""
    go(page.get_by_role("button", name=name, exact=True))
    if page.locator("[name=password]").count():
        submit(page, password=make.PASSWORD)
    submit(page, **fields)


def send(page, way, test) -> None:
    sign_in(page, way.administrator)
    page.goto(reverse("dispatch_test", args=[test.pk]))
    page.select_option("[name=laboratory]", "LAB-1")
    submit(page, received_by="Courier", place="Gate", seal="A-1", seal_b="B-1")


def receive(page, chemist, specimen, seal: str) -> None:
    sign_in(page, chemist)
    page.goto(reverse("receive_specimen", args=[specimen.pk]))
    page.get_by_label("Yes").check()
    page.fill("[name=handed_over_by]", "Courier")
    page.get_by_label("Seal as found").fill(seal)
    go(page.get_by_role("button", name="Receive the specimen"))


def line(page, way, test) -> None:
    sign_in(page, way.administrator)
    page.goto(reverse("test", args=[test.pk]))


def test_a_screen_becomes_final_after_the_second_bottle_was_asked_for_from_a_phone(browser_page):
    page, way = browser_page, Way()
    page.set_viewport_size(DESK)
    test = way.screen()
    send(page, way, test)
    specimen = Specimen.objects.get()
    receive(page, way.chemist, specimen, "A-1")
    page.goto(reverse("report_specimen", args=[specimen.pk]))
    page.select_option("[name=method]", "lc_ms_ms")
    page.get_by_label("Confirmation: Methamphetamine, ng/mL").fill("1200")
    page.get_by_label("Creatinine, mg/dL").fill("85")
    page.get_by_label("Certifying scientist").fill("A chemist")
    go(page.get_by_role("button", name="Go on"))
    go(page.get_by_role("button", name="Send the results"))

    line(page, way, test)
    expect(page.locator("main")).to_contain_text("At the laboratory")
    sign_in(page, way.physician)
    review = reverse("review", args=[Review.objects.get().pk])
    page.goto(review)
    step(page, "Take on")
    step(page, "Write the interview down", heard="I took nothing.")
    step(page, "Verify", reasons="No medical explanation was found.")
    step(page, "Write a letter to the officer")
    code = page.locator("#code").inner_text()

    page.set_viewport_size(PHONE)
    page.goto(reverse("door"))
    fill(page, {"code": plain(code), "birth_year": str(test.officer.birth_year)})
    press(page, "go")
    press(page, "open")
    mine = f"ask_retest:result-{Review.objects.get().pk}"
    press(page, f"act:{mine}")
    press(page, f"sure:{mine}")
    assert faults(page) == []

    page.set_viewport_size(DESK)
    line(page, way, test)
    expect(page.locator("main")).to_contain_text("Verified positive, not final")
    sign_in(page, way.physician)
    page.goto(review)
    go(page.get_by_role("button", name="Name the second laboratory"))
    page.check(f"[name=laboratory][value='{way.second.pk}']")
    submit(page)
    receive(page, way.second_chemist, specimen, "B-1")
    page.goto(reverse("report_second", args=[specimen.pk]))
    page.get_by_label("Yes").check()
    page.select_option("[name=method]", "gc_ms")
    submit(page, certified_by="Another chemist")
    assert faults(page) == []

    line(page, way, test)
    expect(page.locator("main")).to_contain_text("Final positive")
    assert faults(page) == []
    assert DrugTest.objects.get().status == DrugTest.Status.FINAL_POSITIVE


def test_a_specimen_with_a_fatal_flaw_is_cancelled(browser_page):
    page, way = browser_page, Way()
    test = way.screen()
    send(page, way, test)
    sign_in(page, way.chemist)
    page.goto(reverse("reject_specimen", args=[Specimen.objects.get().pk]))
    page.get_by_label("The number on the bottle is not that of the form").check()
    submit(page, certified_by="A chemist")
    assert faults(page) == []

    line(page, way, test)
    expect(page.locator("main")).to_contain_text("Cancelled")
    assert faults(page) == []
