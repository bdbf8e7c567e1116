"""Who may take which step of an audit, a sample, a review, a finding or a request for correction: role by role."""

import ast
from pathlib import Path

import pytest

from audits.actions import corrections, findings
from audits.lifecycles import STEPS, verbs
from audits.models import (
    Audit,
    CorrectionRequest,
    Finding,
    OutcomeNotice,
    Review,
    Sample,
    SeriesRelease,
)
from audits.queries.words import VERBS
from cases.rules import is_the_clock
from officers.actions import users
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
AUDITS = {"amend": "PLANNED RUNNING", "freeze": "RUNNING", "review": "RUNNING", "find": "RUNNING REPORTED"}
LEADS = AUDITS | {"start": "PLANNED", "report": "RUNNING", "drop": "PLANNED RUNNING"}
GIVES = {"hand_over": "ASSIGNED STARTED"}
REOPENS = GIVES | {"reopen": "COMPLETED"}
REVIEWS = REOPENS | {"start": "ASSIGNED", "answer": "STARTED", "complete": "STARTED"}
FINDS = {
    "amend": "DRAFT",
    "issue": "DRAFT",
    "uphold": "CONTESTED",
    "return_action": "ACTED",
    "extend": "ISSUED ACCEPTED",
    "close": "ACTED",
    "reopen": "CLOSED",
    "withdraw": "DRAFT ISSUED ACCEPTED CONTESTED ACTED",
}
REQUESTS = {
    "take": "RECEIVED TAKEN",
    "confirm": "PROPOSED",
    "return_answer": "PROPOSED",
    "reopen": "ANSWERED",
}
ANSWERS = {"accept": "ISSUED CONTESTED", "contest": "ISSUED", "act": "ACCEPTED"}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def in_each(row, who, states):
    """The states of a row in which each verb is somebody's."""
    found = {}
    for state in states:
        row.status = state
        for verb in verbs(row, who):
            found.setdefault(verb, []).append(str(state))
    return {verb: " ".join(there) for verb, there in found.items()}


def others() -> dict[str, tuple[User, dict[str, str]]]:
    """Who has no part in audits."""
    roles = (
        Role.CASE_OFFICER,
        Role.LEGAL_CHECKER,
        Role.REGISTRAR,
        Role.APPEAL_MEMBER,
        Role.SYSTEM_ADMINISTRATOR,
    )
    return {f"a {role}": (make.user(role), {}) for role in roles} | {
        "an auditor of another unit": (make.user(Role.AUDITOR, make.unit()), {})
    }


def also(user: User, role: str) -> User:
    """The same person with one more role, read anew."""
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, role=role, unit_id=make.root().pk)
    return User.objects.get(pk=user.pk)


