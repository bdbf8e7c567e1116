"""What a superuser bends about a decided case is named: in its rows, its images, its events, its rules."""

import pytest
from psycopg import errors

from cases.models import Decision
from ledger import guard
from ledger.models import Change, Event, Seal
from ledger.sealing import head, seal
from ledger.verification import verify
from tests.dismissals import Road
from tests.ledger.bending import findings, rolled_back, unguarded

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"]),
    pytest.mark.bends_the_log,
]

TABLE = Decision._meta.db_table


@pytest.fixture
def decision(transactional_db: None) -> Decision:
    """A decision in force, its whole log sealed, and nothing wrong with it."""
    case = Road().in_force()
    seal()
    assert verify(using="auditor", against=[head()]) == []
    return Decision.objects.get(case=case)


def _event(decision: Decision) -> int:
    return Change.objects.get(table_name=TABLE, row_id=decision.pk, version=1).event_id


def test_what_is_bent_in_a_decision_is_named(superuser, decision, subtests):
    pk, event = decision.pk, _event(decision)
    image = f"ledger_change SET image = replace(image::text, 'proved', 'weighed')::json WHERE table_name = '{TABLE}'"
    rehash = (
        f"UPDATE ledger_change SET image_hash = sha256(salt || convert_to(image::text, 'UTF8')) "
        f"WHERE table_name = '{TABLE}'"
    )
    row = f"UPDATE {TABLE} SET reasons = replace(reasons, 'proved', 'weighed')"
    delete = [
        f"DELETE FROM ledger_event WHERE id = {event}",
        f"DELETE FROM ledger_change WHERE event_id = {event}",
    ]
    cases = [
        ("an edited decision", [row], {("row", f"{TABLE} {pk}")}),
        (
            "an edited image",
            [f"UPDATE {image}"],
            {("altered-image", f"{TABLE} {pk} version 1"), ("row", f"{TABLE} {pk}")},
        ),
        ("both, and the hash", [f"UPDATE {image}", rehash, row], {("altered-event", _place(event))}),
        ("a row that went", [f"DELETE FROM {TABLE}"], {("missing-row", f"{TABLE} {pk}")}),
        ("a deleted event", delete[:1], {("missing-event", f"position {_position(event)}")}),
        (
            "a deleted event, with its images",
            delete,
            {("missing-event", f"position {_position(event)}"), ("row-without-event", f"{TABLE} {pk}")},
        ),
        (
            "a version taken out",
            ["DELETE FROM ledger_change WHERE table_name = 'cases_case' AND version = 2"],
            {("version", f"cases_case {decision.case_id} version 3")},
        ),
    ]
    for name, statements, expected in cases:
        with subtests.test(name), rolled_back(superuser):
            with unguarded(superuser, "ledger_event", "ledger_change", TABLE):
                for statement in statements:
                    superuser.execute(statement)
            assert {(one.kind, one.where) for one in findings(superuser, [head()])} >= expected


def _position(event: int) -> int:
    return Seal.objects.get(event_id=event).position


def _place(event: int) -> str:
    return f"event {event} at position {_position(event)}"


def test_two_events_of_a_case_that_changed_places_are_both_named(superuser, decision):
    first = _event(decision)
    second = Event.objects.filter(pk__gt=first).earliest("pk").pk
    with rolled_back(superuser):
        superuser.execute("ALTER TABLE ledger_seal DROP CONSTRAINT ledger_seal_event_id_key")
        with unguarded(superuser, "ledger_seal"):
            superuser.execute(
                "UPDATE ledger_seal SET event_id = %s - event_id WHERE event_id IN (%s, %s)",
                [first + second, first, second],
            )

        found = {one.where for one in findings(superuser) if one.kind == "altered-event"}

    places = _position(first), _position(second)
    assert {f"event {second} at position {places[0]}", f"event {first} at position {places[1]}"} <= found


def test_a_tail_cut_after_a_decision_is_named_against_the_head_kept_outside(superuser, decision):
    kept = head()
    tail = "(SELECT event_id FROM ledger_seal WHERE event_id >= %s)"
    with rolled_back(superuser):
        with unguarded(superuser, "ledger_event", "ledger_change", "ledger_seal", TABLE):
            superuser.execute(f"DELETE FROM {TABLE}")
            superuser.execute(f"DELETE FROM ledger_change WHERE event_id IN {tail}", [_event(decision)])
            superuser.execute(f"DELETE FROM ledger_event WHERE id IN {tail}", [_event(decision)])
            superuser.execute("DELETE FROM ledger_seal WHERE event_id >= %s", [_event(decision)])

        assert ("cut-tail", f"position {kept.position}") in {
            (one.kind, one.where) for one in findings(superuser, [kept])
        }
        assert "cut-tail" not in {one.kind for one in findings(superuser)}


