from django.db import models

from cases.models.vocabulary import Category
from officers.models import Unit


class CountedComplaints(models.Model):
    """What was counted of the complaints of a month on the day it came out: public counts are sums over these.

    Kept for what comes out later: a year is the sum of its months as they were published, whatever was entered or
    corrected since, or the difference would tell of that. Nobody is shown it.
    """

    table_grants = {"app": {"SELECT", "INSERT"}}

    month = models.CharField(max_length=7)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    area = models.CharField(max_length=2)
    category = models.CharField(max_length=30, choices=Category)
    received = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    acted = models.PositiveIntegerField()
    moved_up = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "unit", "category"], name="complaints_of_a_month_are_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.unit_id} {self.category}"
