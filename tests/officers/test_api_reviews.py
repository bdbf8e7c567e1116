"""The API of reviews: what each role sees of one, what an answer holds, what a key's scope lets through."""

from datetime import timedelta

import pytest

from ledger import clock
from officers.models import Review
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key
from tests.officers.prepared import CLAIM, SERVED, heard
from tests.results import Way

pytestmark = pytest.mark.django_db

SEES = (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("inside", [True, False])
def test_a_review_is_there_for_those_who_see_results_of_the_unit(role, inside):
    way = Way()
    review = way.opened()
    caller = Caller(make.user(role, way.unit if inside else make.unit()))
    sees = inside and role in SEES
    assert caller.get(f"reviews/{review.pk}/").status_code == (200 if sees else 404)
    for query in ({}, {"status": "OPEN"}, {"mine": "false"}, {"officer": review.test.officer_id}):
        found = [one["id"] for one in caller.get("reviews/", **query).json()["results"]]
        assert found == ([review.pk] if sees else []), query
    wanted = 404 if not sees else 200 if role == Role.REVIEWING_PHYSICIAN else 403
    assert caller.post(f"reviews/{review.pk}/take/").status_code == wanted
    assert caller.post(f"reviews/{review.pk}/hear/", {"heard": "x"}).status_code == (
        200 if wanted == 200 else wanted
    )


def test_a_review_read_in_full_has_the_values_beside_their_cutoffs_and_the_custody():
    way = Way()
    review = way.verified()
    caller = by_key(way.physician, "reviews:read", "reviews:write")
    caller.post(f"reviews/{review.pk}/explain/", {"text": "x"})
    read = caller.get(f"reviews/{review.pk}/").json()

    (report,) = read["reports"]
    (value,) = report["values"]
    assert (value["value"], value["cutoff"], value["counts"]) == ("1200.000", "250.000", True)
    assert read["custody"][0]["received_by"] == "Courier"
    assert (read["heard"], read["reported"], read["outcome"]) == ("I took nothing.", "positive", "positive")
    assert read["verbs"] == ["cancel", "reopen"]
    assert caller.get("reviews/", mine="true").json()["results"][0]["due"] == read["due"]


def test_pages_of_the_list_follow_what_is_most_late():
    way = Way()
    with clock.at(clock.now() - timedelta(hours=3)):
        first = way.opened()
    second, third = way.opened(), way.told()
    caller = Caller(way.physician)
    seen, page = [], caller.get("reviews/", limit=1).json()
    while page:
        seen += [one["id"] for one in page["results"]]
        page = page["next"] and caller.client.get(page["next"]).json()
    assert seen == [first.pk, second.pk, third.pk]


def test_an_answer_to_a_step_has_nothing_of_what_was_found_or_said():
    way = Way()
    review = way.opened()
    answer = Caller(way.physician).post(
        f"reviews/{review.pk}/hear/", {"heard": "I took nothing."}, headers={"Idempotency-Key": "k-1"}
    )
    assert set(answer.json()) == {"id", "version", "changed_at", "verbs", "status", "closed_at"}


def test_what_a_step_refuses_is_said_by_field_and_a_stale_version_is_a_conflict():
    way = Way()
    review = way.opened()
    caller = by_key(way.physician, "reviews:read", "reviews:write")
    refused = caller.post(f"reviews/{review.pk}/verify/", {"reasons": "x"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "unheard")
    body = {"text": "x", "version": review.version + 1}
    assert caller.post(f"reviews/{review.pk}/explain/", body).status_code == 409


def test_a_key_needs_the_scope_and_no_letter_is_written_by_one():
    way = Way()
    review = way.opened()
    reads = by_key(way.physician, "reviews:read")
    assert reads.get(f"reviews/{review.pk}/").json()["verbs"] == []
    assert reads.post(f"reviews/{review.pk}/take/").status_code == 403
    assert by_key(make.user(Role.AUDITOR), "tests:read").get("reviews/").status_code == 403
    writes = by_key(way.physician, "reviews:read", "reviews:write")
    assert writes.post(f"reviews/{review.pk}/take/").status_code == 200
    assert "write_letter" not in writes.get(f"reviews/{review.pk}/").json()["verbs"]
    assert writes.post(f"reviews/{review.pk}/write_letter/").status_code == 404


def test_a_claim_is_made_and_shown_with_its_determination():
    way = Way()
    sheet = make.sheet(way.administrator, way.unit)
    test = make.test(way.administrator, sheet, not_taken="refused")
    made = Caller(way.administrator).post(f"drug-tests/{test.pk}/claim/", CLAIM).json()
    assert (made["status"], made["claim"]["determination"]) == ("NOT_TAKEN", "claimed")
    assert Review.objects.get().claim.test == test


def test_the_service_of_a_letter_is_recorded_by_its_number_by_who_had_no_part_in_it():
    way = Way()
    letter, _code = way.letter(way.verified())
    path = f"letters/{letter.number}/service/"
    nowhere = Caller(way.registrar).post("letters/L-1/service/", SERVED)
    for user in (way.administrator, way.physician, make.user(Role.SUPERVISOR)):
        answer = Caller(user).post(path, SERVED)
        assert (answer.status_code, answer.json()) == (404, nowhere.json())
    done = Caller(way.registrar).post(path, SERVED).json()
    assert done["letter"] == letter.number
    assert set(done) == {*SERVED, "letter", "officer", "unit", "refused_to_sign", "served_at", "proved_at"}
    assert Caller(way.registrar).post(path, SERVED).status_code == 409


def test_what_decides_takes_a_key_where_the_page_asks_for_the_password():
    way = Way()
    review = heard(way)
    session = Caller(way.physician)
    assert session.get(f"reviews/{review.pk}/").json()["verbs"] == ["take", "attempt", "hear", "explain"]
    body = {"reasons": "No explanation."}
    assert session.post(f"reviews/{review.pk}/verify/", body).status_code == 403
    assert (
        by_key(way.physician, "reviews:write").post(f"reviews/{review.pk}/verify/", body).status_code == 200
    )
