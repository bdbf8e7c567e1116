"""Ways around the promises of audits that were found by trying them, each refused since by the rule that is meant."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from audits.actions import audits, recusals, reviews, samples
from audits.models import Answer, Finding, FindingEntry, SampleItem
from audits.models.samples import Population, Sample
from audits.queries import closed, log
from audits.queries.columns import SEALED
from audits.reckoning import sampling
from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Event
from officers.actions.sealing import seal
from officers.models import SettingVersion
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.audits.test_audit_attacks import review, turn
from tests.cases.forging import EVENT, adds, forge, refused, sets
from tests.dismissals import Road

pytestmark = pytest.mark.django_db

TIMES = "an_audit_tells_its_true_times"
RUNS = "what_an_audit_rests_on_moves_while_it_runs"


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def road() -> Road:
    return Road()


def yesterday() -> Any:
    return clock.now() - timedelta(days=1)


def forge_drawing(verb: str, *what: Any) -> None:
    """As an act that draws would do it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EVENT.replace("'x.y'", f"'{verb}'"))
        for one in what:
            one()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused_drawing(by: str, verb: str, *what: Any) -> None:
    with pytest.raises(IntegrityError) as refusal:
        forge_drawing(verb, *what)
    assert refusal.value.__cause__.diag.constraint_name == by, refusal.value


def directed(bench: Bench, *rows: int, size: int = 9) -> Sample:
    """A directed sample by a statement of one's own, over a population of two records."""
    lines = sampling.lines_of([(1, "-"), (2, "-")])
    row = Sample(
        audit=bench.running(),
        number=1,
        about="case",
        kind="directed",
        size=size,
        population=2,
        digest=sampling.digest_of(lines),
        rules=SettingVersion.objects.in_force("risks", clock.today()),
        status="DRAWN",
        frozen_by=bench.lead,
        frozen_at=clock.now(),
        drawn_by=bench.lead,
        drawn_at=clock.now(),
    )
    items = [
        adds(SampleItem, sample=row, number=number, row_id=pk, hits=["x"])
        for number, pk in enumerate(rows, 1)
    ]
    forge_drawing("sample.directed", row.save, lambda: Population(sample=row, lines=lines).save(), *items)
    return row


def test_no_record_is_put_into_a_sample_after_it_was_drawn_under_an_act_that_says_it_draws(bench):
    row = directed(bench, 1)
    more = adds(SampleItem, sample=row, number=2, row_id=2, hits=["x"])
    rule = "records_come_into_a_sample_as_it_is_drawn"
    refused_drawing(rule, "sample.directed", sets(row, nonce_sealed=seal("x")), more)


def test_a_sample_smaller_than_was_asked_for_takes_no_record_from_outside_its_population(bench):
    with pytest.raises(IntegrityError) as refusal:
        directed(bench, 1, 3)
    assert refusal.value.__cause__.diag.constraint_name == "what_is_drawn_is_of_the_population"
    with pytest.raises(IntegrityError) as refusal:
        directed(bench, 1, 2, 3)
    assert refusal.value.__cause__.diag.constraint_name == "records_come_into_a_sample_as_it_is_drawn"


def test_a_directed_sample_is_nobody_elses_and_of_no_other_day(bench):
    row = directed(bench, 1)
    refused("a_sample_is_drawn_once", sets(row, drawn_by=bench.second))
    refused("a_sample_is_drawn_once", sets(row, drawn_at=yesterday()))


def test_a_sample_is_voided_while_its_audit_runs(bench, road):
    road.decided()
    row = bench.frozen()
    audits.drop(bench.lead, row.audit_id, reason="Another year.")
    refused(RUNS, sets(row, status="VOID", why_void="x"))


def test_nothing_of_an_audit_is_dated_back(bench, road):
    case = road.decided()
    planned = bench.planned()
    refused(TIMES, sets(planned, status="RUNNING", started_at=yesterday()))
    refused(TIMES, sets(planned, opened_at=yesterday()))
    refused(TIMES, review(bench, case, bench.second, assigned_at=yesterday()))
    assigned = bench.assigned(case)
    version = SettingVersion.objects.in_force("checklist", clock.today())
    refused(TIMES, sets(assigned, status="STARTED", started_at=yesterday(), checklist=version))
    done = {"status": "COMPLETED", "result": "in_order", "summary": "x"}
    refused(TIMES, sets(bench.answered(case), completed_at=yesterday(), **done))
    finding = bench.issued()
    refused(TIMES, sets(finding, issued_at=yesterday()))
    refused(TIMES, sets(finding, drafted_at=yesterday()))


def test_a_finding_that_was_issued_is_not_hidden_from_its_unit_by_withdrawing_it(bench):
    finding = bench.issued()
    hides = sets(finding, status="WITHDRAWN", issued_at=None, due_on=None, closed_at=clock.now())
    refused(TIMES, hides, turn(finding, "withdrawn", bench.lead, due_on=None))


def test_no_review_goes_by_an_earlier_checklist_or_by_one_that_asks_nothing(bench, road):
    case = road.decided()
    old = SettingVersion.objects.in_force("checklist", clock.today())
    tests_only = [row for row in old.content["checklist"] if row["about"] == "drug_test"]
    forge(
        adds(
            SettingVersion,
            kind="checklist",
            number=old.number + 1,
            effective_from=date(2001, 1, 1),
            content={"checklist": tests_only},
            reason="x",
        )
    )
    assigned = bench.assigned(case)
    rule = "a_review_goes_by_the_checklist_in_force"
    for version in (old, SettingVersion.objects.in_force("checklist", clock.today())):
        refused(rule, sets(assigned, status="STARTED", started_at=clock.now(), checklist=version))


