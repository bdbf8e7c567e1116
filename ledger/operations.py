"""Migration operations: put a table under the ledger, and write rows in a migration under an event."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

CAPTURES = {
    "capture_insert": "AFTER INSERT ON {t} REFERENCING NEW TABLE AS n FOR EACH STATEMENT "
    "EXECUTE FUNCTION ledger_capture_insert()",
    "capture_update": "AFTER UPDATE ON {t} REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT "
    "EXECUTE FUNCTION ledger_capture_update()",
    "capture_delete": "AFTER DELETE ON {t} REFERENCING OLD TABLE AS o FOR EACH STATEMENT "
    "EXECUTE FUNCTION ledger_capture_delete()",
    "no_truncate": "BEFORE TRUNCATE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
}


class AuditTable(migrations.RunSQL):
    """Capture every write to a table, refuse TRUNCATE, and let auditors read it. Follows its CreateModel."""

    def __init__(self, table: str) -> None:
        self.table = table
        statements: list[Any] = []
        for name, body in CAPTURES.items():
            statements.append(f"CREATE TRIGGER {name} {body.format(t=f'"{table}"')}")
            statements.append(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name}')
        statements.append(f'GRANT SELECT ON "{table}" TO auditor')
        undo = [f'DROP TRIGGER {name} ON "{table}"' for name in CAPTURES]
        super().__init__(statements, [*undo, f'REVOKE SELECT ON "{table}" FROM auditor'])

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table], {})

    def describe(self) -> str:
        return f"Capture every write to {self.table}"


class RenameAuditedColumn(migrations.RunSQL):
    """Tell the fold that images up to now call a column by its old name. Stands beside RenameField."""

    def __init__(self, table: str, old: str, new: str) -> None:
        self.arguments = [table, old, new]
        super().__init__(
            [
                (
                    "WITH r AS (INSERT INTO ledger_renaming (table_name, old, new, last_change) "
                    "SELECT %s, %s, %s, coalesce(max(id), 0) FROM ledger_change WHERE table_name = %s RETURNING *) "
                    "INSERT INTO ledger_event "
                    "(actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
                    "SELECT 'migration', 'migrator', 'column.renamed', table_name, '', "
                    "json_build_object('old', old, 'new', new, 'last_change', last_change), '' FROM r",
                    [table, old, new, table],
                )
            ],
            migrations.RunSQL.noop,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, self.arguments, {})


def declared(verb: str, reason: str) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]:
    """Decorate a RunPython function: the rows it changes belong to a migration event."""

    def decorate(change_rows: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def run(apps: Any, schema_editor: Any) -> None:
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(
                    """
                    WITH e AS (
                      INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id)
                      VALUES ('migration', 'migrator', %s, '', %s, '{}', '') RETURNING id
                    )
                    SELECT set_config('ledger.event', id::text, true) FROM e
                    """,
                    [verb, reason],
                )
                change_rows(apps, schema_editor)
                cursor.execute("SELECT set_config('ledger.event', '', true)")

        return run

    return decorate
