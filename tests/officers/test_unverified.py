"""Nobody but who sees results learns of one before it is verified: page by page, door by door, byte by byte."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ledger import clock
from officers.actions import doors, laboratory, reviews
from officers.models import Claim, DrugTest, Review, Specimen
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller
from tests.results import Way, at_door

pytestmark = pytest.mark.django_db
T = DrugTest.Status
#: What a page says anew each time, and nobody can learn anything from.
OF_THE_MOMENT = re.compile(rb'(nonce|value|csrfmiddlewaretoken)="[^"]{20,}"|"X-CSRFToken": "[^"]+"')
#: Between them they see all that anybody without results does: legal checkers, deciding authorities and appeal
#: members see what a supervisor sees.
OTHERS = (Role.SUPERVISOR, Role.CASE_OFFICER, Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR)
TELLING = (T.AT_LABORATORY, T.VERIFIED_POSITIVE)


def addresses(test):
    """Whatever shows something of tests, officers, sheets or letters."""
    pages = [
        reverse("home"),
        reverse("sheets"),
        reverse("sheet", args=[test.sheet_id]),
        reverse("print_sheet", args=[test.sheet_id]),
        reverse("tests"),
        *(f"{reverse('tests')}?status={status}" for status in TELLING),
        f"{reverse('tests')}?officer={test.officer.number}",
        reverse("test", args=[test.pk]),
        reverse("officers"),
        reverse("officer", args=[test.officer_id]),
        reverse("officer_tests", args=[test.officer_id]),
        reverse("officer_tests_taken", args=[test.officer_id]),
        reverse("reviews"),
        reverse("letters"),
        reverse("custody_problems"),
    ]
    api = [
        "sheets/",
        f"sheets/{test.sheet_id}/",
        "drug-tests/",
        *(f"drug-tests/?status={status}" for status in TELLING),
        f"drug-tests/{test.pk}/",
        f"officers/{test.officer_id}/",
        f"officers/{test.officer_id}/history/",
        f"officers/{test.officer_id}/tests-taken/",
        "reviews/",
        *(f"specimens/{one}" for one in ("", "?awaiting=true", "?awaiting=false", f"{test.specimen.pk}/")),
        "custody-problems/",
    ]
    return [*pages, *(f"/api/v1/{one}" for one in api)]


def everything(role_of, test):
    """What each sees now, at every address."""
    seen = {}
    for role, user in role_of.items():
        client = Client()
        client.force_login(user)
        client.cookies["language"] = "en"
        for address in addresses(test):
            answer = client.get(address)
            seen[role, address] = (answer.status_code, OF_THE_MOMENT.sub(b"", answer.content))
    return seen


def test_a_report_a_review_and_a_letter_change_nothing_for_anybody_else():
    """Of the laboratory's own pages, and of those who see results, is told elsewhere."""
    way = Way()
    with clock.at(clock.now()):
        specimen = way.received()
        people = {role: make.user(role, way.unit) for role in OTHERS} | {
            Role.ADMINISTRATOR: way.administrator
        }
        test = specimen.test
        before = everything(people, test)
        way.reported(specimen=specimen)
        review = reviews.take(way.physician, Review.objects.get().pk)
        reviews.hear(way.physician, review.pk, heard="I took nothing.")
        reviews.verify(way.physician, review.pk, reasons="No explanation.")
        letter, _code = way.letter(review)
        after = everything(people, test)
        assert [key for key in before if before[key] != after[key]] == []
        assert {200, 404} <= {status for status, _body in before.values()}

        doors.enter(at_door(letter), letter.pk)
        verified = everything({Role.SUPERVISOR: people[Role.SUPERVISOR]}, test)
    taken = Role.SUPERVISOR, reverse("officer_tests_taken", args=[test.officer_id])
    assert b"Verified positive, not final" not in after[taken][1]
    assert b"Verified positive, not final" in verified[taken][1]


def test_where_the_second_bottle_went_is_for_those_who_see_results(client):
    way = Way()
    review = way.retest()
    specimen = Specimen.objects.get(test=review.test_id)
    assert [one.bottle for one in specimen.transfers.visible_to(way.administrator)] == ["A", "A"]
    for user in (way.physician, way.second_chemist, make.user(Role.AUDITOR)):
        assert "B" in [one.bottle for one in specimen.transfers.visible_to(user)]
    custody = Caller(way.administrator).get(f"drug-tests/{review.test_id}/").json()["custody"]
    assert specimen.seal_b not in [one["seal"] for one in custody]


def test_who_ended_a_test_and_why_it_was_cancelled_is_not_told_to_who_collected_it(client):
    way = Way()
    review = way.opened()
    reviews.cancel_test(way.physician, review.pk, why="explained_medically", reasons="A medicine.")
    for user, told in ((way.administrator, False), (make.user(Role.INSPECTOR), True)):
        client.force_login(user)
        client.cookies["language"] = "en"
        page = client.get(reverse("test", args=[review.test_id])).content.decode()
        assert ("Explained medically" in page) == told
        assert (way.physician.name in page) == told
        assert "Cancelled" in page


def outcomes(user, officer):
    shown = Caller(user).get(f"officers/{officer.pk}/tests-taken/")
    return [one["outcome"] for one in shown.json()["results"]]


