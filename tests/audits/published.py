"""Public rows to look at, written as the publishing acts write them; some of their cells are hidden."""

from datetime import date
from itertools import count, cycle, islice

from django.db import transaction

from audits.actions.publishing.references import publish_references
from audits.actions.publishing.writing import put, released
from audits.models.open_data import (
    OpenCategory,
    OpenComplaints,
    OpenCoverage,
    OpenInaction,
    OpenMeasure,
    OpenTests,
    OpenUnit,
)
from audits.models.open_data.aggregates import NATION
from audits.queries.disclosure import rules_in_force
from cases.models.vocabulary import Category
from ledger.acting import recording
from ledger.actors import CLOCK
from officers.models import Unit
from tests import make

TODAY = date(2026, 9, 5)
PROVINCES = ("07", "12", "03")
MONTHS = [f"{2024 + number // 12}-{number % 12 + 1:02d}" for number in range(30)]
YEARS = (2024, 2025)


def publish() -> None:
    """Measures of three provinces, tests and complaints of thirty months, and two years of units."""
    general = make.Province().general
    for code in PROVINCES[1:]:
        seat = make.unit(general, kind=Unit.Kind.PROVINCIAL_COMMISSARIAT, code=f"P-{code}", admin_code=code)
        make.unit(seat, kind=Unit.Kind.DISTRICT_INSPECTORATE, code=f"D-{code}01", admin_code=f"{code}01")
    publish_references(CLOCK)
    with transaction.atomic(), recording("open_data.published", actor=CLOCK, subject=OpenMeasure):
        rows = list(measures())
        put(OpenMeasure, rows)
        released("measures", MONTHS[-1], len(rows), rules_in_force())
        by_month()
        by_year()


def measures():
    """Ten or more that say the same; some withhold the province, some the month, some the ground."""
    numbers = count()
    for month in MONTHS:
        for province, ground in (("07", "confirmed_positive"), ("12", "refusal"), (None, "drug_involvement")):
            for _one in range(10 + int(month[-1])):
                yield measure(
                    next(numbers), month=month, year=int(month[:4]), province=province, ground=ground
                )
    for _one in range(12):
        yield measure(next(numbers), year=2024, ground="confirmed_positive")
    for _one in range(11):
        yield measure(next(numbers), ground=None, group="not_drugs")
    for _one in range(15):
        yield measure(next(numbers), year=2023, month="2023-05", ground="confirmed_positive", source="list")


def measure(number, *, ground, group=None, **said):
    group = group or ("confirmed_positive" if ground == "confirmed_positive" else "other_drugs")
    about = {"measure": "dismissal", "appeal_state": "final", "source": "case"}
    about |= {"through": TODAY, "published_on": TODAY}
    return OpenMeasure(id=f"m{number:05d}", ground=ground, ground_group=group, **about | said)


def by_month():
    tests, complaints = [], []
    for number, month in enumerate(MONTHS):
        about = {"month": month, "published_on": TODAY}
        taken = 2400 + 90 * (number % 7)
        tests.append(
            OpenTests(
                id=f"{month}.{NATION}", area=NATION, tests=taken, negative=taken - 68, cleared=20, positive=33,
                refusal=None if number % 5 == 0 else 9, other=None if number % 5 == 0 else 6, **about,
            )
        )  # fmt: skip
        received = None if number == 20 else 0 if number == 21 else 120 + 8 * (number % 9)
        complaints.append(
            OpenComplaints(
                id=f"{month}.{NATION}", area=NATION, received=received,
                in_time=received and received - 50, late=received and 30, not_acted=received and 20, **about,
            )
        )  # fmt: skip
        for province, share in zip(PROVINCES, (500, 0, None), strict=True):
            tests.append(OpenTests(id=f"{month}.{province}", area=province, tests=share, **about))
            complaints.append(
                OpenComplaints(id=f"{month}.{province}", area=province, received=share, **about)
            )
    put(OpenTests, tests)
    put(OpenComplaints, complaints)
    for month in MONTHS:
        for collection in ("tests", "complaints"):
            released(collection, month, 4, rules_in_force())


def by_year():
    shares = cycle([(480, 300, 120), (60, 12, 40), (25, 25, 0), (None, None, None), (0, 0, 0)])
    for year in YEARS:
        about = {"year": year, "published_on": TODAY}
        units = [(NATION, 0), *((unit.pk, 2) for unit in OpenUnit.objects.order_by("id"))]
        put(
            OpenInaction,
            [
                OpenInaction(
                    id=f"{year}.{code}", unit=code, level=level, received=received, acted=acted, moved_up=moved,
                    other=None if received is None else received - acted - moved, **about,
                )
                for (code, level), (received, acted, moved) in zip(units, islice(shares, len(units)), strict=True)
            ],
        )  # fmt: skip
        put(
            OpenCoverage,
            [
                OpenCoverage(
                    id=f"{year}.{code}", unit=code, level=level, strength=strength,
                    tested=strength and strength - 40, excused=strength and 15, not_tested=strength and 25, **about,
                )
                for (code, level), strength in zip(units, islice(cycle([812, None, 340]), len(units)), strict=True)
            ],
        )  # fmt: skip
        put(
            OpenCategory,
            [
                OpenCategory(id=f"{year}.{code}", category=code, received=number, **about)
                for code, number in zip(Category.values, cycle([310, 42, 0, None, 18]), strict=False)
            ],
        )
        for collection in ("inaction", "coverage", "categories"):
            released(collection, str(year), len(units), rules_in_force())
