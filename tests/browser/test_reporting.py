"""Somebody with a cheap telephone reports a wrong, comes back with the receipt, and answers. Without script."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from cases.actions import closing, complaints, intake
from cases.models import Complaint, Message
from officers.models.users import Role
from tests import make
from tests.cases.walking import ANSWERS, PLACE
from tests.files.hostile import CANARY, telling_picture
from tests.looking import PHONE, WINDOWS, faults_in_both, go, sign_in

ODD = {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"}
PICTURE = {"name": "canary-name.jpg", "mimeType": "image/jpeg", "buffer": telling_picture()}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, do: str) -> None:
    go(page.locator(f'#step button[name=do][value="{do}"]:visible, .head button[value="{do}"]').first)


def fill(page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        field = page.locator(f'#step [name="{name}"]:not([type=hidden])')
        if field.first.get_attribute("type") == "radio":
            page.locator(f'#step [name="{name}"][value="{value}"]').check()
        elif field.count():
            field.fill(value)


def on_step(page, step: str) -> None:
    expect(page.locator("[name=step]")).to_have_value(step)


def start(page, language: str) -> None:
    page.goto(reverse("report"))
    press(page, f"language:{language}")
    expect(page.locator(f"html[lang={language}]")).to_be_attached()


def add_a_picture(page, each=lambda name: None) -> None:
    page.locator("[name=file]").set_input_files(files=[ODD])
    press(page, "add")
    each("files-wrong")
    page.locator("[name=file]").set_input_files(files=[PICTURE])
    press(page, "add")
    expect(page.locator('[value="drop:0"]')).to_be_visible()
    each("files-added")


def file_a_report(page, each=lambda name: None) -> str:
    """From the start page to the receipt, looking at each page."""
    each("start")
    go(page.locator("#step .govuk-button").first)
    for step, fields in ANSWERS.items():
        if step == "exactly":
            for code in PLACE:
                each(f"where-{len(code)}")
                fill(page, {"place": code})
                press(page, "go")
        on_step(page, step)
        each(step)
        fill(page, fields)
        if step == "files":
            add_a_picture(page, each)
        press(page, "go")
    on_step(page, "check")
    each("check")
    press(page, "send")
    shown = page.locator(".receipt").inner_text()
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", shown)
    each("sent")
    return str(shown)


@pytest.fixture
def telephone(live_server, chromium):
    """A browser with scripts switched off, at the width of a telephone, that speaks Khmer."""
    context = chromium.new_context(
        base_url=live_server.url, locale="km-KH", java_script_enabled=False, viewport=PHONE
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_report_is_filed_in_khmer_on_a_telephone_without_script_and_answered_later(telephone):
    page, place = telephone, make.Province()
    page.goto(reverse("report"))
    expect(page.locator("html")).to_have_attribute("lang", "km")
    receipt = file_a_report(page)
    fill(page, {"last": receipt[-4:]})
    press(page, "go")
    expect(page.locator("h1")).to_be_visible()
    assert receipt not in page.content()
    assert receipt.replace(" ", "") not in page.content()
    assert page.context.cookies() == []

    intake.enter_waiting()
    row = Complaint.objects.get()
    assert (row.language, row.place_code) == ("km", PLACE[-1])
    handler = make.user(Role.CASE_OFFICER, row.unit)
    complaints.acknowledge(handler, row.pk, text="តើនៅផ្ទះលេខប៉ុន្មាន?")
    assert place.commune != row.unit

    page.goto(reverse("receipt"))
    fill(page, {"receipt": receipt.replace(" ", "-")})
    press(page, "go")
    expect(page.locator(".said")).to_contain_text("តើនៅផ្ទះលេខប៉ុន្មាន?")
    fill(page, {"word": "ផ្ទះពណ៌ខៀវ"})
    press(page, "word")
    expect(page.locator(".moj-alert")).to_be_visible()
    assert receipt.replace(" ", "") not in page.url
    intake.enter_waiting()
    assert Message.objects.filter(from_reporter=True).get().text == "ផ្ទះពណ៌ខៀវ"

    sign_in(page, handler)
    page.goto(reverse("complaint", args=[row.pk]))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Picture (JPEG)").click()
    content = Path(saved.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8")
    assert CANARY.encode() not in content
    assert saved.value.suggested_filename == f"file-{row.files.get().pk}.jpg"


def test_enter_goes_on_and_a_change_of_language_keeps_what_is_typed(telephone):
    page = telephone
    make.Province()
    start(page, "en")
    go(page.locator("#step .govuk-button").first)
    fill(page, {"category": "other"})
    press(page, "go")
    page.locator("[name=q]").fill("Kampot")
    go(page.locator("[name=q]"), by="Enter")
    page.locator('[name=place][value="07"]').check()
    press(page, "go")
    page.locator('[name=place][value="-"]').check()
    press(page, "go")
    on_step(page, "exactly")
    fill(page, {"place_text": "By the old bridge"})
    press(page, "language:km")
    expect(page.locator("html")).to_have_attribute("lang", "km")
    expect(page.locator("[name=place_text]")).to_have_value("By the old bridge")
    press(page, "go")
    page.locator("[name=happened]").press_sequentially("ម្សិលមិញ")
    go(page.locator("[name=happened]"), by="Enter")
    on_step(page, "who")
    press(page, "back")
    expect(page.locator("[name=happened]")).to_have_value("ម្សិលមិញ")


def test_the_browsers_own_back_asks_to_send_again_and_then_loses_nothing(telephone):
    """What is in no cache can only be asked for anew: the price of leaving nothing on the telephone."""
    page = telephone
    make.Province()
    start(page, "en")
    go(page.locator("#step .govuk-button").first)
    fill(page, {"category": "extortion"})
    press(page, "go")
    fill(page, {"place": "-"})
    press(page, "go")
    fill(page, {"place_text": "By the old bridge"})
    press(page, "go")
    on_step(page, "when")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    page.wait_for_url("chrome-error://**")
    page.reload()
    on_step(page, "exactly")
    press(page, "back")
    press(page, "back")
    expect(page.locator('[name=category][value="extortion"]')).to_be_checked()


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_public_page_is_accessible_and_fits(browser_page, language):
    page, place = browser_page, make.Province()
    page.set_viewport_size(WINDOWS[language])
    found = {}

    def look(name: str) -> None:
        if problems := faults_in_both(page, f"report-{name}-{language}"):
            found[name] = problems

    start(page, language)
    receipt = file_a_report(page, look)
    press(page, "go")
    look("sent-wrong")
    press(page, "proof")
    look("proof")
    press(page, "back")
    fill(page, {"last": receipt[-4:]})
    press(page, "go")
    look("done")
    go(page.locator("#step .govuk-button"))
    look("receipt")
    fill(page, {"receipt": "1234"})
    press(page, "go")
    look("receipt-wrong")
    fill(page, {"receipt": receipt})
    press(page, "go")
    look("status-waiting")
    intake.enter_waiting()
    row = Complaint.objects.get()
    handler = make.user(Role.SUPERVISOR, row.unit)
    complaints.acknowledge(handler, row.pk, text="Thank you. Which house is it?")
    complaints.take_action(handler, row.pk, kind="visited", text="Was there.")
    press(page, "word")
    look("status-error")
    fill(page, {"word": "The blue one."})
    press(page, "word")
    look("status")
    about = {
        "finding": "substantiated",
        "closure_reason": "referred_prosecutor",
        "summary": "x",
        "answer": "Done.",
    }
    closing.close(handler, row.pk, **about)
    fill(page, {"word": "Thank you."})
    press(page, "word")
    look("status-closed")
    assert place.commune.pk

    start(page, language)
    go(page.locator("#step .govuk-button").first)
    press(page, "go")
    look("what-wrong")
    fill(page, {"category": "other"})
    press(page, "go")
    fill(page, {"q": "Kampot"})
    press(page, "search")
    look("where-found")
    page.locator("[name=state]").evaluate("field => { field.value = 'altered' }")
    press(page, "go")
    look("altered")
    page.goto(reverse("report"))
    with page.expect_navigation():
        page.locator("#step").evaluate(
            "(form, to) => { form.action = to; form.submit() }", reverse("report_sent")
        )
    expect(page.locator("[lang=km] h1")).to_be_visible()
    look("lost")
    page.goto(reverse("account_login"))
    look("sign-in")

    assert found == {}
