"""A laboratory's pages: what it receives, rejects, reports and corrects, by number alone."""

from decimal import Decimal

import pytest
from django.urls import reverse

from ledger.models import Event
from officers.actions import drug_tests, laboratory
from officers.models import CustodyProblem, DrugTest, LaboratoryReport, Specimen
from officers.models.laboratory import LabResult
from officers.models.users import Role
from officers.reckoning.panels import Validity
from tests import make
from tests.results import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def way():
    return Way()


@pytest.fixture
def page(client):
    """Asks as somebody, in English."""

    def as_somebody(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return as_somebody


def at(name, specimen):
    return reverse(name, args=[specimen.pk])


def measured(form, **values):
    """The fields of a report's form, by the name of the analyte."""
    names = {name: field for field, (_stage, name) in form._analytes.items() if "confirm" in _stage}
    return {names[name]: value for name, value in values.items()}


def filled(browser, specimen, *, version=None, **values):
    form = browser.get(at("report_specimen", specimen)).context["form"]
    return {
        "certified_by": "A Chemist",
        "method": "lc_ms_ms",
        "creatinine": "១០០",
        "version": version or form["version"].value(),
        **measured(form, **(values or {"Methamphetamine": "1200.5"})),
    }


def test_a_laboratory_s_home_is_its_list(page, way):
    browser = page(way.chemist)
    answer = browser.get(reverse("home"))

    assert answer["Location"] == reverse("laboratory")
    text = browser.get(reverse("laboratory")).text
    assert "Nothing waits to be tested" in text
    for place in ("coming", "second", "reported"):
        assert browser.get(reverse("laboratory_list", args=[place])).status_code == 200
    assert browser.get(reverse("laboratory_list", args=["elsewhere"])).status_code == 404


def test_each_list_has_its_own_and_only_its_laboratory_s(page, way):
    coming, testing = way.sent(), way.received()
    reported = way.reported().specimen
    of_retest = Specimen.objects.get(test=way.retest().test_id)

    def numbers(user, place):
        rows = page(user).get(reverse("laboratory_list", args=[place])).context["rows"]
        return {row[0].pk for row in rows}

    assert numbers(way.chemist, "coming") == {coming.pk}
    assert numbers(way.chemist, "testing") == {testing.pk}
    assert numbers(way.chemist, "reported") == {reported.pk, of_retest.pk}
    assert numbers(way.second_chemist, "second") == {of_retest.pk}
    assert numbers(way.second_chemist, "testing") == numbers(way.chemist, "second") == set()


@pytest.mark.parametrize("typed", ["SP-0042", "sp-០០៤២", " SP-0042 "])
def test_a_number_that_is_typed_or_scanned_leads_to_its_specimen(page, way, typed):
    specimen = way.sent(way.screen(specimen_number="SP-0042"))
    answer = page(way.chemist).get(reverse("laboratory"), {"q": typed})

    assert answer.headers["Location"] == at("laboratory_specimen", specimen)
    assert (
        "No specimen of your laboratory"
        in page(way.second_chemist).get(reverse("laboratory"), {"q": typed}).text
    )


def test_a_specimen_is_received_with_the_seal_as_found(page, way):
    specimen = way.sent()
    browser = page(way.chemist)
    url = at("receive_specimen", specimen)
    assert specimen.seal_a not in browser.get(url).text
    body = {"handed_over_by": "Courier", "seal": "ANOTHER", "version": specimen.version}
    refused = browser.post(url, body)
    assert "is_whole" in refused.context["form"].errors
    assert 'value="ANOTHER"' in refused.text

    answer = browser.post(url, body | {"is_whole": "yes"}, follow=True)
    specimen.refresh_from_db()
    assert specimen.status == Specimen.Status.RECEIVED
    assert CustodyProblem.objects.get().kind == CustodyProblem.Kind.SEAL
    assert "The custody is in question" in answer.text
    assert way.administrator.name_latin not in answer.text


def test_what_the_values_make_is_shown_before_it_is_sent(page, way):
    specimen = way.received()
    browser, url = page(way.chemist), at("report_specimen", specimen)
    body = filled(browser, specimen)

    shown = browser.post(url, body)
    assert not LaboratoryReport.objects.exists()
    assert shown.context["result"] == LabResult.POSITIVE
    assert "At or above the cutoff" in shown.text

    changed = browser.post(url, body | {"shown": "positive", "step": "change"})
    assert 'value="1200.5"' in changed.text
    browser.post(url, body | {"shown": "positive", "step": "send"})
    report = LaboratoryReport.objects.get()
    assert (report.result, report.certified_by, report.creatinine) == (LabResult.POSITIVE, "A Chemist", 100)


def test_what_is_sent_must_be_what_was_shown(page, way):
    specimen = way.received()
    browser, url = page(way.chemist), at("report_specimen", specimen)
    body = filled(browser, specimen, Methamphetamine="10")
    answer = browser.post(url, body | {"shown": "positive", "step": "send"})

    assert "The values make this “Negative”" in answer.text
    assert not LaboratoryReport.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"creatinine": "10"}, "Specific gravity must be measured"),
        ({"ph": "12"}, "test a second aliquot"),
        ({"method": ""}, "Say by which method"),
        ({"creatinine": "a lot"}, "Enter a number"),
        ({"certified_by": ""}, "required"),
    ],
)
def test_what_cannot_be_reported_is_said_beside_its_field(page, way, body, words):
    specimen = way.received()
    browser = page(way.chemist)
    answer = browser.post(at("report_specimen", specimen), filled(browser, specimen) | body)

    (name,) = body if "ph" not in body else ("is_on_two_aliquots",)
    name = "specific_gravity" if words.startswith("Specific") else name
    assert words in str(answer.context["form"].errors[name])
    assert 'value="1200.5"' in answer.text