def test_the_command_is_told_the_same_word_of_all_that_is_not_verified():
    way = Way()
    supervisor = make.user(Role.SUPERVISOR, way.unit)
    waiting, cleared, cancelled = way.screen(), way.reported(value="10"), way.received()
    laboratory.reject(way.chemist, cancelled.pk, flaw="seal_broken", certified_by="A chemist")
    negative = make.test(way.administrator, make.sheet(way.administrator, way.unit))
    for officer in (
        waiting.officer,
        cleared.specimen.test.officer,
        cancelled.test.officer,
        negative.officer,
        way.verified().test.officer,
    ):
        assert outcomes(supervisor, officer) == ["taken"]
    assert outcomes(supervisor, way.told().test.officer) == ["verified_positive"]
    final = way.final()
    with clock.at(clock.now() + timedelta(days=4)):  # when its window is over
        assert outcomes(supervisor, final.officer) == ["final_positive"]


def test_a_claim_is_nothing_to_the_command_until_a_refusal_is_determined():
    way = Way()
    supervisor = make.user(Role.SUPERVISOR, way.unit)
    review = way.claimed()
    officer = review.test.officer
    assert outcomes(supervisor, officer) == []
    reviews.hear(way.physician, review.pk, heard="I was called away.")
    reviews.determine(way.physician, review.pk, is_refusal=True, reasons="He left.")
    assert outcomes(supervisor, officer) == ["refusal"]


@pytest.mark.parametrize("role", Role.values)
def test_that_tests_were_taken_is_told_to_those_who_do_not_see_tests(client, role):
    test = make.test()
    told = role in (
        Role.SUPERVISOR,
        Role.CASE_OFFICER,
        Role.LEGAL_CHECKER,
        Role.DECIDING_AUTHORITY,
        Role.REGISTRAR,
        Role.APPEAL_MEMBER,
    )
    user = make.user(role)
    client.force_login(user)
    wanted = 200 if told else 404
    assert client.get(reverse("officer_tests_taken", args=[test.officer_id])).status_code == wanted
    assert Caller(user).get(f"officers/{test.officer_id}/tests-taken/").status_code == wanted


def test_nobody_is_told_of_his_own_tests_there():
    officer = make.test().officer
    himself = make.user(Role.SUPERVISOR, officer=officer)
    assert Caller(himself).get(f"officers/{officer.pk}/tests-taken/").status_code == 404


# Claims, on the line's page.


def claim_page(client, user, test):
    client.force_login(user)
    client.cookies["language"] = "en"
    return client.get(reverse("test", args=[test.pk]))


def test_an_administrator_claims_a_refusal_on_the_line_s_page(client):
    way = Way()
    sheet = make.sheet(way.administrator, way.unit)
    test = make.test(way.administrator, sheet, not_taken="refused")
    address = reverse("claim_refusal", args=[test.pk])
    assert address in claim_page(client, way.administrator, test).content.decode()
    assert "no finding" in client.get(address).content.decode()
    wrong = client.post(address, {"version": test.version})
    assert set(wrong.context["form"].errors) == {"reason_code", "account", "witness"}

    said = {"reason_code": "left_early", "account": "He left.", "witness": "Malis", "version": test.version}
    assert client.post(address, said).status_code == 302
    assert Claim.objects.get().made_by == way.administrator
    shown = claim_page(client, way.administrator, test)
    assert shown.context["claim_status"] == "Claimed, not determined"
    assert "He left." in shown.content.decode()
    assert address not in shown.content.decode()
    assert client.get(address).status_code == 409


@pytest.mark.parametrize(
    ("is_refusal", "said"), [(True, "Determined: a refusal"), (False, "Determined: no refusal")]
)
def test_how_a_claim_ended_is_seen_by_who_made_it_and_the_review_is_not(client, is_refusal, said):
    way = Way()
    review = way.claimed()
    reviews.hear(way.physician, review.pk, heard="I was called away by my chief.")
    assert claim_page(client, way.administrator, review.test).context["claim_status"] == (
        "Claimed, not determined"
    )
    reviews.determine(way.physician, review.pk, is_refusal=is_refusal, reasons="As he said himself.")

    shown = claim_page(client, way.administrator, review.test)
    assert shown.context["claim_status"] == said
    for hidden in ("called away", "As he said", reverse("review", args=[review.pk])):
        assert hidden not in shown.content.decode()
    assert (
        reverse("review", args=[review.pk]) in claim_page(client, way.physician, review.test).content.decode()
    )
    claim = Caller(way.administrator).get(f"drug-tests/{review.test_id}/").json()["claim"]
    assert claim["determination"] == ("refusal" if is_refusal else "no_refusal")


def test_a_claim_is_for_administrators_of_the_sheet_s_unit(client):
    way = Way()
    test = make.test(way.administrator, make.sheet(way.administrator, way.unit), not_taken="refused")
    address = reverse("claim_refusal", args=[test.pk])
    for user, wanted in (
        (make.user(Role.ADMINISTRATOR, make.unit()), 404),
        (make.user(Role.SUPERVISOR, way.unit), 404),
        (way.physician, 403),
        (make.user(Role.ADMINISTRATOR, way.unit), 200),
    ):
        client.force_login(user)
        assert client.get(address).status_code == wanted
