"""A case as a case officer works on it on a phone, and every page of cases looked at."""

import io

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.actions import cases, closing, complaints, extracts, grounds, hearings, intake, prosecutions
from cases.actions.files import hold
from cases.models import Case
from ledger.actors import CLOCK
from tests import make
from tests.dismissals import Road, again, at_door
from tests.files.hostile import telling_picture
from tests.looking import PHONE, WINDOWS, faults, faults_in_both, go, sign_in
from tests.results import Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page):
    go(page.locator("main form[method=post] button[type=submit]").last)


def to(page, case: Case, verb: str) -> None:
    """By the page of the case to the page of a step."""
    page.goto(reverse("case", args=[case.pk]))
    go(page.locator(f"main a[href='{reverse(f'case-{verb}', args=[case.pk])}']").first)


def test_a_case_goes_from_its_opening_to_the_proposal_on_a_phone_in_khmer(browser_page):
    page, road = browser_page, Road()
    officer = road.officer()
    sign_in(page, road.case_officer, "km")
    page.set_viewport_size(PHONE)
    page.goto(reverse("cases"))
    go(page.locator(f"main a[href='{reverse('case_look_up')}']").first)
    page.fill("[name=q]", officer.service_number)
    go(page.locator("main form[role=search] button[type=submit]"))
    assert faults(page) == []
    go(page.get_by_role("link", name=officer.name_km))
    page.fill("[name=service_number]", "1")
    page.fill("[name=birth_year]", str(officer.birth_year))
    submit(page)
    assert faults(page) == []
    page.fill("[name=service_number]", officer.service_number)
    submit(page)
    case = Case.objects.get()
    expect(page.locator("h1")).to_contain_text(case.reference)
    assert faults(page) == []

    to(page, case, "add-ground")
    page.check("[value=drug_involvement]")
    go(page.locator("main form button[type=submit]").last)
    page.fill("[name=text]", "លាក់គ្រឿងញៀនក្នុងទូរបស់ប៉ុស្តិ៍។")
    submit(page)
    assert faults(page) == []
    page.select_option("[name=paper_kind]", "record")
    page.fill("[name=title]", "កំណត់ហេតុឆែកឆេរ")
    submit(page)
    to(page, case, "assess")
    page.check("[value=gross]")
    page.fill("[name=reasons]", "គ្រឿងញៀនក្នុងប៉ុស្តិ៍។")
    submit(page)
    to(page, case, "issue-notice")
    assert faults(page) == []
    submit(page)

    road.tell(again(case))
    to(page, case, "respond")
    page.fill("[name=text]", "មិនមែនរបស់ខ្ញុំទេ។")
    submit(page)
    hearings.complete(at_door(case), case.pk)
    to(page, case, "investigate")
    page.fill("[name=text]", "ទូនោះជារបស់គាត់តែម្នាក់។")
    submit(page)
    to(page, case, "propose")
    page.check("[value=dismissal]")
    page.check("[value='DR-01']")
    page.fill("[name=reasons]", "បានប្រើប្រាស់គ្រឿងញៀន។")
    page.check("[name=no_conflict]")
    submit(page)
    assert faults(page) == []
    page.fill("[name=lesser]", "ការបន្ថយឋានន្តរស័ក្តិមិនគ្រប់គ្រាន់ទេ។")
    submit(page)
    expect(page.locator("[aria-current=step]")).to_be_visible()
    assert faults(page) == []
    assert again(case).status == Case.Status.PROPOSED


def _extract(road: Road, case: Case) -> str:
    """Where an extract of a complaint waits for a second person, the report beside it."""
    row = make.complaint(category="extortion", named=[intake.Named("officer", "The tall one")])
    accused = row.accused.get()
    complaints.match(
        road.supervisor, row.pk, accused_id=accused.pk, officer_id=case.officer_id, evidence="Name and post."
    )
    complaints.take_action(road.supervisor, row.pk, kind="visited", text="Went there.")
    ending = {"finding": "substantiated", "closure_reason": "resolved_action_taken"}
    closing.close(road.supervisor, row.pk, **ending, summary="It is true.", answer="Thank you.")
    made = extracts.draft(road.supervisor, case.pk, complaint_id=row.pk, text="He took money.")
    return reverse("extract", args=[made.pk])


def _world(road: Road) -> dict[str, str]:
    """Addresses of the pages, each with something on it."""
    test = Way(road.unit).final()
    of_test = cases.open_for_test(CLOCK, test.pk)
    appealed = road.appealed().case
    paper = {"kind": "picture", "title": "The locker", "files": [hold(io.BytesIO(telling_picture()))]}
    served = road.served(road.opened(ground={"paper": paper}))
    hearings.ask_time(road.case_officer, served.pk, text="He is ill.")
    prosecutions.refer(road.case_officer, served.pk, court="Kandal", number="12/26")
    grounds.add_paper(road.case_officer, served.pk, kind="other", title="A letter", number="L-1")
    stayed = road.assessed()
    cases.stay(road.case_officer, stayed.pk, reason="Kandal, 12/26")
    ready = road.assessed()
    closed = road.opened()
    cases.discontinue(road.supervisor, closed.pk, reason="Nothing was shown.")
    assert of_test is not None
    steps = {verb: reverse(f"case-{verb}", args=[served.pk]) for verb in ("extend", "record-result", "refer")}
    return steps | {
        "home": reverse("home"),
        "list": reverse("cases"),
        "list-none": f"{reverse('cases')}?overdue=on",
        "overview": reverse("cases_overview"),
        "look-up": f"{reverse('case_look_up')}?q={test.officer.service_number}",
        "officer": reverse("officer", args=[served.officer_id]),
        "of-test": reverse("case", args=[of_test.pk]),
        "identify": reverse("case-identify", args=[of_test.pk]),
        "served": reverse("case", args=[served.pk]),
        "stayed": reverse("case", args=[stayed.pk]),
        "closed": reverse("case", args=[closed.pk]),
        "appealed": reverse("case", args=[appealed.pk]),
        "history": reverse("case_history", args=[appealed.pk]),
        "choose-kind": reverse("case-add-ground", args=[ready.pk]),
        "ground-test": f"{reverse('case-add-ground', args=[of_test.pk])}?kind=refusal",
        "ground-conviction": f"{reverse('case-add-ground', args=[ready.pk])}?kind=criminal_conviction",
        "withdraw": reverse("case-withdraw-ground", args=[ready.pk]),
        "add-paper": reverse("case-add-paper", args=[ready.pk]),
        "assign": reverse("case-assign", args=[ready.pk]),
        "notice": reverse("case-issue-notice", args=[ready.pk]),
        "extract": reverse("case-draft-extract", args=[ready.pk]),
        "check-extract": _extract(road, ready),
        "propose": reverse("case-propose", args=[road.investigated().pk]),
    }


@pytest.mark.parametrize("language", WINDOWS)
def test_every_page_of_cases_is_without_fault_in_both_languages(browser_page, language):
    page, road = browser_page, Road()
    addresses = _world(road)
    sign_in(page, road.case_officer, language)
    page.set_viewport_size(WINDOWS[language])
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        found[name] = faults_in_both(page, f"cases-{name}-{language}")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
