"""Pages of labels and of officers not tested, in both languages, at a desk and on a phone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ledger import clock
from officers.actions import specimen_numbers
from officers.models.users import Role
from officers.reckoning.numbers import specimen_number
from tests import make
from tests.looking import WINDOWS, faults_in_both, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["km", "en"])
def test_pages_of_labels_and_of_who_was_not_tested_are_accessible_and_fit(browser_page, language):
    page = browser_page
    unit = make.unit(name_latin="Poipet Post", name_km="ប៉ុស្តិ៍នគរបាលប៉ោយប៉ែត")
    keeper, by = make.user(Role.SYSTEM_ADMINISTRATOR), make.user(Role.ADMINISTRATOR, unit)
    labels = specimen_numbers.issue(keeper, unit_id=unit.pk, number=40)
    with clock.at(clock.now() - timedelta(days=400)):
        make.test(by, make.sheet(by, unit), of=make.officer(make.unit(unit), since=clock.today()))
    sheet = make.sheet(by, unit)
    for serial in (1, 5):
        make.test(by, sheet, specimen_number=specimen_number(labels.year, serial))
    specimen_numbers.spoil(by, number=specimen_number(labels.year, 2), reason="រហែកពេលបកចេញ")
    page.set_viewport_size(WINDOWS[language])

    found = {}
    for user, pages in (
        (keeper, {"labels-issue": reverse("issue_specimen_numbers")}),
        (
            by,
            {
                "labels": reverse("specimen_numbers"),
                "labels-range": reverse("specimen_range", args=[labels.pk]),
                "labels-choose": reverse("print_labels", args=[labels.pk]) + "?first=x&number=900",
                "labels-print": reverse("print_labels", args=[labels.pk])
                + f"?first={labels.first_label}&number=4",
                "labels-spoil": reverse("spoil_specimen_number"),
                "not-tested": reverse("not_tested"),
                "not-tested-none": reverse("not_tested") + f"?unit={unit.code}&since=1/1/2001",
            },
        ),
        (make.user(Role.AUDITOR, make.unit()), {"labels-none": reverse("specimen_numbers")}),
    ):
        sign_in(page, user, language)
        for name, address in pages.items():
            page.goto(address)
            if broken := faults_in_both(page, f"{name}-{language}"):
                found[name] = broken
    assert found == {}
