"""No statement as the application's role proposes, checks or decides otherwise than whoever may would."""

from datetime import timedelta

import pytest

from cases.models import (
    Decision,
    Delegation,
    Opinion,
)
from ledger import clock
from officers.models.users import Role
from tests import make
from tests.cases.forging import adds, also, decision, forge, opinion, proposal, refused, sets
from tests.dismissals import Road
from tests.results import Way

pytestmark = pytest.mark.django_db
PROPOSED = {"measure": "dismissal", "articles": ["DR-01"], "reasons": "x", "lesser": "x", "no_conflict": True}
PEOPLE = "the_parts_of_a_case_are_had_by_different_people"
FIT = "nobody_acts_in_a_case_below_or_beside_the_officer"


@pytest.fixture
def road() -> Road:
    return Road()


def test_who_proposes_does_not_check_and_who_checks_does_not_decide(road):
    case = road.proposed()
    checked, now = {"status": "CHECKED"}, clock.now()
    who = also(road.case_officer, Role.LEGAL_CHECKER)
    refused(PEOPLE, opinion(case, who), sets(case, **checked))
    refused("legality_is_checked_by_a_legal_checker", opinion(case, road.supervisor), sets(case, **checked))
    far = make.user(Role.LEGAL_CHECKER, road.unit)
    refused("legality_is_checked_by_a_legal_checker", opinion(case, far), sets(case, **checked))
    beside = make.user(Role.LEGAL_CHECKER, officer=make.officer(road.unit))
    refused(FIT, opinion(case, beside), sets(case, **checked))
    refused("an_opinion_moves_its_case", opinion(case, road.legal))
    back = now - timedelta(days=1)
    refused(
        "what_is_done_now_is_dated_now", opinion(case, road.legal, checked_at=back), sets(case, **checked)
    )
    refused("a_lawful_proposal_rests_on_no_screen", opinion(case, road.legal, rests_on_no_screen=False))
    refused("a_legal_checker_declares_no_conflict", opinion(case, road.legal, no_conflict=False))
    refused("a_proposal_is_never_changed", sets(case.proposals.get(), measure="advice"))
    refused("a_decision_is_on_a_checked_proposal", decision(case, road.authority))
    refused("a_proposal_is_made_by_the_unit", proposal(case, road.legal))
    forge(opinion(case, road.legal), sets(case, **checked))
    waits = {"status": "AWAITING_INSTRUMENT"}
    for one in (road.legal, road.case_officer):
        refused(PEOPLE, decision(case, also(one, Role.DECIDING_AUTHORITY)), sets(case, **waits))
    refused("an_opinion_is_never_changed", sets(Opinion.objects.get(), outcome="returned"))


def test_whoever_tested_does_not_decide(road):
    way = Way(road.unit)
    case = road.checked(road.of_test(way.final()))
    for who in (way.administrator, way.chemist, way.physician):
        refused(
            PEOPLE,
            decision(case, also(who, Role.DECIDING_AUTHORITY)),
            sets(case, status="AWAITING_INSTRUMENT"),
        )


def test_a_decision_is_made_by_the_authority_on_no_more_than_was_proposed(road):
    case = road.checked(measure="suspension", days=10)
    waits, authority = sets(case, status="AWAITING_INSTRUMENT"), road.authority
    said = {"measure": "suspension", "days": 10}
    lesser = {"outcome": "lesser"}
    by = "a_decision_is_no_graver_than_the_proposal"
    refused(by, decision(case, authority), waits)
    refused(by, decision(case, authority, **lesser), waits)
    refused(by, decision(case, authority, **said | {"days": 11} | lesser), waits)
    refused(by, decision(case, authority, **said | lesser), waits)
    refused(
        "what_is_done_now_is_dated_now",
        decision(case, authority, decided_at=clock.now() - timedelta(days=1), **said),
    )
    refused("a_decision_moves_its_case", decision(case, authority, **said))
    may = "a_decision_is_made_by_the_authority"
    refused(may, decision(case, road.supervisor, **said), waits)
    refused(may, decision(case, make.user(Role.DECIDING_AUTHORITY, road.unit), **said), waits)
    taker, today = make.user(None), clock.today()
    about = {"giver": authority, "taker": taker, "unit": make.root(), "paper": "1", "given_at": clock.now()}
    given = "a_delegation_is_given_by_the_authority"
    days = {"starts_on": today, "ends_on": today}
    gone = {"starts_on": today - timedelta(days=9), "ends_on": today}
    refused(given, adds(Delegation, **about, **gone))
    refused(given, adds(Delegation, **about | {"giver": road.supervisor}, **days))
    later = Delegation(**about, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2))
    lower = Delegation(
        **about | {"giver": make.user(Role.DECIDING_AUTHORITY, road.unit), "unit": road.unit}, **days
    )
    forge(later.save, lower.save)
    for one in (later, lower):
        refused(may, decision(case, taker, acting_for=one, **said), waits)
    refused("a_delegation_is_never_rewritten", sets(later, starts_on=today))
    refused("a_delegation_is_never_rewritten", sets(later, taker=road.legal))
    forge(decision(case, authority, **said | {"days": 9} | lesser), waits)
    refused("a_decision_is_never_changed", sets(Decision.objects.get(), days=1))


def test_a_demotion_leads_down(road):
    case = road.investigated(road.opened(road.officer(rank="R13")))
    about = {"measure": "demotion", "to_rank": "R13"}
    refused(
        "a_demotion_leads_to_a_lower_rank",
        proposal(case, road.case_officer, **about),
        sets(case, status="PROPOSED"),
    )


def test_a_general_takes_more_than_the_ministers_decision(road):
    case = road.checked(road.opened(road.officer(rank="R13")))
    refused(
        "the_instrument_is_high_enough_for_the_rank",
        decision(case, road.authority),
        sets(case, status="AWAITING_INSTRUMENT"),
    )
