"""`manage.py roles --sql`: what a superuser runs once on a real server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ledger.roles import ROLES, database_statement, grant_statements, role_statements


class Command(BaseCommand):
    help = "Print the SQL that makes the database and its roles on a real server, for psql."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sql", action="store_true", required=True, help="print the statements")

    def handle(self, *args: Any, **options: Any) -> None:
        database: Any = settings.DATABASES["default"]["NAME"]
        self.stdout.write("-- Run as a superuser: psql -v ON_ERROR_STOP=1 -f this.sql\n")
        for statement in [*role_statements(), database_statement(database)]:
            self.stdout.write(f"{statement};")
        self.stdout.write(f'\\connect "{database}"')
        for statement in grant_statements(database):
            self.stdout.write(f"{statement};")
        self.stdout.write("-- Then give each role a password, typed and not written down here:")
        for role in ROLES:
            self.stdout.write(f"\\password {role}")
