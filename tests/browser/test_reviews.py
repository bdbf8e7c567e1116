"""From the review of a report to the recorded service of the letter, and claims determined, as people do it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models import Claim, DrugTest, Review
from officers.models.users import Role
from tests import make
from tests.looking import DESK, PHONE, faults, go, shoot, sign_in
from tests.results import Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page):
    go(page.locator("main form button[type=submit]:not(.govuk-password-input__toggle)").last)


def give_password(page):
    page.fill("[name=password]", make.PASSWORD)
    submit(page)


def look(page, name, language="en"):
    """At both widths; no fault on either."""
    for size, kind in ((DESK, "desk"), (PHONE, "phone")):
        page.set_viewport_size(size)
        assert faults(page) == [], name
        shoot(page, f"{name}-{kind}-{language}")


def in_both(page, user, name):
    """The page as it is, in Khmer and then in English again."""
    address = page.url
    for language in ("km", "en"):
        sign_in(page, user, language)
        page.goto(address)
        look(page, name, language)
    page.set_viewport_size(PHONE)


def test_a_report_is_reviewed_the_letter_written_and_its_hand_over_recorded(browser_page):
    page, way = browser_page, Way()
    way.reported()
    row = Review.objects.get()
    sign_in(page, way.physician)
    page.goto(reverse("reviews"))
    in_both(page, way.physician, "reviews")
    go(page.locator("tbody a"))
    go(page.get_by_role("button", name="Take on"))
    submit(page)
    go(page.get_by_role("button", name="Write down an attempt"))
    page.get_by_label("Telephone").check()
    page.get_by_label("Reached", exact=True).check()
    look(page, "review-attempt")
    submit(page)
    go(page.get_by_role("button", name="Write the interview down"))
    page.fill("[name=heard]", "I took nothing. A friend gave me a drink.")
    submit(page)
    in_both(page, way.physician, "review")

    go(page.get_by_role("button", name="Verify"))
    give_password(page)
    look(page, "review-verify")
    submit(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.fill("[name=reasons]", "No medical explanation was given or found.")
    submit(page)
    expect(page.locator(".moj-alert")).to_contain_text("Verified")

    go(page.get_by_role("button", name="Write a letter to the officer"))
    submit(page)
    code = page.locator("#code").inner_text()
    assert len(code.split()) == 4
    number = page.locator("#outside .letter__number").inner_text()
    look(page, "letter")
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf())) == 2, "the outside and the inside"
    page.reload()
    expect(page.locator("main")).not_to_contain_text(code)
    assert row.test.officer.door_codes.count() == 1

    sign_in(page, way.registrar)
    page.goto(reverse("letters"))
    page.fill("[name=number]", number.replace("-", " "))
    look(page, "letter-find")
    submit(page)
    in_both(page, way.registrar, "letter-service")
    for name, text in (("served_by", "A clerk"), ("witness", "A witness"), ("place", "The post")):
        page.fill(f"[name={name}]", text)
    submit(page)
    expect(page.locator(".moj-alert")).to_contain_text("The hand-over is recorded")
    assert DrugTest.objects.get(pk=row.test_id).status == "VERIFIED_POSITIVE"

    supervisor = make.user(Role.SUPERVISOR, way.unit)
    sign_in(page, supervisor)
    page.goto(reverse("officer", args=[row.test.officer_id]))
    expect(page.locator("main")).to_contain_text("Verified positive, not final")
    in_both(page, supervisor, "officer-taken")


@pytest.mark.parametrize(
    ("answer", "status"), [("Yes, a refusal", "REFUSAL"), ("No, not a refusal", "NOT_TAKEN")]
)
def test_a_refusal_is_claimed_and_determined_or_rejected(browser_page, answer, status):
    page, way = browser_page, Way()
    sheet = make.sheet(way.administrator, way.unit)
    test = make.test(way.administrator, sheet, not_taken="refused")
    sign_in(page, way.administrator)
    page.set_viewport_size(PHONE)
    page.goto(reverse("test", args=[test.pk]))
    go(page.get_by_role("button", name="Claim a refusal"))
    if status == "REFUSAL":
        in_both(page, way.administrator, "claim")
    page.get_by_label("Left before the end").check()
    page.fill("[name=account]", "He left the queue when his name was called.")
    page.fill("[name=witness]", "Malis Rotha")
    submit(page)
    expect(page.locator("main")).to_contain_text("Claimed, not determined")
    assert faults(page) == []

    row = Review.objects.get(claim=Claim.objects.get())
    sign_in(page, way.physician)
    page.goto(reverse("review", args=[row.pk]))
    go(page.get_by_role("button", name="Take on"))
    submit(page)
    go(page.get_by_role("button", name="Write the interview down"))
    page.fill("[name=heard]", "My chief called me away.")
    submit(page)
    assert faults(page) == []
    go(page.get_by_role("button", name="Determine the claim"))
    give_password(page)
    page.get_by_label(answer).check()
    page.fill("[name=reasons]", "As the officer and the witness say.")
    if status == "REFUSAL":
        look(page, "review-determine")
    submit(page)
    expect(page.locator(".moj-alert")).to_contain_text("The claim is determined")
    assert DrugTest.objects.get(pk=test.pk).status == status

    sign_in(page, way.administrator)
    page.goto(reverse("test", args=[test.pk]))
    expect(page.locator("main")).to_contain_text("Determined:")
    look(page, f"claimed-{status.lower()}")
