"""Each risk rule finds the record planted for it, and no other."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from audits.queries.risks import found_by, hits
from cases.actions import closing, complaints, grounds, hearings, notices, proposals
from cases.models import Case, Complaint
from ledger import clock
from officers.actions import doors
from officers.models.users import Role
from officers.reckoning.auditing import RISKS
from officers.reckoning.settings import LOOKS_FOR
from tests import make
from tests.cases.prepared_cases import closed_complaint
from tests.dismissals import PAPER, Road, again, at_door, serve_all
from tests.results import Way

pytestmark = pytest.mark.django_db
RULES = {rule["code"]: rule for rule in RISKS}


def ago(days: int):
    return clock.at(clock.now() - timedelta(days=days))


def go_on(road: Road, case: Case, measure: str = "dismissal", **said) -> Case:
    """From an investigated case to its decision, today."""
    about = {"measure": measure, "articles": ["DR-01"], "reasons": "He used drugs.", "lesser": "Not enough."}
    proposals.propose(road.case_officer, case.pk, **about | said, no_conflict=True)
    proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    road.decide(case)
    return again(case)


def quiet(road: Road | None = None, **officer) -> Case:
    """Opened twenty days ago, heard, decided today."""
    road = road or Road()
    with ago(20):
        case = road.opened(road.officer(**officer))
    return road.decided(case)


def decided_fast() -> Case:
    return Road().decided()


def empty_response() -> Case:
    road = Road()
    with ago(20):
        case = road.served()
    hearings.complete(at_door(case), case.pk)
    hearings.investigate(road.case_officer, case.pk, text="The locker was his alone.")
    return go_on(road, case)


def ground_changed_late() -> Case:
    road = Road()
    with ago(20):
        case = road.opened()
        mistaken = grounds.add_ground(
            road.case_officer, case.pk, kind="corruption", text="He took money.", paper=PAPER
        )
        case = road.served(case)
    grounds.withdraw_ground(road.case_officer, case.pk, mistaken.pk, reason="Another officer.")
    hearings.respond(at_door(case), case.pk, text="They are not mine.")
    hearings.complete(at_door(case), case.pk)
    hearings.investigate(road.case_officer, case.pk, text="The locker was his alone.")
    return go_on(road, case)


def lesser_for_senior() -> Case:
    road = Road()
    with ago(20):
        case = road.opened(road.officer(rank="R13"))
    case = road.investigated(case)
    return go_on(road, case, "suspension", days=10)


def claimed_late() -> Case:
    road = Road()
    with ago(20):
        case = road.notified()
        letter, _code = notices.write_letter(road.case_officer, case.pk)
    with ago(10):
        doors.record_service(
            road.verifier,
            letter.pk,
            served_by="A colleague",
            witness="A witness",
            place="His post",
            served_at=clock.now() - timedelta(days=2),
        )
        serve_all()
    case = again(case)
    hearings.respond(at_door(case), case.pk, text="They are not mine.")
    hearings.complete(at_door(case), case.pk)
    hearings.investigate(road.case_officer, case.pk, text="The locker was his alone.")
    return go_on(road, case)


PLANTED: dict[str, Callable[[], Case]] = {
    "decided_fast": decided_fast,
    "empty_response": empty_response,
    "ground_changed_late": ground_changed_late,
    "lesser_for_senior": lesser_for_senior,
    "case_claimed_late": claimed_late,
}


def test_every_rule_that_can_be_set_looks_for_something():
    for about, looks in LOOKS_FOR.items():
        if about != "read":
            for one in looks:
                assert found_by({"about": about, "looks_for": one, "least": 1}, []) == set()


@pytest.mark.parametrize("code", PLANTED)
def test_a_rule_about_cases_finds_its_planted_case_and_no_other(code):
    ordinary = [quiet(rank="R01"), quiet(rank="R01")]
    planted = PLANTED[code]()
    ids = [case.pk for case in (*ordinary, planted)]

    found = {rule: found_by(RULES[rule], ids) for rule in (*PLANTED, "same_three_people")}

    assert found == {rule: {planted.pk} if rule == code else set() for rule in found}


def test_the_same_three_people_are_found_from_so_many_records_on():
    others, road = quiet(), Road()
    together = [quiet(road) for _ in range(3)]
    ids = [others.pk, *(case.pk for case in together)]

    assert found_by(RULES["same_three_people"] | {"least": 3}, ids) == {case.pk for case in together}
    assert found_by(RULES["same_three_people"] | {"least": 4}, ids) == set()
    assert found_by(RULES["same_three_people"] | {"least": 3}, ids[:3]) == set()


def test_a_lesser_measure_is_one_only_on_the_same_ground_and_for_a_higher_rank():
    quiet(rank="R01")
    road = Road()
    with ago(20):
        other = road.opened(
            road.officer(rank="R13"), ground={"kind": "corruption", "text": "Money.", "paper": PAPER}
        )
        junior = road.opened(road.officer(rank="R01"))
    for case in (other, junior):
        go_on(road, road.investigated(case), "suspension", days=10)

    assert found_by(RULES["lesser_for_senior"], list(Case.objects.values_list("pk", flat=True))) == set()


def test_a_late_ground_is_one_that_was_added_after_the_notice_too():
    road = Road()
    case = road.notified()
    assert found_by(RULES["ground_changed_late"], [case.pk]) == set()
    grounds.add_ground(road.case_officer, case.pk, kind="corruption", text="He took money.", paper=PAPER)
    assert found_by(RULES["ground_changed_late"], [case.pk]) == {case.pk}
    assert found_by(RULES["ground_changed_late"] | {"least": 2}, [case.pk]) == set()


def test_a_result_entered_long_after_collection_is_found():
    way = Way()
    with ago(4):
        sheet = make.sheet(way.administrator, way.unit)
    with ago(3):
        in_time = make.test(way.administrator, sheet)
    late = make.test(way.administrator, sheet)

    ids = [in_time.pk, late.pk]

    assert found_by(RULES["entered_late"], ids) == {late.pk}
    assert found_by(RULES["entered_late"] | {"least": 96}, ids) == set()


def test_a_time_of_a_test_claimed_long_from_its_recording_is_found():
    way = Way()
    now = clock.now()
    with ago(3):
        early = way.screen()
    with ago(3):
        way.sent(way.screen())
    in_time = way.screen()
    way.sent(in_time)
    way.sent(early, handed_over_at=now - timedelta(days=2))

    ids = [early.pk, in_time.pk]

    assert found_by(RULES["test_claimed_late"], ids) == {early.pk}


def test_a_complaint_closed_with_no_action_is_found():
    silent = closed_complaint(Road().officer())
    handled, still_open = make.complaint(category="extortion"), make.complaint(category="extortion")
    inspector = make.user(Role.INSPECTOR)
    complaints.take_action(inspector, handled.pk, kind="visited", text="Nobody was there.")
    said = {
        "finding": "substantiated",
        "closure_reason": "referred_prosecutor",
        "summary": "x",
        "answer": "x",
    }
    closing.close(inspector, handled.pk, **said)
    ids = [silent.pk, handled.pk, still_open.pk]
    assert Complaint.objects.filter(pk__in=ids, status="CLOSED").count() == 2

    assert found_by(RULES["closed_without_action"], ids) == {silent.pk}


def test_the_heaviest_records_stand_first():
    fast, empty = decided_fast(), empty_response()
    ids = [empty.pk, fast.pk]
    rules = [RULES["decided_fast"], RULES["empty_response"]]

    assert hits("case", ids, rules) == [(fast.pk, ["decided_fast"]), (empty.pk, ["empty_response"])]
    assert hits("case", ids, rules[1:]) == [(empty.pk, ["empty_response"])]
