import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState

from ledger import guard
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.verification import shape
from tests.ledger import rows

APPEND_ONLY = ("ledger_event", "ledger_change", "ledger_read", "ledger_seal", "ledger_renaming")
COLUMN = {
    "ledger_event": "verb",
    "ledger_change": "kind",
    "ledger_read": "what",
    "ledger_renaming": "old",
    "django_migrations": "name",
}
ALL_TABLES = sorted(guard.LEDGER_GRANTS)


@pytest.fixture
def app(as_role):
    rows.put(CLOCK, 1)
    return as_role("app")


@pytest.mark.django_db(transaction=True)
def test_no_role_of_the_system_changes_or_empties_the_log(as_role, subtests):
    for role in guard.ROLES:
        session = as_role(role)
        for table in ALL_TABLES:
            column = COLUMN.get(table, "event_id" if table in ("ledger_pending", "ledger_seal") else "mode")
            statements = [
                f"UPDATE {table} SET {column} = {column}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"DROP TABLE {table} CASCADE",
            ]
            if (role, table) == ("sequencer", "ledger_pending"):
                del statements[1]  # the queue is the sealer's to empty; what leaves it unsealed is found
            for statement in statements:
                with subtests.test(f"{role}: {statement}"), pytest.raises(InsufficientPrivilege):
                    session.execute(statement)


AROUND = [
    "SET session_replication_role = replica",
    "SET ROLE migrator",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION migrator",
    "ALTER TABLE officers_settingversion DISABLE TRIGGER ALL",
    "DROP TRIGGER capture_update ON officers_settingversion",
    "TRUNCATE officers_settingversion CASCADE",
    "ALTER FUNCTION ledger_stamp() SECURITY INVOKER",
    "CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    "CREATE FUNCTION public.sneak() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.sneak (id int)",
    "CREATE RULE sneak AS ON INSERT TO ledger_change DO INSTEAD NOTHING",
    "ALTER TABLE officers_settingversion OWNER TO app",
    "INSERT INTO ledger_change (event_id, table_name, row_id, version, kind, image_hash) "
    "VALUES (1, 'x', 1, 1, 'I', '')",
    "INSERT INTO ledger_seal (position, event_id, digest, sealed_at) VALUES (1, 1, '', now())",
    "INSERT INTO ledger_pending (event_id) VALUES (1)",
    "INSERT INTO ledger_renaming (table_name, old, new, last_change) VALUES ('x', 'a', 'b', 1)",
    "UPDATE django_migrations SET name = 'x'",
    "DELETE FROM django_migrations",
    "INSERT INTO ledger_event (id, actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
    "SELECT id, 'x', 'x', 'x', '', '', '{}', '' FROM ledger_event "
    "ON CONFLICT (id) DO UPDATE SET verb = 'x'",
]
WITHOUT_EVENT = [
    rows.INSERT.replace("%s", "2"),
    "UPDATE officers_settingversion SET reason = 'x', version = version + 1",
    "DELETE FROM officers_settingversion",
]


@pytest.mark.django_db(transaction=True)
def test_the_application_cannot_get_around_the_log(app, subtests):
    for statement in AROUND:
        with subtests.test(statement), pytest.raises(InsufficientPrivilege):
            app.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_application_writes_nothing_at_psql_without_an_event(app, subtests):
    for statement in WITHOUT_EVENT:
        with subtests.test(statement), pytest.raises(InsufficientPrivilege, match="without an event"):
            app.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_names_an_event_for_good_binds_nothing(app):
    event = Event.objects.latest("id").pk

    app.execute("SELECT set_config('ledger.event', %s, false)", [str(event)])

    with pytest.raises(InsufficientPrivilege, match="without an event"):
        app.execute(rows.INSERT, [2])


@pytest.mark.django_db(transaction=True)
def test_a_temporary_table_does_not_stand_in_for_the_log(app):
    app.execute("CREATE TEMP TABLE ledger_event (id bigint, xid bigint)")
    with pytest.raises(InsufficientPrivilege, match="without an event"), app.transaction():
        app.execute(
            """
            WITH e AS (
              INSERT INTO pg_temp.ledger_event VALUES (1, pg_current_xact_id()::text::bigint) RETURNING id
            ), s AS MATERIALIZED (SELECT set_config('ledger.event', id::text, true) FROM e)
            INSERT INTO officers_settingversion
              (version, kind, number, effective_from, content, reason, withdrawn)
            SELECT 1, 'deadlines', 2, '2026-01-01', '{}', 'x', false FROM s
            """
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["migrator", "superuser"])
def test_even_the_owner_and_a_superuser_are_refused_a_plain_statement(as_role, superuser, who, subtests):
    session = superuser if who == "superuser" else as_role("migrator")
    _fill(superuser)
    column = {"ledger_seal": "sealed_at"} | COLUMN

    for table in APPEND_ONLY:
        for statement in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"UPDATE {table} SET {column[table]} = {column[table]}",
        ):
            with subtests.test(statement), pytest.raises(InsufficientPrivilege, match="refused"):
                session.execute(statement)


