"""An officer with a cheap telephone and a letter: he opens his door, reads, asks, answers. In Khmer, without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.actions import doors, reviews, self_referrals
from officers.models import Review, SelfReferral, Statement
from officers.reckoning.codes import shown
from tests import make
from tests.browser.test_reporting import fill, press, telephone  # noqa: F401 - a fixture
from tests.looking import WINDOWS, faults_in_both, go, sign_in
from tests.results import Way, officer_at_door

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def come(page, letter, code: str) -> None:
    page.goto(reverse("door"))
    fill(page, {"code": shown(code), "birth_year": str(letter.officer.birth_year)})
    press(page, "go")


def test_he_opens_reads_asks_for_the_second_bottle_comes_back_and_sees_it(telephone):  # noqa: F811
    page, way = telephone, Way()
    review = way.verified()
    letter, code = way.letter(review)
    come(page, letter, code)
    expect(page.locator("html")).to_have_attribute("lang", "km")
    expect(page.locator(".govuk-warning-text")).to_contain_text("៧២ ម៉ោង")
    assert "Methamphetamine" not in page.content()
    press(page, "open")
    expect(page.locator("table").first).to_contain_text("Methamphetamine")
    expect(page.locator("table").first).to_contain_text("1200")
    fill(page, {f"ask_retest-result-{review.pk}": "ខ្ញុំមិនបានប្រើទេ។"})
    press(page, f"act:ask_retest:result-{review.pk}")
    expect(page.locator(".govuk-inset-text")).to_contain_text("ខ្ញុំមិនបានប្រើទេ។")
    press(page, f"sure:ask_retest:result-{review.pk}")
    expect(page.locator(".moj-alert")).to_be_visible()
    assert Review.objects.get(pk=review.pk).status == Review.Status.RETEST

    come(page, letter, code)
    expect(page.locator(".govuk-tag--blue")).to_be_visible()
    expect(page.locator(".said--mine").first).to_contain_text("ខ្ញុំមិនបានប្រើទេ។")
    expect(page.locator('[name^="ask_retest"]')).to_have_count(0)
    assert page.context.cookies() == []
    assert code not in page.content()


def test_he_reads_what_is_claimed_and_gives_his_own_account(telephone):  # noqa: F811
    page, way = telephone, Way()
    review = way.claimed(account="គាត់បានចាកចេញពីជួរ។")
    letter, code = way.letter(review)
    come(page, letter, code)
    press(page, "open")
    expect(page.locator(".govuk-summary-list").first).to_contain_text("គាត់បានចាកចេញពីជួរ។")
    fill(page, {f"explain-result-{review.pk}": "ខ្ញុំត្រូវបានបញ្ជូនទៅមន្ទីរពេទ្យ។"})
    press(page, f"act:explain:result-{review.pk}")
    expect(page.locator(".said--mine")).to_contain_text("ខ្ញុំត្រូវបានបញ្ជូនទៅមន្ទីរពេទ្យ។")
    assert Statement.objects.get().text == "ខ្ញុំត្រូវបានបញ្ជូនទៅមន្ទីរពេទ្យ។"


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_of_the_door_and_of_treatment_is_accessible_and_fits(browser_page, language):
    page, way, found = browser_page, Way(), {}
    page.set_viewport_size(WINDOWS[language])

    def look(name: str) -> None:
        if problems := faults_in_both(page, f"door-{name}-{language}"):
            found[name] = problems

    review = way.opened()
    letter, code = way.letter(review)
    page.goto(reverse("door"))
    press(page, f"language:{language}")
    look("ask")
    fill(page, {"code": "1234", "birth_year": "1980"})
    press(page, "go")
    look("ask-wrong")
    fill(page, {"code": code, "birth_year": str(letter.officer.birth_year)})
    press(page, "go")
    look("before")
    press(page, "open")
    look("open")
    press(page, f"act:explain:result-{review.pk}")
    look("open-error")
    doors.explain(officer_at_door(review), review.pk, text="Cough medicine, for a week.")
    reviews.hear(way.physician, review.pk, heard="A cough medicine.")
    reviews.verify(way.physician, review.pk, reasons="The medicine does not explain what was found.")
    press(page, "open" if page.locator('#step button[value="open"]').count() else f"language:{language}")
    press(page, "open")
    look("window")
    press(page, f"act:ask_retest:result-{review.pk}")
    look("sure")
    press(page, f"sure:ask_retest:result-{review.pk}")
    look("retest")
    press(page, f"print:result-{review.pk}")
    look("print")

    claim = way.claimed()
    letter, code = way.letter(claim)
    page.goto(reverse("door"))
    press(page, f"language:{language}")
    fill(page, {"code": code, "birth_year": str(letter.officer.birth_year)})
    press(page, "go")
    press(page, "open")
    look("claim")

    page.goto(reverse("treatment"))
    press(page, f"language:{language}")
    look("treatment")
    press(page, "go")
    look("treatment-wrong")
    officer = make.officer()
    about = {"number": officer.service_number, "birth_year": str(officer.birth_year), "contact": "012"}
    fill(page, about)
    press(page, "go")
    look("treatment-done")
    page.goto(reverse("account_login"))
    look("sign-in")
    sign_in(page, way.physician, language)
    page.goto(reverse("self_referrals"))
    look("requests")
    page.goto(reverse("self_referral_offer"))
    look("offer")
    row = SelfReferral.objects.get()
    page.goto(reverse("self_referral", args=[row.pk]))
    look("request")
    self_referrals.take(way.physician, row.pk)
    page.goto(reverse("self_referral", args=[row.pk]))
    look("request-read")
    go(page.locator('a[href$="/end/"]'))
    look("request-end")
    assert found == {}
