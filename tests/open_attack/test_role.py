"""The role `open_data` reads what is disclosed and nothing else, whatever it asks PostgreSQL."""

import pytest
from psycopg import Error
from psycopg.errors import InsufficientPrivilege

from audits.actions.publishing.measures import publish_measures
from audits.queries.disclosure import disclosed_models
from ledger import guard
from ledger.actors import CLOCK
from tests.open_attack.listed import found_in_a_list

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "migrator"])

#: Of the keys of the public's API it reads by what they are known, and until when; not whose they are.
KEYS = "audits_openkey"
CANARY = "S-canary-4711"


@pytest.fixture
def public(as_role):
    found_in_a_list(1, about=CANARY, remark=CANARY, name_km=CANARY)
    found_in_a_list(12)
    publish_measures(CLOCK)
    as_role("migrator").execute("ANALYZE cases_earliermeasure")
    return as_role("open_data")


def test_it_reads_the_disclosed_tables_and_no_other_relation(public, as_role):
    disclosed = {model._meta.db_table for model in disclosed_models()}
    owner = as_role("migrator")
    relations = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'c')"
    ).fetchall()
    assert len(relations) > len(disclosed) + 100
    readable = set()
    for (name,) in relations:
        try:
            public.execute(f'SELECT * FROM "{name}" LIMIT 1')
        except InsufficientPrivilege:
            columns = owner.execute(
                "SELECT format('SELECT (%%s)', attname) FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND has_column_privilege('open_data', attrelid, attnum, 'SELECT')",
                [name],
            )
            may = guard.expected_grants(name).get("open_data", set())
            assert {column for (column,) in columns.fetchall()} == may, name
            assert not may or name == KEYS
        else:
            readable.add(name)
    assert readable == disclosed


def test_it_writes_nothing_and_calls_nothing_of_ours(public):
    for model in disclosed_models():
        table = model._meta.db_table
        for statement in (
            f"INSERT INTO {table} DEFAULT VALUES",
            f"UPDATE {table} SET id = id"
            if table != "audits_openchange"
            else f"UPDATE {table} SET seq = seq",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"LOCK TABLE {table} IN EXCLUSIVE MODE",
        ):
            with pytest.raises(InsufficientPrivilege):
                public.execute("BEGIN READ WRITE; " + statement)
            public.execute("ROLLBACK")
    functions = public.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND has_function_privilege(oid, 'EXECUTE')"
    ).fetchall()
    assert functions == []


@pytest.mark.parametrize(
    "question",
    [
        "SELECT nextval('audits_openchange_seq')",
        "SELECT setval('audits_openchange_seq', 1)",
        "SELECT currval('audits_openchange_seq')",
        "SELECT last_value FROM audits_openchange_seq",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_user_mapping",
        "SELECT * FROM pg_largeobject",
        "SELECT lo_create(0)",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT pg_ls_dir('.')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY audits_openmeasure FROM '/etc/hostname'",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT query_to_xml('SELECT * FROM cases_earliermeasure', true, true, '')",
        "SELECT table_to_xml('cases_earliermeasure', true, true, '')",
        "SELECT ts_stat('SELECT to_tsvector(service_number) FROM cases_earliermeasure')",
        "SET SESSION AUTHORIZATION app",
        "SET ROLE auditor",
        "EXPLAIN ANALYZE SELECT * FROM cases_earliermeasure",
        # A foreign key or a constraint that is broken would print the values of a row.
        "INSERT INTO audits_publishedmeasure (row) VALUES ('x')",
        "SELECT * FROM ledger_change",
    ],
)
def test_no_other_way_is_open(public, question):
    with pytest.raises(Error) as refusal:
        public.execute(question)
    assert CANARY not in str(refusal.value)


def test_what_postgresql_keeps_about_hidden_tables_is_hidden_from_it(public):
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        tables = {
            name
            for (name,) in public.execute(
                f"SELECT DISTINCT tablename FROM {view} WHERE schemaname = 'public'"
            )
        }
        assert tables <= {model._meta.db_table for model in disclosed_models()}
    counted = public.execute("SELECT last_value FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    assert {value for (value,) in counted} == {None}
    schemas = public.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchall()
    assert {name for (name,) in schemas} - {KEYS} == {model._meta.db_table for model in disclosed_models()}
    with pytest.raises(InsufficientPrivilege):
        public.execute(f"SELECT address, owner, label FROM {KEYS}")


@pytest.mark.parametrize(
    "question",
    [
        "SELECT reltuples FROM pg_class WHERE relname = 'cases_earliermeasure'",
        "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'cases_earliermeasure'",
        "SELECT pg_stat_get_tuples_inserted('cases_earliermeasure'::regclass)",
        "SELECT pg_relation_size('cases_earliermeasure')",
        "SELECT pg_total_relation_size('cases_earliermeasure')",
        "SELECT pg_current_xact_id()",
        "SELECT txid_current()",
        "SELECT pg_current_snapshot()",
        "SELECT pg_current_wal_lsn()",
        "SELECT * FROM pg_stat_activity",
        "SELECT * FROM pg_locks",
    ],
)
def test_it_does_not_learn_how_much_there_is_or_is_done_of_what_it_cannot_read(public, question):
    with pytest.raises(InsufficientPrivilege):
        public.execute(question)
