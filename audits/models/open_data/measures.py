from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.open_data.feed import Disclosed, fed
from cases.models import EarlierMeasure, Measure
from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from ledger.models import Audited, AuditedQuerySet


class GroundGroup(models.TextChoices):
    """What is always said of a measure's ground; which one exactly may be withheld."""

    POSITIVE = "confirmed_positive", _("After a confirmed positive drug test")
    DRUGS = "other_drugs", _("Other grounds about drugs")
    OTHER = "not_drugs", _("Grounds that are not about drugs")


class RankGroup(models.TextChoices):
    GENERALS = "generals", _("Generals")
    SENIOR = "senior", _("Senior officers (colonels and majors)")
    JUNIOR = "junior", _("Junior officers (captains and lieutenants)")
    OTHER_RANKS = "other_ranks", _("Warrant officers, sergeants and corporals")
    UNKNOWN = "unknown", _("Not known")


#: Words for what no case has: a measure by the decision on an appeal, and what an older list does not say.
UNKNOWN = "unknown"
APPEAL = "appeal"
GROUNDS = [*GroundKind.choices, (UNKNOWN, _("Not known"))]
INSTRUMENTS = [
    *Instrument.choices,
    (APPEAL, _("By the decision on an appeal")),
    (UNKNOWN, _("Not known")),
]


class AppealState(models.TextChoices):
    OPEN = "open", _("May be appealed, or under appeal")
    FINAL = "final", _("Final")
    UNKNOWN = "unknown", _("Not known")


class MeasureSource(models.TextChoices):
    CASE = "case", _("Went through a case")
    LIST = "list", _("Found in a list from before the system")


class OpenMeasure(Disclosed):
    """A measure in force. Whoever looks finds at least as many rows that say exactly the same as the threshold asks.

    `id` is drawn at random and stays with the measure. `through` is the last day of the batch in which the row came
    out: a figure as of a day counts the rows of batches that end by then.
    """

    collection = "measures"
    columns = (
        "id",
        "year",
        "month",
        "province",
        "rank_group",
        "ground_group",
        "ground",
        "measure",
        "instrument",
        "appeal_state",
        "source",
        "published_on",
    )
    constraint_triggers = fed("audits_openmeasure", collection, columns)

    year = models.PositiveSmallIntegerField(null=True)
    month = models.CharField(max_length=7, null=True)  # noqa: DJ001 - null is withheld, as in every disclosed table
    province = models.CharField(max_length=2, null=True)  # noqa: DJ001 - "00" central units, or not known
    rank_group = models.CharField(max_length=12, choices=RankGroup, null=True)  # noqa: DJ001
    ground_group = models.CharField(max_length=20, choices=GroundGroup)
    ground = models.CharField(max_length=20, choices=GROUNDS, null=True)  # noqa: DJ001
    measure = models.CharField(max_length=16, choices=MeasureKind)
    instrument = models.CharField(max_length=20, choices=INSTRUMENTS, null=True)  # noqa: DJ001
    appeal_state = models.CharField(max_length=8, choices=AppealState)
    source = models.CharField(max_length=4, choices=MeasureSource)
    through = models.DateField()
    published_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["month", "id"], name="open_measure_by_month"),
            models.Index(fields=["province", "id"], name="open_measure_by_province"),
            models.Index(fields=["ground", "id"], name="open_measure_by_ground"),
            models.Index(fields=["through"], name="open_measure_through"),
        ]


class PublishedMeasureQuerySet(AuditedQuerySet["PublishedMeasure"]):
    def visible_to(self, user: Any) -> Self:
        """Nobody is shown which row is whose: the act of publishing alone reads it."""
        return self.none()

    def standing(self) -> Self:
        return self.filter(retracted_on__isnull=True)


class PublishedMeasure(Audited):
    """Which row of `OpenMeasure` a measure is. Rows of one batch that say the same share `batch` and `class_no`."""

    row = models.CharField(max_length=20, unique=True)
    measure = models.OneToOneField(Measure, models.PROTECT, null=True, related_name="published")
    earlier = models.OneToOneField(EarlierMeasure, models.PROTECT, null=True, related_name="published")
    batch = models.CharField(max_length=60)
    class_no = models.PositiveIntegerField()
    published_on = models.DateField()
    retracted_on = models.DateField(null=True)

    objects = PublishedMeasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(measure__isnull=False, earlier__isnull=True)
                | models.Q(measure__isnull=True, earlier__isnull=False),
                name="a_published_row_is_of_one_measure",
            ),
        ]
        indexes = [models.Index(fields=["batch", "class_no"], name="published_by_class")]

    def __str__(self) -> str:
        return self.row
