"""From a confirmed positive to the order, and to the appeal that overturns it: by pages alone, by seven people."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.actions import cases
from cases.models import Appeal, Case, Measure, Order
from ledger import clock
from ledger.actors import CLOCK
from officers.models import Officer, RegisterEntry
from tests import make
from tests.browser.test_reporting import fill, press
from tests.dismissals import Road, again
from tests.looking import DESK, PHONE, faults, go, sign_in
from tests.results import Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    go(page.locator("main form[method=post] button[type=submit]:not(.govuk-password-input__toggle)").last)


def step(page, case: Case, verb: str, *checked: str, **fields: str) -> None:
    """From the page of the case to the page of a step, where this is chosen and written."""
    page.goto(reverse("case", args=[case.pk]))
    go(page.locator(f"main a[href='{reverse(f'case-{verb}', args=[case.pk])}']").first)
    for what in checked:
        page.check(what)
    submit(page, **fields)


def letter(page, case: Case) -> str:
    """A letter written on the page of the case; its code."""
    page.goto(reverse("case-write-letter", args=[case.pk]))
    if page.locator("[name=password]").count():  # what opens a door asks for the password first
        submit(page, password=make.PASSWORD)
    submit(page)
    return str(page.locator("#code").inner_text())


def come(page, case: Case, code: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(reverse("door"))
    fill(page, {"code": code, "birth_year": str(case.officer.birth_year)})
    press(page, "go")
    press(page, "open")


def key_of(case: Case, kind: str) -> str:
    return f"{kind}-{case.notices.filter(kind=kind).latest('pk').pk}"


def test_a_confirmed_positive_leads_to_an_order_and_an_appeal_overturns_it(browser_page, tmp_path):
    page, road = browser_page, Road()
    page.set_viewport_size(DESK)
    test = Way(road.unit).final()
    case = cases.open_for_test(CLOCK, test.pk)
    assert case is not None

    sign_in(page, road.case_officer)
    identity = {"service_number": test.officer.service_number, "birth_year": str(test.officer.birth_year)}
    step(page, case, "identify", **identity)
    step(page, case, "assess", "[value=gross]", reasons="Methamphetamine, confirmed.")
    step(page, case, "issue-notice")
    code = letter(page, case)

    come(page, case, code)
    key = key_of(case, "allegations")
    fill(page, {f"respond-{key}": "I took a medicine."})
    press(page, f"act:respond:{key}")
    press(page, f"act:complete:{key}")
    press(page, f"sure:complete:{key}")
    assert faults(page) == []

    page.set_viewport_size(DESK)
    step(page, case, "investigate", text="The physician heard him about medicines.")
    proposal = {"reasons": "He used methamphetamine.", "lesser": "He would stay in service."}
    step(page, case, "propose", "[value=dismissal]", "[value='DR-01']", "[name=no_conflict]", **proposal)
    assert again(case).status == Case.Status.PROPOSED

    sign_in(page, road.legal)
    opinion = ("[name=rests_on_no_screen]", "[name=no_conflict]")
    step(page, case, "find-lawful", *opinion, text="Lawful: confirmed, reviewed, final.")

    sign_in(page, road.authority)
    page.goto(reverse("case-decide", args=[case.pk]))
    expect(page.locator("main")).to_contain_text("I took a medicine.")
    expect(page.locator("main")).to_contain_text("Lawful: confirmed, reviewed, final.")
    page.check("[name=outcome][value=accepted]")
    page.check("[name=no_conflict]")
    submit(page, reasons="The facts are proved.", password=make.PASSWORD)
    assert again(case).status == Case.Status.AWAITING_INSTRUMENT

    sign_in(page, road.registrar)
    page.goto(reverse("case-register", args=[case.pk]))
    today = f"{clock.today():%d/%m/%Y}"
    page.select_option("[name=instrument]", "ministerial_decision")
    scan = tmp_path / "order.txt"
    scan.write_text("Decision No. 7 of the minister, signed.")
    page.set_input_files("[name=files]", scan)
    submit(page, number="7 MOI", signed_by="The minister", signed_on=today, effective_on=today)
    order = Order.objects.get()
    assert again(case).officer.status == Officer.Status.SERVING

    sign_in(page, road.verifier)
    page.goto(reverse("order-verify", args=[order.pk]))
    submit(page, number="7 MOI", signed_on=today, effective_on=today)
    assert again(case).officer.status == Officer.Status.DISMISSED

    sign_in(page, road.case_officer)
    code = letter(page, case)
    come(page, case, code)
    key = key_of(case, "decision")
    fill(
        page, {f"lodge_ground-{key}": "new_evidence", f"lodge-{key}": "My physician writes of the medicine."}
    )
    press(page, f"act:lodge:{key}")
    press(page, f"sure:lodge:{key}")
    assert faults(page) == []

    page.set_viewport_size(DESK)
    appeal = Appeal.objects.get()
    sign_in(page, road.member)
    page.goto(reverse("appeal-admit", args=[appeal.pk]))
    submit(page)
    page.goto(reverse("appeal-draft", args=[appeal.pk]))
    page.check("[name=outcome][value=overturned]")
    submit(page, reasons="The medicine explains the finding.")
    sign_in(page, road.second_member)
    page.goto(reverse("appeal-agree", args=[appeal.pk]))
    page.check("[name=no_conflict]")
    assert faults(page) == []
    submit(page)

    case = again(case)
    assert (case.status, case.outcome) == (Case.Status.CLOSED, "overturned")
    assert case.officer.status == Officer.Status.SERVING
    assert case.officer.postings.filter(held__upper_inf=True).count() == 1
    assert Measure.objects.get().reversed_on == clock.today()
    assert RegisterEntry.objects.get().status == "VOIDED"
    assert {"proposer", "checker", "decider", "registrar", "verifier", "appeal member"} <= {
        part for parts in case.parts.values() for part in parts
    }
    page.goto(reverse("case", args=[case.pk]))
    expect(page.locator("main")).to_contain_text("Overturned on appeal")
    assert faults(page) == []
