from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.drug_tests import DrugTest
from officers.models.sheets import SEES_RESULTS, Drug
from officers.models.units import Unit
from officers.models.users import Role, User, below
from officers.reckoning.numbers import specimen_number


class SpecimenKind(models.TextChoices):
    URINE = "urine", _("Urine")
    ORAL_FLUID = "oral_fluid", _("Oral fluid")
    HAIR = "hair", _("Hair (laboratory only)")
    BLOOD = "blood", _("Blood (laboratory only)")


class Bottle(models.TextChoices):
    A = "A", _("Bottle A")
    B = "B", _("Bottle B (split)")


class SpecimenQuerySet(AuditedQuerySet["Specimen"]):
    def visible_to(self, user: Any) -> Self:
        """A laboratory sees what was sent to it, by number alone; others the specimens of the tests they see."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(
            self.model.at_laboratory(user.scope(Role.LABORATORY))
            | Q(test__in=DrugTest.objects.visible_to(user))
        )

    def of_laboratory(self, user: Any) -> Self:
        """What was sent to the laboratories somebody works for."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(self.model.at_laboratory(user.scope(Role.LABORATORY)))

    def with_reports_for(self, user: Any) -> Self:
        """Whose reports somebody sees: of his laboratory, and of units whose results he sees. To all others whether
        there is a report tells what it says: a negative one would have ended the test.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        results = below(user.scope(*SEES_RESULTS), "test__sheet__unit")
        return self.visible_to(user).filter(self.model.at_laboratory(user.scope(Role.LABORATORY)) | results)

    def awaiting_result(self) -> Self:
        """Received and neither reported nor rejected: bottle A by its laboratory, a retest by the second one."""
        return self.filter(status=Specimen.Status.RECEIVED, reports__isnull=True)


class Specimen(Audited):
    """What was collected from an officer and sent to a laboratory: bottle A and, where it was split, bottle B.

    It exists for a non-negative screen alone: a negative test stays one line. A laboratory knows it by its number
    and never learns whose it is. What was found in it stands in reports, which the collectors do not see.
    """

    class Status(models.TextChoices):
        IN_CUSTODY = "IN_CUSTODY", _("On its way")
        RECEIVED = "RECEIVED", _("At the laboratory")
        REJECTED = "REJECTED", _("Rejected for testing")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn: its line was voided on the way")

    test = models.OneToOneField(DrugTest, models.PROTECT, related_name="specimen")
    number = models.CharField(_("specimen number"), max_length=30)
    kind = models.CharField(_("specimen"), max_length=10, choices=SpecimenKind, default=SpecimenKind.URINE)
    asked_for = ArrayField(models.CharField(max_length=20, choices=Drug), verbose_name=_("to be confirmed"))
    collected_on = models.DateField(_("collected on"))
    collected_by = models.ForeignKey(User, models.PROTECT, related_name="specimens_collected")
    is_observed = models.BooleanField(_("collected under observation"), default=False)
    temperature_in_range = models.BooleanField(_("temperature within 32 to 38 °C"), null=True, blank=True)
    panel = models.CharField(_("panel"), max_length=20)
    seal_a = models.CharField(_("seal of bottle A"), max_length=40)
    seal_b = models.CharField(_("seal of bottle B"), max_length=40, blank=True)
    laboratory = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="specimens", verbose_name=_("laboratory")
    )
    second_laboratory = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="retests", verbose_name=_("second laboratory")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IN_CUSTODY)
    received_at = models.DateTimeField(_("received at the laboratory"), null=True, blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="specimens_received")
    second_received_at = models.DateTimeField(null=True, blank=True)
    is_redesignated = models.BooleanField(_("bottle B tested in place of A"), default=False)

    objects = SpecimenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(status="WITHDRAWN"),
                name="a_specimen_has_its_own_number",
                violation_error_message=_("This specimen number was used for another test."),
            ),
            models.CheckConstraint(
                condition=Q(second_laboratory__isnull=True)
                | Q(laboratory__isnull=True)
                | ~Q(second_laboratory=F("laboratory")),
                name="the_second_bottle_goes_to_another_laboratory",
                violation_error_message=_("The second bottle is tested by another laboratory."),
            ),
            models.CheckConstraint(
                condition=Q(seal_b="") | ~Q(seal_b=F("seal_a")),
                name="each_bottle_has_its_own_seal",
                violation_error_message=_("The two bottles have two seals."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["IN_CUSTODY", "WITHDRAWN"], received_at__isnull=True)
                | Q(status="REJECTED")
                | Q(status="RECEIVED", received_at__isnull=False, laboratory__isnull=False),
                name="a_specimen_is_received_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(is_redesignated=False) | ~Q(seal_b=""),
                name="only_a_split_specimen_is_redesignated",
                violation_error_message=_("There is no second bottle."),
            ),
        ]
        indexes = [models.Index(fields=["laboratory", "status", "id"], name="specimen_by_laboratory")]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def at_laboratory(paths: list[str]) -> Q:
        return below(paths, "laboratory") | below(paths, "second_laboratory")

    @property
    def is_split(self) -> bool:
        """Whether there is a second bottle that was not used up in place of the first."""
        return self.seal_b != "" and not self.is_redesignated

    def seal_of(self, bottle: str) -> str:
        return self.seal_a if bottle == Bottle.A else self.seal_b


class OfSpecimenQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(specimen__in=Specimen.objects.visible_to(user))


class CustodyTransferQuerySet(OfSpecimenQuerySet["CustodyTransfer"]):
    def visible_to(self, user: Any) -> Self:
        """Of the specimens somebody sees. Where bottle B goes tells what was found in A, so it is for those who see
        results, and for whoever wrote it down.
        """
        results = below(user.scope(*SEES_RESULTS), "specimen__test__sheet__unit")
        laboratory = below(user.scope(Role.LABORATORY), "specimen__laboratory") | below(
            user.scope(Role.LABORATORY), "specimen__second_laboratory"
        )
        plain = Q(bottle=Bottle.A) | Q(specimen__is_redesignated=True) | Q(recorded_by=user.pk)
        return super().visible_to(user).filter(plain | results | laboratory)


class CustodyTransfer(Audited):
    """One hand-over of a bottle: from whom, to whom, when, where, under which seal, found whole or not."""

    specimen = models.ForeignKey(Specimen, models.PROTECT, related_name="transfers")
    bottle = models.CharField(_("bottle"), max_length=1, choices=Bottle, default=Bottle.A)
    handed_over_by = models.CharField(_("handed over by"), max_length=120)
    received_by = models.CharField(_("received by"), max_length=120)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=200)
    seal = models.CharField(_("seal"), max_length=40)
    is_whole = models.BooleanField(_("seal whole"), default=True)
    handed_over_at = models.DateTimeField(_("handed over at"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="custody_transfers_recorded")

    objects = CustodyTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(handed_over_by=F("received_by")),
                name="a_hand_over_has_two_parties",
                violation_error_message=_("Who hands over and who receives must be different people."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specimen_id} {self.seal}"


class CustodyProblemQuerySet(AuditedQuerySet["CustodyProblem"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the tests and hand-overs one sees.

        A laboratory hears of them on its specimen's page, without who wrote them.
        """
        return self.filter(
            specimen__test__in=DrugTest.objects.visible_to(user),
            transfer__in=CustodyTransfer.objects.visible_to(user),
        )


