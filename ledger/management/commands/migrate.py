import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction
from django.db.migrations.state import ProjectState

from ledger.canonical import canonical
from ledger.schema import SETTLED, digests, settled
from ledger.verification import PINNED


class Command(Migrate):
    help = "As Django's, over the owner's connection, and each schema change is an event."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="migrator")

    def handle(self, *args: Any, **options: Any) -> None:
        self.alias = options["database"]
        self.before_the_ledger: list[tuple[str, str]] = []
        try:
            with _lists_grow_in_place():
                super().handle(*args, **options)
        finally:
            self._settle()  # after a migration that failed, too: those before it stay

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action in ("apply_success", "unapply_success"):
            self.before_the_ledger.append((f"{migration.app_label}.{migration.name}", action))
            self._record()

    def _record(self) -> None:
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_regproc('ledger_stamp') IS NOT NULL AND to_regclass('ledger_event') IS NOT NULL"
            )
            if not cursor.fetchone()[0]:
                return
            for name, action in self.before_the_ledger:
                cursor.execute(
                    """
                    INSERT INTO ledger_event
                      (actor_name, actor_role, verb, subject_table, reason, facts, request_id, clock_set)
                    VALUES ('migration', 'migrator', %s, '', '', %s, '', false)
                    """,
                    [
                        "schema.migrated" if action == "apply_success" else "schema.unmigrated",
                        canonical({"migration": name}),
                    ],
                )
            self.before_the_ledger.clear()

    def _settle(self) -> None:
        """Leave in the log what the tables look like now, if that is not what it says already."""
        with transaction.atomic(using=self.alias), connections[self.alias].cursor() as cursor:
            for name, value in PINNED.items():  # constants in constraints are printed as the settings have it
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor.execute(
                "SELECT to_regproc('ledger_stamp') IS NOT NULL AND to_regclass('ledger_event') IS NOT NULL"
            )
            if not cursor.fetchone()[0]:
                return
            found = digests(cursor)
            if found == settled(cursor):
                return
            cursor.execute(
                """
                INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id)
                VALUES ('migration', 'migrator', %s, '', '', %s, '')
                """,
                [SETTLED, canonical({"tables": found})],
            )


@contextlib.contextmanager
def _lists_grow_in_place() -> Iterator[None]:
    """A new constraint or index is added to the model as it stands.

    Django makes that model and all that are connected with it anew, here nearly every one: two hundred times, and more
    than half of what a first start spends. Neither its fields nor what refers to it has changed.
    """
    states: Any = ProjectState
    anew = states._append_option

    def in_place(self: Any, app_label: str, model_name: str, option: str, added: Any) -> None:
        state = self.models[app_label, model_name]
        state.options[option] = [*state.options[option], added]
        if "apps" in vars(self):
            meta = self.apps.get_model(app_label, model_name)._meta
            setattr(meta, option, [*getattr(meta, option), added])

    states._append_option = in_place
    try:
        yield
    finally:
        states._append_option = anew
