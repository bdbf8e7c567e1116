"""Builders for the way of a specimen: each reaches a state through the actions, as people do.

`specimen()`, `reported(...)`, `reviewed(...)`, `told(...)`, `final(...)`; each returns the row it is about. `Way` holds
the people, all of them different.
"""

from dataclasses import dataclass
from dataclasses import field as given
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ledger import clock
from officers.actions import claims, custody, doors, laboratory, reviews
from officers.models import DoorCode, DrugTest, LaboratoryReport, Officer, Review, Specimen, Unit, User
from officers.models.users import Role
from officers.reckoning.panels import Validity
from tests import make


def laboratory_unit(code: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    return found or make.unit(code=code, kind=Unit.Kind.LABORATORY, name_latin=f"Laboratory {code}")


class Somebody:
    """One of the people of a way, made when he is first asked for, unless he was given: few ways need them all."""

    def __init__(self, role: str, at: str = "") -> None:
        self.role = role
        self.at = at  # the way's attribute that holds his unit; the Ministry otherwise

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, way: Any, _owner: type) -> Any:
        if way is None:
            return None  # who is not given, says the dataclass
        if way.__dict__.get(self.name) is None:
            way.__dict__[self.name] = make.user(self.role, getattr(way, self.at) if self.at else None)
        return way.__dict__[self.name]

    def __set__(self, way: Any, person: User | None) -> None:
        way.__dict__[self.name] = person


@dataclass
class Way:
    """The people along the way of one test, and the unit it is for."""

    unit: Unit = given(default_factory=make.unit)
    administrator: User = Somebody(Role.ADMINISTRATOR, at="unit")
    chemist: User = Somebody(Role.LABORATORY, at="first")
    second_chemist: User = Somebody(Role.LABORATORY, at="second")
    physician: User = Somebody(Role.REVIEWING_PHYSICIAN)
    registrar: User = Somebody(Role.REGISTRAR)

    def __post_init__(self) -> None:
        self.first = laboratory_unit("LAB-1")
        self.second = laboratory_unit("LAB-2")

    def screen(self, **said: Any) -> DrugTest:
        """A non-negative screen of an officer of the unit."""
        sheet = make.sheet(self.administrator, self.unit)
        return make.non_negative(self.administrator, sheet, **said)

    def sent(self, test: DrugTest | None = None, **said: Any) -> Specimen:
        test = test or self.screen()
        about = {
            "laboratory": "LAB-1",
            "received_by": "Courier",
            "place": "Gate",
            "seal": f"A-{test.pk}",
            "seal_b": f"B-{test.pk}",
        } | said
        custody.dispatch(self.administrator, test.pk, **about)
        return Specimen.objects.get(test=test)

    def received(self, test: DrugTest | None = None, **said: Any) -> Specimen:
        specimen = self.sent(test)
        about = {"handed_over_by": "Courier", "seal": specimen.seal_a} | said
        return laboratory.receive(self.chemist, specimen.pk, **about)

    def reported(
        self,
        specimen: Specimen | None = None,
        *,
        value: Any = "1200",
        validity: Validity | None = None,
        **said: Any,
    ) -> LaboratoryReport:
        """Methamphetamine at a value in ng/mL."""
        specimen = specimen or self.received()
        found = laboratory.Found(
            **{
                "certified_by": "A chemist",
                "method": "lc_ms_ms",
                "values": [("Methamphetamine", Decimal(value))],
                "validity": validity or Validity(creatinine=Decimal(100)),
                **said,
            }
        )
        return laboratory.report(self.chemist, specimen.pk, found)

    def opened(self, **said: Any) -> Review:
        """A review of a positive report, taken on."""
        report = self.reported(**said)
        review = Review.objects.get(test=report.specimen.test_id)
        return reviews.take(self.physician, review.pk)

    def verified(self, **said: Any) -> Review:
        review = self.opened(**said)
        reviews.hear(self.physician, review.pk, heard="I took nothing.")
        return reviews.verify(self.physician, review.pk, reasons="No medical explanation.")

    def letter(self, review: Review) -> tuple[DoorCode, str]:
        return doors.write_letter(self.physician, review.pk)

    def told(self, **said: Any) -> Review:
        """The officer opened his door: the time to ask for the second bottle runs."""
        review = self.verified(**said)
        letter, _code = self.letter(review)
        doors.enter(at_door(letter), letter.pk)
        review.refresh_from_db()
        return review

    def final(self, **said: Any) -> DrugTest:
        review = self.told(**said)
        later(review)
        return DrugTest.objects.get(pk=review.test_id)

    def final_unheard(self) -> Review:
        """A final positive of somebody who declined to be heard: its review may be opened again."""
        review = self.opened()
        reviews.attempt(self.physician, review.pk, how="telephone", result="declined")
        review = reviews.verify(self.physician, review.pk, reasons="He declined.", unheard="declined")
        doors.enter(doors.at_the_door(review.test.officer), self.letter(review)[0].pk)
        review.refresh_from_db()
        later(review)
        review.refresh_from_db()
        return review

    def retest(self, **said: Any) -> Review:
        """The officer asked, and the second laboratory has the bottle."""
        review = self.told(**said)
        doors.ask_retest(officer_at_door(review), review.pk)
        reviews.send_second(self.physician, review.pk, laboratory=self.second.pk)
        specimen = Specimen.objects.get(test=review.test_id)
        laboratory.receive(self.second_chemist, specimen.pk, handed_over_by="Courier", seal=specimen.seal_b)
        review.refresh_from_db()
        return review

    def second_reported(self, review: Review, *, is_present: bool) -> LaboratoryReport:
        return laboratory.report_second(
            self.second_chemist,
            Specimen.objects.get(test=review.test_id).pk,
            is_present=is_present,
            certified_by="Another chemist",
            method="gc_ms",
        )

    def claimed(self, **said: Any) -> Review:
        """A claimed refusal, taken on by the physician."""
        sheet = make.sheet(self.administrator, self.unit)
        test = make.test(self.administrator, sheet, not_taken="refused")
        about = {"reason_code": "left_early", "account": "He left the queue.", "witness": "A witness"} | said
        made = claims.claim(self.administrator, test.pk, **about)
        return reviews.take(self.physician, Review.objects.get(claim=made).pk)


def at_door(letter: DoorCode) -> Any:
    return doors.at_the_door(letter.officer)


def officer_at_door(review: Review) -> Any:
    return doors.at_the_door(Officer.objects.get(drug_tests=review.test_id))


def later(review: Review) -> None:
    """Let the time to ask pass, and the clock close it."""
    from ledger.actors import CLOCK

    with clock.at(review.window_ends_at + timedelta(seconds=1)):
        reviews.close_window(CLOCK, review.pk)
