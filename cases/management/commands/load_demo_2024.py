import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.management.course import Course, People, Story, at, play
from cases.queries.figures import AsOf, figures
from cases.reckoning import demo_2024
from cases.reckoning.demo_2024 import ORDER_NUMBER, Reported
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import custody, doors, drug_tests, laboratory, reviews, sheets, users
from officers.management.loading import take_rows
from officers.models import DrugTest, Import, Officer, Review, Specimen, Unit, User
from officers.models.users import Role
from officers.reckoning import demo
from officers.reckoning.lines import Line
from officers.reckoning.panels import Validity

#: Who collects for the whole country.
COLLECTOR = (Role.ADMINISTRATOR, "admin.campaign", "MOI")
#: Officers in one order at most.
IN_ONE_ORDER = 25
CHEMIST = "អ្នកគីមីវិទ្យា លេខ ៤"
COURIER = "អ្នកដឹកជញ្ជូន លេខ ១"


class Command(BaseCommand):
    help = "Fill an embedded, empty database with a history that gives the figures reported in 2024."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1, help="of all numbers; 0.01 is a hundredth")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Demonstration data is for the embedded servers only; this one is real.")
        if User.objects.exists() or Officer.objects.exists():
            raise CommandError(
                "This database knows people already; the history of 2024 needs one of its own."
            )
        call_command("set_mode", "demo", stdout=self.stdout)
        self.reported = Reported().scaled(options["scale"])
        self.random = Random(options["seed"])  # noqa: S311  a demonstration is to be the same each time
        self.began = time.perf_counter()
        with clock.at(at(date(2023, 10, 2), 8)):
            self._found()
        with clock.at(at(date(2023, 10, 3), 8)):
            self._roll(options["seed"])
        play(self._before_the_census())
        self._say("the cases before the census")
        with clock.at(at(demo_2024.CENSUS_IN, 8)):
            tests = self._census()
        self._say(f"a census of {self.reported.tested:,}")
        play(self._after_the_census(tests))
        self._say("the cases after it")
        seal()
        self._say("all of it sealed")
        self._check()

    def _say(self, what: str) -> None:
        self.stdout.write(f"{time.perf_counter() - self.began:6.0f} s  {what}")

    # The tree, the accounts, the roll.

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
        self.people = People(
            *(self.users[name] for name in ("inspector", "legal", "authority", "registrar", "registrar2"))
        )

    def _roll(self, seed: int) -> None:
        police = Unit.objects.get(code="GCNP")
        kinds = ("CENTRAL_DEPARTMENT", "DISTRICT_INSPECTORATE", "COMMUNE_POST")
        units = Unit.objects.below(police).filter(kind__in=kinds).order_by("path")
        number = self.reported.in_cases_before + self.reported.tested
        rows = demo_2024.roster(number, list(units.values_list("code", flat=True)), seed)
        take_rows(Import.Kind.ROSTER, self.users["registrar"], police, rows)
        self._say(f"a roll of {number:,}")
        # Those of the cases from all over the country; of the demoted, all of one rank.
        serving = Officer.objects.serving().select_related("unit")
        captains = list(serving.filter(rank="CPT").order_by("pk").values_list("pk", flat=True))
        self.demoted = self.random.sample(captains, self.reported.march_demoted)
        others = serving.exclude(pk__in=self.demoted).order_by("pk").values_list("pk", flat=True)
        fewer = self.reported.in_cases_before - self.reported.march_demoted
        self.chosen = iter(self.random.sample(list(others), fewer))
        self.in_cases: set[int] = set(self.demoted)

    def _officers(self, number: int) -> list[Officer]:
        found = [next(self.chosen) for _ in range(number)]
        self.in_cases.update(found)
        return list(Officer.objects.select_related("unit").filter(pk__in=found).order_by("pk"))

    # What happened before the census.

    def _before_the_census(self) -> Iterator[Story]:
        reported = self.reported
        yield from self._positives(reported.january_positive, date(2023, 11, 6))
        yield from self._disciplined(reported.january_discipline, date(2023, 11, 20))
        yield from self._positives(reported.march_positive, date(2024, 1, 8))
        yield from self._disciplined(reported.march_discipline, date(2024, 1, 29))
        captains = list(Officer.objects.select_related("unit").filter(pk__in=self.demoted))
        about = {"ground": "discipline_breach", "measure": "demotion", "to_rank": "1LT"}
        yield from self._courses(captains, date(2024, 2, 5), **about)

    def _positives(self, number: int, day: date) -> Iterator[Story]:
        """Tested and confirmed, then dismissed: so many in orders a few days apart."""
        for place, part in enumerate(_parts(self._officers(number))):
            collected = day + timedelta(days=2 * place)
            yield self._dismissed_after_test(part, collected)

    def _dismissed_after_test(self, officers: Sequence[Officer], day: date) -> Story:
        yield at(day, 8)
        tests = self._collect(officers)
        yield from self._confirm(tests, day)
        course = Course(self.people, at(day + timedelta(days=14)), _again(tests), "confirmed_positive")
        yield from course.upto("final")

    def _disciplined(self, number: int, day: date) -> Iterator[Story]:
        officers = self._officers(number)
        third = max(1, -(-number // 3))
        for place, ground in enumerate(("absence", "corruption", "discipline_breach")):
            part = officers[place * third : (place + 1) * third]
            yield from self._courses(part, day + timedelta(days=3 * place), ground=ground)

    def _courses(self, officers: Sequence[Officer], day: date, **about: Any) -> Iterator[Story]:
        for part in _parts(officers):
            yield Course(self.people, at(day), part, **about).upto("final")

    # Tests.

    def _collect(self, officers: Sequence[Officer]) -> list[DrugTest]:
        by, unit = self.users[COLLECTOR[1]], Unit.objects.get(code="GCNP")
        sheet = sheets.open(
            by,
            unit_id=unit.pk,
            site=unit.name_km,
            tested_on=clock.today(),
            witness="សាក្សី លេខ ២",
            reason="random",
            order_number=f"OP-{clock.today():%Y-%m}",
            kit_lot="KT-2310",
            kit_expires_on=date(2024, 12, 31),
            drugs=["methamphetamine", "ketamine"],
        )
        lines = [
            Line(
                number=officer.number,
                specimen_number=f"S-{officer.service_number}",
                non_negative_for=("methamphetamine",),
            )
            for officer in officers
        ]
        found, problems = drug_tests.enter_all(by, sheet.pk, lines, all_or_nothing=True)
        if any(problems):
            raise CommandError(f"The demonstration's own lines were refused: {problems}")
        sheets.send(by, sheet.pk)
        return [test for test in found if test is not None]

    def _confirm(self, tests: Sequence[DrugTest], day: date) -> Story:
        """Sent, received, reported, reviewed, told, and the time to ask for the second bottle over."""
        by, chemist, physician = (self.users[name] for name in (COLLECTOR[1], "laboratory", "physician"))
        yield at(day, 15)
        for test in tests:
            custody.dispatch(
                by,
                test.pk,
                laboratory="LAB-TS",
                received_by=COURIER,
                place="ច្រកទ្វារស្នងការដ្ឋាន",
                seal=f"A-{test.pk}",
                seal_b=f"B-{test.pk}",
            )
        specimens = list(Specimen.objects.filter(test__in=tests).order_by("pk"))
        yield at(day + timedelta(days=1))
        for specimen in specimens:
            laboratory.receive(chemist, specimen.pk, handed_over_by=COURIER, seal=specimen.seal_a)
        yield at(day + timedelta(days=3))
        found = laboratory.Found(
            certified_by=CHEMIST,
            method="lc_ms_ms",
            values=[("Methamphetamine", Decimal(1240))],
            validity=Validity(creatinine=Decimal(88)),
        )
        for specimen in specimens:
            laboratory.report(chemist, specimen.pk, found)
        opened = list(Review.objects.filter(test__in=tests).order_by("pk"))
        yield at(day + timedelta(days=5))
        for review in opened:
            reviews.take(physician, review.pk)
            reviews.hear(physician, review.pk, heard="មន្ត្រីបាននិយាយថា ខ្លួនមិនបានប្រើប្រាស់អ្វីទេ។")
            reviews.verify(physician, review.pk, reasons="គ្មានការពន្យល់ខាងវេជ្ជសាស្ត្រដែលអាចទទួលយកបាន។")
        yield at(day + timedelta(days=7))
        for review in opened:
            letter, _code = doors.write_letter(physician, review.pk)
            doors.enter(doors.at_the_door(letter.officer), letter.pk)
        yield at(day + timedelta(days=11))
        for review in opened:
            reviews.close_window(CLOCK, review.pk)

    def _census(self) -> list[DrugTest]:
        """A file of everybody else; the tests whose screen needs confirmation."""
        people = (
            Officer.objects.serving()
            .exclude(pk__in=self.in_cases)
            .order_by("unit__path", "pk")
            .values_list("unit__code", "unit__name_km", "service_number", "name_km")[: self.reported.tested]
        )
        places = self.random.sample(range(self.reported.tested), self.reported.positive)
        rows = demo_2024.census(people.iterator(5000), frozenset(places))
        by = self.users[COLLECTOR[1]]
        take_rows(Import.Kind.CAMPAIGN, by, Unit.objects.get(parent=None), rows)
        return list(DrugTest.objects.awaiting_confirmation().filter(sheet__order_number=ORDER_NUMBER))

    def _after_the_census(self, tests: Sequence[DrugTest]) -> Iterator[Story]:
        tests = self.random.sample(list(tests), len(tests))
        reported, day = self.reported, demo_2024.CENSUS_IN
        dismissed, rest = tests[: reported.dismissed], tests[reported.dismissed :]
        for place, part in enumerate(_parts(dismissed)):
            yield self._campaign_case(part, day, date(2024, 4, 22) + timedelta(days=7 * place), "final")
        pending, last = rest[: reported.in_procedure], rest[reported.in_procedure :]
        yield self._campaign_case(pending, day, date(2024, 6, 10), "checked")
        yield self._campaign_case(last, day, date(2024, 7, 15), "served")

    def _campaign_case(self, tests: Sequence[DrugTest], day: date, opened: date, stage: str) -> Story:
        yield from self._confirm(tests, day)
        yield from Course(self.people, at(opened), _again(tests), "confirmed_positive").upto(stage)

    # Whether it came out as reported.

    def _check(self) -> None:
        reported, seen = self.reported, []
        january, march, july = date(2024, 1, 23), date(2024, 3, 28), date(2024, 7, 22)
        positive = reported.january_positive + reported.march_positive
        discipline = reported.january_discipline + reported.march_discipline
        for day, code, wanted in (
            (january, "dismissed", reported.january_positive + reported.january_discipline),
            (january, "dismissed_positive", reported.january_positive),
            (march, "dismissed_drugs", positive),
            (march, "dismissed_discipline", discipline),
            (march, "demoted", reported.march_demoted),
            (july, "tested", reported.tested),
            (july, "positive", reported.positive),
            (july, "test_dismissed", reported.dismissed),
            (july, "test_in_procedure", reported.in_procedure),
            (july, "test_under_investigation", reported.under_investigation),
        ):
            order = ORDER_NUMBER if day == july else ""
            found = figures(self.users["inspector"], AsOf(day, day), order_number=order)
            number = found.tests[code] if code in found.tests else found.measures[code].through
            self.stdout.write(f"  by {day:%d %B %Y}  {code:26}{number:>8,}")
            if number != wanted:
                seen.append(f"{code} by {day}: {number}, not {wanted}")
        if seen:
            raise CommandError("; ".join(seen))


def _parts[T](rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), IN_ONE_ORDER):
        yield rows[start : start + IN_ONE_ORDER]


def _again(tests: Sequence[DrugTest]) -> list[DrugTest]:
    """As they stand now, with their officers."""
    found = DrugTest.objects.select_related("officer__unit").filter(pk__in=[test.pk for test in tests])
    return list(found.order_by("pk"))
