"""No statement as the application's role makes an order, a measure or the register say what is not so."""

from datetime import timedelta

import pytest

from cases.actions import appeals, extracts, orders, suspensions
from cases.models import (
    Case,
    CaseFile,
    Decision,
    EarlierMeasure,
    Extract,
    Ground,
    Measure,
    Order,
    OrderLine,
    Suspension,
    SuspensionReview,
)
from ledger import clock
from officers.models import Officer, RegisterEntry
from officers.models.users import Role
from tests import make
from tests.cases.forging import adds, also, deletes, forge, refused, sets
from tests.cases.prepared_cases import closed_complaint
from tests.dismissals import Road, again, at_door

pytestmark = pytest.mark.django_db
PEOPLE = "the_parts_of_a_case_are_had_by_different_people"
FIT = "nobody_acts_in_a_case_below_or_beside_the_officer"
REWRITTEN = "an_order_is_never_rewritten"
RESTS = "a_measure_has_all_it_rests_on"
OFFICER = "an_order_alone_removes_and_returns"
GONE = "what_belongs_to_a_case_is_never_deleted"
#: Tables whose rows are neither changed nor deleted, and the name of the rule.
FROZEN = {
    "cases_casebar": "a_declared_conflict_is_never_changed",
    "cases_casestatement": "a_case_statement_is_never_changed",
    "cases_extension": "an_extension_is_never_changed",
    "cases_suspensionreview": "a_review_of_a_suspension_is_never_changed",
    "cases_paper": "a_paper_is_never_changed",
    "cases_proposal": "a_proposal_is_never_changed",
    "cases_opinion": "an_opinion_is_never_changed",
    "cases_decision": "a_decision_is_never_changed",
    "officers_registerentry": "an_entry_is_never_deleted",
}


@pytest.fixture
def road() -> Road:
    return Road()


def order(road, **said):
    now, today = clock.now(), clock.today()
    about = {"instrument": "ministerial_decision", "number": "9", "signed_on": today, "signed_by": "x"}
    about |= {"effective_on": today, "registered_by": road.registrar, "registered_at": now}
    return Order(**about | said)


def scan(of):
    about = {"kind": "text", "size": 1, "sha256": "x", "stored_as": f"x{of.pk}", "entered_at": clock.now()}
    return adds(CaseFile, order=of, status="CLEARED", checked_by="content", **about)


def entered(row, case):
    """An order with its line, as far as the rows go."""
    decision = Decision.objects.get(case=case)
    return (
        row.save,
        lambda: scan(row)(),
        lambda: OrderLine(case=case, order=row, decision=decision).save(),
    )


def verified(row, by):
    return sets(row, status="VERIFIED", verified_by=by, verified_at=clock.now())


def test_an_order_is_entered_by_who_may_with_scan_for_who_waits(road):
    case, waits = road.decided(), road.checked()
    refused("an_order_has_a_line_and_a_scan", order(road).save)
    row = order(road)
    refused("an_order_has_a_line_and_a_scan", entered(row, case)[0], entered(row, case)[2])
    refused(
        "orders_are_entered_and_verified_by_registrars",
        *entered(order(road, registered_by=road.supervisor), case),
    )
    decider = also(road.authority, Role.REGISTRAR)
    refused(PEOPLE, *entered(order(road, registered_by=decider), case))
    beside = make.user(Role.REGISTRAR, officer=make.officer(road.unit))
    refused(FIT, *entered(order(road, registered_by=beside), case))
    yesterday, tomorrow = clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)
    before = "an_order_carries_out_decisions_made_before"
    refused(before, *entered(order(road, signed_on=yesterday), case))
    refused(
        "an_order_is_signed_before_it_is_entered",
        *entered(order(road, signed_on=tomorrow, effective_on=tomorrow), case),
    )
    refused("an_order_takes_effect_when_signed_or_later", *entered(order(road, effective_on=yesterday), case))
    refused(
        "the_instrument_is_high_enough_for_the_rank", *entered(order(road, instrument="unit_order"), case)
    )
    back = clock.now() - timedelta(days=1)
    refused("what_is_done_now_is_dated_now", *entered(order(road, registered_at=back), case))
    at_once = order(road, status="VERIFIED", verified_by=road.verifier, verified_at=clock.now())
    refused("an_order_is_entered_before_it_is_verified", *entered(at_once, case))
    row = road.ordered(case)
    line = adds(OrderLine, case=waits, order=row, decision=Decision.objects.get(case=case))
    refused("a_decision_is_carried_out_by_one_order", line)


