"""No statement as the application's role goes where no act goes: people, grounds, steps and times of a case."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases.actions import cases, grounds, hearings, proposals
from cases.lifecycles import STEPS
from cases.models import (
    Case,
    CaseNotice,
    CaseStatement,
    Ground,
    Paper,
)
from cases.models.grounds import GroundKind
from ledger import clock
from officers.actions import doors, drug_tests, reviews
from officers.models import Service
from officers.models.users import Role
from tests import make
from tests.cases.forging import adds, also, decision, forge, moved, opinion, proposal, refused, sets
from tests.dismissals import Road, again
from tests.results import Way

pytestmark = pytest.mark.django_db
S = Case.Status
STEP = "a_case_goes_from_step_to_step"
STANDS = "a_case_stands_where_its_papers_say"
PROPOSED = {"measure": "dismissal", "articles": ["DR-01"], "reasons": "x", "lesser": "x", "no_conflict": True}
FIT = "nobody_acts_in_a_case_below_or_beside_the_officer"


@pytest.fixture
def road() -> Road:
    return Road()


def test_the_places_that_the_database_lets_a_case_go_to_are_those_of_the_table_of_steps(db):
    there = {str(place): set() for place in S}
    for step in STEPS[Case]:
        for place in step.sources:
            if step.target is not None:
                there[place].add(str(step.target))
    there["APPEALED"] = {"IN_FORCE", "FINAL", "CLOSED"}  # by the steps of the appeal
    with connection.cursor() as cursor:
        for place, wanted in there.items():
            cursor.execute("SELECT cases_next(%s)", [place])
            assert set(cursor.fetchone()[0]) == wanted, place


STAGES = [
    "opened",
    "assessed",
    "notified",
    "served",
    "investigated",
    "proposed",
    "checked",
    "decided",
    "told",
]


@pytest.mark.parametrize("stage", [*STAGES, "final", "appealed", "stayed"])
def test_no_statement_takes_a_case_where_no_step_leads(road, stage, subtests):
    if stage == "appealed":
        case = again(road.appealed().case)
    elif stage == "stayed":
        case = cases.stay(road.case_officer, road.investigated().pk, reason="The court has it.")
    else:
        case = getattr(road, stage)()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_next(%s)", [case.status])
        follow = set(cursor.fetchone()[0])
    for place in S:
        if place == case.status or (stage == "stayed" and place == S.INVESTIGATED):
            continue
        with subtests.test(str(place)):
            if (
                place not in follow
                or (place == S.CLOSED and case.status in ("PROPOSED", "CHECKED", "APPEALED"))
                or (place == S.CLOSED and case.status == S.AWAITING_INSTRUMENT)
            ):
                refused(STEP, moved(case, place))
            elif place in (S.STAYED, S.ASSESSED) or (place, case.status) == (S.INVESTIGATED, S.PROPOSED):
                continue  # what the row may say by itself
            elif (place, case.status) in (
                (S.INVESTIGATED, S.CHECKED),
                (S.INVESTIGATED, S.AWAITING_INSTRUMENT),
            ):
                continue  # back for work: nothing comes of it without a further proposal
            else:
                refused(STANDS, moved(case, place))


def test_no_statement_ends_a_case_otherwise_than_by_its_step(road):
    case = road.served()
    refused(STANDS, moved(case, "CLOSED", closed_by=None))
    refused(STANDS, moved(case, "CLOSED", closed_by=also(road.case_officer, Role.SUPERVISOR)))
    refused(STANDS, moved(case, "CLOSED", closed_by=road.legal))
    refused(STANDS, moved(case, "CLOSED", outcome="deceased", stayed_from="RESPONSE"))
    for outcome in ("no_case", "finding", "overturned"):
        refused(STEP, moved(case, "CLOSED", outcome=outcome))
    forge(moved(case, "CLOSED", closed_by=road.supervisor))
    refused(STEP, sets(case, outcome="no_case"))
    refused(STEP, moved(again(case), "RESPONSE", outcome="", closing_reason=""))


def test_no_statement_gives_a_case_to_another_officer_unit_or_author(road):
    case, other = road.assessed(), road.officer()
    own = "a_case_is_of_the_officer_it_was_opened_for"
    refused(own, sets(case, officer=other))
    refused(own, sets(case, rank="R13"))
    refused(own, sets(case, is_head=True))
    refused("a_case_is_conducted_above_the_officers_unit", sets(case, unit=case.officer_unit))
    rewritten = "who_did_what_in_a_case_is_never_rewritten"
    refused(rewritten, sets(case, opened_by=road.supervisor))
    refused(rewritten, sets(case, assessed_by=road.supervisor))
    refused(rewritten, sets(case, severity="minor"))
    refused("what_is_done_now_is_dated_now", sets(case, opened_at=clock.now() - timedelta(days=3)))


def test_nobody_below_or_beside_the_officer_and_nobody_in_conflict_has_a_part(road):
    case = road.opened()
    beside = make.user(Role.CASE_OFFICER, officer=make.officer(road.unit))
    assessed = {"status": "ASSESSED", "severity": "gross", "severity_reasons": "x"}
    refused(FIT, sets(case, assessed_by=beside, **assessed))
    refused("a_case_is_worked_on_by_its_unit", sets(case, assessed_by=road.legal, **assessed))
    refused(
        "a_case_is_worked_on_by_its_unit",
        sets(case, assessed_by=make.user(Role.CASE_OFFICER, road.unit), **assessed),
    )
    cases.declare_conflict(road.supervisor, case.pk, reason="His cousin.")
    refused(FIT, sets(case, assessed_by=road.supervisor, **assessed))
    refused(FIT, moved(case, "CLOSED", closed_by=road.supervisor))


def test_nobody_whom_the_officer_commands_has_a_part(road):
    chief = road.officer(is_head=True)
    case = road.opened(chief)
    below = make.user(Role.CASE_OFFICER, officer=make.officer(make.unit(road.unit)))
    refused(FIT, sets(case, assessed_by=below, status="ASSESSED", severity="gross", severity_reasons="x"))


def test_nothing_but_a_final_test_of_the_officer_carries_a_ground(road, subtests):
    way, officer = Way(road.unit), road.officer()
    case = road.opened(officer)
    tests = {
        "screen": way.screen(of=officer),
        "at laboratory": way.sent(way.screen(of=officer)).test,
        "of somebody else": way.final(),
        "voided": drug_tests.void(way.administrator, way.screen(of=officer).pk, reason="A slip."),
    }
    review = way.told(specimen=way.received(way.screen(of=officer)))
    tests["verified"] = review.test
    for name, step, said in (
        ("cleared", reviews.clear, {"reasons": "x", "medical": "A prescription."}),
        ("cancelled", reviews.cancel_test, {"reasons": "x", "why": "collection"}),
    ):
        review = way.opened(specimen=way.received(way.screen(of=officer)))
        reviews.hear(way.physician, review.pk, heard="I took nothing.")
        tests[name] = step(way.physician, review.pk, **said).test
    about = {"case": case, "text": "x", "added_at": clock.now(), "added_by": road.case_officer}
    about |= {
        "article": "DR-01",
        "court": "x",
        "judgment": "x",
        "happened_on": clock.today(),
        "until": clock.today(),
    }
    for name, test in tests.items():
        test.refresh_from_db()
        for kind in GroundKind:
            with subtests.test(f"{name} ({test.status}) as {kind}"):
                tested = kind in ("confirmed_positive", "refusal")
                by = (
                    "a_ground_rests_on_what_it_names"
                    if tested
                    else "a_drug_test_carries_only_grounds_made_for_it"
                )
                refused(by, adds(Ground, test=test, kind=kind, **about))
    for kind in ("drug_involvement", "discipline_breach", "corruption", "evidence_tampering"):
        refused("a_ground_rests_on_what_it_names", adds(Ground, kind=kind, **about))


def test_no_ground_comes_in_without_the_officer_being_told_nor_goes_once_it_was_proposed_on(road):
    case = road.investigated()
    ground = case.grounds.get()
    about = {
        "case": case,
        "kind": "absence",
        "text": "x",
        "added_at": clock.now(),
        "added_by": road.case_officer,
    }
    about |= {"happened_on": clock.today(), "until": clock.today()}
    forge(adds(Ground, **about))
    refused(
        "an_officer_is_told_of_every_ground", proposal(case, road.case_officer), sets(case, status="PROPOSED")
    )
    grounds.withdraw_ground(road.case_officer, case.pk, case.grounds.latest("pk").pk, reason="A slip.")
    refused(
        "a_measure_rests_on_the_grounds_proposed",
        proposal(case, road.case_officer, grounds=[ground.pk, ground.pk + 1]),
        sets(case, status="PROPOSED"),
    )
    proposals.propose(road.case_officer, case.pk, **PROPOSED)
    ended = {"ended_at": clock.now(), "why_ended": "x"}
    refused("a_ground_is_added_before_the_proposal", adds(Ground, **about))
    refused("a_ground_is_withdrawn_before_the_proposal", sets(ground, status="WITHDRAWN", **ended))
    refused("a_ground_falls_with_what_carried_it", sets(ground, status="FALLEN", **ended))
    for change in (
        {"text": "y"},
        {"kind": "corruption"},
        {"article": "DR-02"},
        {"happened_on": clock.today()},
    ):
        refused("a_ground_is_never_rewritten", sets(ground, **change))
    refused("a_paper_is_never_changed", sets(Paper.objects.get(), title="y"))


def test_a_fallen_ground_stops_every_later_step(road):
    way = Way(road.unit)
    review = way.final_unheard()
    falls = "every_ground_of_a_case_stands"

    def reopened(*what):
        with transaction.atomic():
            reviews.reopen(way.physician, review.pk, reason="He was ill.")
            refused(falls, *what)
            transaction.set_rollback(True)

    case = road.investigated(road.of_test(review.test))
    reopened(proposal(case, road.case_officer), sets(case, status="PROPOSED"))
    proposals.propose(road.case_officer, case.pk, **PROPOSED)
    reopened(opinion(case, road.legal), sets(case, status="CHECKED"))
    proposals.find_lawful(road.legal, case.pk, text="x", rests_on_no_screen=True, no_conflict=True)
    reopened(decision(case, road.authority), sets(case, status="AWAITING_INSTRUMENT"))
    road.decide(case)
    order = road.ordered(case)
    reopened(sets(order, status="VERIFIED", verified_by=road.verifier, verified_at=clock.now()))


def test_time_is_not_cut_short_nor_dated(road):
    case = road.served()
    cut, now = "the_time_to_respond_is_not_cut_short", clock.now()
    refused(cut, sets(case, response_until=case.response_until - timedelta(minutes=1)))
    refused(cut, sets(case, response_until=None))
    refused(cut, sets(case, told_at=None, response_until=None))
    back = now - timedelta(days=30)
    refused(STANDS, sets(case, told_at=back, response_until=back + timedelta(days=20)))
    refused("the_time_to_respond_runs_from_a_proof", sets(case, response_until=back))
    refused("who_has_said_all_said_so", sets(case, responded_at=now))
    found = {"status": "INVESTIGATED", "investigation": "x", "investigated_by": road.case_officer}
    refused("an_officer_has_his_time_to_respond", sets(case, investigated_at=now, **found))
    later = case.response_until + timedelta(seconds=1)
    refused("what_is_done_now_is_dated_now", sets(case, investigated_at=later, **found))
    said = {"case": case, "text": "x", "how": "person", "recorded_by": road.case_officer}
    heard = "an_officer_is_heard_in_his_time"
    refused("what_is_done_now_is_dated_now", adds(CaseStatement, kind="response", made_at=back, **said))
    ending = said | {"kind": "complete", "made_at": clock.now()}
    refused("nobody_ends_the_time_of_whom_he_works_against", adds(CaseStatement, **ending))
    hearings.complete(road.supervisor, case.pk)
    statement = CaseStatement.objects.get()
    refused("a_case_statement_is_never_changed", sets(statement, text="y"))
    forge(moved(again(case), "STAYED"))
    refused(heard, adds(CaseStatement, kind="response", made_at=clock.now(), **said))


def test_a_notice_is_told_by_a_proof_of_the_officer_himself(road):
    case, other = road.notified(), road.notified()
    notice = case.notices.get()
    road.tell(other)
    proof = Service.objects.get()
    told = "a_notice_is_told_by_a_proof"
    refused("a_notice_is_served_by_a_proof", sets(notice, told_at=clock.now()))
    refused(told, sets(notice, told_by=proof, told_at=proof.proved_at))
    letter = doors.issue_letter(road.case_officer, case.officer)[0]
    doors.enter(doors.at_the_door(case.officer), letter.pk)
    own = Service.objects.get(officer=case.officer)
    refused(told, sets(notice, told_by=own, told_at=own.proved_at - timedelta(days=9)))
    refused("a_notice_is_never_rewritten", sets(notice, content={"grounds": []}))
    refused("a_notice_is_never_rewritten", sets(notice, kind="closing"))
    refused("a_notice_is_never_rewritten", sets(other.notices.get(), told_by=own, told_at=own.proved_at))
    said = {"case": case, "kind": "allegations", "content": {}}
    refused(
        "what_is_done_now_is_dated_now", adds(CaseNotice, issued_at=clock.now() - timedelta(days=9), **said)
    )
    refused(
        "a_notice_is_issued_with_its_step",
        adds(CaseNotice, issued_at=clock.now(), **said | {"case": road.opened()}),
    )
