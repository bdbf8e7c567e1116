"""What the database refuses as the application's role, each by the rule that is meant."""

from datetime import timedelta

import pytest

from audits.actions import findings, recusals
from audits.models import Answer, Finding, FindingEntry, Recusal, Review
from ledger import clock
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.cases.forging import adds, also, refused, sets
from tests.dismissals import Road

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def road() -> Road:
    return Road()


def review(bench: Bench, case, reviewer: User, **said):
    about = {
        "audit": bench.running(),
        "about": "case",
        "row_id": case.pk,
        "officer": case.officer,
        "unit": case.officer_unit,
        "by_unit": case.unit,
        "reviewer": reviewer,
        "assigned_by": bench.lead,
        "assigned_at": clock.now(),
    }
    return adds(Review, **about | said)


def turn(finding: Finding, kind: str, by: User | None, **said):
    about = {
        "number": finding.entries.count() + 1,
        "text": "x",
        "due_on": finding.due_on,
        "at": clock.now(),
    } | said
    return adds(FindingEntry, finding=finding, kind=kind, by=by, **about)


def test_nobody_is_given_a_review_of_what_concerns_himself(bench, road):
    case = road.decided()
    rule = "nobody_reviews_what_concerns_himself"
    beside = make.user(Role.AUDITOR, officer=make.officer(road.unit))
    refused(rule, review(bench, case, beside))
    refused(rule, review(bench, case, also(road.legal, Role.AUDITOR)))
    cousin = make.user(Role.AUDITOR)
    recusals.declare(cousin, kind="relative", officer_id=case.officer_id, reason="A cousin.")
    refused(rule, review(bench, case, cousin))
    refused("a_review_is_of_a_record", review(bench, case, cousin, officer=make.officer()))
    refused("only_an_auditor_does_this", review(bench, case, make.user(Role.INSPECTOR)))


def test_a_completed_review_stays_and_none_completes_without_its_answers(bench, road):
    case = road.decided()
    done = bench.completed(case)
    refused(
        "an_answer_belongs_to_a_review_under_way",
        adds(Answer, review=done, question="case_more", kind="yes"),
    )
    refused(
        "an_answer_belongs_to_a_review_under_way",
        sets(done.answers.get(question="case_ground"), kind="no", note="x"),
    )
    refused("a_review_takes_one_step_after_another", sets(done, summary="All well."))
    started = bench.started(case, bench.running())
    refused(
        "a_completed_review_answers_every_question",
        sets(started, status="COMPLETED", completed_at=clock.now(), result="in_order", summary="x"),
    )


def test_a_finding_stands_where_its_exchange_says(bench):
    finding = bench.issued()
    rule = "a_finding_stands_where_its_exchange_says"
    refused(rule, sets(finding, status="ACCEPTED"))
    refused(rule, sets(finding, status="CLOSED", due_on=None, closed_at=clock.now()))
    refused("a_finding_is_due_when_its_exchange_says", sets(finding, due_on=clock.today()))
    refused("a_finding_lies_before_whom_its_exchange_says", sets(finding, escalated_to=bench.unit))
    refused("an_issued_finding_is_never_rewritten", sets(finding, text="Nothing."))
    refused(rule, turn(finding, "closed", bench.lead, due_on=None))


def test_a_turn_is_taken_by_who_may(bench):
    finding = bench.issued()
    accepted = sets(finding, status="ACCEPTED")
    refused(
        "a_finding_is_answered_for_its_unit",
        accepted,
        turn(finding, "accepted", make.user(Role.SUPERVISOR, make.unit())),
    )
    refused(
        "who_audits_does_not_answer", accepted, turn(finding, "accepted", also(bench.second, Role.INSPECTOR))
    )
    refused("only_an_auditor_does_this", turn(finding, "extended", make.user(Role.INSPECTOR)))
    refused(
        "turns_are_numbered_in_their_order",
        accepted,
        turn(finding, "accepted", make.user(Role.INSPECTOR), number=7),
    )


def test_who_is_barred_from_a_case_answers_no_finding_of_it(bench, road):
    case = road.decided()
    finding = bench.issued(about="case", row_id=case.pk)
    beside = make.user(Role.INSPECTOR, officer=make.officer(road.unit))
    refused(
        "nobody_acts_in_a_case_below_or_beside_the_officer",
        sets(finding, status="ACCEPTED"),
        turn(finding, "accepted", beside),
    )


def test_who_answered_a_finding_neither_closes_nor_extends_it(bench):
    both = also(make.user(Role.AUDITOR), Role.INSPECTOR)
    both = User.objects.get(pk=both.pk)
    finding = findings.accept(both, bench.issued().pk, text="Yes.")
    rule = "a_finding_is_closed_by_who_did_not_answer_it"
    refused(rule, turn(finding, "extended", both))
    finding = findings.report_action(both, finding.pk, text="Done.")
    ended = sets(finding, status="CLOSED", closed_at=clock.now())
    refused(rule, ended, turn(finding, "closed", both))


def test_a_finding_escalates_when_it_is_late_and_to_the_unit_above(bench):
    unit = make.unit(make.unit(kind="PROVINCIAL_COMMISSARIAT"), kind="DISTRICT_INSPECTORATE")
    finding = bench.issued(unit_id=unit.pk)
    up = {"unit": unit.parent, "text": ""}
    refused(
        "a_finding_escalates_once_it_is_late",
        sets(finding, escalated_to=unit.parent),
        turn(finding, "escalated", None, **up),
    )
    with clock.at(clock.now() - timedelta(days=90)):
        late = bench.issued(unit_id=unit.pk)
    bench.drafted()  # by today's clock, which the forged statements below have as well
    refused(
        "a_finding_escalates_to_the_unit_above",
        sets(late, escalated_to=unit.parent.parent),
        turn(late, "escalated", None, unit=unit.parent.parent, text=""),
    )


def test_a_recusal_is_an_auditors_own_and_ended_by_another_who_is_free_of_it(bench, road):
    row = recusals.declare(
        bench.second, kind="relative", unit_id=road.unit.pk, reason="My brother serves there."
    )
    ended = {"ended_at": clock.now(), "why_ended": "x"}
    refused("nobody_ends_his_own_recusal", sets(row, ended_by=bench.second, **ended))
    refused("a_recusal_is_never_rewritten", sets(row, reason="x"))
    refused("only_an_auditor_does_this", sets(row, ended_by=make.user(Role.INSPECTOR), **ended))
    beside = make.user(Role.AUDITOR, officer=make.officer(road.unit))
    refused("nobody_ends_a_recusal_that_concerns_himself", sets(row, ended_by=beside, **ended))
    recusals.end(bench.lead, row.pk, reason="He left.")
    refused("a_recusal_that_ended_stays_as_it_is", sets(row, why_ended="y"))
    refused(
        "only_an_auditor_does_this",
        adds(
            Recusal,
            user=make.user(Role.INSPECTOR),
            unit=road.unit,
            kind="other",
            reason="x",
            declared_at=clock.now(),
        ),
    )