def test_an_order_is_verified_by_another_registrar_and_stays_as_it_was_entered(road):
    case = road.decided()
    row = road.ordered(case)
    refused("another_person_verifies_an_order", verified(row, road.registrar))
    refused("orders_are_entered_and_verified_by_registrars", verified(row, road.supervisor))
    refused(PEOPLE, verified(row, also(road.legal, Role.REGISTRAR)))
    refused(FIT, verified(row, make.user(Role.REGISTRAR, officer=make.officer(road.unit))))
    refused(
        "an_order_has_a_line_and_a_scan",
        sets(row.files.get(), status="LOST", checked_by=""),
        verified(row, road.verifier),
    )
    refused("an_order_counts_once_verified", sets(row, status="VERIFIED"))
    refused(
        "an_order_goes_from_step_to_step",
        sets(
            row,
            status="IN_FORCE",
            in_force_at=clock.now(),
            verified_by=road.verifier,
            verified_at=clock.now(),
        ),
    )
    for change in (
        {"number": "8"},
        {"signed_by": "y"},
        {"effective_on": clock.today() + timedelta(days=9)},
        {"registered_by": road.verifier},
    ):
        refused(REWRITTEN, sets(row, **change))
    refused("a_scan_is_never_exchanged", sets(row.files.get(), sha256="y"))
    line = row.lines.get()
    refused("a_line_is_verified_with_its_order", sets(line, void=True))
    refused("a_line_is_never_rewritten", sets(line, case=road.opened()))
    other = road.decided()
    later = road.ordered(other, effective_on=clock.today() + timedelta(days=9))
    road.verify(later)
    late = adds(OrderLine, case=case, order=later, decision=Decision.objects.get(case=case))
    rejected = {"status": "REJECTED", "rejected_by": road.registrar, "why_rejected": "x"}
    forge(sets(row, **rejected), sets(line, void=True))
    refused("a_line_is_verified_with_its_order", late)
    refused("a_line_is_verified_with_its_order", sets(later.lines.get(), void=True))
    refused("a_line_is_verified_with_its_order", sets(line, void=False))
    refused("an_order_goes_from_step_to_step", sets(row, status="REGISTERED"))
    refused(
        "an_order_goes_from_step_to_step",
        sets(later, status="REGISTERED", verified_by=None, verified_at=None),
    )
    refused("an_order_comes_into_force_as_a_whole", sets(later, status="IN_FORCE", in_force_at=clock.now()))
    orders.reject(road.verifier, later.pk, reason="The scan says something else.")
    assert again(other).status == Case.Status.AWAITING_INSTRUMENT


def measure(case, **said):
    decision = Decision.objects.get(case=case)
    about = {"case": case, "officer": case.officer, "decision": decision, "kind": decision.measure}
    about |= {"grounds": ["drug_involvement"], "is_about_drugs": True, "effective_on": clock.today()}
    about |= {"known_at": clock.now(), "rank": "R01", "unit": case.officer.unit, "status_before": "SERVING"}
    return adds(Measure, **about | said)


