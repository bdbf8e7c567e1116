from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import custody, drug_tests, sheets, users
from officers.actions import officers as roll
from officers.models import DrugTest, Officer, Sheet, Unit, User
from officers.models.users import Role
from officers.reckoning import defaults, demo, gazetteer
from officers.reckoning.lines import Line

BEGUN = timedelta(days=125)  # before the first complaint of the floor above
Step = tuple[datetime, Callable[[], object]]


class Command(BaseCommand):
    help = "Fill an embedded, empty database with an invented force and two months of its sheets."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--officers", type=int, default=2000, help=f"how many, at least {demo.FEWEST}")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")
        parser.add_argument(
            "--scale",
            choices=["million"],
            help="instead a database of ten years: 100,000 officers, a million tests and reports, 50,000 measures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts()
            return
        if options["scale"]:
            # By its name: what is on the floors above is not known here.
            call_command("load_million", seed=options["seed"], stdout=self.stdout)
            return
        if not settings.EMBEDDED:
            raise CommandError("Demonstration data is for the embedded servers only; this one is real.")
        if clock.mode() == "demo" and User.objects.exists():
            self.stdout.write("The demonstration is loaded already; nothing was changed.")
            return
        if User.objects.exists() or Officer.objects.exists():
            raise CommandError("This database knows people already; demonstration data cannot be mixed in.")
        if options["officers"] < demo.FEWEST:
            raise CommandError(f"Give at least {demo.FEWEST} officers, so that every province has some.")
        # The mode is set by another role on its own; all the rest is there, or nothing is.
        call_command("set_mode", "demo", stdout=self.stdout)
        with transaction.atomic():
            self._load(options["officers"], options["seed"])
        seal()
        self.stdout.write(
            f"Loaded {Officer.objects.count()} officers in {Unit.objects.count()} units, "
            f"{DrugTest.objects.count()} tests on {Sheet.objects.count()} sheets."
        )

    def _print_accounts(self) -> None:
        there = set(User.objects.values_list("username", flat=True)) if clock.mode() == "demo" else set()
        rows = [account for account in demo.ACCOUNTS if account[1] in there]
        if not rows:
            self.stdout.write("There are no demonstration accounts here.")
            return
        self.stdout.write(f"{'role':<22}{'user name':<20}{'password':<22}unit")
        names = dict(Unit.objects.values_list("code", "name_latin"))
        for role, username, unit in rows:
            self.stdout.write(f"{role:<22}{username:<20}{demo.PASSWORD:<22}{unit} {names[unit]}")

    def _load(self, number: int, seed: int) -> None:
        self.now = timezone.now()
        self.random = Random(seed + 2)  # noqa: S311  a demonstration is to be the same each time
        begun = self._at(BEGUN.days, hour=8)
        with clock.at(begun):
            call_command("load_units", verbosity=0)
            call_command("load_settings", verbosity=0)
            units = list(defaults.units(gazetteer.read()))
            self.units = {unit.code: unit for unit in Unit.objects.all()}
            force = demo.people(number, seed, units, clock.today())
            self._register(force)
            self._accounts(seed)
        steps = self._career_steps(force)
        for planned in demo.sheets(force, seed, _provinces(units), [drug["code"] for drug in defaults.DRUGS]):
            steps += self._sheet_steps(planned)
        for moment, step in sorted(steps, key=lambda one: one[0]):
            with clock.at(moment):
                step()

    def _at(self, days_ago: int, *, hour: int, minute: int = 0) -> datetime:
        """A time of a day gone by, never later than now."""
        day = timezone.localtime(self.now) - timedelta(days=days_ago)
        return min(day.replace(hour=hour, minute=minute, second=0, microsecond=0), self.now)

    def _register(self, force: list[demo.Person]) -> None:
        rows = [
            roll.NewOfficer(
                service_number=person.service_number,
                name_km=person.name_km,
                name_latin=person.name_latin,
                sex=person.sex,
                birth_year=person.birth_year,
                rank=person.rank,
                unit_id=self.units[person.unit].pk,
                title=person.title,
                is_head=person.is_head,
                since=person.since,
            )
            for person in force
        ]
        self.officers = {
            officer.service_number: officer
            for start in range(0, len(rows), 1000)
            for officer in roll.register_all(CLOCK, rows[start : start + 1000])
        }

    def _accounts(self, seed: int) -> None:
        """The accounts people sign in with, and an administrator for every province who has no password yet."""
        random = Random(seed + 3)  # noqa: S311
        self.users = {}
        for role, username, code in demo.ACCOUNTS:
            name_km, name_latin = demo.name(random, random.choice("FM"))
            self.users[username] = users.begin(
                CLOCK,
                username=username,
                name_km=name_km,
                name_latin=name_latin,
                email=f"{username}@example.org",
                password=demo.PASSWORD,
                roles=[(role, self.units[code].pk)],
            )
        self.administrators = {
            code: self.users[username]
            for role, username, code in reversed(demo.ACCOUNTS)
            if role == Role.ADMINISTRATOR
        }
        keeper = self.users["sysadmin"]
        for code, unit in self.units.items():
            if unit.kind == Unit.Kind.PROVINCIAL_COMMISSARIAT and code not in self.administrators:
                name_km, name_latin = demo.name(random, random.choice("FM"))
                username = f"admin.{code.lower()}"
                user = users.create(
                    keeper,
                    username=username,
                    name_km=name_km,
                    name_latin=name_latin,
                    email=f"{username}@example.org",
                )
                users.grant(keeper, user.pk, role=Role.ADMINISTRATOR, unit_id=unit.pk)
                self.administrators[code] = user

    def _career_steps(self, force: list[demo.Person]) -> list[Step]:
        """A few people move, are renumbered, corrected, or leave, so that histories have something to show."""
        registrar = self.users["registrar"]
        numbers = [
            person.service_number
            for person in force
            if self.units[person.unit].path.startswith(self.units["GCNP"].path) and not person.is_head
        ]
        chosen = [self.officers[number] for number in self.random.sample(numbers, 16)]
        seats = [unit for unit in self.units.values() if unit.kind == Unit.Kind.PROVINCIAL_COMMISSARIAT]
        steps: list[Step] = []
        for index, officer in enumerate(chosen):
            moment = self._at(70 - index, hour=9)
            seat = self.random.choice([unit for unit in seats if unit.pk != officer.unit_id])
            steps.append((moment, _career(registrar, officer, seat, index, moment)))
        return steps

    def _sheet_steps(self, planned: demo.PlannedSheet) -> list[Step]:
        """Open, enter, send; then what becomes of the non-negative lines."""
        administrator = self.administrators[planned.unit]
        unit = self.units[planned.unit]
        made: dict[str, Any] = {}

        def open_sheet() -> None:
            made["sheet"] = sheets.open(
                administrator,
                unit_id=unit.pk,
                site=unit.name_km,
                tested_on=clock.today(),
                witness=planned.witness,
                reason=planned.reason,
                order_number=f"OP-{clock.today():%Y-%m}",
                kit_lot=planned.kit_lot,
                kit_expires_on=clock.today() + timedelta(days=300),
                drugs=list(planned.drugs),
            )

        def enter() -> None:
            lines = [self._line(line) for line in planned.lines if self._serves(line.person)]
            made["tests"], problems = drug_tests.enter_all(
                administrator, made["sheet"].pk, lines, all_or_nothing=True
            )
            if any(problems):
                raise CommandError(f"The demonstration's own lines were refused: {problems}")

        def send() -> None:
            sheets.send(administrator, made["sheet"].pk)

        hour = self.random.randint(7, 9)
        steps: list[Step] = [
            (self._at(planned.age, hour=hour), open_sheet),
            (self._at(planned.age, hour=hour, minute=30), enter),
        ]
        if not planned.sent:
            return steps
        steps.append((self._at(planned.age, hour=hour + 2), send))
        if planned.unit == demo.HOME and planned.age > 30:
            steps += self._home_steps(planned, made)
        elif self.random.random() < 0.5:
            moment = self._at(planned.age - 1, hour=10)
            steps.append((moment, lambda: _dispatch_first(administrator, made["tests"], planned)))
        return steps

    def _home_steps(self, planned: demo.PlannedSheet, made: dict[str, Any]) -> list[Step]:
        """At home a specimen is sent, its line corrected by a second person, and another line voided."""
        first, second = self.users["admin.kandal"], self.users["admin2.kandal"]

        def correct() -> None:
            test = DrugTest.objects.filter(sheet=made["sheet"], status=DrugTest.Status.AT_LABORATORY)[0]
            drug_tests.correct(
                second,
                test.pk,
                Line(
                    number=test.officer.service_number,
                    specimen_number=test.specimen_number,
                    non_negative_for=test.non_negative_for,
                    remark="បានផ្ទៀងផ្ទាត់ជាមួយក្រដាសដើម",
                ),
                reason="កំណត់សម្គាល់លើក្រដាសមិនបានចម្លង",
            )

        def void() -> None:
            test = DrugTest.objects.filter(sheet=made["sheet"], status=DrugTest.Status.NEGATIVE).last()
            if test is not None:
                drug_tests.void(second, test.pk, reason="បញ្ចូលខុសមនុស្ស៖ មន្ត្រីនេះមិននៅក្នុងបញ្ជីថ្ងៃនោះ")

        return [
            (
                self._at(planned.age - 1, hour=9),
                lambda: _dispatch_first(first, made["tests"], planned),
            ),
            (self._at(planned.age - 2, hour=9), correct),
            (self._at(planned.age - 2, hour=10), void),
        ]

    def _line(self, planned: demo.PlannedLine) -> Line:
        return Line(
            number=self.officers[planned.person].number,
            specimen_number=planned.specimen,
            non_negative_for=planned.non_negative,
            invalid_for=planned.invalid,
            not_taken=planned.not_taken,
            excuse=planned.excuse,
            remark=planned.remark,
        )

    def _serves(self, service_number: str) -> bool:
        officer = self.officers[service_number]
        officer.refresh_from_db(fields=["status"])
        return officer.status == Officer.Status.SERVING


def _provinces(units: list[dict[str, Any]]) -> dict[str, str]:
    """The province of each unit below one, by code."""
    found: dict[str, str] = {}
    for unit in units:
        if unit["kind"] == "PROVINCIAL_COMMISSARIAT":
            found[unit["code"]] = unit["code"]
        elif unit["parent_code"] in found:
            found[unit["code"]] = found[unit["parent_code"]]
    return found


def _career(
    registrar: User, officer: Officer, seat: Unit, index: int, moment: datetime
) -> Callable[[], object]:
    day = timezone.localdate(moment)
    if index % 4 == 0:
        return lambda: roll.renumber(
            registrar, officer.pk, number=f"9{officer.service_number}", since=day, reason="លេខថ្មីតាមប្រព័ន្ធថ្មី"
        )
    if index == 1:
        return lambda: roll.leave(registrar, officer.pk, status="RETIRED", on=day, reason="ចូលនិវត្តន៍")
    if index == 2:
        return lambda: roll.correct(
            registrar,
            officer.pk,
            name_km=officer.name_km,
            name_latin=officer.name_latin,
            sex=officer.sex,
            birth_year=officer.birth_year + 1,
            reason="ឆ្នាំកំណើតតាមអត្តសញ្ញាណប័ណ្ណ",
        )
    return lambda: roll.post(
        registrar,
        officer.pk,
        unit_id=seat.pk,
        rank=officer.rank,
        since=day,
        reason="ផ្លាស់ភារកិច្ចតាមតម្រូវការការងារ",
    )


def _dispatch_first(actor: User, tests: list[DrugTest], planned: demo.PlannedSheet) -> None:
    """Send the specimen of the sheet's first non-negative line, if it has one."""
    for test in tests:
        if test.status == DrugTest.Status.CONFIRMATION_NEEDED:
            custody.dispatch(
                actor,
                test.pk,
                laboratory="LAB-TS",
                received_by="អ្នកទទួលសំណាក ច្រកលេខ ១",
                place="រាជធានីភ្នំពេញ",
                seal=f"SL-{planned.kit_lot[3:]}-{test.line:02d}",
                handed_over_at=clock.now(),
            )
            return
