"""Figures and earlier measures as somebody uses them, and each page looked at."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models.users import Role
from tests import make
from tests.cases.test_earlier import gone, row
from tests.dismissals import Road
from tests.looking import DESK, PHONE, WINDOWS, faults_in_both, go, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def csv_of(*rows: dict[str, str]) -> bytes:
    titles = list(rows[0])
    lines = [titles, *([one[title] for title in titles] for one in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def test_a_list_is_entered_its_figures_looked_at_and_every_page_is_in_order(browser_page):
    page, road = browser_page, Road(make.Province().commune)
    road.in_force()
    officer = gone(road.unit)
    registrar, auditor = make.user(Role.REGISTRAR), make.user(Role.AUDITOR)
    found = []
    page.set_viewport_size(DESK)
    sign_in(page, registrar)
    page.goto(reverse("earlier_measures"))
    go(page.get_by_role("button", name="Enter a list"))
    found += faults_in_both(page, "earlier-upload-en")
    page.get_by_label("From which list or paper this is").fill("List of the personnel department")
    rows = [row(officer), row(), row(**{"Measure": "?", "Service number": "55502"})]
    page.get_by_label("File").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": csv_of(*rows)}
    )
    go(page.get_by_role("button", name="Upload and check"))
    expect(page.locator("h1")).to_have_text("What this list would do")
    found += faults_in_both(page, "earlier-checked-en")
    go(page.get_by_role("button", name="Enter the good rows"))
    expect(page.get_by_text("2 measures were entered.")).to_be_visible()
    for language, window in WINDOWS.items():
        page.set_viewport_size(window)
        for user, names in (
            (registrar, ["earlier_measures"]),
            (auditor, ["figures", "figure_measures", "figure_tests"]),
        ):
            sign_in(page, user, language)
            for name in names:
                page.goto(reverse(name))
                found += faults_in_both(page, f"{name}-{language}")
    page.set_viewport_size(PHONE)
    sign_in(page, auditor)
    page.goto(reverse("figures"))
    go(page.get_by_role("link", name="1 Dismissed, through a case"))
    expect(page.locator("h1")).to_have_text("Measures that went through a case")
    assert found == []
