"""What the verification does otherwise for a long log, and what it says to people."""

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

import ledger.verification
from ledger.actors import CLOCK
from ledger.sealing import AFTER, BEFORE, EVENT, head, leaf, seal
from ledger.verification import KINDS, Finding, verify
from tests.ledger import rows
from tests.ledger.bending import kinds, unguarded

committing = pytest.mark.django_db(
    transaction=True, databases=["default", "migrator", "sequencer", "auditor"]
)

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NUMBER = st.none() | st.integers(1 - 2**63, 2**63 - 1)
# Hypothesis wants bounds without a zone, and gives moments with one.
MOMENT = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
COLUMNS = {
    "id": ("bigint", st.integers(1, 2**63 - 1)),
    "xid": ("bigint", st.integers(1, 2**63 - 1)),
    "actor_id": ("bigint", NUMBER),
    "actor_name": ("text", TEXT),
    "actor_role": ("text", TEXT),
    "verb": ("text", TEXT),
    "subject_table": ("text", TEXT),
    "subject_id": ("bigint", NUMBER),
    "cause_id": ("bigint", NUMBER),
    "reason": ("text", TEXT),
    "facts": ("text", TEXT),
    "occurred_at": ("timestamptz", MOMENT),
    "recorded_at": ("timestamptz", MOMENT),
    "clock_set": ("boolean", st.booleans()),
    "request_id": ("text", TEXT),
}


class Leaf(TestCase):
    @settings(deadline=None, max_examples=300)
    @given(st.fixed_dictionaries({name: values for name, (_type, values) in COLUMNS.items()}))
    def test_the_bytes_that_postgresql_puts_together_are_those_that_the_sealer_hashes(self, event):
        import hashlib

        columns = ", ".join(f"%s::{kind} AS {name}" for name, (kind, _values) in COLUMNS.items())
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {BEFORE}, {AFTER}, {EVENT} FROM (SELECT {columns}) e",
                [event[name] for name in COLUMNS],
            )
            before, after, *row = cursor.fetchone()

        changes = hashlib.sha256(b"").hexdigest()
        assert hashlib.sha256(bytes(before) + changes.encode() + bytes(after)).digest() == leaf(
            [*row, changes]
        )


@pytest.fixture
def two_connections(monkeypatch):
    """A long log is looked at by two connections at once; here every log is long."""
    monkeypatch.setattr("ledger.verification.LONG", 0)


@committing
@pytest.mark.bends_the_log
@pytest.mark.usefixtures("two_connections")
def test_two_connections_find_what_one_finds(superuser, monkeypatch):
    made = rows.some(4)
    seal()
    kept = head()
    assert verify(using="auditor", against=[kept]) == []
    with unguarded(superuser, "ledger_event", "ledger_change", "ledger_seal", rows.TABLE):
        superuser.execute(f"UPDATE {rows.TABLE} SET reason = 'x' WHERE number = 1")
        superuser.execute("UPDATE ledger_event SET reason = 'x' WHERE id = %s", [made[1].last_event.id])
        superuser.execute("DELETE FROM ledger_change WHERE event_id = %s", [made[2].last_event.id])
        superuser.execute(
            "UPDATE ledger_change SET image = '{}' WHERE event_id = %s", [made[3].last_event.id]
        )
    superuser.execute("GRANT UPDATE ON ledger_event TO app")

    found = verify(using="auditor", against=[kept])

    assert {one.kind for one in found} == {
        *("row", "altered-event", "row-without-event", "altered-image", "foreign-grant", "altered-table"),
    }
    monkeypatch.setattr("ledger.verification.LONG", 2**63)
    assert set(verify(using="auditor", against=[kept])) == set(found)


@committing
@pytest.mark.usefixtures("two_connections")
def test_both_connections_see_one_moment_while_others_write():
    """An image without its row, or a row without its image, would be a finding."""
    enough = threading.Event()

    def write() -> int:
        try:
            number = 0
            while not enough.is_set():
                number += 1
                rows.put(CLOCK, number)
            return number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as writer:
        written = writer.submit(write)
        try:
            found = [verify(using="auditor", definitions=False) for _ in range(5)]
        finally:
            enough.set()

    assert found == [[]] * 5
    assert written.result() > 5


@committing
@pytest.mark.bends_the_log
def test_a_row_bent_after_its_table_got_another_column_is_named(superuser):
    from tests.ledger.test_migrations import migrate, sql

    rows.some(3)
    migrate(sql(f"ALTER TABLE {rows.TABLE} ADD COLUMN colour text NOT NULL DEFAULT 'blue'"))
    seal()
    assert kinds() == set()

    with unguarded(superuser, rows.TABLE):
        superuser.execute(f"UPDATE {rows.TABLE} SET reason = reason || '.' WHERE number = 2")

    (finding,) = verify(using="auditor")
    assert finding.sentence.endswith(": reason")


@committing
@pytest.mark.bends_the_log
def test_a_table_that_was_emptied_to_its_last_page_is_named(superuser):
    made = rows.put(CLOCK, 1)
    seal()
    with unguarded(superuser, rows.TABLE):
        superuser.execute(f"DELETE FROM {rows.TABLE}")
    superuser.execute(f"VACUUM {rows.TABLE}")
    assert superuser.execute(f"SELECT pg_relation_size('{rows.TABLE}')").fetchone() == (0,)

    assert kinds() == {"missing-row"}
    assert [finding.row for finding in verify(using="auditor")] == [(rows.TABLE, made.pk)]


@committing
@pytest.mark.bends_the_log
def test_versions_that_add_up_and_do_not_follow_each_other_are_named(superuser):
    """One twice, one left out: their number and the last are what they should be."""
    row = rows.some(1)[0]
    for _ in range(3):
        row = rows.change(CLOCK, row.pk, "Again.")
    superuser.execute("ALTER TABLE ledger_change DROP CONSTRAINT a_version_of_a_row_is_written_once")
    with unguarded(superuser, "ledger_change"):
        superuser.execute(
            "UPDATE ledger_change SET version = CASE version WHEN 3 THEN 2 ELSE 5 END "
            "WHERE row_id = %s AND version IN (3, 5)",
            [row.pk],
        )

    assert "version" in kinds()


def test_every_kind_of_finding_has_a_name_for_people():
    found = set()
    for path in Path(ledger.verification.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                found.add(ast.literal_eval(node.args[0]))

    assert found == set(KINDS)


def test_a_finding_says_which_row_or_which_event_it_concerns():
    def about(where):
        finding = Finding("row", where, "")
        return finding.row, finding.event

    assert about("cases_decision 7") == (("cases_decision", 7), None)
    assert about("cases_decision 7 version 2") == (("cases_decision", 7), None)
    assert about("event 12") == (None, 12)
    assert about("event 12 at position 11") == (None, 12)
    for other in ("position 3", "image 9", "cases_decision", "function cases_today()", "mode", "the log"):
        assert about(other) == (None, None)
