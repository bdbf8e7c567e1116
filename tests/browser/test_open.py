"""The public pages as anybody opens them: each looked at in both languages, on a telephone and at a desk."""

import pytest
from django.urls import reverse

from tests.audits.published import publish
from tests.looking import DESK, PHONE, faults_in_both

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "open_data"]),
]

PAGES = (
    "open",
    "open_measures",
    "open_tests",
    "open_complaints",
    "open_inaction",
    "open_units",
    "open_changes",
)
TOLD = ("open_method", "open_developers")


def addresses() -> dict[str, str]:
    found = {name: reverse(name) for name in (*PAGES, *TOLD)}
    return found | {
        "open_unit": reverse("open_unit", args=["P-07"]),
        "open_missing": reverse("open_unit", args=["X"]),
    }


def test_every_page_is_accessible_and_fits_in_both_languages(browser_page):
    page, found = browser_page, []
    page.set_viewport_size(PHONE)
    page.goto(reverse("open"))
    found += faults_in_both(page, "open-empty-km")
    publish()
    for language, window in (("km", PHONE), ("en", DESK)):
        page.set_viewport_size(window)
        for name, address in addresses().items():
            page.goto(f"{address}?lang={language}")
            found += faults_in_both(page, f"{name}-{language}")
    assert found == []
    assert page.context.cookies() == []