def test_each_trigger_of_the_tables_of_cases_is_missed_when_it_is_switched_off_or_gone(superuser):
    ours = {
        (table, name)
        for table, triggers in guard.expected_triggers().items()
        if table.startswith("cases_")
        for name in triggers
    }
    assert (TABLE, "a_decision_is_never_changed") in ours
    with rolled_back(superuser):
        for table, name in ours:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        off = {(one.kind, one.where, one.sentence) for one in findings(superuser)}
        for table, name in ours:
            superuser.execute(f"DROP TRIGGER {name} ON {table}")
        gone = {(one.kind, one.where, one.sentence) for one in findings(superuser)}

    assert {("disabled-trigger", table, f"the trigger {name} is switched off") for table, name in ours} <= off
    assert {("missing-trigger", table, f"the trigger {name} is gone") for table, name in ours} <= gone


GRANTED = [
    (f"GRANT UPDATE ON {TABLE} TO auditor", {("foreign-grant", TABLE), ("altered-table", TABLE)}),
    (f"GRANT UPDATE (reasons) ON {TABLE} TO auditor", {("foreign-grant", TABLE), ("altered-table", TABLE)}),
    (f"GRANT SELECT ON {TABLE} TO open_data", {("foreign-grant", TABLE)}),
    (f"GRANT SELECT ON {TABLE} TO PUBLIC", {("foreign-grant", TABLE)}),
    (f"GRANT SELECT (measure) ON {TABLE} TO open_data", {("foreign-grant", TABLE)}),
    (f"REVOKE SELECT ON {TABLE} FROM auditor", {("altered-table", TABLE)}),
    ("GRANT SELECT ON officers_credential TO auditor", {("foreign-grant", "officers_credential")}),
    (
        "GRANT SELECT (password) ON officers_credential TO app WITH GRANT OPTION",
        {("altered-table", "officers_credential")},
    ),
    (
        "GRANT EXECUTE ON FUNCTION cases_decision_stands() TO auditor",
        {("altered-table", "function cases_decision_stands()")},
    ),
    (
        "GRANT EXECUTE ON FUNCTION cases_parts(bigint) TO PUBLIC",
        {("foreign-grant", "cases_parts"), ("altered-table", "function cases_parts(bigint)")},
    ),
    (
        "GRANT EXECUTE ON FUNCTION officers_commands(bigint, bigint) TO open_data",
        {("altered-table", "function officers_commands(bigint,bigint)")},
    ),
]
FUNCTIONS = [
    ("cases_decision_stands()", "trigger", "'BEGIN RETURN NULL; END'"),
    ("cases_status_stands()", "trigger", "'BEGIN RETURN NULL; END'"),
    ("officers_refuse_change()", "trigger", "'BEGIN RETURN NEW; END'"),
    ("officers_outcome_stands()", "trigger", "'BEGIN RETURN NULL; END'"),
    ("cases_check_people(of_case bigint)", "void", "'BEGIN END'"),
]


def test_a_grant_or_a_function_of_cases_that_no_migration_left_so_is_named(superuser, subtests):
    with rolled_back(superuser):
        assert findings(superuser) == []
    for statement, expected in GRANTED:
        with subtests.test(statement), rolled_back(superuser):
            superuser.execute(statement)
            assert {(one.kind, one.where) for one in findings(superuser)} >= expected
    for name, returns, body in FUNCTIONS:
        with subtests.test(name), rolled_back(superuser):
            superuser.execute(
                f"CREATE OR REPLACE FUNCTION {name} RETURNS {returns} LANGUAGE plpgsql SECURITY DEFINER "
                f"SET search_path = pg_catalog, public, pg_temp AS {body}"
            )
            (found,) = findings(superuser)
            assert found.kind == "altered-table"
            assert found.where.startswith(f"function {name.partition('(')[0]}(")


def test_guests_of_the_database_call_none_of_its_functions_that_do_something_or_tell_them_more(
    as_role, subtests
):
    """They run with their owner's rights: one tells who had which part in a case, another locks it."""
    tell = ["cases_parts(1)", "officers_commands(1, 2)", "cases_today()"]
    lock = ["cases_check_people(1)"]
    for role, calls in {"open_data": tell + lock, "sequencer": tell + lock, "auditor": lock}.items():
        session = as_role(role)
        for call in calls:
            with subtests.test(f"{role}: {call}"), pytest.raises(errors.InsufficientPrivilege):
                session.execute(f"SELECT {call}")
    assert as_role("app").execute("SELECT cases_parts(1)").fetchall() == []
