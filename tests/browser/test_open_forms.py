"""Somebody with a cheap telephone says that something published is wrong, and asks for a key. Without script."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from audits.actions import corrections
from audits.actions.publishing.corrections import publish_corrections
from audits.models import CorrectionRequest
from ledger.actors import CLOCK
from officers.models.users import Role
from tests import make
from tests.looking import PHONE, WINDOWS, faults_in_both, go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "open_data", "auditor"]),
]

ANSWER = {"answer_km": "បានកែតម្រូវហើយ។", "answer_en": "It was corrected."}


@pytest.fixture
def telephone(live_server, chromium):
    """A browser with scripts switched off, at the width of a telephone, that speaks Khmer."""
    context = chromium.new_context(
        base_url=live_server.url, locale="km-KH", java_script_enabled=False, viewport=PHONE
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def answered() -> CorrectionRequest:
    """A request that was answered by two, and one that is open."""
    for token in ("a", "b"):
        corrections.drop(corrections.Said("units", "It is closed."), token=token * 32)
    corrections.enter_waiting()
    row = CorrectionRequest.objects.earliest("pk")
    inspector = make.user(Role.INSPECTOR)
    corrections.take(inspector, row.pk)
    corrections.decline(inspector, row.pk, outcome="not_changed", **ANSWER)
    return corrections.confirm(make.user(Role.INSPECTOR), row.pk)


def test_from_a_public_page_to_the_receipt_and_the_answer_without_script(telephone):
    page = telephone
    page.goto(f"{reverse('open_corrections')}?lang=km")
    go(page.locator("main a.govuk-button"))
    page.locator("[name=about]").select_option("tests")
    page.locator("[name=wrong]").fill("ចំនួនសរុបខុស។")
    go(page.locator("#step .govuk-button"))
    receipt = page.locator(".receipt").inner_text()
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", receipt)
    corrections.enter_waiting()
    row, inspector = CorrectionRequest.objects.get(), make.user(Role.INSPECTOR)
    corrections.take(inspector, row.pk)
    corrections.answer(inspector, row.pk, outcome="corrected", **ANSWER)
    page.goto(f"{reverse('open_wrong_receipt')}?lang=km")
    page.locator("[name=receipt]").fill(receipt)
    go(page.locator("#step .govuk-button"))
    expect(page.locator(".govuk-inset-text")).to_have_text(ANSWER["answer_km"])
    assert page.context.cookies() == []


def test_every_form_and_its_answers_are_accessible_in_both_languages(browser_page):
    page, found = browser_page, []
    answered()
    publish_corrections(CLOCK)
    for language, window in WINDOWS.items():
        page.set_viewport_size(window)

        def look(name: str, language: str = language) -> None:
            found.extend(faults_in_both(page, f"{name}-{language}"))

        def open_page(name: str, language: str = language) -> None:
            page.goto(f"{reverse(name)}?lang={language}")

        for name in ("open_corrections", "open_wrong", "open_wrong_receipt", "open_keys", "open_key_give_up"):
            open_page(name)
            look(name)
        open_page("open_wrong")
        go(page.locator("#step .govuk-button"))
        look("open_wrong-nothing-said")
        page.locator("[name=about]").select_option("units")
        page.locator("[name=wrong]").fill("It is closed.")
        go(page.locator("#step .govuk-button"))
        receipt = page.locator(".receipt").inner_text()
        look("open_wrong-sent")
        open_page("open_wrong_receipt")
        page.locator("[name=receipt]").fill(receipt)
        go(page.locator("#step .govuk-button"))
        look("open_wrong-state")
        open_page("open_keys")
        page.locator("[name=address]").fill(f"holder.{language}@example.org")
        page.locator("[name=label]").fill("Our mirror")
        go(page.locator("main form .govuk-button"))
        look("open_keys-asked")
        link = re.findall(r"/open/keys/confirm/\S+", mail.outbox[-1].body)[0]
        page.goto(link)
        look("open_key-link")
        go(page.locator("main form .govuk-button"))
        look("open_key-issued")
        page.goto(link)
        look("open_key-used")
    assert found == []
    assert page.context.cookies() == []


def test_the_pages_of_inspectors_and_administrators_are_accessible(browser_page):
    page, found = browser_page, []
    row = answered()
    waiting = CorrectionRequest.objects.exclude(pk=row.pk).get()
    inspector, keeper = make.user(Role.INSPECTOR), make.user(Role.SYSTEM_ADMINISTRATOR)
    corrections.take(inspector, waiting.pk)
    for language, window in WINDOWS.items():
        page.set_viewport_size(window)
        sign_in(page, inspector, language)
        for name, pk in (
            ("corrections", None),
            ("correction", row.pk),
            ("correction", waiting.pk),
            ("correction_answer", waiting.pk),
            ("correction_decline", waiting.pk),
        ):
            page.goto(reverse(name, args=[pk] if pk else []))
            found += faults_in_both(page, f"{name}-{pk}-{language}")
        sign_in(page, keeper, language)
        page.goto(reverse("staff_open_keys"))
        found += faults_in_both(page, f"staff_open_keys-{language}")
    assert found == []
