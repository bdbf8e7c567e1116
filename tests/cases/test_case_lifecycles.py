"""Who may take which step of a case, an extract, an order, an appeal or a scan, in which state: role by role."""

import pytest

from cases.lifecycles import STEPS, verbs
from cases.models import Appeal, Case, CaseFile, Extract, Order
from cases.rules import is_the_clock
from officers.models.users import Role
from tests import make
from tests.cases.prepared_cases import drafted
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
S = Case.Status
UNDER_WORK = "OPENED ASSESSED NOTIFIED RESPONSE INVESTIGATED"
UNDECIDED = f"{UNDER_WORK} PROPOSED CHECKED"
PENDING = f"{UNDECIDED} AWAITING_INSTRUMENT"
ALL = " ".join(S)
#: Who works on a case, who supervises one, and the others: the states in which a verb is theirs.
WORKS = {
    "identify": "OPENED",
    "assign": f"{PENDING} STAYED",
    "add_ground": UNDER_WORK,
    "withdraw_ground": UNDER_WORK,
    "add_paper": f"{UNDECIDED} STAYED",
    "draft_extract": UNDER_WORK,
    "assess": "OPENED",
    "issue_notice": "ASSESSED",
    "write_letter": ALL,
    "respond": "RESPONSE",
    "ask_time": "RESPONSE",
    "extend": "RESPONSE",
    "investigate": "RESPONSE",
    "propose": "INVESTIGATED",
    "lodge": "IN_FORCE FINAL",
    "stay": PENDING,
    "resume": "STAYED",
    "refer": f"{PENDING} STAYED",
    "record_result": ALL,
    "go_on_for_family": "CLOSED",
    "declare_conflict": ALL,
}
SUPERVISES = {
    "complete": "RESPONSE",
    "suspend": f"{PENDING} STAYED",
    "review_suspension": f"{PENDING} STAYED",
    "discontinue": f"{UNDER_WORK} STAYED",
}
SEES = {"declare_conflict": ALL}
CHECKS = SEES | {"find_lawful": "PROPOSED", "send_back": "PROPOSED"}
DECIDES = SEES | {
    "decide": "CHECKED",
    "find_no_case": "CHECKED",
    "return_for_work": "CHECKED",
    "reconsider": "AWAITING_INSTRUMENT",
}
REGISTERS = SEES | {"register": "AWAITING_INSTRUMENT", "enforce": "AWAITING_INSTRUMENT"}
CARRIES_OUT = SEES | {"enforce": "AWAITING_INSTRUMENT"}


def in_each(row, who, states):
    """The states of a row in which each verb is somebody's."""
    found = {}
    for state in states:
        row.status = state
        row.__dict__.pop("parts", None)
        for verb in verbs(row, who):
            found.setdefault(verb, []).append(str(state))
    return {verb: " ".join(there) for verb, there in found.items()}


def test_the_table_of_steps_of_a_case(subtests):
    road = Road()
    case = again(road.appealed().case)
    case.case_officer = road.case_officer
    outside = make.unit()
    beside = make.officer(road.unit)
    expected = {
        "a case officer": (make.user(Role.CASE_OFFICER), WORKS),
        "a supervisor": (make.user(Role.SUPERVISOR), WORKS | SUPERVISES),
        "an inspector": (make.user(Role.INSPECTOR), WORKS | SUPERVISES),
        "a legal checker": (make.user(Role.LEGAL_CHECKER), CHECKS),
        "an authority": (make.user(Role.DECIDING_AUTHORITY), DECIDES),
        "a registrar": (make.user(Role.REGISTRAR), REGISTERS),
        "an appeal member": (make.user(Role.APPEAL_MEMBER), SEES),
        "an auditor": (make.user(Role.AUDITOR), {}),
        "an administrator": (make.user(Role.ADMINISTRATOR), {}),
        "a keeper of accounts": (make.user(Role.SYSTEM_ADMINISTRATOR), {}),
        "who works on it": (road.case_officer, WORKS),
        "who checked it": (road.legal, CHECKS),
        "who decided it": (road.authority, DECIDES),
        "who entered the order": (road.registrar, REGISTERS),
        "who verified the order": (road.verifier, CARRIES_OUT),
        "somebody of another unit": (make.user(Role.SUPERVISOR, outside), {}),
        "a case officer beside him": (make.user(Role.CASE_OFFICER, officer=beside), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(case, who, S) == table


def test_the_table_of_steps_of_an_appeal(subtests):
    road = Road()
    row = road.appealed()
    sits = {"admit": "LODGED", "refuse": "LODGED", "draft": "ADMITTED"}
    agrees = {"send_back": "DRAFTED", "agree": "DRAFTED"}
    row.drafted_by = road.member
    for name, who, table in (
        ("another member", road.second_member, sits | agrees),
        ("who drafted it", road.member, sits),
        ("who decided the case", road.authority, {}),
        ("who works on it", road.case_officer, {}),
        ("a member beside him", make.user(Role.APPEAL_MEMBER, officer=make.officer(road.unit)), {}),
        ("an auditor", make.user(Role.AUDITOR), {}),
    ):
        with subtests.test(name):
            assert in_each(row, who, Appeal.Status) == table


def test_the_table_of_steps_of_an_order_and_its_scan(subtests):
    road = Road()
    row = road.ordered(road.decided())
    rejects, enforces = {"reject": "REGISTERED VERIFIED"}, {"enforce": "VERIFIED"}
    for name, who, table in (
        ("another registrar", road.verifier, {"verify": "REGISTERED"} | rejects | enforces),
        ("who entered it", road.registrar, rejects | enforces),
        ("who decided", road.authority, {}),
        ("a registrar of another unit", make.user(Role.REGISTRAR, make.unit()), enforces),
        ("an auditor", make.user(Role.AUDITOR), {}),
    ):
        with subtests.test(name):
            assert in_each(row, who, Order.Status) == table
            assert in_each(row.files.get(), who, CaseFile.Status) == {}


def test_the_table_of_steps_of_an_extract(subtests):
    road = Road()
    row = drafted(road)
    checks = {"check": "DRAFT", "send_back": "DRAFT"}
    for name, who, table in (
        ("a second case officer", make.user(Role.CASE_OFFICER), checks),
        ("a supervisor", road.supervisor, checks),
        ("who drafted it", road.case_officer, {}),
        ("a legal checker", road.legal, {}),
        ("an auditor", make.user(Role.AUDITOR), {}),
        ("a supervisor of another unit", make.user(Role.SUPERVISOR, make.unit()), {}),
        ("a supervisor beside him", make.user(Role.SUPERVISOR, officer=make.officer(road.unit)), {}),
    ):
        with subtests.test(name):
            assert in_each(row, who, Extract.Status) == table


def test_every_step_of_a_case_is_in_the_table_of_this_test():
    clocks = {step.verb for step in STEPS[Case] if step.rule is is_the_clock}
    known = set().union(WORKS, SUPERVISES, CHECKS, DECIDES, REGISTERS, SEES)
    assert clocks == {"serve", "tell_decision", "become_final", "end_by_death"}
    assert {step.verb for step in STEPS[Case]} == known | clocks
