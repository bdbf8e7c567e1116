from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import (
    claims,
    custody,
    doors,
    drug_tests,
    laboratory,
    reviews,
    self_referrals,
    sheets,
    specimen_numbers,
)
from officers.models import DrugTest, Officer, Review, Specimen, SpecimenRange, Unit, User
from officers.reckoning import demo
from officers.reckoning.lines import Line
from officers.reckoning.numbers import specimen_number
from officers.reckoning.panels import Validity

#: What happens to one specimen or claim: each step is told the moment at which it is to be done.
Story = Iterator[datetime]
COURIER = "អ្នកដឹកជញ្ជូន លេខ ១"
CHEMIST = "អ្នកគីមីវិទ្យា លេខ ៤"
HEARD = "មន្ត្រីបាននិយាយថា ខ្លួនមិនបានប្រើប្រាស់អ្វីទេ។"
REASONS = "គ្មានការពន្យល់ខាងវេជ្ជសាស្ត្រដែលអាចទទួលយកបាន។"


class Command(BaseCommand):
    help = "Fill the demonstration with specimens in every state, after load_demo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED or clock.mode() != "demo":
            raise CommandError("Demonstration data is for a demonstration only; this database is none.")
        if SpecimenRange.objects.exists():
            self.stdout.write("The results are loaded already; nothing was changed.")
            return
        with transaction.atomic():
            self._load()
        seal()
        told = Specimen.objects.count(), Review.objects.count()
        self.stdout.write(f"There are {told[0]} specimens and {told[1]} reviews.")

    def _load(self) -> None:
        self.now = timezone.now()
        self.users = {user.username: user for user in User.objects.all()}
        self.first, self.second = Unit.objects.get(code="LAB-TS"), Unit.objects.get(code="LAB-MI")
        self.home = Unit.objects.get(code=demo.HOME)
        self.people = list(
            Officer.objects.serving().filter(unit__path__startswith=self.home.path).order_by("pk")
        )
        waiting = [(next(story), place, story) for place, story in enumerate(self._stories())]
        heapify(waiting)
        while waiting:
            moment, place, story = heappop(waiting)
            with clock.at(moment):
                following = next(story, None)
            if following is not None:
                heappush(waiting, (following, place, story))

    def _stories(self) -> Iterator[Story]:
        """By the day of collection, counted back from today."""
        for age, of_day in (
            (40, (self._final, self._refusal, self._cancelled, self._cleared)),
            (9, (self._under_review, self._letter_waits, self._retest, self._claimed)),
            (6, (self._told,)),
            (2, (self._received, self._in_question, self._on_its_way, self._withdrawn)),
        ):
            yield self._collection(age, of_day)
        yield self._labels()
        yield self._treatment()

    def _at(self, days_ago: int, hour: int) -> datetime:
        day = timezone.localtime(self.now) - timedelta(days=days_ago)
        return min(day.replace(hour=hour, minute=0, second=0, microsecond=0), self.now)

    def _collection(self, age: int, of_day: tuple[Callable[[DrugTest, int], Story], ...]) -> Story:
        """A sheet with a line for each story, then the stories, which go on by themselves."""
        yield self._at(age, 8)
        by, people = self.users["admin.kandal"], self.people
        sheet = self._sheet(by, self.home)
        stories = []
        for place, story in enumerate(of_day):
            is_claim = story in (self._refusal, self._claimed)
            said: dict[str, Any] = {"specimen_number": f"R-{age:02d}{place + 1:02d}"}
            said |= {"non_negative_for": ("methamphetamine",)}
            test = drug_tests.enter(
                by,
                sheet.pk,
                Line(
                    number=people[(age + place) % len(people)].number,
                    **({"not_taken": "refused"} if is_claim else said),
                ),
            )
            stories.append(story(test, age))
        sheets.send(by, sheet.pk)
        waiting = [(next(story), place, story) for place, story in enumerate(stories)]
        heapify(waiting)
        while waiting:
            moment, place, told = heappop(waiting)
            yield moment
            following = next(told, None)
            if following is not None:
                heappush(waiting, (following, place, told))

    def _sheet(self, by: User, unit: Unit) -> Any:
        return sheets.open(
            by,
            unit_id=unit.pk,
            site=unit.name_km,
            tested_on=clock.today(),
            witness="សាក្សី លេខ ២",
            reason="random",
            order_number=f"OP-{clock.today():%Y-%m}",
            kit_lot="KT-310B",
            kit_expires_on=clock.today() + timedelta(days=300),
            drugs=["methamphetamine", "amphetamine", "mdma", "ketamine"],
        )

    # What becomes of a specimen.

    def _on_its_way(self, test: DrugTest, age: int) -> Story:
        yield self._at(age, 14)
        custody.dispatch(
            self.users["admin.kandal"],
            test.pk,
            laboratory=self.first.code,
            received_by=COURIER,
            place="ច្រកទ្វារស្នងការដ្ឋាន",
            seal=f"A-{test.pk}",
            seal_b=f"B-{test.pk}",
            temperature_in_range=True,
        )

    def _withdrawn(self, test: DrugTest, age: int) -> Story:
        yield from self._on_its_way(test, age)
        yield self._at(age, 16)
        drug_tests.void(self.users["admin2.kandal"], test.pk, reason="ដបនេះជារបស់មន្ត្រីផ្សេង។")

    def _received(self, test: DrugTest, age: int) -> Story:
        yield from self._on_its_way(test, age)
        yield self._at(age - 1, 9)
        specimen = Specimen.objects.get(test=test)
        laboratory.receive(
            self.users["laboratory"], specimen.pk, handed_over_by=COURIER, seal=specimen.seal_a
        )

    def _in_question(self, test: DrugTest, age: int) -> Story:
        yield from self._on_its_way(test, age)
        yield self._at(age - 1, 10)
        specimen = Specimen.objects.get(test=test)
        laboratory.receive(
            self.users["laboratory"],
            specimen.pk,
            handed_over_by="អ្នកបើកបរ លេខ ៧",
            seal=specimen.seal_a,
            is_whole=False,
        )

    def _cancelled(self, test: DrugTest, age: int) -> Story:
        yield from self._received(test, age)
        yield self._at(age - 2, 9)
        laboratory.reject(
            self.users["laboratory"],
            Specimen.objects.get(test=test).pk,
            flaw="number_differs",
            certified_by=CHEMIST,
            remarks="លេខលើដបខុសពីលេខក្នុងទម្រង់",
        )

    def _cleared(self, test: DrugTest, age: int) -> Story:
        yield from self._reported(test, age, "118")

    def _reported(self, test: DrugTest, age: int, value: str = "1240.5") -> Story:
        yield from self._received(test, age)
        yield self._at(age - 2, 15)
        found = laboratory.Found(
            certified_by=CHEMIST,
            method="lc_ms_ms",
            initial=[("Amphetamine/Methamphetamine", Decimal(1600))],
            values=[("Methamphetamine", Decimal(value)), ("Amphetamine", Decimal(96))],
            validity=Validity(creatinine=Decimal(88), ph=Decimal("6.4")),
        )
        laboratory.report(self.users["laboratory"], Specimen.objects.get(test=test).pk, found)

    def _under_review(self, test: DrugTest, age: int) -> Story:
        yield from self._reported(test, age)
        yield self._at(age - 3, 9)
        review = reviews.take(self.users["physician"], Review.objects.get(test=test).pk)
        yield self._at(age - 3, 16)
        reviews.attempt(self.users["physician"], review.pk, how="telephone", result="not_reached")

    def _verified(self, test: DrugTest, age: int) -> Story:
        yield from self._reported(test, age)
        physician, review = self.users["physician"], Review.objects.get(test=test)
        yield self._at(age - 3, 9)
        reviews.take(physician, review.pk)
        reviews.attempt(physician, review.pk, how="in_person", result="reached")
        reviews.hear(physician, review.pk, heard=HEARD)
        reviews.verify(physician, review.pk, reasons=REASONS)

    def _letter_waits(self, test: DrugTest, age: int) -> Story:
        yield from self._verified(test, age)
        yield self._at(age - 4, 9)
        doors.write_letter(self.users["physician"], Review.objects.get(test=test).pk)

    def _told(self, test: DrugTest, age: int) -> Story:
        """Told the day before yesterday or later, so that the time to ask still runs."""
        yield from self._verified(test, age)
        yield self._at(age - 4, 9)
        letter, _code = doors.write_letter(self.users["physician"], Review.objects.get(test=test).pk)
        yield self._at(age - 5, 11)
        doors.record_service(
            self.users["registrar"],
            letter.pk,
            served_by="មន្ត្រីនាំសំបុត្រ លេខ ៣",
            witness="សាក្សី លេខ ៥",
            place="ស្នងការដ្ឋាននគរបាល",
        )

    def _final(self, test: DrugTest, age: int) -> Story:
        yield from self._told(test, age)
        yield self._at(age - 9, 12)
        reviews.close_window(CLOCK, Review.objects.get(test=test).pk)

    def _retest(self, test: DrugTest, age: int) -> Story:
        yield from self._told(test, age)
        review = Review.objects.get(test=test)
        yield self._at(age - 6, 9)
        doors.ask_retest(doors.at_the_door(test.officer), review.pk, text="ខ្ញុំស្នើសុំឱ្យធ្វើតេស្តដបទីពីរ។")
        yield self._at(age - 6, 14)
        reviews.send_second(self.users["physician"], review.pk, laboratory=self.second.pk)
        yield self._at(age - 7, 10)
        specimen = Specimen.objects.get(test=test)
        laboratory.receive(
            self.users["laboratory2"], specimen.pk, handed_over_by=COURIER, seal=specimen.seal_b
        )

    # What becomes of a claim.

    def _claimed(self, test: DrugTest, age: int) -> Story:
        yield self._at(age, 15)
        claims.claim(
            self.users["admin.kandal"],
            test.pk,
            reason_code="left_early",
            account="មន្ត្រីបានចាកចេញពីទីកន្លែងមុនដល់វេនរបស់ខ្លួន ហើយមិនត្រឡប់មកវិញ។",
            witness="សាក្សី លេខ ២",
        )

    def _refusal(self, test: DrugTest, age: int) -> Story:
        yield from self._claimed(test, age)
        physician, review = self.users["physician"], Review.objects.get(test=test)
        yield self._at(age - 2, 9)
        reviews.take(physician, review.pk)
        reviews.hear(physician, review.pk, heard="មន្ត្រីបាននិយាយថា ខ្លួនមានការរវល់។")
        yield self._at(age - 3, 9)
        reviews.determine(physician, review.pk, is_refusal=True, reasons="គ្មានហេតុផលសមស្របសម្រាប់ការចាកចេញ។")

    # Labels, and an officer who asks for treatment.

    def _labels(self) -> Story:
        """Issued to another province, of which the home's sheets need to know nothing."""
        by = self.users["admin.phnompenh"]
        unit = Unit.objects.get(code="P-12")
        yield self._at(8, 7)
        labels = specimen_numbers.issue(self.users["sysadmin"], unit_id=unit.pk, number=100)
        yield self._at(7, 8)
        sheet = self._sheet(by, unit)
        people = Officer.objects.serving().filter(unit__path__startswith=unit.path).order_by("pk")[:2]
        for serial, officer in zip((1, 4), people, strict=False):
            label = specimen_number(labels.year, labels.first + serial - 1)
            drug_tests.enter(by, sheet.pk, Line(number=officer.number, specimen_number=label))
        specimen_numbers.spoil(
            by, number=specimen_number(labels.year, labels.first + 2), reason="រហែកពេលបកចេញ"
        )
        sheets.send(by, sheet.pk)

    def _treatment(self) -> Story:
        yield self._at(4, 20)
        officer = self.people[-1]
        self_referrals.ask(
            None, number=officer.service_number, birth_year=officer.birth_year, contact="ទូរស័ព្ទ ០០០ ០០០ ០០០"
        )
