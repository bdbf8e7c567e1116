"""The way of a specimen on the page of its test, and what is in question about it, settled by a second person."""

import pytest
from django.urls import reverse

from officers.actions import laboratory
from officers.models import CustodyProblem, CustodyTransfer, DrugTest, Specimen
from officers.models.users import Role
from tests import make
from tests.results import Way

pytestmark = pytest.mark.django_db

SENT = {
    "received_by": "Courier",
    "place": "Gate",
    "seal": "A-1",
    "panel": "KH",
    "kind": "urine",
    "temperature_in_range": "yes",
}
HANDED = {"handed_over_by": "Courier", "received_by": "Second", "place": "Bus station", "is_whole": "yes"}


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
    return reverse(name, args=[specimen.test_id])


def test_a_specimen_is_sent_to_a_laboratory_of_the_list_with_all_that_was_seen(page, way):
    test = way.screen()
    url = reverse("dispatch_test", args=[test.pk])
    body = SENT | {"laboratory": "LAB-1", "seal_b": "B-1", "is_observed": "on"}
    form = page(way.administrator).get(url).context["form"]
    assert {code for code, _name in form.fields["laboratory"].choices} == {"", "LAB-1", "LAB-2", "another"}
    assert {code for code, _name in form.fields["panel"].choices} == {"KH", "DOT", "HHS"}
    same = page(way.administrator).post(url, body | {"seal_b": "A-1"})
    assert "two seals" in same.text
    page(way.administrator).post(url, body)

    specimen = Specimen.objects.get()
    assert (specimen.laboratory, specimen.seal_b, specimen.is_observed, specimen.temperature_in_range) == (
        way.first,
        "B-1",
        True,
        True,
    )
    text = page(way.administrator).get(at("test", specimen)).text
    for shown in ("A-1", "B-1", "Courier", "Gate", "Laboratory LAB-1"):
        assert shown in text


def test_another_laboratory_is_written_out_and_one_of_the_list_named_later(page, way):
    test = way.screen()
    url = reverse("dispatch_test", args=[test.pk])
    browser = page(way.administrator)
    refused = browser.post(url, SENT | {"laboratory": "another"})
    assert "other_laboratory" in refused.context["form"].errors
    browser.post(url, SENT | {"laboratory": "another", "other_laboratory": "Far Laboratory"})
    specimen = Specimen.objects.get()
    assert (specimen.laboratory, specimen.temperature_in_range) == (None, True)
    assert CustodyTransfer.objects.get().laboratory == "Far Laboratory"

    assert "Not named yet" in browser.get(at("test", specimen)).text
    browser.post(at("direct_specimen", specimen), {"laboratory": way.first.pk, "version": specimen.version})
    specimen.refresh_from_db()
    assert specimen.laboratory == way.first


def test_a_hand_over_is_written_down_and_what_breaks_the_chain_is_said(page, way):
    specimen = way.sent()
    browser = page(way.administrator)
    url = at("hand_over_specimen", specimen)
    assert browser.get(url).context["form"]["handed_over_by"].value() == "Courier"
    body = HANDED | {"bottle": "A", "seal": specimen.seal_a, "version": specimen.version}
    browser.post(url, body)
    assert not CustodyProblem.objects.exists()

    answer = browser.post(url, body | {"handed_over_by": "A stranger", "received_by": "Third"}, follow=True)
    assert CustodyProblem.objects.get().kind == CustodyProblem.Kind.GAP
    assert "The custody is in question" in answer.text
    text = browser.get(at("test", specimen)).text
    assert "Custody in question: Handed over by somebody who had not received it" in text
    assert reverse("custody_problems") not in text


@pytest.mark.parametrize("outcome", ["holds", "cancels"])
def test_a_second_person_settles_what_is_in_question(page, way, outcome):
    specimen = way.sent()
    laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal="ANOTHER")
    way.reported(specimen=Specimen.objects.get(pk=specimen.pk), value="1")
    problem = CustodyProblem.objects.get()
    browser, url = page(way.physician), reverse("custody_problem", args=[problem.pk])
    assert url in browser.get(reverse("custody_problems")).text
    assert url in browser.get(at("test", specimen)).text
    shown = browser.get(url).text
    assert "ANOTHER" in shown
    assert specimen.seal_a in shown
    assert "reason" in browser.post(url, {"outcome": outcome}).context["form"].errors

    browser.post(url, {"outcome": outcome, "reason": "I have seen the bottle.", "version": problem.version})
    problem.refresh_from_db()
    assert (problem.outcome, problem.settled_by) == (outcome, way.physician)
    status = DrugTest.Status.CLEARED if outcome == "holds" else DrugTest.Status.CANCELLED
    assert DrugTest.objects.get(pk=specimen.test_id).status == status
    assert url not in browser.get(reverse("custody_problems")).text
    assert url in browser.get(f"{reverse('custody_problems')}?settled").text
    assert browser.post(url, {"outcome": outcome, "reason": "Again."}).status_code == 409


def test_who_sees_what_is_in_question_and_who_may_settle_it(page, way):
    specimen = way.sent()
    laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal="ANOTHER")
    problem = CustodyProblem.objects.get()
    url = reverse("custody_problem", args=[problem.pk])
    for role in Role.values:
        browser = page(make.user(role, way.unit))
        reads = role in (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)
        assert browser.get(reverse("custody_problems")).status_code == (200 if reads else 404), role
        assert browser.get(url).status_code == (200 if reads else 404), role
        if role == Role.AUDITOR:
            assert "form" in browser.get(url).context
            assert browser.post(url, {"outcome": "holds", "reason": "x"}).status_code == 403
    assert page(way.chemist).get(url).status_code == 404
    elsewhere = make.user(Role.INSPECTOR, make.unit())
    assert page(elsewhere).get(url).status_code == 404


def test_the_pages_of_custody_are_for_who_sees_the_test_and_administers_it(page, way):
    specimen = way.sent()
    for name in ("hand_over_specimen", "direct_specimen"):
        assert page(way.administrator).get(at(name, specimen)).status_code == 200
        assert page(way.physician).get(at(name, specimen)).status_code == 403
        assert page(way.chemist).get(at(name, specimen)).status_code == 404
        assert page(make.user(Role.ADMINISTRATOR, make.unit())).get(at(name, specimen)).status_code == 404
