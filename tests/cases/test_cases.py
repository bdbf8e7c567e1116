"""The way of a case, from its opening to the order and the appeal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.actions import cases, decisions, grounds, hearings, orders, proposals
from cases.models import Case, Measure
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import doors, officers, reviews
from officers.models import Officer, RegisterEntry
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again, at_door, scan
from tests.results import Way, later

S = Case.Status


@pytest.fixture
def road(db) -> Road:
    return Road()


def test_a_case_goes_from_its_opening_to_a_final_dismissal(road):
    case = road.final()

    officer = case.officer
    assert (case.status, case.outcome) == (S.FINAL, "measure")
    assert officer.status == Officer.Status.DISMISSED
    assert not officer.postings.filter(held__upper_inf=True).exists()
    assert RegisterEntry.objects.get(officer=officer).reasons == ["drug_involvement"]
    assert Measure.objects.get(case=case).is_about_drugs


def test_a_final_positive_opens_a_case_and_leads_to_an_order(road):
    case = road.in_force(road.of_test())

    assert case.officer.status == Officer.Status.DISMISSED
    assert case.grounds.get().kind == "confirmed_positive"
    assert {
        "collector",
        "laboratory",
        "reviewer",
        "proposer",
        "checker",
        "decider",
        "registrar",
        "verifier",
    } == {part for parts in case.parts.values() for part in parts}


def test_an_appeal_that_overturns_restores_the_officer(road):
    appeal = road.appealed()
    before = appeal.case.officer.postings.get()
    case = road.decide_appeal(appeal)

    assert (case.status, case.outcome) == (S.CLOSED, "overturned")
    assert case.officer.status == Officer.Status.SERVING
    posting = case.officer.postings.get(held__upper_inf=True)
    assert (posting.pk, posting.held.lower) == (before.pk, before.held.lower)
    assert RegisterEntry.objects.get().status == "VOIDED"
    assert Measure.objects.get().reversed_on == clock.today()


def test_an_appeal_that_varies_puts_a_lesser_measure_in_its_place(road):
    officer = road.officer(rank="R13")
    road.authority = make.user(Role.DECIDING_AUTHORITY)
    appeal = road.appealed(road.opened(officer))
    case = road.decide_appeal(appeal, "varied", measure="demotion", to_rank="R01")

    assert (case.status, case.officer.status, case.officer.rank) == (S.FINAL, Officer.Status.SERVING, "R01")
    assert [row.kind for row in Measure.objects.order_by("pk")] == ["dismissal", "demotion"]


def test_a_general_waits_for_a_royal_decree(road):
    case = road.decided(road.opened(road.officer(rank="R13")))

    assert case.status == S.AWAITING_INSTRUMENT
    with pytest.raises(ValidationError, match="Royal decree"):
        road.ordered(case, instrument="ministerial_decision")
    road.verify(road.ordered(case, instrument="royal_decree"))
    assert again(case).officer.status == Officer.Status.DISMISSED


def test_an_officer_who_retires_half_way_is_dismissed_all_the_same(road):
    case = road.proposed()
    officers.leave(
        road.registrar, case.officer_id, status=Officer.Status.RETIRED, reason="At his own request."
    )
    proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    road.decide(again(case))
    road.registrar, road.verifier = make.user(Role.REGISTRAR), make.user(Role.REGISTRAR)
    road.verify(road.ordered(again(case)))
    road.tell(again(case))
    case = again(case)

    assert case.officer.status == Officer.Status.DISMISSED
    assert Measure.objects.get().status_before == Officer.Status.RETIRED


def test_a_test_cancelled_after_the_proposal_stops_the_case(road):
    way = Way(road.unit)
    review = way.opened()
    reviews.attempt(way.physician, review.pk, how="telephone", result="declined")
    review = reviews.verify(way.physician, review.pk, reasons="He declined.", unheard="declined")
    letter, _code = way.letter(review)
    doors.enter(doors.at_the_door(letter.officer), letter.pk)
    review.refresh_from_db()
    later(review)
    case = road.proposed(road.of_test(review.test))
    reviews.reopen(way.physician, review.pk, reason="He was ill.")

    with pytest.raises(Conflict, match="fell"):
        proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    grounds.drop_fallen(CLOCK, case.grounds.get().pk)
    assert again(case).ground_fell


def test_ten_officers_stand_in_one_order(road):
    decided = [road.decided() for _ in range(10)]
    road.verify(road.ordered(*decided))

    assert Officer.objects.filter(status=Officer.Status.DISMISSED).count() == 10


def test_an_order_of_a_later_day_comes_into_force_on_that_day(road):
    case = road.decided()
    day = clock.today() + timedelta(days=3)
    order = road.verify(road.ordered(case, effective_on=day))

    assert (order.status, again(case).status) == ("VERIFIED", S.AWAITING_INSTRUMENT)
    with pytest.raises(Conflict):
        orders.enforce(CLOCK, order.pk)
    with clock.at(clock.now() + timedelta(days=3)):
        orders.enforce(CLOCK, order.pk)
    assert again(case).officer.status == Officer.Status.DISMISSED


def test_who_had_one_part_has_no_other(road):
    case = road.proposed()
    for user in (road.case_officer,):
        keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
        from officers.actions import users

        users.grant(keeper, user.pk, role=Role.LEGAL_CHECKER, unit_id=make.root().pk)
    road.case_officer.__dict__.pop("held_roles", None)
    with pytest.raises(PermissionDenied):
        proposals.find_lawful(
            road.case_officer, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True
        )


def test_a_screen_is_no_ground(road):
    test = Way(road.unit).screen()
    case = cases.open(
        road.case_officer,
        test.officer_id,
        service_number=test.officer.service_number,
        birth_year=test.officer.birth_year,
    )
    for kind in ("confirmed_positive", "drug_involvement"):
        with pytest.raises(ValidationError):
            grounds.add_ground(road.case_officer, case.pk, kind=kind, text="Positive.", test_id=test.pk)


def test_the_wrong_person_is_not_opened_against(road):
    officer = road.officer()
    with pytest.raises(ValidationError) as refusal:
        cases.open(road.case_officer, officer.pk, service_number="999999", birth_year=1950)
    assert set(refusal.value.error_dict) == {"service_number", "birth_year"}


def test_an_open_case_is_not_told_of_to_whom_it_is_hidden(road):
    case = road.opened()
    officer = case.officer
    known = {"service_number": officer.service_number, "birth_year": officer.birth_year}
    with pytest.raises(Conflict, match="open case already"):
        cases.open(road.case_officer, officer.pk, **known)
    cases.declare_conflict(road.case_officer, case.pk, reason="He is my cousin.")
    with pytest.raises(PermissionDenied, match="cases that this unit conducts"):
        cases.open(road.case_officer, officer.pk, **known)


def test_a_decision_takes_the_password_again(road):
    case = road.checked()
    with pytest.raises(ValidationError, match="password"):
        road.decide(case, password="wrong")


def test_an_order_needs_what_was_entered_typed_again(road):
    order = road.ordered(road.decided())
    with pytest.raises(ValidationError) as refusal:
        orders.verify(
            road.verifier, order.pk, number="1", signed_on=order.signed_on, effective_on=order.effective_on
        )
    assert set(refusal.value.error_dict) == {"number"}


def test_the_officer_has_his_time(road):
    case = road.served()
    with pytest.raises(Conflict, match="not over"):
        hearings.investigate(road.case_officer, case.pk, text="Found.")
    with clock.at(case.response_until + timedelta(seconds=1)):
        assert hearings.investigate(road.case_officer, case.pk, text="Found.").status == S.INVESTIGATED


def test_who_died_has_no_case_unless_the_family_asks(road):
    case = road.served()
    officers.leave(road.registrar, case.officer_id, status=Officer.Status.DECEASED, reason="Illness.")
    cases.end_by_death(CLOCK, case.pk)
    assert again(case).outcome == "deceased"
    cases.go_on_for_family(road.case_officer, case.pk, reason="His widow asks.")
    assert again(case).status == S.RESPONSE


def test_no_case_closes_it(road):
    case = road.checked()
    decisions.find_no_case(
        road.authority, case.pk, reasons="Not proved.", password=make.PASSWORD, no_conflict=True
    )
    assert again(case).outcome == "no_case"


def test_scan_is_needed(road):
    case = road.decided()
    with pytest.raises(ValidationError) as refusal:
        road.ordered(case, files=[])
    assert set(refusal.value.error_dict) == {"files"}
    assert scan().kind == "text"
    assert at_door(case)
