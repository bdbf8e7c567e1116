from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.deconstruct import deconstructible
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.units import Unit
from officers.models.users import Role, below

SEES_OFFICERS = (
    Role.ADMINISTRATOR,
    Role.REVIEWING_PHYSICIAN,
    Role.CASE_OFFICER,
    Role.SUPERVISOR,
    Role.INSPECTOR,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
    Role.AUDITOR,
    Role.SYSTEM_ADMINISTRATOR,
)


class OfficerQuerySet(AuditedQuerySet["Officer"]):
    def visible_to(self, user: Any) -> Self:
        """Officers of the units the user serves in, whatever he does there, save the laboratory.

        Who was entered by mistake is nobody's officer; auditors see him still.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        seen = below(user.scope(*SEES_OFFICERS)) & ~Q(status=Officer.Status.ENTERED_IN_ERROR)
        return self.filter(seen | below(user.scope(Role.AUDITOR)))

    def serving(self) -> Self:
        return self.filter(status__in=[Officer.Status.SERVING, Officer.Status.SUSPENDED])

    def in_order(self) -> Self:
        """By Khmer name as a dictionary has it."""
        return self.order_by("sort_key", "id")


class Officer(Audited):
    """A person under test: police officer or prison official. `id` is the stable identity.

    Service numbers change hands and forms; `number` (from the id, with check digits) does not. `unit` and
    `service_number` repeat the posting and the number that hold now, for the sake of the lists.
    `sort_key`, `search_key` and `latin_terms` are what `foundation.khmer` makes of the names.
    """

    class Status(models.TextChoices):
        SERVING = "SERVING", _("Serving")
        SUSPENDED = "SUSPENDED", _("Suspended")
        DISMISSED = "DISMISSED", _("Dismissed")
        RETIRED = "RETIRED", _("Retired")
        RESIGNED = "RESIGNED", _("Resigned")
        DECEASED = "DECEASED", _("Deceased")
        ENTERED_IN_ERROR = "ENTERED_IN_ERROR", _("Entered by mistake")

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")

    service_number = models.CharField(_("service number"), max_length=20)
    name_km = models.CharField(_("name in Khmer"), max_length=120)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"))
    rank = models.CharField(_("rank"), max_length=10)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="officers", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.SERVING)
    sort_key = models.BinaryField()
    search_key = models.TextField(db_collation="C")
    latin_terms = models.TextField(db_collation="C")

    #: The floor above knows the orders; its migration makes the function.
    constraint_triggers = {
        "nobody_is_entered_as_removed": "CREATE CONSTRAINT TRIGGER nobody_is_entered_as_removed AFTER INSERT ON "
        "officers_officer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.status::text = ANY "
        "(ARRAY['DISMISSED'::text, 'SUSPENDED'::text])) EXECUTE FUNCTION cases_officer_stands()",
        "an_order_alone_removes_and_returns": "CREATE CONSTRAINT TRIGGER an_order_alone_removes_and_returns AFTER "
        "UPDATE ON officers_officer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.status::text <> "
        "old.status::text AND ((new.status::text = ANY (ARRAY['DISMISSED'::text, 'SUSPENDED'::text])) OR "
        "(old.status::text = ANY (ARRAY['DISMISSED'::text, 'SUSPENDED'::text])))) "
        "EXECUTE FUNCTION cases_officer_stands()",
    }

    objects = OfficerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service_number"],
                condition=~Q(status="ENTERED_IN_ERROR"),
                name="a_service_number_belongs_to_one_officer",
                violation_error_message=_("Another officer has this service number."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "SERVING",
                        "SUSPENDED",
                        "DISMISSED",
                        "RETIRED",
                        "RESIGNED",
                        "DECEASED",
                        "ENTERED_IN_ERROR",
                    ]
                ),
                name="an_officer_has_a_status_that_there_is",
            ),
            models.CheckConstraint(
                condition=Q(birth_year__gte=1900, birth_year__lte=2100),
                name="a_birth_year_is_of_our_era",
                violation_error_message=_("The year of birth must be between 1900 and 2100."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="officer_in_khmer_order"),
            models.Index(fields=["unit", "sort_key", "id"], name="officer_by_unit"),
            models.Index(fields=["search_key"], name="officer_by_khmer_name"),
        ]

    def __str__(self) -> str:
        return f"{self.service_number} {self.name}"

    @property
    def name(self) -> str:
        return self.name_km if get_language() == "km" else self.name_latin or self.name_km

    @property
    def number(self) -> str:
        """The stable number: the id with two check digits (ISO 7064 mod 97-10), such as `OF-0001234-82`."""
        return f"OF-{self.pk:07d}-{98 - self.pk * 100 % 97:02d}"


@deconstructible(path="officers.models.officers.DaysOf")
class DaysOf(Func):
    """The days for which somebody holds something, as a box: its place on one axis, the days on the other.

    Two boxes overlap exactly if the thing and a day are the same. Without extensions GiST has no operator for
    a plain number, and boxes are entered four times as fast as pairs of ranges. Places are doubles: ids are
    exact to 2**53, and of hashes two in 10**5 numbers fall together once in a million installations, which
    would refuse and never admit. Open ends lie 27,000 years away, since infinity minus infinity is no number.
    """

    output_field = models.Field()

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        (thing, _), (held, _) = (compiler.compile(one) for one in self.source_expressions)
        days = [f"{end}({held}) - date '2000-01-01'" for end in ("lower", "upper")]
        return (
            f"box(point({thing}, coalesce({days[0]}, -10000000)), point({thing}, coalesce({days[1]} - 1, 10000000)))",
            [],
        )


class HeldQuerySet[M: "Posting | ServiceNumber"](AuditedQuerySet[M]):
    def standing(self) -> Self:
        """Without those taken back: they were held at no time."""
        return self.filter(held__isempty=False)


class ServiceNumber(Audited):
    """Which service number an officer had and when. No number is two officers' at one time."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="service_numbers")
    number = models.CharField(_("service number"), max_length=20, db_index=True)
    held = DateRangeField(_("held"))

    objects = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_service_number_is_one_officers_at_a_time",
                expressions=[
                    (
                        DaysOf(
                            Func(
                                F("number"),
                                function="hashtextextended",
                                template="%(function)s(%(expressions)s, 0)",
                            ),
                            F("held"),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(held__isempty=False),
                violation_error_message=_("Another officer had this service number at that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Posting(Audited):
    """Where an officer served, as what, and when. Postings of one officer never overlap."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings", verbose_name=_("unit"))
    rank = models.CharField(_("rank"), max_length=10)
    title = models.CharField(_("post"), max_length=120, blank=True)
    is_head = models.BooleanField(_("head of the unit"), default=False)
    held = DateRangeField(_("held"))

    objects = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="postings_of_an_officer_do_not_overlap",
                expressions=[(DaysOf(F("officer_id"), F("held")), RangeOperators.OVERLAPS)],
                condition=Q(held__isempty=False),
                violation_error_message=_("The officer had another posting at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.unit_id} {self.held}"
