from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.open_data.feed import Disclosed, fed
from audits.models.series import FORMULA, Series, StatStatus

#: As numbers, which mean the same in JSON, in a spreadsheet and in a database.
YES_NO = ((1, _("Yes")), (0, _("No")))
_TEXTS = ("title_km", "title_en", "definition_km", "definition_en", "source", "note")


def _formulas() -> Q:
    found = Q()
    for name in _TEXTS:
        found |= Q(**{f"{name}__regex": FORMULA})
    return found


class OpenSeries(Disclosed):
    """A confirmed release of a number. `id` is series, period and number of the release, divided by dots.

    Earlier releases of a period stay; `is_latest` says which stands. `change_percent` is against the latest release of
    the period directly before, to two decimals.
    """

    collection = "series"
    columns = (
        "id",
        "series",
        "title_km",
        "title_en",
        "definition_km",
        "definition_en",
        "period",
        "value",
        "unit",
        "status",
        "released_on",
        "source",
        "note",
        "is_latest",
        "change_percent",
    )
    constraint_triggers = fed("audits_openseries", collection, columns)

    series = models.CharField(max_length=40, db_collation="C")
    title_km = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    definition_km = models.TextField()
    definition_en = models.TextField()
    period = models.CharField(max_length=10, db_collation="C")
    number = models.PositiveIntegerField()
    value = models.PositiveBigIntegerField(null=True)
    unit = models.CharField(max_length=10, choices=Series.Unit)
    status = models.CharField(max_length=12, choices=StatStatus)
    released_on = models.DateField(null=True)
    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    is_latest = models.PositiveSmallIntegerField(choices=YES_NO)
    change_percent = models.DecimalField(max_digits=20, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~_formulas(), name="no_cell_of_a_public_series_is_a_formula"),
            models.UniqueConstraint(
                fields=["series", "period", "number"], name="a_public_release_stands_once"
            ),
        ]