def _fill(superuser) -> None:
    """A row in each table of the log, so that row triggers have something to refuse."""
    rows.put(CLOCK, 1)
    superuser.execute(
        "INSERT INTO ledger_renaming (table_name, old, new, last_change) VALUES ('x', 'a', 'b', 0)"
    )


@pytest.mark.django_db(transaction=True)
def test_the_replication_role_does_not_silence_the_triggers(superuser):
    rows.put(CLOCK, 1)

    superuser.execute("SET session_replication_role = replica")

    with pytest.raises(InsufficientPrivilege, match="append-only"):
        superuser.execute("DELETE FROM ledger_event")
    with pytest.raises(InsufficientPrivilege, match="without an event"):
        superuser.execute("UPDATE officers_settingversion SET reason = 'x', version = version + 1")


@pytest.mark.django_db(transaction=True)
def test_an_auditor_reads_everything_of_the_log_and_writes_nothing(as_role):
    auditor = as_role("auditor")
    rows.put(CLOCK, 1)

    for table in (
        "ledger_event",
        "ledger_change",
        "ledger_read",
        "ledger_seal",
        "ledger_pending",
        rows.TABLE,
    ):
        auditor.execute(f"SELECT count(*) FROM {table}")
    with pytest.raises(InsufficientPrivilege):
        auditor.execute(rows.EVENT)
    for table in ("officers_credential", "mfa_authenticator", "django_session"):
        with pytest.raises(InsufficientPrivilege):
            auditor.execute(f"SELECT * FROM {table}")


def test_every_table_is_captured_or_stands_in_the_closed_list_with_a_reason(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        there = {table for (table,) in cursor.fetchall()}

    assert there == guard.audited_tables().keys() | guard.LEDGER_GRANTS.keys() | guard.NOT_CAPTURED.keys()
    assert not guard.audited_tables().keys() & guard.NOT_CAPTURED.keys()
    assert all(guard.NOT_CAPTURED.values())


def test_triggers_and_functions_in_the_database_are_those_of_the_models(db):
    with connection.cursor() as cursor:
        assert list(shape.guards(cursor)) == []
        cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        there = {(table, name) for name, table in cursor.fetchall()}

    wanted = {(table, name) for table, names in guard.expected_triggers().items() for name in names}
    assert there == wanted
    assert len(guard.functions()) >= 12


@pytest.mark.parametrize("table", [*ALL_TABLES, *sorted(guard.audited_tables())])
def test_each_role_may_do_to_a_table_what_it_must_and_no_more(db, table):
    with connection.cursor() as cursor:
        assert list(shape.privileges(cursor)) == []
        for role in guard.ROLES:
            cursor.execute(MAY, [role, table, table, role, table, role, table])
            assert {may for (may,) in cursor.fetchall()} == guard.expected_grants(table).get(role, set())


MAY = """
    SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER',
                               'MAINTAIN']) p
    WHERE has_table_privilege(%s, %s, p)
    UNION ALL
    SELECT format('%%s (%%s)', p, attname)
    FROM pg_attribute, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
      AND has_column_privilege(%s, %s, attname, p) AND NOT has_table_privilege(%s, %s, p)
"""


def test_no_audited_row_disappears_or_changes_by_the_deletion_of_another():
    for model in guard.audited_tables().values():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, field
        assert not model._meta.many_to_many


def test_every_audited_model_says_who_may_see_it():
    from ledger.models import AuditedQuerySet

    # Seen with their officer, never by themselves; who is barred and who reported, by nobody.
    silent = {"officers_servicenumber", "officers_posting", "cases_bar", "cases_casebar", "cases_reporter"}
    for table, model in guard.audited_tables().items():
        says = type(model._default_manager.all()).visible_to is not AuditedQuerySet.visible_to
        assert says or table in silent, table


def test_no_audited_field_is_written_by_django_itself():
    for model in apps.get_models():
        if model._meta.db_table in guard.audited_tables():
            for field in model._meta.fields:
                assert not getattr(field, "auto_now", False), field
                assert not getattr(field, "auto_now_add", False), field


@pytest.mark.django_db(transaction=True, databases=["default", "migrator"])
def test_the_application_refuses_to_start_as_the_owner_of_its_tables():
    guard.refuse_owner("default")

    with pytest.raises(ImproperlyConfigured, match="migrator"):
        guard.refuse_owner("migrator")


@pytest.mark.django_db(transaction=True)
def test_a_rule_of_the_database_cannot_be_put_off(app):
    with pytest.raises((InsufficientPrivilege, ObjectNotInPrerequisiteState)):
        app.execute("ALTER TABLE ledger_event ALTER COLUMN verb DROP NOT NULL")
