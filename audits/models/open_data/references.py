from django.db import models

from audits.models.open_data.feed import Disclosed, fed
from officers.models import Unit


class OpenUnit(Disclosed):
    """A unit of the police; `id` is its code. Nothing of who serves there."""

    collection = "units"
    columns = (
        "id",
        "kind",
        "parent",
        "province",
        "place",
        "name_km",
        "name_en",
        "exists_from",
        "existed_until",
    )
    constraint_triggers = fed("audits_openunit", collection, columns)

    kind = models.CharField(max_length=30, choices=Unit.Kind)
    parent = models.CharField(max_length=20, null=True)  # noqa: DJ001 - the Ministry has none
    province = models.CharField(max_length=2)
    place = models.CharField(max_length=8, null=True)  # noqa: DJ001
    name_km = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    exists_from = models.DateField()
    existed_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["parent", "id"], name="open_unit_by_parent")]


class OpenPlace(Disclosed):
    """A province, district or commune; `id` is its code in the list of places, as long as its level is deep."""

    collection = "places"
    columns = ("id", "kind", "parent", "name_km", "name_en")
    constraint_triggers = fed("audits_openplace", collection, columns)

    kind = models.CharField(max_length=10)
    parent = models.CharField(max_length=6, null=True)  # noqa: DJ001
    name_km = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)


class OpenRelease(Disclosed):
    """What came out when: one row for each collection and period, with the thresholds that ruled."""

    collection = "releases"
    columns = ("id", "of", "period", "rows", "unit_threshold", "national_threshold", "published_on")
    constraint_triggers = fed("audits_openrelease", collection, columns)

    of = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    unit_threshold = models.PositiveSmallIntegerField()
    national_threshold = models.PositiveSmallIntegerField()
    published_on = models.DateField()
