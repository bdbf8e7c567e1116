"""What somebody who speaks to the database as the application, or as its superuser, may try."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from psycopg import errors

from ledger.acting import act
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event
from ledger.sealing import seal
from ledger.verification import PINNED, log, shape, tables, verify
from ledger.verification.rows import Renamed, renamings
from ledger.verification.rows import rows as verify_rows
from officers.models import SettingVersion
from tests.ledger import rows
from tests.ledger.bending import rolled_back

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"])

EVENT = (
    "INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id{0}) "
)
WRITES_EVENT = EVENT.format("") + "VALUES ('x', '{role}', '{verb}', '', '', '{facts}', '')"


@pytest.fixture
def app(as_role):
    return as_role("app")


def event(verb: str = "x.y", facts: str = "{}", role: str = "x") -> str:
    statement = WRITES_EVENT.replace("{role}", role).replace("{verb}", verb).replace("{facts}", facts)
    return f"{statement} RETURNING set_config('ledger.event', id::text, true)"


def run(connection, *statements) -> None:
    """Statements, each a text or a text with its values, in one transaction."""
    with connection.transaction():
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))


def test_no_image_is_forged_through_a_temporary_table_of_an_audited_name(app):
    table = f"CREATE TEMP TABLE {rows.TABLE} (id bigint, version int)"
    trigger = (
        f"CREATE TRIGGER c AFTER INSERT ON pg_temp.{rows.TABLE} REFERENCING NEW TABLE AS n "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_capture_insert()"
    )
    with pytest.raises(errors.InsufficientPrivilege):
        run(app, table, trigger)


def test_nothing_is_put_before_the_sealer_through_a_temporary_table(app):
    trigger = (
        "CREATE TRIGGER c AFTER INSERT ON pg_temp.queue REFERENCING NEW TABLE AS n "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_await_seal()"
    )
    with pytest.raises(errors.InsufficientPrivilege):
        run(app, "CREATE TEMP TABLE queue (id bigint)", trigger)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "9223372036854775807"),
        ("id", "-5"),
        ("xid", "1"),
        ("recorded_at", "'2020-01-01'"),
        ("clock_set", "true"),
    ],
)
def test_nobody_numbers_or_dates_his_own_event(app, column, value):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(EVENT.format(f", {column}") + f"VALUES ('x', 'x', 'x.y', '', '', '{{}}', '', {value})")


def test_nobody_dates_his_own_look(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(
            "INSERT INTO ledger_read (actor_name, actor_role, table_name, what, reason, fields, detail, request_id, "
            "read_at) VALUES ('x', 'x', 'x', 'opened', '', '{}', '{}', '', '2020-01-01')"
        )


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "0044-03-15 BC"])
def test_an_event_of_a_time_that_no_reader_can_read_is_refused(app, moment):
    with pytest.raises(errors.InvalidParameterValue):
        app.execute(
            EVENT.format(", occurred_at") + f"VALUES ('x', 'x', 'x.y', '', '', '{{}}', '', '{moment}')"
        )


@pytest.mark.parametrize("facts", ['{"changes":"\\u0000"}', "[]", "1"])
def test_an_event_with_facts_that_no_reader_can_read_is_refused(app, facts):
    with pytest.raises(errors.DataError):
        app.execute(event("image.erased", facts))


def test_the_application_does_not_speak_as_the_owner(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(event("schema.settled", role="migrator"))


def test_the_writers_way_of_writing_dates_does_not_reach_the_image(app):
    with app.transaction():
        app.execute("SET LOCAL datestyle = 'German'")
        app.execute("SET LOCAL timezone = 'Asia/Phnom_Penh'")
        app.execute("SET LOCAL intervalstyle = 'sql_standard'")
        app.execute(event())
        app.execute(
            """
            INSERT INTO officers_unit (id, version, code, kind, path, name_km, name_latin, sort_key, search_key,
              admin_code, remark, valid_from)
            VALUES (1, 1, 'U', 'MINISTRY', '/1/', 'k', 'l', '', 'k', '', '', '2020-02-03');
            INSERT INTO officers_officer (id, version, service_number, name_km, name_latin, sex, birth_year, rank,
              unit_id, status, sort_key, search_key, latin_terms)
            VALUES (1, 1, 'n', 'k', 'l', 'M', 1990, 'r', 1, 'SERVING', '', 'k', 'l');
            INSERT INTO officers_posting (id, version, officer_id, unit_id, rank, title, is_head, held)
            VALUES (1, 1, 1, 1, 'r', '', false, daterange('2020-02-03', NULL))
            """
        )

    assert Change.objects.get(table_name="officers_posting").image["held"] == "[2020-02-03,)"
    assert verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "LOCK TABLE ledger_seal IN SHARE MODE",
        "LOCK TABLE ledger_seal IN SHARE UPDATE EXCLUSIVE MODE",
        "LOCK TABLE ledger_pending IN ACCESS EXCLUSIVE MODE",
        "SELECT FROM ledger_pending FOR SHARE",
        "SELECT FROM ledger_event FOR KEY SHARE",
    ],
)
def test_the_application_cannot_hold_up_the_sealer(app, statement):
    rows.put(CLOCK, 1)
    with pytest.raises(errors.InsufficientPrivilege):
        run(app, statement)
    app.execute("SELECT pg_advisory_lock_shared(n) FROM generate_series(0, 50000, 97) AS n")
    app.execute("BEGIN; LOCK TABLE ledger_seal, ledger_pending IN ACCESS SHARE MODE")

    assert seal() > 0


def test_the_image_a_row_stands_by_is_not_erased(app):
    row = rows.put(CLOCK, 1)
    image = Change.objects.get(table_name=rows.TABLE, row_id=row.pk)
    told = event("image.erased", f'{{"changes":[{image.pk}]}}')
    with pytest.raises(errors.InsufficientPrivilege, match="stands by"):
        run(app, told, f"SELECT ledger_erase(ARRAY[{image.pk}])")


def test_the_last_image_of_a_deleted_row_may_be_erased(app):
    row = rows.put(CLOCK, 1)
    rows.remove(CLOCK, row.pk)
    ids = list(Change.objects.filter(table_name=rows.TABLE, row_id=row.pk).values_list("pk", flat=True))
    with app.transaction():
        app.execute(event("image.erased", f'{{"changes":{ids}}}'))
        assert app.execute("SELECT ledger_erase(%s)", [ids]).fetchone() == (2,)

    assert verify() == []


@pytest.mark.bends_the_log
def test_nothing_is_written_under_an_event_that_is_sealed(superuser):
    """As after a restore into another cluster, where transactions are counted anew."""
    sealed = "INSERT INTO ledger_seal SELECT 1, '', now(), current_setting('ledger.event')::bigint"
    with pytest.raises(errors.InsufficientPrivilege, match="without an event"):
        run(superuser, event(), sealed, (rows.INSERT, [1]))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {t} SET id = id + 1000, version = version + 1",
        "UPDATE {t} SET id = id + 1000, version = 1",
        "UPDATE {t} SET version = version + 2",
        "MERGE INTO {t} t USING (VALUES (1)) AS v (n) ON t.number = v.n WHEN MATCHED THEN UPDATE SET reason = 'x'",
        "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT (id) DO UPDATE SET reason = 'x'",
        "WITH gone AS (DELETE FROM {t} RETURNING *) INSERT INTO {t} SELECT * FROM gone",
    ],
)
def test_with_an_event_too_a_row_keeps_its_id_and_counts_its_versions(app, statement):
    rows.put(CLOCK, 1)
    with pytest.raises(errors.DatabaseError):
        run(app, event(), statement.format(t=rows.TABLE))

    assert SettingVersion.objects.get().version == 1


def test_an_event_rolled_back_to_a_savepoint_binds_nothing(app):
    again = "SELECT set_config('ledger.event', last_value::text, true) FROM ledger_event_id_seq"
    with pytest.raises(errors.InsufficientPrivilege, match="without an event"):
        run(app, "SAVEPOINT s", event(), "ROLLBACK TO s", again, (rows.INSERT, [1]))


def test_names_of_the_callers_own_do_not_stand_in_for_the_ledgers(app):
    rows.put(CLOCK, 1)
    statements = (
        "CREATE TEMP TABLE ledger_event ON COMMIT DROP AS SELECT * FROM ledger_event",
        "CREATE FUNCTION pg_temp.pg_current_xact_id() RETURNS xid8 LANGUAGE sql "
        "AS 'SELECT max(xid)::text::xid8 FROM public.ledger_event'",
        "UPDATE pg_temp.ledger_event SET xid = pg_catalog.pg_current_xact_id()::text::bigint",
        "SET LOCAL search_path = pg_temp, pg_catalog, public",
        "SELECT set_config('ledger.event', max(id)::text, true) FROM public.ledger_event",
        f"UPDATE public.{rows.TABLE} SET reason = 'x', version = version + 1",
    )
    with pytest.raises(errors.InsufficientPrivilege, match="without an event"):
        run(app, *statements)


TABLE_BENT = [
    "ALTER TABLE officers_roleassignment DROP CONSTRAINT nobody_grants_himself_a_role",
    "ALTER TABLE officers_roleassignment DROP CONSTRAINT nobody_grants_himself_a_role; ALTER TABLE "
    "officers_roleassignment ADD CONSTRAINT nobody_grants_himself_a_role CHECK (true)",
    "DROP INDEX a_role_is_held_once_for_a_unit",
    "ALTER TABLE ledger_change DROP CONSTRAINT a_version_of_a_row_is_written_once",
    "ALTER TABLE ledger_change ALTER event_id DROP NOT NULL",
    "ALTER TABLE ledger_event ALTER clock_set SET DEFAULT true",
    "ALTER TABLE ledger_read SET UNLOGGED",
    "ALTER TABLE ledger_event ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY p ON ledger_event FOR SELECT TO auditor USING (id <> 1)",
    f"CREATE RULE r AS ON UPDATE TO {rows.TABLE} DO INSTEAD NOTHING",
    f"CREATE SCHEMA other; CREATE TABLE other.heir () INHERITS ({rows.TABLE})",
    f"ALTER TABLE {rows.TABLE} ADD COLUMN other int GENERATED ALWAYS AS (number) STORED",
    f"ALTER TABLE {rows.TABLE} OWNER TO postgres",
    "ALTER TABLE ledger_read RENAME TO other; CREATE VIEW ledger_read AS SELECT * FROM other",
    "ALTER TABLE ledger_change DISABLE TRIGGER ALL",
    "CREATE TRIGGER t BEFORE INSERT ON ledger_pending FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "ALTER FUNCTION ledger_current(text) OWNER TO postgres",
    f"CREATE FUNCTION row_to_json({rows.TABLE}) RETURNS json LANGUAGE sql AS 'SELECT ''{{}}''::json'",
    "ALTER SEQUENCE ledger_event_id_seq CYCLE",
    "GRANT UPDATE ON SEQUENCE ledger_event_id_seq TO app",
    "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
]


def test_what_no_migration_changed_is_named(superuser, subtests):
    for name, value in PINNED.items():
        superuser.execute("SELECT set_config(%s, %s, false)", [name, value])
    assert list(tables.tables(superuser.cursor())) == []
    for bent in TABLE_BENT:
        with subtests.test(bent), rolled_back(superuser):
            superuser.execute(bent)
            assert {finding.kind for finding in tables.tables(superuser.cursor())} == {"altered-table"}


PRIVILEGE_BENT = [
    "GRANT INSERT ON ledger_event TO app",
    "GRANT INSERT (id) ON ledger_event TO app",
    "GRANT EXECUTE ON FUNCTION ledger_capture_insert() TO app",
    "CREATE ROLE probity_test_stranger; GRANT migrator TO probity_test_stranger",
    "CREATE ROLE probity_test_stranger; GRANT app TO probity_test_stranger",
    "GRANT SET ON PARAMETER session_replication_role TO app",
    "ALTER ROLE auditor SET search_path = other, public",
]


def test_a_privilege_by_a_side_door_is_named(superuser, subtests):
    assert list(shape.privileges(superuser.cursor())) == []
    for bent in PRIVILEGE_BENT:
        with subtests.test(bent), rolled_back(superuser):
            superuser.execute(bent)
            assert {finding.kind for finding in shape.privileges(superuser.cursor())} == {"foreign-grant"}


def test_a_column_renamed_by_no_migration_hides_nothing(superuser):
    rows.put(CLOCK, 1)
    with rolled_back(superuser):
        superuser.execute(f"ALTER TABLE {rows.TABLE} DISABLE TRIGGER USER")
        superuser.execute(f"UPDATE {rows.TABLE} SET reason = 'quietly'")
        superuser.execute(
            "INSERT INTO ledger_renaming (table_name, old, new, last_change) VALUES (%s, 'reason', 'nothing', 99999)",
            [rows.TABLE],
        )
        told: dict[str, list[Renamed]] = {}
        found = {finding.kind for finding in renamings(superuser.cursor(), [rows.TABLE], told)}
        found |= {finding.kind for finding in verify_rows(superuser.cursor(), rows.TABLE, told)}

    assert found == {"renaming", "row"}


def test_an_event_dated_back_into_a_gap_of_the_numbers_is_named(superuser):
    rows.put(CLOCK, 1)
    seal()
    with rolled_back(superuser):
        superuser.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        superuser.execute(
            EVENT.format(", id, xid, clock_set, occurred_at, recorded_at")
            + "VALUES ('x', 'x', 'x.y', '', '', '{}', '', -7, 1, false, now() - interval '2 days', "
            "now() - interval '2 days')"
        )
        superuser.execute("INSERT INTO ledger_seal SELECT max(position) + 1, '', now(), -7 FROM ledger_seal")
        found = [str(finding) for finding in log.events(superuser.cursor())]

    assert found == ["clock: event -7: was sealed after events recorded over an hour later"]


def test_a_mode_that_no_event_set_is_named(superuser):
    for bent in ("UPDATE ledger_mode SET mode = 'demo'", "DELETE FROM ledger_mode"):
        with rolled_back(superuser):
            superuser.execute(bent)
            assert [finding.where for finding in log.events(superuser.cursor())] == ["mode"]


@pytest.mark.bends_the_log
def test_a_value_that_cannot_be_read_is_a_finding_and_the_rest_is_still_looked_at(superuser):
    row = rows.put(CLOCK, 1)
    seal()
    superuser.execute("ALTER TABLE ledger_seal DISABLE TRIGGER USER")
    superuser.execute("UPDATE ledger_seal SET sealed_at = 'infinity' WHERE position = 1")
    superuser.execute(f"ALTER TABLE {rows.TABLE} DISABLE TRIGGER USER")
    superuser.execute(f"UPDATE {rows.TABLE} SET reason = 'quietly'")
    connections["auditor"].close()

    assert {"unreadable", "row"} <= {finding.kind for finding in verify()}
    assert row.pk in [int(finding.where.split()[1]) for finding in verify() if finding.kind == "row"]


@act
def half(actor, number):
    """Writes a row and is then refused."""
    rows.put(actor, number)
    raise Conflict("Late.")


@act
def doubled(actor, number):
    """Writes a row that is there already."""
    rows.put(actor, number)


def test_a_refused_act_leaves_nothing_in_the_act_that_lives_with_it():
    @act
    def outer(actor):
        for refusal, inner, number in ((Conflict, half, 1), (ValidationError, doubled, 2)):
            with pytest.raises(refusal):
                inner(actor, number)
        rows.put(actor, 3)

    rows.put(CLOCK, 2)
    outer(CLOCK)

    assert sorted(SettingVersion.objects.values_list("number", flat=True)) == [2, 3]
    assert not Event.objects.filter(verb="act.refused").exists()
    assert verify() == []


def test_what_runs_after_its_transaction_is_no_act():
    def later(actor):
        yield rows.put(actor, 1)

    with pytest.raises(TypeError, match="after its transaction"):
        act(later)
