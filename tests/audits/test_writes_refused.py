"""On the auditors' connection every write is refused by PostgreSQL, whatever the session sets first."""

import contextlib

import psycopg
import pytest
from django.db import connection, connections
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from ledger import guard
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.snapshot import reading
from tests.ledger import rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])

#: What a session may say before it tries: as it comes, and with all set aside that a session may set aside.
WAYS = {
    "as it comes": [],
    "told to be the application": [
        "SET default_transaction_read_only = off",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SELECT set_config('ledger.event', (SELECT max(id)::text FROM ledger_event), false)",
    ],
}


def on_table(table: str, column: str) -> list[str]:
    return [
        f"INSERT INTO {table} DEFAULT VALUES",
        f"INSERT INTO {table} ({column}) SELECT {column} FROM {table}",
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"COPY {table} FROM STDIN",
        f"MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        f"SELECT 1 FROM {table} FOR UPDATE",
        f"SELECT 1 FROM {table} FOR KEY SHARE",
        f"DO 'BEGIN LOCK TABLE {table} IN SHARE MODE; END'",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"CREATE INDEX ON {table} ({column})",
        f"CREATE TRIGGER sneak BEFORE INSERT ON {table} EXECUTE FUNCTION ledger_refuse()",
        f"COMMENT ON TABLE {table} IS 'x'",
        f"GRANT SELECT ON {table} TO PUBLIC",
        f"DROP TABLE {table} CASCADE",
        f"VACUUM {table}",
    ]


#: Two of these PostgreSQL only warns of, and does nothing.
WARNED = ("GRANT", "VACUUM")
ELSEWHERE = [
    "CREATE TABLE sneak (id int)",
    "CREATE TEMP TABLE sneak (id int)",
    "CREATE TABLE sneak AS SELECT 1",
    "SELECT 1 INTO TEMP sneak",
    "CREATE VIEW sneak AS SELECT 1",
    "CREATE TEMP VIEW sneak AS SELECT 1",
    "CREATE SEQUENCE sneak",
    "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.sneak() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA sneak",
    "CREATE ROLE sneak",
    "CREATE DATABASE sneak",
    "ALTER SYSTEM SET fsync = off",
    "ALTER ROLE app PASSWORD 'x'",
    "ALTER ROLE auditor CREATEROLE",
    "SET ROLE app",
    "SET ROLE migrator",
    "SET SESSION AUTHORIZATION app",
    "SET session_replication_role = replica",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_unlink(1)",
    "SELECT pg_logical_emit_message(false, 'x', 'y')",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/sneak'",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'migrator' OR usename = 'postgres'",
    "SELECT ledger_erase(ARRAY[1])",
    "SELECT ledger_current('x')",
    "SELECT audits_refuse('x', 'y')",
    rows.EVENT,
]
REFUSED = (InsufficientPrivilege, ReadOnlySqlTransaction)


def tables() -> dict[str, str]:
    """Every table of the schema, with one of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, min(column_name) FROM information_schema.columns "
            "WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def not_refused(session: "psycopg.Connection", statements: list[str]) -> list[str]:
    """Those that were neither refused nor, as some are, warned of and left undone."""
    done, told = [], []
    session.add_notice_handler(lambda one: told.append(one.severity_nonlocalized))
    for statement in statements:
        told.clear()
        with contextlib.suppress(*REFUSED):
            session.execute(statement)
            if not (statement.startswith(WARNED) and "WARNING" in told):
                done.append(statement)
    return done


@pytest.mark.parametrize("way", WAYS)
def test_a_session_of_the_auditors_role_writes_nothing_to_any_table(as_role, way):
    rows.put(CLOCK, 1)
    session = as_role("auditor")
    for statement in WAYS[way]:
        session.execute(statement)
    before = Event.objects.count()
    found = tables()
    assert guard.audited_tables().keys() <= found.keys()
    assert len(found) > 100
    sequences = session.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    ).fetchall()

    tried = [statement for table, column in found.items() for statement in on_table(table, column)]
    tried += [f"SELECT nextval('{name}')" for (name,) in sequences]
    tried += [f"SELECT setval('{name}', 1)" for (name,) in sequences]

    assert not_refused(session, [*tried, *ELSEWHERE]) == []
    assert Event.objects.count() == before


def test_a_page_that_reads_cannot_make_its_transaction_write(subtests):
    """What runs inside `reading()` is in a read-only transaction that has begun: nothing turns it round."""
    for statement in (
        "SET TRANSACTION READ WRITE",
        "SET LOCAL transaction_read_only = off",
        "SELECT set_config('transaction_read_only', 'off', true)",
    ):
        with subtests.test(statement), reading(), connections["auditor"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_event")
            with pytest.raises(Exception, match=r"read-write|read-only"):
                cursor.execute(statement)
    for statement in (
        "ALTER ROLE auditor PASSWORD 'x'",
        "CREATE TEMP TABLE sneak (id int)",
        "SELECT lo_create(0)",
    ):
        with (
            subtests.test(statement),
            pytest.raises(Exception, match=r"read-only|permission denied"),
            reading(),
            connections["auditor"].cursor() as cursor,
        ):
            cursor.execute(statement)


#: A word that writes, at the beginning of a statement within a function.
WRITES = (
    "insert into",
    "update ",
    "delete from",
    "truncate",
    "nextval",
    "setval",
    "create ",
    "alter ",
    "execute ",
)


def test_no_function_that_writes_can_be_called_by_whoever_may_connect(superuser: "psycopg.Connection"):
    """And none of ours at all by the roles that only carry data out or seal it."""
    functions = superuser.execute(
        """
        SELECT oid::regprocedure::text, prorettype = 'trigger'::regtype, lower(prosrc),
               ARRAY(SELECT r FROM unnest(ARRAY['auditor', 'open_data', 'sequencer', 'app']) r
                     WHERE has_function_privilege(r, oid, 'EXECUTE'))
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        """
    ).fetchall()
    assert len(functions) > 50

    for name, is_trigger, source, callers in functions:
        assert not {"open_data", "sequencer"} & set(callers), f"{name}: revoke it from PUBLIC, as 0035 does"
        if is_trigger:
            assert callers == [], f"{name}: a trigger needs no privilege of the caller"
        if "auditor" in callers:
            assert not any(word in source for word in WRITES), name
