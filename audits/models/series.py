"""Official statistics as somebody outside counted and released them: entered from the source, confirmed by a second."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED
from cases.models.guarded import deferred, frozen, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import User
from officers.models.users import Role

#: A spreadsheet takes a cell that begins so for a formula; what is exported begins with none of them.
FORMULA = r"^[=+\-@\t\r]"
NO_FORMULA = _("A text does not begin with = + - @ or a tab.")
#: A year, a month or a single day.
PERIOD = r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
LARGEST = 10**12


def no_formula(name: str, *fields: str) -> models.CheckConstraint:
    begins = Q()
    for field in fields:
        begins |= Q(**{f"{field}__regex": FORMULA})
    return models.CheckConstraint(condition=~begins, name=name, violation_error_message=NO_FORMULA)


class ForAuditors[Row: Audited](AuditedQuerySet[Row]):
    def visible_to(self, user: Any) -> Self:
        """What was confirmed is public; what waits is for the auditors, who enter and confirm."""
        if not getattr(user, "is_active", False) or not user.has_role(Role.AUDITOR):
            return self.none()
        return self.filter()


class SeriesQuerySet(ForAuditors["Series"]):
    pass


class Series(Audited):
    """What is counted, by whom, and how; its numbers are releases. Never changed: another count is another series."""

    class Unit(models.TextChoices):
        CASES = "cases", _("cases")
        PEOPLE = "people", _("people")
        OFFICERS = "officers", _("officers")
        TESTS = "tests", _("tests")
        KILOGRAMS = "kilograms", _("kilograms")

    constraint_triggers = frozen("a_series_is_never_changed", "audits_series") | deferred(
        "a_series_is_an_auditors", "audits_series", "audits_series_stands", "INSERT"
    )

    code = models.CharField(_("code"), max_length=40)
    title_km = models.CharField(_("title in Khmer"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    unit = models.CharField(_("unit of count"), max_length=10, choices=Unit)
    definition_km = models.TextField(_("definition in Khmer"), max_length=2000)
    definition_en = models.TextField(_("definition in English"), max_length=2000)
    source = models.CharField(_("who counts"), max_length=200)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="a_series_has_its_own_code",
                violation_error_message=_("Another series has this code."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{1,39}$"),
                name="the_code_of_a_series_is_short_and_plain",
                violation_error_message=_("A code has 2 to 40 small letters, digits and _, a letter first."),
            ),
            no_formula(
                "no_text_of_a_series_is_a_formula",
                "title_km",
                "title_en",
                "definition_km",
                "definition_en",
                "source",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SeriesReleaseQuerySet(ForAuditors["SeriesRelease"]):
    def waiting(self) -> Self:
        return self.filter(status=SeriesRelease.Status.ENTERED)

    def confirmed(self) -> Self:
        return self.filter(status=SeriesRelease.Status.CONFIRMED)


class StatStatus(models.TextChoices):
    """What a source says of a number."""

    PRELIMINARY = "preliminary", _("Preliminary")
    REVISED = "revised", _("Revised")
    FINAL = "final", _("Final")
    RETRACTED = "retracted", _("Retracted")


class SeriesRelease(Audited):
    """A number for a year, a month or a day, as its source released it. A correction is a further release.

    `number` counts the confirmed releases of a series and period. Without a value stand a retraction, and what a source
    says in words alone ("more than 15,000"); the note says which.
    """

    class Status(models.TextChoices):
        ENTERED = "ENTERED", _("Entered, to be confirmed")
        CONFIRMED = "CONFIRMED", _("Confirmed and public")
        REJECTED = "REJECTED", _("Rejected")

    constraint_triggers = (
        {
            "a_release_that_was_decided_on_is_never_changed": (
                "CREATE TRIGGER a_release_that_was_decided_on_is_never_changed BEFORE UPDATE ON audits_seriesrelease "
                "FOR EACH ROW WHEN (old.status::text <> 'ENTERED'::text) EXECUTE FUNCTION officers_refuse_change()"
            )
        }
        | unchanging(
            "a_release_is_never_rewritten",
            "audits_seriesrelease",
            series_id="",
            period="::text",
            value="?",
            stat_status="::text",
            released_on="?",
            source="::text",
            note="",
            entered_by_id="",
            entered_at="",
        )
        | deferred("a_release_takes_two_auditors", "audits_seriesrelease", "audits_release_stands")
        | kept("audits_seriesrelease", NEVER_DELETED)
    )

    series = models.ForeignKey(Series, models.PROTECT, related_name="releases", verbose_name=_("series"))
    period = models.CharField(_("period"), max_length=10)
    number = models.PositiveIntegerField(_("number"), null=True)
    value = models.PositiveBigIntegerField(_("value"), null=True)
    stat_status = models.CharField(_("what the source says of it"), max_length=12, choices=StatStatus)
    released_on = models.DateField(_("released by its source on"), null=True)
    source = models.CharField(_("where it stands"), max_length=300)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ENTERED)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    rejected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why_rejected = models.TextField(_("why rejected"), blank=True)

    objects = SeriesReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="another_person_confirms_a_release",
                violation_error_message=_("Another auditor confirms what you entered."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status="CONFIRMED",
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    number__isnull=False,
                )
                | ~Q(status="CONFIRMED")
                & Q(confirmed_by__isnull=True, confirmed_at__isnull=True, number__isnull=True),
                name="a_release_has_its_number_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(status="REJECTED", rejected_by__isnull=False) & ~Q(why_rejected="")
                | ~Q(status="REJECTED") & Q(rejected_by__isnull=True, why_rejected=""),
                name="a_release_is_rejected_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(stat_status="retracted") | Q(value__isnull=True),
                name="a_retraction_has_no_value",
                violation_error_message=_("A retraction has no value."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note=""),
                name="what_has_no_value_says_why",
                violation_error_message=_("Say in the note why there is no number."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__lte=LARGEST),
                name="a_value_can_be_reckoned_with",
                violation_error_message=_("This number is too large."),
            ),
            models.CheckConstraint(
                condition=Q(period__regex=PERIOD),
                name="a_release_is_of_a_year_a_month_or_a_day",
                violation_error_message=_(
                    "A period is a year, a month or a day: 2019, 2019-05 or 2024-01-23."
                ),
            ),
            no_formula("no_text_of_a_release_is_a_formula", "source", "note"),
            models.UniqueConstraint(
                fields=["series", "period"],
                condition=Q(status="ENTERED"),
                name="one_release_of_a_period_waits_at_a_time",
                violation_error_message=_(
                    "A release of this period waits already. Confirm or reject it first."
                ),
            ),
            models.UniqueConstraint(
                fields=["series", "period", "number"],
                condition=Q(status="CONFIRMED"),
                name="a_release_has_its_own_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period} {self.number or '-'}"

    @property
    def is_of_a_day(self) -> bool:
        return len(self.period) == len("2024-01-23")
