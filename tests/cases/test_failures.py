"""Three misses in a quarter are put to the level above, once, and a person decides."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from cases.actions import complaints, escalations, failures, intake
from cases.actions.intake import Report
from cases.models import Complaint, FailureProposal
from cases.tasks import propose_failures
from ledger.actors import CLOCK
from officers.models.users import Role
from tests import make
from tests.cases.prepared import failing
from tests.cases.test_complaints import on
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db


def missed(place, number: int, **said) -> list[Complaint]:
    """Reports that came by the public form and that the district let pass."""
    with on("2026-09-01"):
        for one in range(number):
            about = {
                "category": "trafficking_place",
                "narrative": f"No. {one}",
                "place_code": "070101",
                **said,
            }
            intake.drop(Report(**about), token=f"{said} {one}")
        intake.enter_waiting()
    rows = list(Complaint.objects.filter(unit=place.district))
    with on("2026-09-30"):
        for row in rows:
            escalations.escalate(CLOCK, row.pk)
    return rows


def proposed(day: str = "2026-10-01") -> list[FailureProposal]:
    with on(day):
        for unit in failures.units_to_look_at():
            failures.propose(CLOCK, unit)
    return list(FailureProposal.objects.order_by("pk"))


def test_three_misses_are_put_to_the_level_above_once(place):
    missed(place, 2)
    assert proposed() == []
    missed(place, 1, happened="Again.")
    (one,) = proposed()
    assert (one.unit, one.put_to, one.misses) == (place.district, place.province, 3)
    assert proposed("2026-10-02") == [one]


def test_what_was_put_there_is_not_held_against_the_unit_again(place):
    missed(place, 3)
    (one,) = proposed()
    with on("2026-10-02"):
        failures.decline(make.user(Role.SUPERVISOR, place.province), one.pk, reason="The road was flooded.")
    assert proposed("2026-10-03") == [one]


def test_a_flood_of_one_matter_counts_once(place):
    first, *others = missed(place, 4)
    handler = make.user(Role.SUPERVISOR, place.province)
    with on("2026-09-30"):
        for row in others:
            complaints.link(handler, row.pk, original_id=first.pk)
    assert proposed() == []


def test_a_flood_from_one_account_on_one_day_counts_once(place):
    desk = make.user(Role.CASE_OFFICER, place.province)
    with on("2026-09-01"):
        rows = [
            make.complaint(desk, at=place.commune, category="trafficking_place", narrative=str(n))
            for n in range(5)
        ]
    with on("2026-09-30"):
        for row in rows:
            escalations.escalate(CLOCK, row.pk)
    assert proposed() == []


def test_accepted_it_is_a_complaint_that_the_unit_never_sees(place):
    missed(place, 3)
    (one,) = proposed()
    theirs = make.user(Role.SUPERVISOR, place.district)
    with pytest.raises(Http404):
        failures.accept(theirs, one.pk, reason="We were busy.")
    with pytest.raises(PermissionDenied):
        failures.accept(make.user(Role.AUDITOR, place.province), one.pk, reason="Look.")
    above = make.user(Role.SUPERVISOR, place.province)
    with pytest.raises(ValidationError):
        failures.accept(above, one.pk, reason=" ")

    accepted = failures.accept(above, one.pk, reason="It goes on.")

    row = accepted.complaint
    assert (row.category, row.unit, row.receipt) == ("failure_to_act", place.province, None)
    assert not Complaint.objects.visible_to(theirs).filter(pk=row.pk).exists()
    assert not FailureProposal.objects.visible_to(theirs).exists()


def test_the_job_puts_them_there(place):
    missed(place, 3)
    with on("2026-10-01"):
        propose_failures()
        assert FailureProposal.objects.count() == 1


def test_through_the_api_it_is_there_for_the_level_above_and_decided_once(place):
    one = failing(place)
    theirs = Caller(make.user(Role.SUPERVISOR, place.district))
    assert theirs.get("failures/").json()["results"] == []
    assert theirs.get(f"failures/{one.pk}/").status_code == 404
    for verb in ("accept", "decline"):
        assert theirs.post(f"failures/{one.pk}/{verb}/", {"reason": "No."}).status_code == 404
    auditor = Caller(make.user(Role.AUDITOR, place.province))
    assert auditor.get(f"failures/{one.pk}/").json()["verbs"] == []
    assert auditor.post(f"failures/{one.pk}/accept/", {"reason": "Look."}).status_code == 403
    above = Caller(make.user(Role.SUPERVISOR, place.province))
    (listed,) = above.get("failures/", status="PROPOSED", unit=place.district.pk).json()["results"]
    assert (listed["id"], listed["misses"], listed["verbs"]) == (one.pk, 3, ["accept", "decline"])
    assert above.post(f"failures/{one.pk}/decline/", {"reason": "x", "version": 9}).status_code == 409

    declined = above.post(f"failures/{one.pk}/decline/", {"reason": "Flooded.", "version": 1})

    assert (declined.status_code, declined.json()["status"]) == (200, "DECLINED")
    assert declined.json()["decided_by"]["id"] == above.user.pk
    assert above.post(f"failures/{one.pk}/accept/", {"reason": "No."}).status_code == 409
    assert above.get("failures/", status="PROPOSED").json()["results"] == []