def test_no_measure_without_its_order_nor_another_than_ordered(road):
    case = road.decided()
    row = road.ordered(case)
    refused("a_measure_comes_from_an_order_or_an_appeal", measure(case))
    refused(RESTS, measure(case, order=row))
    refused(
        "a_measure_is_in_force_on_its_day",
        measure(case, order=row, effective_on=clock.today() + timedelta(days=1)),
    )
    forge(verified(row, road.verifier))
    force = (
        sets(row, status="IN_FORCE", in_force_at=clock.now()),
        sets(case, status="IN_FORCE", outcome="measure", in_force_at=clock.now()),
    )
    refused(RESTS, *force, measure(case, order=row, kind="advice"))
    refused(RESTS, *force, measure(case, order=row, officer=road.officer()))
    refused(RESTS, *force, measure(case, order=row, grounds=["absence"]))
    refused(RESTS, *force, measure(case, order=row, is_about_drugs=False))
    refused(RESTS, *force, measure(case, order=row, effective_on=clock.today() - timedelta(days=1)))
    refused(OFFICER, *force, measure(case, order=row))
    removed = sets(case.officer, status="DISMISSED")
    refused("a_measure_is_done_with_its_row", *force, removed, measure(case, order=row))
    refused("an_order_comes_into_force_as_a_whole", *force)
    entry = {
        "officer": case.officer,
        "pointer": case.reference,
        "reasons": ["drug_involvement"],
        "entered_at": clock.now(),
    }
    entry["effective_on"] = clock.today()
    forge(
        *force, removed, adds(RegisterEntry, **entry), measure(case, order=row)
    )  # all of it together is an order


def test_nobody_is_removed_or_returned_by_a_statement(road):
    officer = road.officer()
    for status in ("DISMISSED", "SUSPENDED"):
        refused(OFFICER, sets(officer, status=status))
    list_ = adds(
        EarlierMeasure,
        officer=officer,
        kind="dismissal",
        is_about_drugs=True,
        effective_on=clock.today(),
        source="x",
        known_at=clock.now(),
    )
    refused(OFFICER, list_, sets(officer, status="DISMISSED"))
    forge(sets(officer, status="RETIRED"))
    forge(list_, sets(officer, status="DISMISSED"))
    case = road.in_force()
    for status in ("SERVING", "SUSPENDED", "RETIRED", "DECEASED"):
        refused(OFFICER, sets(case.officer, status=status))


def test_a_measure_is_reversed_on_appeal_alone_and_the_register_follows(road):
    case = road.told()
    row, entry = Measure.objects.get(), RegisterEntry.objects.get()
    by, now = "a_measure_is_reversed_on_appeal_alone", clock.now()
    reversed_ = {"reversed_on": clock.today(), "reversed_known_at": now}
    refused(by, sets(row, **reversed_))
    refused(by, sets(row, kind="advice"))
    refused(by, sets(row, effective_on=clock.today() - timedelta(days=1)))
    refused(by, sets(row, ended_on=clock.today()))
    refused("an_entry_says_what_is_in_force", sets(entry, status="VOIDED", voided_at=now))
    refused("an_entry_says_what_is_in_force", sets(entry, status="UNDER_APPEAL"))
    refused("an_entry_is_never_rewritten", sets(entry, pointer="DC-000000-00"))
    refused("an_entry_is_never_rewritten", sets(entry, reasons=["absence"]))
    other = {"officer": road.officer(), "pointer": "DC-1", "reasons": ["x"], "entered_at": now}
    refused("an_entry_says_what_is_in_force", adds(RegisterEntry, effective_on=clock.today(), **other))
    cut = "the_time_to_appeal_is_not_cut_short"
    refused(cut, sets(case, appeal_until=case.appeal_until - timedelta(minutes=1)))
    refused(cut, sets(case, decision_told_at=None, appeal_until=None))
    refused("a_case_stands_where_its_papers_say", sets(case, status="FINAL", final_at=now))
    road.decide_appeal(appeals.lodge(at_door(case), case.pk, ground="unreasonable", text="x"))
    refused("an_entry_is_never_rewritten", sets(entry, status="ENTERED", voided_at=None))
    refused(by, sets(row, reversed_on=None, reversed_known_at=None))
    refused(OFFICER, sets(case.officer, status="DISMISSED"))


