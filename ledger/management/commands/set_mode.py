import argparse

from django.core.management.base import BaseCommand
from django.db import connections, transaction

from ledger.canonical import canonical
from ledger.models import Mode


class Command(BaseCommand):
    help = "Say what this database is for. In demo and test the clock may be set; live never can."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("mode", choices=[mode for mode, _ in Mode.MODES])

    def handle(self, *args: object, **options: object) -> None:
        mode = str(options["mode"])
        with transaction.atomic(using="migrator"), connections["migrator"].cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO ledger_event
                  (actor_name, actor_role, verb, subject_table, reason, facts, request_id, clock_set)
                VALUES ('migration', 'migrator', 'mode.set', 'ledger_mode', '', %s, '', false)
                """,
                [canonical({"mode": mode})],
            )
            cursor.execute(
                "INSERT INTO ledger_mode (id, mode) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET mode = excluded.mode",
                [mode],
            )
        self.stdout.write(f"mode: {mode}")
