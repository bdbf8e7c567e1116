"""What happened in a case, in words: each act once, with who and when; and nowhere else than in the case."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from cases.actions import appeals, cases
from cases.queries.case_histories import history
from cases.queries.histories import VERBS
from officers.models.users import Role
from officers.queries.timelines import timeline
from tests import make
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
#: Events that no page tells of.
UNTOLD = {
    "complaint.reckoned_anew",
    "failure.accepted",
    "failure.declined",
    "failure.proposed",
    "reporter.resealed",
}


@pytest.fixture
def road() -> Road:
    return Road()


def test_every_verb_that_an_action_on_this_floor_records_has_words():
    said = {
        node.value
        for file in Path("cases/actions").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.strip(".").count(".") == 1
        and node.value.replace(".", "").replace("_", "").isalpha()
        and node.value.islower()
        and not node.value.startswith(("cases.", "officers.", "officer."))
    }
    assert said - VERBS.keys() == UNTOLD


def test_the_way_of_a_case_stands_in_its_history_each_act_once_and_no_draft(road):
    appeal = road.appealed()
    case = appeal.case
    cases.declare_conflict(make.user(Role.CASE_OFFICER), case.pk, reason="My cousin.")
    appeals.admit(road.member, appeal.pk)
    appeals.draft(road.member, appeal.pk, outcome="overturned", reasons="The locker was shared.")
    appeals.send_back(road.second_member, appeal.pk, reason="Say it more clearly.")
    case = again(case)
    with translation.override("en"):
        items = history(case, road.case_officer)
        by_member = history(case, road.member)
        titles = [str(item["title"]) for item in items]
    for once in (
        "Case opened",
        "Ground added",
        "Notice served; the time to respond runs",
        "The officer responded",
        "Measure proposed",
        "Proposal found lawful",
        "Measure decided",
        "Signed order entered",
        "Order verified against its scan",
        "Measure in force",
        "Appeal lodged",
        "Decision on the appeal drafted",
        "Conflict of interest declared",
    ):
        assert titles.count(once) == 1, (once, titles)
    assert not [title for title in titles if "." in title]
    responded = next(item for item in items if item["title"] == "The officer responded")
    assert responded["by"] == case.officer.number
    assert responded["recorded_at"] >= responded["at"]
    for unsaid in ("Say it more clearly.", "The locker was shared.", "overturned"):
        assert unsaid not in str(items)
    assert "Say it more clearly." in str(by_member)


def test_the_page_of_an_officer_tells_what_was_done_to_him_and_nothing_of_the_case(road):
    case = road.in_force()
    with translation.override("en"):
        items = timeline(case.officer, make.user(Role.SUPERVISOR))
    assert str(items[0]["title"]) == "Dismissed"
    for unsaid in (case.reference, "locker", "The facts are proved."):
        assert unsaid not in str(items)
