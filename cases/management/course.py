"""Cases played for demonstrations through the actions, by different people, each step on its day.

A story is told the moment at which it is to go on, and goes on under that clock: `play` interleaves many by time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from io import BytesIO
from typing import Any

from django.utils import timezone

from cases.actions import files, histories, orders
from cases.models import Order
from ledger import clock
from officers.models import DrugTest, Officer, User

type Story = Iterator[datetime]

#: The stages of a case on its straight way, and on which day after its opening each is reached.
DAYS = {
    "opened": 0,
    "assessed": 1,
    "notified": 2,
    "served": 3,
    "investigated": 9,
    "proposed": 12,
    "checked": 15,
    "decided": 18,
    "ordered": 20,
    "told": 22,
    "final": 48,
}
TEXTS = {
    "confirmed_positive": "លទ្ធផលតេស្តគ្រឿងញៀនវិជ្ជមានចុងក្រោយ។",
    "refusal": "ការបដិសេធធ្វើតេស្តគ្រឿងញៀន ដែលត្រូវបានកំណត់។",
    "drug_involvement": "មន្ត្រីបានលាក់ទុកគ្រឿងញៀនក្នុងទូដាក់សម្ភារៈរបស់ប៉ុស្តិ៍។",
    "discipline_breach": "មន្ត្រីបានបំពានវិន័យ ដូចមានក្នុងកំណត់ហេតុ។",
    "absence": "មន្ត្រីបានអវត្តមានពីការងារដោយគ្មានច្បាប់។",
    "corruption": "មន្ត្រីបានជំរិតទារប្រាក់ពីប្រជាពលរដ្ឋ។",
}
ARTICLES = {
    "confirmed_positive": "DR-01",
    "refusal": "DR-02",
    "drug_involvement": "DR-03",
    "discipline_breach": "DR-06",
    "absence": "DR-05",
    "corruption": "DR-06",
}


def play(stories: Iterable[Story]) -> None:
    """Tell stories, whatever comes first of all of them first."""
    waiting = [
        (moment, place, story)
        for place, story in enumerate(stories)
        if (moment := next(story, None)) is not None
    ]
    heapify(waiting)
    while waiting:
        moment, place, story = heappop(waiting)
        with clock.at(moment):
            following = next(story, None)
        if following is not None:
            heappush(waiting, (following, place, story))


@dataclass
class People:
    """Who has which part in a case; all of them different."""

    case_officer: User
    legal: User
    authority: User
    registrar: User
    verifier: User


@dataclass
class Course:
    """Cases that go the same way on the same days, and end in one order.

    :param opened: when they are opened
    :param moved: other days for stages, counted from `opened`
    :param of: the officers, or for cases on a drug test the tests
    """

    people: People
    opened: datetime
    of: Sequence[Officer] | Sequence[DrugTest]
    ground: str = "drug_involvement"
    measure: str = "dismissal"
    to_rank: str = ""
    moved: dict[str, int] = field(default_factory=dict)
    instrument: str = "ministerial_decision"
    number: str = ""
    effective_on: date | None = None
    cases: list[int] = field(default_factory=list)
    order: int | None = None

    def on(self, stage: str) -> datetime:
        return self.opened + timedelta(days=(DAYS | self.moved)[stage])

    def upto(self, last: str) -> Story:
        """Go as far as a stage."""
        for stage in DAYS:
            yield self.on(stage)
            getattr(self, f"_{stage}")()
            if stage == last:
                return

    def _opened(self) -> None:
        self.cases = histories.open_all(self.people.case_officer, [self._opening(one) for one in self.of])

    def _opening(self, one: Officer | DrugTest) -> histories.Opening:
        text = TEXTS[self.ground]
        if isinstance(one, DrugTest):
            return histories.Opening(one.officer, self.ground, text, one)
        about: dict[str, Any] = {}
        if self.ground == "discipline_breach":
            about["article"] = ARTICLES[self.ground]
        if self.ground == "absence":
            today = clock.today()
            about = {"happened_on": today - timedelta(days=30), "until": today - timedelta(days=1)}
        paper = {"kind": "record", "title": "កំណត់ហេតុឆែកឆេរ", "number": f"R-{one.service_number}"}
        return histories.Opening(one, self.ground, text, None, about, paper)

    def _assessed(self) -> None:
        reasons = "ករណីនេះធ្ងន់ធ្ងរ ដូចមានក្នុងសំណុំរឿង។"
        histories.assess_all(self.people.case_officer, self.cases, severity="gross", reasons=reasons)

    def _notified(self) -> None:
        histories.issue_notices(self.people.case_officer, self.cases)

    def _served(self) -> None:
        histories.serve_all(self.people.case_officer, self.cases, recorded_by=self.people.verifier)

    def _investigated(self) -> None:
        histories.investigate_all(
            self.people.case_officer,
            self.cases,
            said="ខ្ញុំគ្មានអ្វីបន្ថែមទេ។",
            text="ភស្តុតាងស្របគ្នានឹងអ្វីដែលបានចោទប្រកាន់។",
        )

    def _proposed(self) -> None:
        histories.propose_all(
            self.people.case_officer,
            self.cases,
            measure=self.measure,
            article=ARTICLES[self.ground],
            reasons="មូលហេតុទាំងអស់មានភស្តុតាងគាំទ្រ។",
            lesser="វិធានការស្រាលជាងនេះមិនគ្រប់គ្រាន់ទេ។",
            to_rank=self.to_rank,
        )

    def _checked(self) -> None:
        histories.find_all_lawful(self.people.legal, self.cases, text="សំណើនេះស្របតាមបទប្បញ្ញត្តិ។")

    def _decided(self) -> None:
        histories.decide_all(self.people.authority, self.cases, reasons="អង្គហេតុត្រូវបានបញ្ជាក់។")

    def _ordered(self) -> None:
        """Entered, and verified by another person; in force at once if its day has come."""
        self.order = self.enter_order().pk
        self.verify_order()

    def enter_order(self) -> Order:
        today = clock.today()
        number = self.number or f"{self.cases[0]:03d} សសរ"
        scan = files.hold(BytesIO(f"ដីកា លេខ {number} ចុះហត្ថលេខា និងត្រារួច។".encode()))
        row = orders.register(
            self.people.registrar,
            case_ids=self.cases,
            instrument=self.instrument,
            number=number,
            signed_on=today,
            signed_by="រដ្ឋមន្ត្រី",
            effective_on=self.effective_on or today,
            files=[scan],
        )
        self.order = row.pk
        return row

    def verify_order(self) -> None:
        row = Order.objects.get(pk=self.order or 0)
        orders.verify(
            self.people.verifier,
            row.pk,
            number=row.number,
            signed_on=row.signed_on,
            effective_on=row.effective_on,
        )

    def _told(self) -> None:
        histories.tell_decisions(self.people.case_officer, self.cases, recorded_by=self.people.verifier)

    def _final(self) -> None:
        histories.become_final_all(self.cases)


def at(day: date, hour: int = 9) -> datetime:
    """A moment in Phnom Penh."""
    return timezone.make_aware(datetime.combine(day, time(hour)))
