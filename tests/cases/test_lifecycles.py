"""Who may take which step of a complaint in which state: the whole table, role by role."""

import pytest

from cases.lifecycles import STEPS, verbs
from cases.models import Complaint
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db
S = Complaint.Status

ANYBODY = {"open", "assign", "note", "take_action", "declare_conflict"}
READERS = {
    "write",
    "instruct",
    "offer",
    "take_back",
    "match",
    "link",
    "refer",
    "pause",
    "close",
    "ask_contact",
}
#: What whoever handles complaints at a district may do, by state; a post may do no more than `ANYBODY` and acknowledge.
HANDLERS = {
    S.RECEIVED: ANYBODY | READERS | {"acknowledge"},
    S.ACKNOWLEDGED: ANYBODY | READERS,
    S.IN_PROGRESS: ANYBODY | READERS,
    S.CLOSING: {"open", "note", "write", "ask_contact"},
    S.CLOSED: set(),
}
SUPERVISORS = {S.CLOSING: {"agree", "send_back"}, S.CLOSED: {"reopen", "uphold"}}


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize(
    "who",
    [
        "case officer",
        "supervisor",
        "inspector",
        "auditor",
        "post",
        "other unit",
        "administrator",
        "who closed it",
    ],
)
def test_the_table_of_steps(who, status):
    place = make.Province()
    row = make.complaint(at=place.commune, category="trafficking_place")
    user = {
        "case officer": lambda: make.user(Role.CASE_OFFICER, place.district),
        "supervisor": lambda: make.user(Role.SUPERVISOR, place.district),
        "inspector": lambda: make.user(Role.INSPECTOR, place.province),
        "auditor": lambda: make.user(Role.AUDITOR, make.root()),
        "post": lambda: make.user(Role.CASE_OFFICER, place.commune),
        "other unit": lambda: make.user(Role.SUPERVISOR, place.other_commune),
        "administrator": lambda: make.user(Role.SYSTEM_ADMINISTRATOR),
        "who closed it": lambda: make.user(Role.SUPERVISOR, place.district),
    }[who]()
    if who == "who closed it":
        row.closing_by = row.closed_by = user
    row.status = status

    handles = who in ("case officer", "supervisor", "inspector", "who closed it")
    expected = set(HANDLERS[status]) if handles else set()
    if who in ("supervisor", "inspector"):
        expected |= SUPERVISORS.get(status, set())
    if who == "auditor":
        expected = {"ask_contact"}  # of a closed one too; what an auditor is told is an inspector's to decide
    assert set(verbs(row, user)) == expected


@pytest.mark.parametrize("status", [S.RECEIVED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CLOSING])
def test_at_a_post_no_step_needs_the_report(status):
    place = make.Province()
    row = make.complaint(at=place.commune, category="drug_dealing")
    row.status = status
    done = set(verbs(row, make.user(Role.SUPERVISOR, place.commune)))
    assert done & READERS == set()
    assert "open" in done


def test_only_who_is_offered_a_complaint_accepts_or_refuses_it():
    place = make.Province()
    row = make.complaint(at=place.commune, category="trafficking_place")
    row.offered_to = place.province
    asked, theirs = make.user(Role.CASE_OFFICER, place.province), make.user(Role.SUPERVISOR, place.district)
    assert {"accept", "refuse"} <= set(verbs(row, asked))
    assert {"accept", "refuse"} & set(verbs(row, theirs)) == set()


def test_every_step_is_in_the_table_of_this_test():
    known = ANYBODY | READERS | {"acknowledge", "agree", "send_back", "reopen", "uphold"}
    assert {step.verb for step in STEPS[Complaint]} == known | {"accept", "refuse", "escalate", "hear"}