def test_the_table_of_steps_of_an_audit(bench, subtests):
    row = bench.planned()
    expected = others() | {
        "who leads it": (bench.lead, LEADS),
        "another auditor": (bench.second, AUDITS),
        "an inspector": (make.user(Role.INSPECTOR), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, Audit.Status) == table


def test_the_table_of_steps_of_a_sample(bench, subtests):
    Road().decided()
    row = bench.frozen()
    expected = others() | {
        "who froze it": (bench.lead, {"void": "FROZEN DRAWN"}),
        "another auditor": (bench.second, {"draw": "FROZEN", "void": "FROZEN DRAWN"}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, Sample.Status) == table


def test_the_table_of_steps_of_a_review(bench, subtests):
    road = Road()
    case = road.decided()
    row = bench.assigned(case)
    expected = others() | {
        "whom it was given to": (bench.second, REVIEWS),
        "who leads the audit": (bench.lead, REOPENS),
        "a third auditor": (make.user(Role.AUDITOR), GIVES),
        "an auditor who serves beside the officer": (
            make.user(Role.AUDITOR, officer=make.officer(road.unit)),
            {},
        ),
        "an auditor who decided the case": (also(road.authority, Role.AUDITOR), {}),
        "an inspector": (make.user(Role.INSPECTOR), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, Review.Status) == table


def test_the_table_of_steps_of_a_finding(bench, subtests):
    road = Road()
    case = road.decided()
    row = bench.issued(about="case", row_id=case.pk)
    replied = also(make.user(Role.AUDITOR), Role.INSPECTOR)
    findings.contest(replied, row.pk, text="It was in time.")
    expected = others() | {
        "who drafted it": (also(bench.second, Role.INSPECTOR), FINDS),
        "another auditor": (bench.lead, FINDS),
        "an auditor who could answer": (also(make.user(Role.AUDITOR), Role.INSPECTOR), FINDS | ANSWERS),
        "an auditor who answered it": (replied, {"amend": "DRAFT"} | ANSWERS),
        "an auditor who serves beside the officer": (
            make.user(Role.AUDITOR, officer=make.officer(road.unit)),
            {},
        ),
        "a supervisor": (make.user(Role.SUPERVISOR), ANSWERS),
        "an inspector": (make.user(Role.INSPECTOR), ANSWERS),
        "an authority": (make.user(Role.DECIDING_AUTHORITY), ANSWERS),
        "a supervisor of another unit": (make.user(Role.SUPERVISOR, make.unit()), {}),
        "the officer it is about": (make.user(Role.SUPERVISOR, officer=case.officer), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, Finding.Status) == table


def test_the_table_of_steps_of_a_request_for_correction(subtests):
    corrections.drop(corrections.Said("units", "It is closed."), token="a" * 32)
    corrections.enter_waiting()
    first = make.user(Role.INSPECTOR)
    row = corrections.take(first, CorrectionRequest.objects.get().pk)
    in_hand = {"answer": "TAKEN", "decline": "TAKEN", "reopen": "ANSWERED"}
    corrections.decline(first, row.pk, outcome="not_ours", answer_km="ទេ", answer_en="No.")
    row.refresh_from_db()
    expected = others() | {
        "who has it in hand and answered": (first, in_hand),
        "another inspector": (make.user(Role.INSPECTOR), REQUESTS),
        "an inspector of another unit": (make.user(Role.INSPECTOR, make.unit()), {}),
        "an auditor": (make.user(Role.AUDITOR), {}),
        "an authority": (make.user(Role.DECIDING_AUTHORITY), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, CorrectionRequest.Status) == table


def test_the_table_of_steps_of_a_release(bench, subtests):
    row = SeriesRelease(entered_by=bench.lead)
    both = {"confirm": "ENTERED", "reject": "ENTERED"}
    nobody = {name: one for name, one in others().items() if name.startswith("a ")}
    expected = nobody | {
        "who entered it": (bench.lead, {"reject": "ENTERED"}),
        "another auditor": (bench.second, both),
        "an inspector": (make.user(Role.INSPECTOR), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, SeriesRelease.Status) == table


def test_the_table_of_steps_of_a_public_notice(bench, subtests):
    row = OutcomeNotice(measure=Road().in_force().measures.select_related("case__unit").get())
    expected = others() | {
        "an auditor": (bench.lead, {}),
        "an inspector": (make.user(Role.INSPECTOR), {"withhold": "SHOWN"}),
        "an inspector of another unit": (make.user(Role.INSPECTOR, make.unit()), {}),
    }
    for name, (who, table) in expected.items():
        with subtests.test(name):
            assert in_each(row, who, OutcomeNotice.Status) == table


def test_every_step_is_in_the_tables_of_this_test():
    tables = {
        Audit: LEADS.keys(),
        Sample: {"draw", "void"},
        Review: REVIEWS.keys(),
        Finding: FINDS.keys() | ANSWERS.keys(),
        CorrectionRequest: REQUESTS.keys() | {"answer", "decline"},
        SeriesRelease: {"confirm", "reject"},
        OutcomeNotice: {"withhold"},
    }
    clocks = {step.verb for steps in STEPS.values() for step in steps if step.rule is is_the_clock}
    assert clocks == {"escalate", "end", "retract"}
    for model, steps in STEPS.items():
        assert {step.verb for step in steps} - clocks == tables[model]


def test_every_verb_that_an_action_of_the_floor_records_has_words():
    files = (
        "audits",
        "samples",
        "reviews",
        "findings",
        "recusals",
        "series",
        "publishing/names",
        "corrections",
        "open_keys",
    )
    said = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(Path(f"audits/actions/{file}.py").read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.count(".") == 1
        and node.value.replace(".", "").replace("_", "").isalpha()
        and node.value.islower()
    }
    assert said == VERBS.keys() & said
    assert len(said) > 30
