"""No statement as the application's role decides an appeal otherwise than its members would."""

from datetime import timedelta

import pytest
from django.db import connection

from cases.actions import appeals
from cases.models import (
    Appeal,
)
from ledger import clock
from officers.models import RegisterEntry
from officers.models.users import Role
from tests import make
from tests.cases.forging import adds, also, forge, refused, sets
from tests.dismissals import Road, at_door

pytestmark = pytest.mark.django_db
PEOPLE = "the_parts_of_a_case_are_had_by_different_people"
FIT = "nobody_acts_in_a_case_below_or_beside_the_officer"


@pytest.fixture
def road() -> Road:
    return Road()


def test_an_appeal_is_decided_by_two_members_without_a_part_and_carried_out(road):
    case = road.told()
    now = clock.now()
    about = {"case": case, "ground": "unreasonable", "text": "x", "how": "door", "lodged_at": now}
    carried, step = "an_appeal_is_carried_out_when_decided", "an_appeal_goes_from_step_to_step"
    refused(carried, adds(Appeal, **about))
    refused("an_appeal_for_a_fallen_ground_has_one", adds(Appeal, **about | {"ground": "ground_fell"}))
    refused("what_is_done_now_is_dated_now", adds(Appeal, **about | {"lodged_at": now - timedelta(days=1)}))
    admitted = {"status": "ADMITTED", "admitted_by": road.member}
    refused(step, adds(Appeal, **about, **admitted), sets(case, status="APPEALED"))
    row = appeals.lodge(at_door(case), case.pk, ground="unreasonable", text="x")
    refused("an_appeal_is_admitted_by_somebody", sets(row, status="ADMITTED"))
    refused(
        "an_appeal_is_decided_by_appeal_members", sets(row, **admitted | {"admitted_by": road.supervisor})
    )
    refused(PEOPLE, sets(row, **admitted | {"admitted_by": also(road.verifier, Role.APPEAL_MEMBER)}))
    beside = make.user(Role.APPEAL_MEMBER, officer=make.officer(road.unit))
    refused(FIT, sets(row, **admitted | {"admitted_by": beside}))
    for change in (
        {"text": "y"},
        {"is_late": True, "late_cause": "x"},
        {"ground": "procedure"},
        {"lodged_at": clock.now()},
    ):
        refused("an_appeal_is_never_rewritten", sets(row, **change))
    drafted = {
        "status": "DRAFTED",
        "drafted_by": road.member,
        "drafted_at": now,
        "outcome": "upheld",
        "reasons": "x",
    }
    refused(step, sets(row, admitted_by=road.member, **drafted))
    appeals.admit(road.member, row.pk)
    appeals.draft(road.member, row.pk, outcome="upheld", reasons="The facts are proved.")
    agreed = {
        "status": "DECIDED",
        "agreed_by": road.second_member,
        "decided_at": clock.now(),
        "no_conflict": True,
    }
    refused("two_members_decide_an_appeal", sets(row, **agreed | {"agreed_by": road.member}))
    refused("two_members_decide_an_appeal", sets(row, **agreed | {"no_conflict": False}))
    refused("an_appeal_is_never_rewritten", sets(row, outcome="overturned", **agreed))
    refused("what_is_done_now_is_dated_now", sets(row, **agreed | {"decided_at": now - timedelta(days=1)}))
    overturned = sets(row, outcome="overturned")
    refused("an_appeal_is_never_rewritten", overturned)
    forge(sets(row, status="ADMITTED"), overturned, sets(row, status="DRAFTED"))
    refused(carried, sets(row, **agreed))
    closed = {"status": "CLOSED", "outcome": "overturned", "closed_at": clock.now(), "closing_reason": "x"}
    refused(
        "a_case_stands_where_its_papers_say",
        sets(row, **agreed),
        sets(case, closed_by=road.second_member, **closed),
    )
    appeals.agree(road.second_member, row.pk, no_conflict=True)
    refused("an_appeal_is_never_rewritten", sets(row, outcome="upheld"))


def test_an_appeal_out_of_time_says_so(road):
    case = road.told()
    with clock.at(case.appeal_until + timedelta(days=1)), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ledger.now', %s, true)", [clock.now().isoformat()])
        about = {"case": case, "ground": "unreasonable", "text": "x", "how": "door", "lodged_at": clock.now()}
        refused("an_appeal_out_of_time_is_late", adds(Appeal, **about), sets(case, status="APPEALED"))
        row = appeals.lodge(at_door(case), case.pk, ground="unreasonable", text="x", late_cause="Illness.")
        assert row.is_late
        refused("an_appeal_is_never_rewritten", sets(row, is_late=False, late_cause=""))


def test_a_further_appeal_has_new_evidence_and_other_members(road):
    case = road.decide_appeal(road.appealed(), "upheld")
    about = {"case": case, "text": "x", "how": "door", "lodged_at": clock.now()}
    appealed = (
        sets(case, status="APPEALED", final_at=None),
        sets(RegisterEntry.objects.get(), status="UNDER_APPEAL"),
    )
    refused("a_further_appeal_has_new_evidence", adds(Appeal, ground="procedure", **about), *appealed)
    row = Appeal(ground="new_evidence", **about)
    forge(row.save, *appealed)
    for who in (road.member, road.second_member):
        refused("nobody_sits_on_two_appeals_of_a_case", sets(row, status="ADMITTED", admitted_by=who))
