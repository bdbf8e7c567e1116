"""Counts by month or year and by place, unit or category. A null is a cell that is hidden; zero is shown."""

from django.db import models

from audits.models.open_data.feed import Disclosed, fed
from cases.models.vocabulary import Category

#: The whole country, where a row has an area or a unit.
NATION = "KH"


def _count() -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(null=True)


class OpenComplaints(Disclosed):
    """Complaints received in a month, by province of the unit that had them first, and whether anybody acted.

    `area` is `KH`, the code of a province, or `00` for central units. `received` is the sum of the other three: acted
    on in time, acted on late, and not acted on by the end of the horizon after the month.
    """

    collection = "complaints"
    columns = ("id", "month", "area", "received", "in_time", "late", "not_acted", "published_on")
    constraint_triggers = fed("audits_opencomplaints", collection, columns)

    month = models.CharField(max_length=7)
    area = models.CharField(max_length=2)
    received = _count()
    in_time = _count()
    late = _count()
    not_acted = _count()
    published_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["area", "month"], name="open_complaints_by_area")]


class OpenInaction(Disclosed):
    """Complaints of a year by the unit that had them first: acted on there, taken away since it had not acted, or
    neither (forwarded, closed without action, still open).

    A unit's row counts the units below it too; `level` 0 is the country (`KH`).
    """

    collection = "inaction"
    columns = ("id", "year", "unit", "level", "received", "acted", "moved_up", "other", "published_on")
    constraint_triggers = fed("audits_openinaction", collection, columns)

    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    received = _count()
    acted = _count()
    moved_up = _count()
    other = _count()
    published_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["unit", "year"], name="open_inaction_by_unit")]


class OpenCategory(Disclosed):
    """Complaints of a year, nationwide, by what they are about."""

    collection = "categories"
    columns = ("id", "year", "category", "received", "published_on")
    constraint_triggers = fed("audits_opencategory", collection, columns)

    year = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=30, choices=Category)
    received = _count()
    published_on = models.DateField()


class OpenTests(Disclosed):
    """Tests taken in a month by province, and how they ended, which is said of the country alone.

    `tests` is the sum of the others: negative at the screen, cleared after confirmation, final positive, refusal, and
    everything else (cancelled, not ended by the end of the horizon).
    """

    collection = "tests"
    columns = (
        "id",
        "month",
        "area",
        "tests",
        "negative",
        "cleared",
        "positive",
        "refusal",
        "other",
        "published_on",
    )
    constraint_triggers = fed("audits_opentests", collection, columns)

    month = models.CharField(max_length=7)
    area = models.CharField(max_length=2)
    tests = _count()
    negative = _count()
    cleared = _count()
    positive = _count()
    refusal = _count()
    other = _count()
    published_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["area", "month"], name="open_tests_by_area")]


class OpenCoverage(Disclosed):
    """Officers of a unit, with those below it, at the end of a year, and whether they were tested in it.

    `strength` is the sum of tested, excused and not tested.
    """

    collection = "coverage"
    columns = ("id", "year", "unit", "level", "strength", "tested", "excused", "not_tested", "published_on")
    constraint_triggers = fed("audits_opencoverage", collection, columns)

    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    strength = _count()
    tested = _count()
    excused = _count()
    not_tested = _count()
    published_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["unit", "year"], name="open_coverage_by_unit")]