class CustodyProblem(Audited):
    """A gap in the chain of hand-overs, or a seal that was not as it should be. Nothing is found while one is open.

    A second person settles it with a reason: that the chain holds all the same, or that the test is cancelled.
    """

    class Kind(models.TextChoices):
        GAP = "gap", _("Handed over by somebody who had not received it")
        TIME = "time", _("Handed over before it was received")
        SEAL = "seal", _("Another seal than before")
        BROKEN = "broken", _("Seal broken or tampered with")

    class Outcome(models.TextChoices):
        HOLDS = "holds", _("The chain holds")
        CANCELS = "cancels", _("The test is cancelled")

    specimen = models.ForeignKey(Specimen, models.PROTECT, related_name="problems")
    transfer = models.ForeignKey(CustodyTransfer, models.PROTECT, related_name="problems")
    kind = models.CharField(_("what is wrong"), max_length=10, choices=Kind)
    found_by = models.ForeignKey(User, models.PROTECT, related_name="custody_problems_found")
    found_at = models.DateTimeField()
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="custody_problems_settled")
    settled_at = models.DateTimeField(null=True)

    objects = CustodyProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(outcome="") & ~Q(reason="") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="a_custody_problem_is_settled_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("found_by")),
                name="a_second_person_settles_a_custody_problem",
                violation_error_message=_("A second person must settle this."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class SpecimenRangeQuerySet(AuditedQuerySet["SpecimenRange"]):
    def visible_to(self, user: Any) -> Self:
        """Ranges of the units in which somebody has to do with tests."""
        if not getattr(user, "is_active", False):
            return self.none()
        roles = (
            Role.ADMINISTRATOR,
            Role.REVIEWING_PHYSICIAN,
            Role.INSPECTOR,
            Role.AUDITOR,
            Role.SYSTEM_ADMINISTRATOR,
        )
        return self.filter(below(user.scope(*roles)))


class SpecimenRange(Audited):
    """Labels with running numbers of one year, issued to a unit. Every number of it is to be accounted for."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="specimen_ranges", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"))
    first = models.PositiveIntegerField(_("first number"))
    last = models.PositiveIntegerField(_("last number"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="specimen_ranges_issued")
    issued_at = models.DateTimeField()

    objects = SpecimenRangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first"), last__lte=999_999),
                name="a_range_of_numbers_goes_up",
                violation_error_message=_("A range goes from a number to a higher one, at most 999999."),
            ),
            ExclusionConstraint(
                name="a_specimen_number_is_issued_once",
                expressions=[
                    (
                        Func(
                            F("year") * Value(1_000_000, models.BigIntegerField()) + F("first"),
                            F("year") * Value(1_000_000, models.BigIntegerField()) + F("last"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message=_("Some of these numbers were issued before."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_label} – {self.last_label}"

    @property
    def first_label(self) -> str:
        return specimen_number(self.year, self.first)

    @property
    def last_label(self) -> str:
        return specimen_number(self.year, self.last)

    @property
    def number(self) -> int:
        """How many labels."""
        return self.last - self.first + 1


class SpoiledNumberQuerySet(AuditedQuerySet["SpoiledNumber"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(range__in=SpecimenRange.objects.visible_to(user))


class SpoiledNumber(Audited):
    """A label that was destroyed or lost before it was used, with the reason."""

    range = models.ForeignKey(SpecimenRange, models.PROTECT, related_name="spoiled")
    number = models.CharField(_("specimen number"), max_length=30, unique=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = SpoiledNumberQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number
