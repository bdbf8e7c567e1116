"""Cases played for demonstrations through the actions, by different people, each step on its day.

A story is told the moment at which it is to go on, and goes on under that clock: `play` interleaves many by time.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from io import BytesIO
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test.utils import override_settings
from django.utils import timezone

from cases.actions import cases, decisions, enforcement, files, grounds, hearings, notices, orders, proposals
from cases.models import Case, CaseNotice, Order
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import doors
from officers.models import DrugTest, Officer, User
from officers.models.users import Credential
from officers.reckoning.demo import PASSWORD

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
_SHOWN = ("drug_involvement", "discipline_breach", "corruption")


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


@contextmanager
def quick_passwords(users: Iterable[User]) -> Iterator[None]:
    """Let these users give the demonstration's password in no time: a slow hash, checked at hundreds of decisions,
    would take minutes. What was kept is put back as it was.
    """
    kept = dict(
        Credential.objects.filter(user__in=[user.pk for user in users]).values_list("user_id", "password")
    )
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        Credential.objects.filter(user__in=kept).update(password=make_password(PASSWORD))
        try:
            yield
        finally:
            for user, password in kept.items():
                Credential.objects.filter(user=user).update(password=password)


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
    shape: dict[str, Any] = field(default_factory=dict)
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
        by = self.people.case_officer
        for one in self.of:
            if isinstance(one, DrugTest):
                self.cases.append(self._of_test(one))
                continue
            case = cases.open(by, one.pk, service_number=one.service_number, birth_year=one.birth_year)
            today = clock.today()
            said: dict[str, Any] = {"kind": self.ground, "text": TEXTS[self.ground]}
            if self.ground in _SHOWN:
                said["paper"] = {"kind": "record", "title": "កំណត់ហេតុឆែកឆេរ", "number": f"R-{case.pk:03d}"}
            if self.ground == "discipline_breach":
                said["article"] = ARTICLES[self.ground]
            if self.ground == "absence":
                said |= {"happened_on": today - timedelta(days=30), "until": today - timedelta(days=1)}
            grounds.add_ground(by, case.pk, **said)
            self.cases.append(case.pk)

    def _of_test(self, test: DrugTest) -> int:
        """The clock opens the case, unless it stands already; a person says who the officer is."""
        case = cases.open_for_test(CLOCK, test.pk) or Case.objects.open().get(grounds__test=test)
        cases.identify(
            self.people.case_officer,
            case.pk,
            service_number=test.officer.service_number,
            birth_year=test.officer.birth_year,
        )
        return case.pk

    def _assessed(self) -> None:
        for pk in self.cases:
            cases.assess(
                self.people.case_officer, pk, severity="gross", reasons="ករណីនេះធ្ងន់ធ្ងរ ដូចមានក្នុងសំណុំរឿង។"
            )

    def _notified(self) -> None:
        for pk in self.cases:
            hearings.issue_notice(self.people.case_officer, pk)

    def _served(self) -> None:
        for pk in self.cases:
            self._tell(pk)

    def _tell(self, pk: int) -> None:
        """The officer comes in by his door with the code of his letter; so all that waits is told."""
        letter, _code = notices.write_letter(self.people.case_officer, pk)
        doors.enter(doors.at_the_door(letter.officer), letter.pk)
        untold = CaseNotice.objects.untold().filter(case=pk)
        for notice in untold.filter(pk__in=CaseNotice.objects.untold().proved()).values_list("pk", flat=True):
            notices.serve(CLOCK, notice)

    def _investigated(self) -> None:
        """He has said all, and what he said is looked into."""
        for pk in self.cases:
            officer = Officer.objects.get(cases=pk)
            hearings.complete(doors.at_the_door(officer), pk, text="ខ្ញុំគ្មានអ្វីបន្ថែមទេ។")
            hearings.investigate(self.people.case_officer, pk, text="ភស្តុតាងស្របគ្នានឹងអ្វីដែលបានចោទប្រកាន់។")

    def _proposed(self) -> None:
        for pk in self.cases:
            proposals.propose(
                self.people.case_officer,
                pk,
                measure=self.measure,
                articles=[ARTICLES[self.ground]],
                reasons="មូលហេតុទាំងអស់មានភស្តុតាងគាំទ្រ។",
                lesser="វិធានការស្រាលជាងនេះមិនគ្រប់គ្រាន់ទេ។",
                no_conflict=True,
                **self.shape,
            )

    def _checked(self) -> None:
        for pk in self.cases:
            proposals.find_lawful(
                self.people.legal,
                pk,
                text="សំណើនេះស្របតាមបទប្បញ្ញត្តិ។",
                rests_on_no_screen=True,
                no_conflict=True,
            )

    def _decided(self) -> None:
        for pk in self.cases:
            decisions.decide(
                self.people.authority,
                pk,
                measure=self.measure,
                reasons="អង្គហេតុត្រូវបានបញ្ជាក់។",
                password=PASSWORD,
                no_conflict=True,
                **self.shape,
            )

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
        for pk in self.cases:
            self._tell(pk)

    def _final(self) -> None:
        for pk in self.cases:
            enforcement.become_final(CLOCK, pk)


def at(day: date, hour: int = 9) -> datetime:
    """A moment in Phnom Penh."""
    return timezone.make_aware(datetime.combine(day, time(hour)))
