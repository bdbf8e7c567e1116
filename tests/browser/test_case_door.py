"""An officer with a cheap telephone and a case: he reads the notice, responds, reads the decision, appeals."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.actions import cases, hearings, notices, proposals, suspensions
from cases.models import Appeal, Case, CaseStatement
from tests.browser.test_door import come
from tests.browser.test_reporting import fill, press, telephone  # noqa: F401 - a fixture
from tests.dismissals import Road, again, serve_all
from tests.looking import WINDOWS, faults_in_both

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def key_of(case: Case, kind: str) -> str:
    return f"{kind}-{case.notices.filter(kind=kind).latest('pk').pk}"


def on_to_decision(road: Road, case: Case) -> Case:
    hearings.investigate(road.case_officer, case.pk, text="The locker was his alone.")
    proposals.propose(
        road.case_officer,
        case.pk,
        measure="dismissal",
        articles=["DR-01"],
        reasons="He used drugs.",
        lesser="A demotion would leave him in service.",
        no_conflict=True,
    )
    proposals.find_lawful(
        road.legal, case.pk, text="As the rules say.", rests_on_no_screen=True, no_conflict=True
    )
    road.decide(again(case))
    road.verify(road.ordered(again(case)))
    return again(case)


def test_he_responds_without_script_and_appeals_against_what_is_decided(telephone):  # noqa: F811
    page, road = telephone, Road()
    case = road.notified()
    letter, code = notices.write_letter(road.case_officer, case.pk)
    come(page, letter, code)
    expect(page.locator("html")).to_have_attribute("lang", "km")
    assert "locker" not in page.content()
    press(page, "open")
    expect(page.locator(".record")).to_contain_text("He kept drugs in the locker of the post.")
    key = key_of(case, "allegations")
    fill(page, {f"respond-{key}": "ថ្នាំនោះមិនមែនជារបស់ខ្ញុំទេ។"})
    press(page, f"act:respond:{key}")
    expect(page.locator(".said--mine")).to_contain_text("ថ្នាំនោះមិនមែនជារបស់ខ្ញុំទេ។")
    press(page, f"act:complete:{key}")
    press(page, f"sure:complete:{key}")
    expect(page.locator(".govuk-tag--green")).to_be_visible()
    assert [one.kind for one in CaseStatement.objects.order_by("pk")] == ["response", "complete"]

    case = on_to_decision(road, case)
    press(page, "language:km")
    press(page, "open")
    key = key_of(case, "decision")
    fill(page, {f"lodge_ground-{key}": "procedure", f"lodge-{key}": "គេមិនបានស្តាប់ខ្ញុំទេ។"})
    press(page, f"act:lodge:{key}")
    expect(page.locator(".govuk-inset-text").last).to_contain_text("គេមិនបានស្តាប់ខ្ញុំទេ។")
    press(page, f"sure:lodge:{key}")
    expect(page.locator(".moj-alert")).to_be_visible()
    assert Appeal.objects.get().text == "គេមិនបានស្តាប់ខ្ញុំទេ។"
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_of_a_case_at_the_door_is_accessible_and_fits(browser_page, language):
    page, road, found = browser_page, Road(), {}
    page.set_viewport_size(WINDOWS[language])

    def look(name: str) -> None:
        if problems := faults_in_both(page, f"case-door-{name}-{language}"):
            found[name] = problems

    case = road.assessed()
    suspensions.suspend(road.supervisor, case.pk, reasons="He could warn others of the search.")
    hearings.issue_notice(road.case_officer, case.pk)
    letter, code = notices.write_letter(road.case_officer, case.pk)
    page.goto(reverse("door"))
    press(page, f"language:{language}")
    fill(page, {"code": code, "birth_year": str(letter.officer.birth_year)})
    press(page, "go")
    look("before")
    press(page, "open")
    look("notice")
    key = key_of(case, "allegations")
    press(page, f"act:respond:{key}")
    look("notice-error")
    fill(page, {f"respond-{key}": "They are not mine. The locker is shared by four of us."})
    press(page, f"act:respond:{key}")
    look("responded")
    press(page, f"act:complete:{key}")
    look("sure")
    press(page, f"sure:complete:{key}")
    press(page, f"print:{key}")
    look("print")
    press(page, "show")
    case = on_to_decision(road, case)
    press(page, f"language:{language}")
    press(page, "open")
    look("decision")
    key = key_of(case, "decision")
    press(page, f"act:lodge:{key}")
    press(page, f"sure:lodge:{key}")
    look("appeal-error")
    fill(page, {f"lodge_ground-{key}": "new_evidence", f"lodge-{key}": "A witness came back."})
    press(page, f"act:lodge:{key}")
    press(page, f"sure:lodge:{key}")
    look("lodged")
    appeal = Appeal.objects.get()
    road.decide_appeal(appeal)
    press(page, f"language:{language}")
    press(page, "open")
    look("overturned")

    other = road.served()
    cases.discontinue(road.supervisor, other.pk, reason="Nothing could be shown.")
    letter, code = notices.write_letter(road.case_officer, other.pk)
    serve_all()
    page.goto(reverse("door"))
    press(page, f"language:{language}")
    fill(page, {"code": code, "birth_year": str(letter.officer.birth_year)})
    press(page, "go")
    press(page, "open")
    look("closed")
    assert found == {}
