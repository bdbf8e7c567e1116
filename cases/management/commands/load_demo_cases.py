from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.actions import appeals, cases, decisions, earlier, grounds, suspensions
from cases.management.course import Course, People, Story, play
from cases.models import Appeal, Case, Ground
from cases.queries.earlier import Written
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import claims, doors, drug_tests, reviews, sheets
from officers.actions import officers as roll
from officers.models import DrugTest, Officer, Posting, Review, Unit, User
from officers.models.officers import OfficerQuerySet
from officers.reckoning import demo
from officers.reckoning.lines import Line

#: Officers in the one order of many.
IN_ONE_ORDER = 10


class Command(BaseCommand):
    help = "Fill the demonstration with invented dismissal cases in every state, after load_demo_results."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED or clock.mode() != "demo":
            raise CommandError("Demonstration data is for a demonstration only; this database is none.")
        if Case.objects.exists():
            self.stdout.write("There are cases already; nothing was changed.")
            return
        self.users = {user.username: user for user in User.objects.all()}
        with transaction.atomic():
            self._load()
        seal()
        by_status = {status: Case.objects.filter(status=status).count() for status in Case.Status}
        told = ", ".join(f"{number} {status.lower()}" for status, number in by_status.items())
        self.stdout.write(f"Loaded {sum(by_status.values())} cases: {told}.")

    def _load(self) -> None:
        self.now = timezone.now()
        names = ("legal", "authority", "registrar", "registrar2")
        others = [self.users[name] for name in names]
        self.inspectors = People(self.users["inspector"], *others)
        self.at_home = People(self.users["case.kandal"], *others)
        home = Unit.objects.get(code=demo.HOME)
        free = self._free_officers().exclude(unit=home)
        here = Q(unit__path__startswith=home.path)
        self.free = {
            True: list(free.filter(here).order_by("pk")),
            False: list(free.exclude(here).order_by("pk")),
        }
        play(self._stories())

    def _free_officers(self) -> OfficerQuerySet:
        """Of the police, of no high rank, and in no review, from which a case would come by itself."""
        reviewed = Review.objects.values("test__officer_id")
        police = Unit.objects.get(code="GCNP")
        found = Officer.objects.filter(status=Officer.Status.SERVING, rank__in=demo.RANKS)
        return found.filter(unit__path__startswith=police.path).exclude(pk__in=reviewed)

    def _take(self, number: int = 1, *, at_home: bool = True, rank: str = "") -> tuple[People, list[Officer]]:
        """Officers whom nobody has taken, and who works on their cases: of the province at home, while it has any."""
        for here in (True, False) if at_home else (False,):
            found = [one for one in self.free[here] if not rank or one.rank == rank][:number]
            if len(found) == number:
                self.free[here] = [one for one in self.free[here] if one not in found]
                return self.at_home if here else self.inspectors, found
        raise CommandError("The demonstration has too few officers for its cases.")

    def _at(self, days_ago: int, hour: int = 9) -> datetime:
        day = timezone.localtime(self.now) - timedelta(days=days_ago)
        return min(day.replace(hour=hour, minute=0, second=0, microsecond=0), self.now)

    def _course(self, days_ago: int, rank: str = "", **said: Any) -> Course:
        people, officers = self._take(rank=rank)
        return Course(people, self._at(days_ago), officers, **said)

    def _stories(self) -> Iterator[Story]:
        """One for each place on the way, then those that go another; first those that need people at home."""
        yield self._suspended()
        yield self._fallen()
        for days_ago, stage in (
            (3, "opened"),
            (4, "assessed"),
            (5, "notified"),
            (6, "served"),
            (12, "investigated"),
            (15, "proposed"),
            (18, "checked"),
            (20, "decided"),
            (27, "told"),
            (60, "final"),
        ):
            yield self._course(days_ago).upto(stage)
        yield self._many()
        yield self._general()
        yield self._retired()
        yield self._demoted()
        yield self._appealed()
        yield self._overturned()
        yield self._stayed()
        yield self._no_case()
        yield self._earlier()

    def _many(self) -> Story:
        people, officers = self._take(IN_ONE_ORDER, at_home=False)
        yield from Course(people, self._at(40), officers, ground="absence").upto("ordered")

    def _general(self) -> Story:
        """A commissioner: decided, and waiting for a royal decree."""
        heads = Posting.objects.filter(is_head=True, held__upper_inf=True, rank="BG")
        seats = heads.filter(unit__kind="PROVINCIAL_COMMISSARIAT").exclude(unit__code=demo.HOME)
        general = seats.order_by("pk").select_related("officer__unit")[0].officer
        course = Course(self.inspectors, self._at(25), [general], ground="corruption")
        yield from course.upto("decided")

    def _retired(self) -> Story:
        """He retires half way; the case goes on."""
        course = self._course(28)
        yield from course.upto("proposed")
        yield self._at(14)
        (officer,) = course.of
        roll.leave(
            self.users["registrar"], officer.pk, status="RETIRED", on=clock.today(), reason="ដល់អាយុចូលនិវត្តន៍"
        )

    def _demoted(self) -> Story:
        said: dict[str, Any] = {"ground": "discipline_breach", "measure": "demotion", "to_rank": "SGT"}
        yield from self._course(34, "SSG", **said).upto("told")

    def _lodged(self, course: Course) -> Story:
        yield from course.upto("told")
        yield course.on("told") + timedelta(days=4)
        (pk,) = course.cases
        officer = Officer.objects.get(cases=pk)
        appeals.lodge(
            doors.at_the_door(officer), pk, ground="unreasonable", text="ទូនោះប្រើរួមគ្នា មិនមែនរបស់ខ្ញុំតែម្នាក់ទេ។"
        )

    def _appealed(self) -> Story:
        yield from self._lodged(self._course(33))

    def _overturned(self) -> Story:
        course = self._course(50)
        yield from self._lodged(course)
        appeal = Appeal.objects.get(case__in=course.cases)
        first, second = self.users["appeal"], self.users["appeal2"]
        yield course.on("told") + timedelta(days=8)
        appeals.admit(first, appeal.pk)
        yield course.on("told") + timedelta(days=14)
        appeals.draft(first, appeal.pk, outcome="overturned", reasons="ទូនោះមានមនុស្សបីនាក់ប្រើ។")
        yield course.on("told") + timedelta(days=16)
        appeals.agree(second, appeal.pk, no_conflict=True)

    def _fallen(self) -> Story:
        """A refusal determined without hearing the officer is opened anew, after the proposal."""
        yield self._at(27, 15)
        physician = self.users["physician"]
        people, test = self._refused()
        yield self._at(25)
        review = reviews.take(physician, Review.objects.get(test=test).pk)
        reviews.attempt(physician, review.pk, how="telephone", result="declined")
        reviews.determine(
            physician, review.pk, is_refusal=True, reasons="គ្មានហេតុផលសមស្រប។", unheard="declined"
        )
        test.refresh_from_db()
        course = Course(people, self._at(24), [test], ground="refusal", moved={"proposed": 11})
        yield from course.upto("proposed")
        yield self._at(8)
        reviews.reopen(physician, review.pk, reason="មន្ត្រីត្រូវបានបញ្ជូនទៅមន្ទីរពេទ្យនៅម៉ោងនោះ។")
        grounds.drop_fallen(CLOCK, Ground.objects.get(case__in=course.cases).pk)

    def _refused(self) -> tuple[People, DrugTest]:
        by, home = self.users["admin.kandal"], self.at_home.case_officer.held_roles[0].unit
        sheet = sheets.open(
            by,
            unit_id=home.pk,
            site=home.name_km,
            tested_on=clock.today(),
            witness="សាក្សី លេខ ២",
            reason="random",
            kit_lot="KT-310B",
            kit_expires_on=clock.today() + timedelta(days=300),
            drugs=["methamphetamine", "mdma"],
        )
        people, (officer,) = self._take()
        test = drug_tests.enter(by, sheet.pk, Line(number=officer.number, not_taken="refused"))
        sheets.send(by, sheet.pk)
        claims.claim(
            by,
            test.pk,
            reason_code="left_early",
            account="មន្ត្រីបានចាកចេញពីទីកន្លែងមុនដល់វេនរបស់ខ្លួន។",
            witness="សាក្សី លេខ ២",
        )
        return people, test

    def _suspended(self) -> Story:
        """Suspended for more than thirty days: it is due to be looked at again."""
        course = self._course(36)
        if course.people is not self.at_home:  # in a very small force; elsewhere no supervisor signs in
            return
        yield from course.upto("assessed")
        yield self._at(34)
        suspensions.suspend(
            self.users["supervisor.kandal"], course.cases[0], reasons="មន្ត្រីអាចបន្លំភស្តុតាងនៅកន្លែងធ្វើការ។"
        )

    def _stayed(self) -> Story:
        course = self._course(16)
        yield from course.upto("served")
        yield self._at(10)
        cases.stay(course.people.case_officer, course.cases[0], reason="រង់ចាំសាលក្រមរបស់តុលាការ។")

    def _no_case(self) -> Story:
        course = self._course(30)
        yield from course.upto("checked")
        yield course.on("decided")
        decisions.find_no_case(
            self.at_home.authority,
            course.cases[0],
            reasons="ភស្តុតាងមិនបង្ហាញថាវត្ថុតាងជារបស់មន្ត្រីទេ។",
            password=demo.PASSWORD,
            no_conflict=True,
        )

    def _earlier(self) -> Story:
        """A list of the personnel department, of people whom the roll does not know."""
        yield self._at(45, 14)
        year = clock.today().year - 3
        rows = [
            Written(
                service_number=f"{180_100 + place}",
                name_km=name_km,
                name_latin=name_latin,
                rank=rank,
                unit_said="ស្នងការដ្ឋាននគរបាលខេត្ត",
                province=province,
                kind=kind,
                ground=ground,
                is_about_drugs=ground == "drug_involvement",
                effective_on=clock.today().replace(year=year, month=place + 1, day=5),
                instrument="ministerial_decision",
                number=f"{place + 11:03d}",
                signed_on=None,
                removes=None,
            )
            for place, (name_km, name_latin, rank, province, kind, ground) in enumerate(demo.EARLIER)
        ]
        earlier.enter_all(
            self.users["registrar"],
            rows,
            source="បញ្ជីឈ្មោះរបស់នាយកដ្ឋានបុគ្គលិក",
            filename="earlier.csv",
            sha256="",
        )
