"""`manage.py roles --sql`: what a superuser runs on a real server, as often as he likes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.roles import ROLES, grant_statements, missing_database_query, role_statements, verifier


class Command(BaseCommand):
    help = (
        "Print the SQL that makes the database and its roles on a real server, for psql. Passwords are those of the "
        "addresses in the environment, printed as what PostgreSQL keeps of them and never as they are."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sql", action="store_true", required=True, help="print the statements")

    def handle(self, *args: Any, **options: Any) -> None:
        database: Any = settings.DATABASES["default"]["NAME"]
        found = {role: self.password(role) for role in ROLES}
        given = {role: verifier(password) for role, password in found.items() if password}
        self.stdout.write("-- Run as a superuser: psql -X -v ON_ERROR_STOP=1 -f this.sql")
        for statement in role_statements(given):
            self.stdout.write(f"{statement};")
        self.stdout.write(f"{missing_database_query(database)}\\gexec")
        self.stdout.write(f'\\connect "{database}"')
        for statement in grant_statements(database):
            self.stdout.write(f"{statement};")
        for role in ROLES:
            if role not in given:
                self.stdout.write(f"\\password {role}")

    def password(self, role: str) -> str:
        """A role's password as its address in the environment has it.

        :raises CommandError: if the address is another role's
        """
        address: Any = settings.DATABASES["default" if role == "app" else role]
        if address["USER"] not in ("", role):
            raise CommandError(
                f"The address of the role {role} names {address['USER']}: each has one of its own."
            )
        password: str = address["PASSWORD"]
        if not password.isascii():
            raise CommandError(f"The password of {role} holds signs beyond ASCII: choose another.")
        return password
