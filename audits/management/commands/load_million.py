import time
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audits.management.commands.load_demo_open_data import publish_all, written
from audits.models import OpenMeasure
from audits.reckoning import years
from cases.actions import earlier, past_complaints
from cases.management.course import Course, People, Story, at, play
from cases.models import Complaint, EarlierMeasure, Measure
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import past_tests, users
from officers.management.loading import take_rows
from officers.models import DrugTest, Import, Officer, Unit, User
from officers.models.users import Role
from officers.reckoning import demo

#: Who collects for the whole country.
COLLECTOR = (Role.ADMINISTRATOR, "admin.campaign", "MOI")
#: Of all measures so many in a thousand went through a case; the others stand in older lists.
THROUGH_CASES = 20
IN_ONE_ORDER = 200
#: Years, and of how many the tests come in files.
YEARS, IN_FILES = 10, 2
WAYS = ("dismissal", "drug_involvement"), ("dismissal", "absence"), ("demotion", "discipline_breach")


class Command(BaseCommand):
    help = "Fill an embedded, empty database as ten years do: load_demo --scale million calls it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--part", type=float, default=1, help="of all numbers; 0.01 is a hundredth")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Demonstration data is for the embedded servers only; this one is real.")
        if User.objects.exists() or Officer.objects.exists():
            raise CommandError("This database knows people already; a million tests need one of their own.")
        call_command("set_mode", "demo", stdout=self.stdout)
        part, self.seed = options["part"], options["seed"]
        self.random = Random(self.seed)  # noqa: S311  a demonstration is to be the same each time
        self.began = time.perf_counter()
        self.today = clock.today()
        self.last_year = self.today.year - 1
        with clock.at(at(date(self.last_year - YEARS, 1, 4), 8)):
            self._found()
            self._roll(round(100_000 * part))
        self._tests(round(1_000_000 * part))
        self._complaints(round(1_000_000 * part))
        self._measures(round(50_000 * part))
        seal()
        self._say("all of it sealed")
        self._say(f"published: {publish_all()}")
        seal()
        self._say(
            f"{Officer.objects.count():,} officers, {DrugTest.objects.count():,} tests, "
            f"{Complaint.objects.count():,} complaints, "
            f"{EarlierMeasure.objects.count() + Measure.objects.count():,} measures, "
            f"{OpenMeasure.objects.count():,} of them public"
        )

    def _say(self, what: str) -> None:
        self.stdout.write(f"{time.perf_counter() - self.began:6.0f} s  {what}")
        self.stdout.flush()

    def _found(self) -> None:
        call_command("load_units", verbosity=0)
        call_command("load_settings", verbosity=0)
        units = {unit.code: unit for unit in Unit.objects.all()}
        self.users = {}
        for role, username, code in (*demo.ACCOUNTS, COLLECTOR):
            name_km, name_latin = demo.name(self.random, self.random.choice("FM"))
            self.users[username] = users.begin(
                CLOCK,
                username=username,
                name_km=name_km,
                name_latin=name_latin,
                email=f"{username}@example.org",
                password=demo.PASSWORD,
                roles=[(role, units[code].pk)],
            )

    def _roll(self, number: int) -> None:
        police = Unit.objects.get(code="GCNP")
        kinds = ("CENTRAL_DEPARTMENT", "DISTRICT_INSPECTORATE", "COMMUNE_POST")
        units = Unit.objects.below(police).filter(kind__in=kinds).order_by("path")
        rows = years.roll(number, list(units.values_list("code", flat=True)), self.seed)
        take_rows(Import.Kind.ROSTER, self.users["registrar"], police, rows)
        self._say(f"a roll of {number:,}")

    def _tests(self, number: int) -> None:
        """Of everybody each year: the last ones in files, as they come; those of before in statements."""
        by, each = self.users[COLLECTOR[1]], number // YEARS
        for year in range(self.last_year - YEARS + 1, self.last_year - IN_FILES + 1):
            with clock.at(at(date(year, 12, 30), 8)):
                past_tests.enter_all(CLOCK, date(year, 1, 4), days=350, order=f"OP-{year}", administrator=by)
        self._say(f"{DrugTest.objects.count():,} tests")
        for year in range(self.last_year - IN_FILES + 1, self.last_year + 1):
            people = (
                Officer.objects.serving()
                .order_by("unit__path", "pk")
                .values_list("unit__code", "unit__name_km", "service_number", "name_km")[:each]
            )
            rows = years.tests(people.iterator(5000), year, each, self.seed)
            with clock.at(at(date(year, 12, 30), 8)):
                take_rows(Import.Kind.CAMPAIGN, by, Unit.objects.get(parent=None), rows)
            self._say(f"{each:,} tests of {year}, out of a file")

    def _complaints(self, number: int) -> None:
        months = [date(self.last_year - 9 + n // 12, n % 12 + 1, 1) for n in range(12 * YEARS)]
        each, first = -(-number // len(months)), 1
        for month in months:
            rows = min(each, number - first + 1)
            with clock.at(at(month + timedelta(days=100), 8)):
                past_complaints.receive_all(
                    CLOCK, month, rows, until=self.today, handler=self.users["case.kandal"], first=first
                )
            first += rows
        self._say(f"{number:,} complaints of {len(months)} months")

    def _measures(self, number: int) -> None:
        through = number * THROUGH_CASES // 1000
        play(self._through_cases(through))
        self._say(f"{through:,} measures through cases")
        provinces = sorted({*Unit.objects.exclude(admin_code="").values_list("admin_code", flat=True)} - {""})
        provinces = [code for code in provinces if len(code) == 2]
        rows = years.earlier(
            number - through,
            provinces,
            (date(self.last_year - 9, 1, 1), date(self.last_year, 12, 31)),
            self.seed,
        )
        for start in range(0, len(rows), earlier.MOST):
            earlier.enter_all(
                self.users["registrar2"],
                [written(row) for row in rows[start : start + earlier.MOST]],
                source=f"បញ្ជីឈ្មោះ លេខ {start // earlier.MOST + 1}",
                filename="earlier.csv",
                sha256="",
            )
        self._say(f"{len(rows):,} measures of older lists")

    def _through_cases(self, number: int) -> Iterator[Story]:
        names = ("inspector", "legal", "authority", "registrar", "registrar2")
        people = People(*(self.users[name] for name in names))
        captains = list(Officer.objects.serving().filter(rank="CPT").values_list("pk", flat=True))
        others = list(Officer.objects.serving().exclude(rank="CPT").values_list("pk", flat=True))
        self.random.shuffle(captains)
        self.random.shuffle(others)
        for place in range(0, number, IN_ONE_ORDER):
            rows = min(IN_ONE_ORDER, number - place)
            measure, ground = WAYS[place // IN_ONE_ORDER % len(WAYS)]
            pool = captains if measure == "demotion" else others
            chosen = [pool.pop() for _ in range(rows)]
            officers = Officer.objects.select_related("unit").filter(pk__in=chosen).order_by("pk")
            day = date(self.last_year, 1 + place // IN_ONE_ORDER % 9, 6)
            about: dict[str, Any] = {"to_rank": "1LT"} if measure == "demotion" else {}
            yield Course(people, at(day), list(officers), ground=ground, measure=measure, **about).upto(
                "final"
            )