def test_nobody_answers_what_he_is_kept_from_since_he_began(bench, road):
    case = road.decided()
    started = bench.started(case)
    answers = adds(Answer, review=started, question="case_ground", kind="yes")
    refused(
        "an_answer_is_to_a_question_of_its_checklist",
        adds(Answer, review=started, question="case_else", kind="yes"),
    )
    recusals.declare(bench.second, kind="relative", officer_id=case.officer_id, reason="A cousin.")
    refused("nobody_reviews_what_concerns_himself", answers)


def test_no_answer_moves_after_its_audit_was_dropped(bench, road):
    started = bench.started(road.decided())
    audits.drop(bench.lead, started.audit_id, reason="Another year.")
    refused(RUNS, adds(Answer, review=started, question="case_ground", kind="yes"))


def test_a_review_is_not_completed_in_anothers_name(bench, road):
    answered = bench.answered(road.decided())
    done = {"status": "COMPLETED", "result": "in_order", "summary": "x", "completed_at": clock.now()}
    refused("a_review_is_handed_over_by_itself", sets(answered, reviewer=bench.lead, **done))


def test_only_the_lead_ends_an_audit_and_not_over_an_open_finding(bench):
    finding = bench.issued()
    ends = {"status": "REPORTED", "reported_at": clock.now(), "conclusion": "x"}
    refused("only_who_leads_an_audit_reports_it", sets(finding.audit, reported_by=bench.second, **ends))
    refused(
        "an_audit_with_an_open_finding_is_not_dropped", sets(finding.audit, status="DROPPED", why_dropped="x")
    )


def test_no_turn_gives_a_day_out_of_reach(bench):
    finding = bench.issued()
    rule = "a_turn_gives_a_day_within_reach"
    never = clock.today() + timedelta(days=4000)
    unit = make.user(Role.INSPECTOR)
    refused(
        rule,
        sets(finding, status="ACCEPTED", due_on=never),
        turn(finding, "accepted", unit, due_on=never),
    )
    past = clock.today() - timedelta(days=1)
    refused(rule, sets(finding, due_on=past), turn(finding, "extended", bench.lead, due_on=past))


def test_who_serves_in_the_unit_that_conducted_a_case_neither_sees_nor_judges_its_findings(bench, road):
    case = road.decided()
    assert case.unit_id != case.officer_unit_id
    finding = bench.issued(about="case", row_id=case.pk)
    beside = make.user(Role.AUDITOR, officer=make.officer(case.unit))
    assert not Finding.objects.visible_to(beside).filter(pk=finding.pk).exists()
    assert not FindingEntry.objects.visible_to(beside).exists()
    ended = sets(finding, status="WITHDRAWN", due_on=None, closed_at=clock.now())
    rule = "nobody_reviews_what_concerns_himself"
    refused(rule, ended, turn(finding, "withdrawn", beside, due_on=None))


def test_nobody_learns_what_a_closed_event_is_by_pointing_at_it(bench, road):
    started = bench.started(road.decided())
    with connection.cursor() as cursor:
        cursor.execute(EVENT.replace("'x.y', ''", "'self_referral.made', 'officers_selfreferral'"))
    closed_one = Event.objects.latest("pk")
    assert closed_one.subject_table == "officers_selfreferral"
    own = Event.objects.filter(subject_table="audits_review", subject_id=started.pk).latest("pk")
    for events in ([closed_one.pk], [own.pk, closed_one.pk]):
        with pytest.raises(ValidationError):
            reviews.answer(bench.second, started.pk, "case_ground", kind="yes", events=events)
        with pytest.raises(ValidationError):
            bench.drafted(started.audit, events=events)
    reviews.answer(bench.second, started.pk, "case_ground", kind="yes", events=[own.pk])


def test_nobody_learns_by_pointing_what_happened_to_a_record_he_is_kept_from(bench, road):
    case = road.decided()
    about_it = Event.objects.filter(subject_table="cases_case", subject_id=case.pk).latest("pk")
    audit = bench.running()
    bench.drafted(audit, events=[about_it.pk])
    recusals.declare(bench.second, kind="relative", officer_id=case.officer_id, reason="A cousin.")
    with pytest.raises(ValidationError):
        bench.drafted(audit, events=[about_it.pk])


def test_what_time_travel_seals_is_closed_in_the_log_by_api_too():
    for name in SEALED:
        table, column = name.split(".")
        assert {column, f"{column}_id"} & closed.CLOSED_COLUMNS[table].keys(), name
    image = {"id": 1, "complaint_id": 2, "remark": "x", "text": "x"}
    assert closed.shown("cases_extract", image) == {"id": 1, "text": "x"}


def test_a_sample_of_a_reported_audit_is_not_voided_by_action_either(bench, road):
    case = road.decided()
    row = bench.drawn()
    bench.completed(case, row.audit)
    audits.report(bench.lead, row.audit_id, conclusion="In order.")
    with pytest.raises(Conflict):
        samples.void(bench.second, row.pk, reason="It does not suit.")


def test_no_act_is_told_of_a_row_that_somebody_is_kept_from_whatever_it_was_about(bench, road):
    case = road.decided()
    assert not log.events(bench.second, "cases_case", case.pk).query.is_empty()
    recusals.declare(bench.second, kind="relative", officer_id=case.officer_id, reason="A cousin.")
    assert log.events(bench.second, "cases_case", case.pk).query.is_empty()