def test_a_missing_value_is_asked_for_beside_the_first_of_its_group(page, way):
    specimen = way.received()
    browser = page(way.chemist)
    body = filled(browser, specimen, Fentanyl="0")
    answer = browser.post(at("report_specimen", specimen), body)

    form = answer.context["form"]
    assert ["a value is needed for: Methamphetamine" in str(form.errors[name]) for name in form.errors] == [
        True
    ]
    assert all(name in form.fields for name in form.errors)


def test_a_report_is_corrected_with_a_reason_while_nobody_has_decided(page, way):
    report = way.reported()
    browser, url = page(way.chemist), at("report_specimen", report.specimen)
    body = filled(browser, report.specimen, Methamphetamine="300")
    form = browser.get(url).context["form"]
    assert (
        next(one.value() for one in form.asked[0][1] if "Methamphetamine" in one.label and one.value())
        == "1200"
    )
    assert "reason" in browser.post(url, body).context["form"].errors
    browser.post(url, body | {"reason": "A slip.", "shown": "positive", "step": "send"})
    assert LaboratoryReport.objects.get(number=2).values.get().value == 300

    decided = way.verified()
    specimen = decided.test.specimen
    assert at("report_specimen", specimen) not in browser.get(at("laboratory_specimen", specimen)).text
    assert browser.get(at("report_specimen", specimen)).status_code == 409


def test_what_somebody_else_changed_meanwhile_is_said_and_nothing_typed_is_lost(page, way):
    specimen = way.received()
    browser = page(way.chemist)
    body = filled(browser, specimen)
    laboratory.redesignate(way.chemist, specimen.pk, reason="Leaks.")
    answer = browser.post(at("report_specimen", specimen), body | {"shown": "positive", "step": "send"})

    assert answer.status_code == 409
    assert 'value="1200.5"' in answer.text


def test_a_specimen_is_rejected_for_a_fatal_flaw_and_bottle_b_tested_in_place_of_a(page, way):
    one, other = way.received(), way.received()
    browser = page(way.chemist)
    browser.post(at("redesignate_specimen", one), {"reason": "Leaks.", "version": one.version})
    one.refresh_from_db()
    assert one.is_redesignated
    assert at("redesignate_specimen", one) not in browser.get(at("laboratory_specimen", one)).text

    assert "flaw" in browser.post(at("reject_specimen", other), {"certified_by": "A"}).context["form"].errors
    browser.post(at("reject_specimen", other), {"certified_by": "A", "flaw": "too_little"})
    assert LaboratoryReport.objects.get(specimen=other).result == LabResult.REJECTED


def test_the_second_laboratory_receives_and_reports_bottle_b(page, way):
    review = way.retest()
    specimen = Specimen.objects.get(test=review.test_id)
    browser = page(way.second_chemist)
    shown = browser.get(at("laboratory_specimen", specimen))
    assert [one["report"] for one in shown.context["reports"]] == []
    assert "Methamphetamine" in browser.get(at("report_second", specimen)).text
    form = browser.get(at("report_second", specimen)).context["form"]
    (field,) = form._names
    body = {"is_present": "yes", "method": "gc_ms", "certified_by": "B", field: "12.5"}
    assert (
        "is_present"
        in browser.post(at("report_second", specimen), body | {"is_present": ""}).context["form"].errors
    )
    browser.post(at("report_second", specimen), body)

    report = LaboratoryReport.objects.get(bottle="B")
    assert (report.result, report.values.get().value) == (LabResult.RECONFIRMED, 12.5)


def test_a_second_bottle_waits_too_where_the_first_was_tampered_with(page, way):
    found = {"validity": Validity(creatinine=Decimal(100), ph=Decimal(12)), "is_on_two_aliquots": True}
    specimen = Specimen.objects.get(test=way.retest(**found).test_id)
    browser = page(way.second_chemist)
    rows = browser.get(reverse("laboratory_list", args=["second"])).context["rows"]

    assert [row[0] for row in rows] == [specimen]
    assert "Adulterated" in browser.get(at("report_second", specimen)).text


def test_only_a_laboratory_s_own_people_reach_its_pages(page, way):
    specimen = way.received()
    for role in Role.values:
        user = make.user(role, make.root() if role != Role.LABORATORY else way.second)
        browser = page(user)
        for name in ("laboratory_specimen", "receive_specimen", "reject_specimen", "report_specimen"):
            assert browser.get(at(name, specimen)).status_code == 404, (role, name)
        assert browser.get(reverse("laboratory")).status_code == (200 if role == Role.LABORATORY else 404)


def test_of_a_test_that_is_void_nothing_follows_and_no_list_waits(page, way):
    specimen = way.sent()
    drug_tests.void(make.user(Role.ADMINISTRATOR, way.unit), specimen.test_id, reason="Another's line.")
    assert page(way.chemist).get(reverse("laboratory_list", args=["coming"])).context["rows"] == []
    received = page(way.chemist).get(reverse("receive_specimen", args=[specimen.pk]))

    assert received.status_code == 403
    assert DrugTest.objects.get(pk=specimen.test_id).status == DrugTest.Status.VOID
    assert not Event.objects.filter(verb="specimen.received").exists()
