"""What migrations do to audited tables: each test changes the schema as the owner, and the log still verifies."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, migrations, models, transaction
from django.db.migrations.state import ProjectState
from psycopg.errors import InsufficientPrivilege

from ledger.actors import CLOCK
from ledger.models import Event
from ledger.operations import AuditTable, RenameAuditedColumn, declared
from ledger.sealing import seal
from ledger.verification import verify
from tests.ledger import rows
from tests.ledger.bending import kinds, unguarded

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "migrator", "sequencer", "auditor"]
)


def migrate(*operations: migrations.operations.base.Operation) -> None:
    """Run operations in one transaction of the owner's; then `manage.py migrate` says what the tables look like."""
    with connections["migrator"].schema_editor() as editor:
        for operation in operations:
            operation.database_forwards("officers", editor, ProjectState(), ProjectState())
    call_command("migrate", verbosity=0)


def sql(statement: str) -> migrations.RunSQL:
    return migrations.RunSQL(statement)


def test_each_migration_is_an_event():
    names = {event.facts["migration"] for event in Event.objects.filter(verb="schema.migrated")}

    assert {"ledger.0001_initial", "ledger.0002_capture", "officers.0001_initial"} <= names
    assert verify(using="auditor") == []


def test_a_new_column_with_a_default_leaves_every_row_its_last_image():
    rows.some(3)

    migrate(sql(f"ALTER TABLE {rows.TABLE} ADD COLUMN colour text NOT NULL DEFAULT 'blue'"))

    assert verify(using="auditor") == []


def test_a_dropped_column_leaves_every_row_its_last_image():
    rows.some(3)

    migrate(sql(f"ALTER TABLE {rows.TABLE} DROP COLUMN withdrawn"))

    assert verify(using="auditor") == []


@pytest.mark.bends_the_log
def test_a_renamed_column_is_still_held_against_its_old_images(superuser):
    rows.some(3)

    migrate(
        sql(f"ALTER TABLE {rows.TABLE} RENAME COLUMN reason TO why"),
        RenameAuditedColumn(rows.TABLE, "reason", "why"),
    )
    assert kinds() == set()

    with unguarded(superuser, rows.TABLE):
        superuser.execute(f"UPDATE {rows.TABLE} SET why = 'quietly' WHERE number = 2")
    (finding,) = verify(using="auditor")
    assert finding.sentence.endswith("why")


@pytest.mark.bends_the_log
def test_a_column_renamed_twice_is_followed_through_both_names(superuser):
    rows.some(2)
    for old, new in (("reason", "why"), ("why", "wherefore")):
        migrate(
            sql(f"ALTER TABLE {rows.TABLE} RENAME COLUMN {old} TO {new}"),
            RenameAuditedColumn(rows.TABLE, old, new),
        )

    with unguarded(superuser, rows.TABLE):
        superuser.execute(f"UPDATE {rows.TABLE} SET wherefore = 'quietly' WHERE number = 2")

    (finding,) = verify(using="auditor")
    assert finding.sentence.endswith("wherefore")


def test_a_migration_that_changes_rows_declares_why():
    rows.some(3)

    @declared("setting.respelt", "Reasons end without a full stop.")
    def respell(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"UPDATE {rows.TABLE} SET reason = rtrim(reason, '.'), version = version + 1")

    migrate(migrations.RunPython(respell))

    event = Event.objects.get(verb="setting.respelt")
    assert (event.actor_role, event.reason) == ("migrator", "Reasons end without a full stop.")
    assert event.changes.count() == 3
    seal()
    assert verify(using="auditor") == []


def test_a_migration_that_changes_rows_and_does_not_say_so_is_refused():
    rows.some(1)

    def respell(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"UPDATE {rows.TABLE} SET reason = '', version = version + 1")

    with pytest.raises(DatabaseError, match="without an event"):
        migrate(migrations.RunPython(respell))


def test_what_a_migration_writes_after_a_declared_change_needs_an_event_of_its_own():
    rows.some(1)

    @declared("setting.respelt", "Once.")
    def once(apps, schema_editor):
        pass

    with pytest.raises(DatabaseError, match="without an event"):
        migrate(
            migrations.RunPython(once),
            sql(f"UPDATE {rows.TABLE} SET reason = '', version = version + 1"),
        )


def test_a_table_is_put_under_the_ledger_by_one_operation_and_taken_out_by_undoing_it(as_role):
    operation = AuditTable("officers_trial")
    migrate(sql("CREATE TABLE officers_trial (id bigint PRIMARY KEY, version int NOT NULL)"), operation)
    app = as_role("app")

    with pytest.raises(InsufficientPrivilege, match="without an event"):
        app.execute("INSERT INTO officers_trial VALUES (1, 1)")
    with pytest.raises(InsufficientPrivilege):
        as_role("migrator").execute("TRUNCATE officers_trial")
    with app.transaction():
        event = app.execute(rows.EVENT).fetchone()[0]
        app.execute("INSERT INTO officers_trial VALUES (1, 1)")
    as_role("auditor").execute("SELECT * FROM officers_trial")
    assert Event.objects.get(pk=event).changes.get().table_name == "officers_trial"

    with connections["migrator"].schema_editor() as editor:
        operation.database_backwards("officers", editor, ProjectState(), ProjectState())
    migrate()
    app.execute("INSERT INTO officers_trial VALUES (2, 1)")
    with pytest.raises(InsufficientPrivilege):
        as_role("auditor").execute("SELECT * FROM officers_trial")


def test_operations_are_written_down_in_a_migration_as_they_were_given():
    for operation in (AuditTable("officers_trial"), RenameAuditedColumn("officers_trial", "a", "b")):
        name, args, kwargs = operation.deconstruct()
        again = {"AuditTable": AuditTable, "RenameAuditedColumn": RenameAuditedColumn}[name](*args, **kwargs)
        assert again.sql == operation.sql


@pytest.mark.bends_the_log
def test_an_audited_model_whose_table_was_forgotten_is_named(monkeypatch):
    class Forgotten(models.Model):
        class Meta:
            managed = False
            app_label = "officers"
            db_table = "officers_forgotten"
            apps = migrations.state.StateApps([], {})

    from ledger import guard

    there = guard.audited_tables()
    monkeypatch.setattr(guard, "audited_tables", lambda: {**there, "officers_forgotten": Forgotten})
    migrate(sql("CREATE TABLE officers_forgotten (id bigint PRIMARY KEY, version int NOT NULL)"))

    assert kinds() >= {"missing-trigger"}


def test_schema_and_rows_of_one_migration_stand_or_fall_together():
    rows.some(1)
    before = Event.objects.count()

    with pytest.raises(DatabaseError), transaction.atomic(using="migrator"):
        migrate(
            sql(f"ALTER TABLE {rows.TABLE} ADD COLUMN colour text"),
            sql(f"UPDATE {rows.TABLE} SET reason = '', version = version + 1"),
        )

    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {rows.TABLE} LIMIT 0")
        assert "colour" not in [column.name for column in cursor.description]
    assert Event.objects.count() == before
    assert rows.put(CLOCK, 9).number == 9
