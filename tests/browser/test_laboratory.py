"""A laboratory receives and reports; a collector sends and hands over; a second person settles what is in question."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers import imports as reading
from officers.actions import laboratory
from officers.models import CustodyProblem, LaboratoryReport, Specimen
from officers.models.laboratory import LabResult
from tests.looking import DESK, PHONE, faults, go, shoot, sign_in
from tests.officers.importing import checked, csv
from tests.results import Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page, name, found):
    shoot(page, f"laboratory-{name}")
    if problems := faults(page):
        found[name] = problems


def test_a_laboratory_receives_and_reports_with_a_phone(browser_page):
    page, way, found = browser_page, Way(), {}
    specimen = way.sent(way.screen(specimen_number="SP-7001"))
    page.set_viewport_size(PHONE)
    sign_in(page, way.chemist)
    page.goto(reverse("home"))
    look(page, "empty", found)
    page.get_by_label("Specimen number").fill("sp-៧០០១")
    go(page.get_by_role("button", name="Find"))
    expect(page.locator("h1")).to_contain_text("SP-7001")
    go(page.get_by_role("button", name="Receive"))
    look(page, "receive", found)
    page.get_by_label("Handed over by").fill("Courier")
    page.get_by_label("Seal as found").fill(specimen.seal_a)
    page.get_by_label("Yes").check()
    go(page.get_by_role("button", name="Receive the specimen"))
    expect(page.get_by_role("status").first).to_contain_text("The specimen is received")
    look(page, "received", found)

    go(page.get_by_role("button", name="Report"))
    go(page.get_by_role("button", name="Go on"))
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    look(page, "report-refused", found)
    page.get_by_label("Method of confirmation").select_option("lc_ms_ms")
    page.get_by_label("Confirmation: Methamphetamine, ng/mL").fill("1200.5")
    page.get_by_label("Creatinine, mg/dL").fill("85")
    page.get_by_label("Certifying scientist").fill("A Chemist")
    go(page.get_by_role("button", name="Go on"))
    expect(page.locator("h1")).to_contain_text("Check before you send")
    look(page, "check", found)
    go(page.get_by_role("button", name="Change"))
    expect(page.get_by_label("Confirmation: Methamphetamine, ng/mL")).to_have_value("1200.5")
    go(page.get_by_role("button", name="Go on"))
    go(page.get_by_role("button", name="Send the results"))
    expect(page.locator("h1")).to_contain_text("Positive")
    assert LaboratoryReport.objects.get().result == LabResult.POSITIVE
    assert found == {}


@pytest.mark.parametrize(("language", "size"), [("km", PHONE), ("en", DESK), ("km", DESK)])
def test_every_page_of_specimens_is_sound(browser_page, language, size):
    page, way, found = browser_page, Way(), {}
    coming, testing = way.sent(), way.received()
    reported = way.reported().specimen
    retest = Specimen.objects.get(test=way.retest().test_id)
    waiting = way.screen()
    broken = way.sent()
    laboratory.receive(way.chemist, broken.pk, handed_over_by="Courier", seal=broken.seal_a, is_whole=False)
    problem = CustodyProblem.objects.get()
    rows = [
        [testing.number, "LC-MS/MS", "Methamphetamine", "900", "80", "A"],
        ["SP-0", "GC-MS", "MDMA", "1", "", "A"],
    ]
    header = ["Specimen number", "Method", "Analyte", "Value", "Creatinine", "Certified by"]
    file = checked(way.chemist, way.first, csv(header, *rows), "LABORATORY")
    reading.proceed(file.pk)
    page.set_viewport_size(size)
    pages = {
        way.chemist: {
            "list": reverse("laboratory"),
            "coming": reverse("laboratory_list", args=["coming"]),
            "reported": reverse("laboratory_list", args=["reported"]),
            "specimen": reverse("laboratory_specimen", args=[reported.pk]),
            "in-question": reverse("laboratory_specimen", args=[broken.pk]),
            "receive": reverse("receive_specimen", args=[coming.pk]),
            "reject": reverse("reject_specimen", args=[testing.pk]),
            "redesignate": reverse("redesignate_specimen", args=[testing.pk]),
            "report": reverse("report_specimen", args=[testing.pk]),
            "correct": reverse("report_specimen", args=[reported.pk]),
            "upload": reverse("import_upload"),
            "file": reverse("import", args=[file.pk]),
            "file-good": f"{reverse('import', args=[file.pk])}?show=new",
        },
        way.second_chemist: {
            "second": reverse("laboratory_list", args=["second"]),
            "report-second": reverse("report_second", args=[retest.pk]),
        },
        way.administrator: {
            "dispatch": reverse("dispatch_test", args=[waiting.pk]),
            "test": reverse("test", args=[broken.test_id]),
            "hand-over": reverse("hand_over_specimen", args=[coming.test_id]),
            "direct": reverse("direct_specimen", args=[coming.test_id]),
        },
        way.physician: {
            "problems": reverse("custody_problems"),
            "problem": reverse("custody_problem", args=[problem.pk]),
            "settled": f"{reverse('custody_problems')}?settled",
        },
    }
    for user, of_user in pages.items():
        sign_in(page, user, language)
        for name, address in of_user.items():
            assert page.goto(address).status == 200, name
            look(page, f"{name}-{language}-{size['width']}", found)
    assert found == {}
