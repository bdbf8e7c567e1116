"""Every page around sheets and tests, in both languages, at a desk and on a phone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ledger import clock
from officers.actions import custody, sheets
from officers.models.users import Role
from tests import make
from tests.looking import WINDOWS, faults, faults_in_both, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_is_accessible_and_fits(browser_page, language):
    page = browser_page
    unit = make.unit(name_latin="Poipet Post", name_km="ប៉ុស្តិ៍នគរបាលប៉ោយប៉ែត")
    by = make.user(Role.ADMINISTRATOR, unit)
    with clock.at(clock.now() - timedelta(days=3)):
        left = make.sheet(make.user(Role.ADMINISTRATOR, unit), unit)
    sent = make.sheet(by, unit, order_number="ORD-2026-7")
    for _ in range(3):
        make.test(by, sent)
    make.test(by, sent, not_taken="absent", excuse="medical_leave")
    waiting = make.non_negative(by, sent)
    at_laboratory = make.non_negative(by, sent, remark="ថង់បិទត្រាហើយ")
    make.test(by, sent, invalid_for=["mdma"])
    custody.dispatch(
        by,
        at_laboratory.pk,
        laboratory="មន្ទីរពិសោធន៍ជាតិ",
        received_by="Receiving Person",
        place="Front desk",
        seal="SEAL-9",
    )
    sheets.send(by, sent.pk, stated_taken=6, totals_remark="One line was struck out.")
    sheet = make.sheet(by, unit)
    make.test(by, sheet)
    line = make.non_negative(by, sheet)
    sign_in(page, by, language)
    page.set_viewport_size(WINDOWS[language])

    found = {}
    for name, address in {
        "home": reverse("home"),
        "sheets": reverse("sheets"),
        "sheets-none": f"{reverse('sheets')}?status=VOID",
        "open-sheet": reverse("open_sheet"),
        "sheet-open": reverse("sheet", args=[sheet.pk]),
        "sheet-sent": reverse("sheet", args=[sent.pk]),
        "sheet-left": reverse("sheet", args=[left.pk]),
        "send": reverse("send_sheet", args=[sheet.pk]),
        "amend": reverse("amend_sheet", args=[sheet.pk]),
        "print": reverse("print_sheet", args=[sent.pk]),
        "choose-blank": f"{reverse('blank_sheet')}?unit=nowhere",
        "blank": reverse("blank_of_sheet", args=[sheet.pk]),
        "tests": reverse("tests"),
        "test": reverse("test", args=[at_laboratory.pk]),
        "test-waiting": reverse("test", args=[waiting.pk]),
        "correct": reverse("correct_test", args=[line.pk]),
        "void": reverse("void_test", args=[line.pk]),
        "dispatch": reverse("dispatch_test", args=[line.pk]),
    }.items():
        answer = page.goto(address)
        assert answer.status == 200, name
        if problems := faults_in_both(page, f"{name}-{language}"):
            found[name] = problems

    assert found == {}


def test_the_jobs_stand_on_the_home_of_who_runs_the_system(browser_page):
    sign_in(browser_page, make.user(Role.SYSTEM_ADMINISTRATOR))

    browser_page.goto(reverse("home"))

    shoot(browser_page, "home-system")
    assert faults(browser_page) == []
