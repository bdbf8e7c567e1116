"""Pages of drug tests: the page of one, its correction, custody and voiding, and their list."""

import pytest
from django.urls import reverse

from ledger import clock
from officers.models import DrugTest
from officers.models.users import Role
from tests import make
from tests.officers.test_web_sheets import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def administrator(unit):
    return make.user(Role.ADMINISTRATOR, unit)


@pytest.fixture
def page(administrator):
    return signed_in(administrator)


@pytest.fixture
def sheet(administrator, unit):
    return make.sheet(administrator, unit)


def test_a_corrected_line_leads_back_to_its_sheet(page, sheet, administrator, unit):
    test, right = make.test(administrator, sheet), make.officer(unit)
    url = reverse("correct_test", args=[test.pk])

    form = page.get(url).context["form"]
    assert form["number"].value() == test.officer.service_number
    refused = page.post(url, {"number": right.service_number, "version": test.version, "remark": "kept"})
    answer = page.post(
        f"{url}?sheet", {"number": right.service_number, "version": test.version, "reason": "Slipped."}
    )

    assert 'value="kept"' in refused.text
    assert answer.url == reverse("sheet", args=[sheet.pk])
    test.refresh_from_db()
    assert test.officer == right


def test_the_page_of_a_test_shows_what_the_user_may_do(page, sheet, administrator, unit):
    test = make.non_negative(administrator, sheet)
    url = reverse("test", args=[test.pk])
    dispatch, void = reverse("dispatch_test", args=[test.pk]), reverse("void_test", args=[test.pk])

    text = page.get(url).text
    assert "Confirmation needed" in text
    assert "no result against anyone" in text
    assert "Positive" not in text
    assert dispatch in text
    assert void in text

    auditor = signed_in(make.user(Role.AUDITOR, unit)).get(url).text
    assert dispatch not in auditor
    assert void not in auditor


def test_a_specimen_is_sent_and_its_custody_shown(page, sheet, administrator):
    test = make.non_negative(administrator, sheet)

    page.post(
        reverse("dispatch_test", args=[test.pk]),
        {
            "laboratory": "another",
            "other_laboratory": "Laboratory One",
            "panel": "KH",
            "kind": "urine",
            "received_by": "Receiving Person",
            "place": "Front desk",
            "seal": "SEAL-9",
            "version": test.version,
        },
    )

    text = page.get(reverse("test", args=[test.pk])).text
    assert "At the laboratory" in text
    assert "SEAL-9" in text
    assert "Specimen sent to the laboratory" in text
    assert page.get(reverse("void_test", args=[test.pk])).status_code == 403


def test_a_line_is_voided_with_a_reason(page, sheet, administrator):
    test = make.test(administrator, sheet)
    url = reverse("void_test", args=[test.pk])

    page.post(url, {"reason": "", "version": test.version})
    page.post(url, {"reason": "Entered twice.", "version": test.version})

    test.refresh_from_db()
    assert test.status == DrugTest.Status.VOID
    assert page.get(url).status_code == 409


def test_tests_are_filtered_by_officer_unit_status_drug_and_period(page, sheet, administrator, unit):
    test = make.non_negative(administrator, sheet)
    today = f"{clock.today():%d/%m/%Y}"

    def listed(**asked: str) -> bool:
        return reverse("test", args=[test.pk]) in page.get(reverse("tests"), asked).text

    assert listed()
    assert listed(
        officer=test.officer.service_number,
        unit=unit.code,
        status="CONFIRMATION_NEEDED",
        drug="methamphetamine",
        since=today,
        until=today,
    )
    assert listed(officer=test.officer.number)
    assert not listed(officer="1")
    assert not listed(drug="mdma")
    assert not listed(status="NEGATIVE")


def test_an_officers_page_may_ask_for_his_tests(page, sheet, administrator, unit):
    test = make.test(administrator, sheet)
    url = reverse("officer_tests", args=[test.officer_id])

    assert reverse("test", args=[test.pk]) in page.get(url, headers={"hx-request": "true"}).text
    assert page.get(url).status_code == 200
    assert signed_in(make.user(Role.REGISTRAR, unit)).get(url).status_code == 404