def test_a_suspension_is_ordered_and_reviewed_by_a_second_person(road):
    case = road.assessed()
    about = {
        "case": case,
        "starts_on": clock.today(),
        "reasons": "x",
        "ordered_at": clock.now(),
        "review_by": clock.today(),
    }
    by = "a_suspension_is_ordered_by_a_second_person"
    suspended = sets(case.officer, status="SUSPENDED")
    refused(by, adds(Suspension, ordered_by=also(road.case_officer, Role.SUPERVISOR), **about), suspended)
    refused(by, adds(Suspension, ordered_by=road.legal, **about), suspended)
    refused(OFFICER, adds(Suspension, ordered_by=road.supervisor, **about))
    row = suspensions.suspend(road.supervisor, case.pk, reasons="He has the keys.")
    rewritten = "a_suspension_is_reviewed_and_never_rewritten"
    refused(rewritten, sets(row, review_by=row.review_by + timedelta(days=99)))
    refused(rewritten, sets(row, with_pay=False))
    refused(rewritten, sets(row, ended_on=clock.today() - timedelta(days=1), why_ended="x"))
    refused(OFFICER, sets(row, ended_on=clock.today(), why_ended="x"))
    refused(OFFICER, sets(case.officer, status="SERVING"))
    review = {"case": case, "suspension": row, "goes_on": True, "reasons": "x", "at": clock.now()}
    refused(
        "a_suspension_is_reviewed_by_a_second_person", adds(SuspensionReview, by=road.case_officer, **review)
    )


def test_an_extract_is_checked_once_by_a_second_person_and_never_exchanged(road):
    case, by = road.opened(), make.user(Role.SUPERVISOR)
    complaint, other = closed_complaint(case.officer), closed_complaint(case.officer)
    drafted = {"case": case, "text": "x", "drafted_by": road.case_officer, "drafted_at": clock.now()}
    untrue = "an_extract_is_of_a_complaint_found_true"
    refused(untrue, adds(Extract, complaint=make.complaint(), **drafted))
    row = extracts.draft(road.case_officer, case.pk, complaint_id=complaint.pk, text="He took money.")
    checked = {"status": "CHECKED", "checked_at": clock.now()}
    refused("a_second_person_checks_an_extract", sets(row, checked_by=road.case_officer, **checked))
    beside = make.user(Role.SUPERVISOR, officer=make.officer(road.unit))
    refused(FIT, sets(row, checked_by=beside, **checked))
    refused(untrue, adds(Extract, complaint=complaint, checked_by=by, **drafted, **checked))
    ground = {"case": case, "kind": "corruption", "text": "x", "added_at": clock.now(), "extract": row}
    refused("a_ground_rests_on_what_it_names", adds(Ground, **ground))
    for change in ({"text": "y"}, {"complaint": other}, {"case": road.opened()}, {"drafted_by": by}):
        refused("an_extract_is_never_rewritten", sets(row, **change))
    extracts.check(by, row.pk)
    refused("an_extract_is_checked_once", sets(row, status="RETURNED"))
    forge(adds(Ground, **ground))
    found_true(complaint, "unfounded")
    refused("a_ground_rests_on_what_it_names", adds(Ground, **ground))


def found_true(complaint, finding="substantiated"):
    """A complaint closed with a finding: of the row, for what rests on it."""
    closed = {"closed_on": clock.today(), "closed_by": make.user(Role.SUPERVISOR)}
    about = {"summary": "x", "closure_reason": "resolved_action_taken"} | closed
    forge(sets(complaint, status="CLOSED", finding=finding, **about))


def test_no_row_of_a_case_goes(road):
    from django.apps import apps

    road.decide_appeal(road.appealed())
    case = road.assessed()
    suspensions.suspend(road.supervisor, case.pk, reasons="x")
    suspensions.review_suspension(road.supervisor, case.pk, goes_on=True, reasons="x")
    seen = set()
    for model in apps.get_models():
        table = model._meta.db_table
        row = model._default_manager.first()
        belongs = {"cases_earliermeasure", "cases_delegation", "cases_order", "cases_casefile"} | {
            table for f in model._meta.fields if f.is_relation and f.related_model is Case
        }
        if row is None or table not in belongs | {"cases_case", "officers_registerentry"}:
            continue
        seen.add(table)
        refused(FROZEN.get(table, GONE), deletes(row))
    assert len(seen) >= 15
    assert Officer.objects.exists()
