import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ledger import clock
from ledger.actors import CLOCK
from officers.actions import units, users
from officers.actions.units import NewUnit
from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role

MINISTRY = NewUnit("MOI", Unit.Kind.MINISTRY, None, "ក្រសួងមហាផ្ទៃ", "Ministry of Interior")

QUESTIONS = {
    "username": "User name: ",
    "name_km": "Name in Khmer: ",
    "name_latin": "Name in Latin letters: ",
    "email": "E-mail: ",
}


class Command(BaseCommand):
    help = "Make the first system administrator of the whole tree; asks for what is not given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username")
        parser.add_argument("--name-km", dest="name_km")
        parser.add_argument("--name-latin", dest="name_latin")
        parser.add_argument("--email")
        parser.add_argument("--password-file", type=Path, help="the password, on the first line of this file")
        parser.add_argument(
            "--no-input", action="store_true", help="ask nothing: what is missing is an error"
        )
        parser.add_argument(
            "--again", metavar="REASON", default="", help="make another, though there is one, for this reason"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        again = options["again"].strip()
        if (present := self._present()) is not None and not again:
            raise CommandError(
                f"“{present.username}” is a system administrator of the whole tree and may sign in, so the next "
                "one is made on the pages. If nobody can sign in with that account: --again REASON."
            )
        given = {name: self._ask(name, question, options) for name, question in QUESTIONS.items()}
        password = self._password(options)
        try:
            account = User(**given)
            account.full_clean()
            validate_password(password, account)
            if not Unit.objects.filter(parent=None).exists():
                units.found(CLOCK, [MINISTRY], valid_from=clock.today(), source="create_administrator")
            root = Unit.objects.get(parent=None)
            users.begin(
                CLOCK,
                **given,
                password=password,
                roles=[(Role.SYSTEM_ADMINISTRATOR.value, root.pk)],
                reason=again,
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"“{given['username']}” may sign in and keeps the users of {root.name_latin}.")

    def _present(self) -> User | None:
        held = RoleAssignment.objects.current().filter(
            role=Role.SYSTEM_ADMINISTRATOR, unit__parent=None, user__is_active=True
        )
        first = held.select_related("user").first()
        return first.user if first else None

    def _ask(self, name: str, question: str, options: dict[str, Any]) -> str:
        if options[name]:
            return str(options[name]).strip()
        if options["no_input"] or not sys.stdin.isatty():
            raise CommandError(f"Give --{name.replace('_', '-')}.")
        return input(question).strip()

    def _password(self, options: dict[str, Any]) -> str:
        if options["password_file"]:
            try:
                return str(options["password_file"].read_text().splitlines()[0])
            except (OSError, IndexError) as error:
                raise CommandError(f"The password file cannot be read: {error}.") from error
        if options["no_input"] or not sys.stdin.isatty():
            raise CommandError("Give --password-file.")
        password = getpass("Password (at least 12 characters): ")
        if getpass("Once more: ") != password:
            raise CommandError("These were two different passwords.")
        return password
