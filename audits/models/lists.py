"""Lists from outside, held against the record: who is paid, whose dismissal was published. A list edits nothing."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.deciding import MeasureKind
from cases.models.guarded import kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Unit, User
from officers.models.users import Role, below

NEVER_DELETED = "what_a_list_said_is_never_deleted"


class OutsideListQuerySet(AuditedQuerySet["OutsideList"]):
    def visible_to(self, user: Any) -> Self:
        """Lists of the units somebody is an auditor for."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(below(user.scope(Role.AUDITOR)))


class OutsideList(Audited):
    """A list that somebody outside the system made, of a unit and those below it, for some days."""

    class Source(models.TextChoices):
        PAYROLL = "payroll", _("Payroll")
        GAZETTE = "gazette", _("Royal gazette")
        NEWSPAPER = "newspaper", _("Newspaper")
        OTHER = "other", _("Another source")

    class Lists(models.TextChoices):
        IN_SERVICE = "in_service", _("Officers in service")
        DISMISSALS = "dismissals", _("Dismissals and other measures")

    constraint_triggers = unchanging(
        "an_outside_list_stays_as_it_came",
        "audits_outsidelist",
        lists="::text",
        unit_id="",
        period_from="",
        period_to="",
        sha256="::text",
        rows="",
        uploaded_by_id="",
        uploaded_at="",
    ) | kept("audits_outsidelist", NEVER_DELETED)

    lists = models.CharField(_("what it lists"), max_length=10, choices=Lists)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    published_on = models.DateField(_("published on"))
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("until"))
    filename = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"))
    why_void = models.TextField(_("why it is void"), blank=True)

    objects = OutsideListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="an_outside_lists_period_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["sha256", "lists", "unit"],
                condition=Q(why_void=""),
                name="an_outside_list_is_entered_once",
                violation_error_message=_("This file was uploaded already for this unit."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OutsideLineQuerySet(AuditedQuerySet["OutsideLine"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(outside__in=OutsideList.objects.visible_to(user))


class OutsideLine(Audited):
    """One row of a list, as it came (`raw`), what was read in it, and whom it means.

    `problem` says why nothing could be read in it: it stays in the list all the same. `twin` is the line that named
    the same officer before it. `candidates` are officers it may mean, where a person has to say.
    """

    class How(models.TextChoices):
        NONE = "", _("Not matched")
        NUMBER = "number", _("By the service number")
        NAME = "name", _("By name and unit or year of birth")
        PERSON = "person", _("Settled by an auditor")
        NOBODY = "nobody", _("Settled: not on the roll")

    SETTLED = (How.PERSON, How.NOBODY)

    constraint_triggers = unchanging(
        "what_a_list_said_is_never_rewritten",
        "audits_outsideline",
        outside_id="",
        line="",
        raw="",
        problem="::text",
        service_number="::text",
        name_km="::text",
        name_latin="::text",
        unit_said="::text",
        kind="::text",
        effective_on="?",
        candidates="",
    ) | kept("audits_outsideline", NEVER_DELETED)

    outside = models.ForeignKey(OutsideList, models.PROTECT, related_name="lines", db_index=False)
    line = models.PositiveIntegerField(_("row in the file"))
    raw = ArrayField(models.TextField(), default=list)
    problem = models.CharField(max_length=20, blank=True)
    service_number = models.CharField(_("service number"), max_length=20, blank=True)
    name_km = models.CharField(_("name in Khmer"), max_length=120, blank=True)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    unit_said = models.CharField(_("unit, as written"), max_length=200, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True)
    kind = models.CharField(_("measure"), max_length=16, choices=MeasureKind, blank=True)
    effective_on = models.DateField(_("effective from"), null=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    how = models.CharField(_("matched"), max_length=6, choices=How, blank=True)
    candidates = ArrayField(models.BigIntegerField(), default=list)
    twin = models.PositiveIntegerField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_why = models.TextField(blank=True)

    objects = OutsideLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outside", "line"], name="a_line_of_a_list_stands_once"),
            models.CheckConstraint(
                condition=Q(how__in=["number", "name", "person"], officer__isnull=False)
                | Q(how__in=["", "nobody"], officer__isnull=True),
                name="a_matched_line_has_its_officer",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["person", "nobody"], settled_by__isnull=False, settled_at__isnull=False)
                & ~Q(settled_why="")
                | ~Q(how__in=["person", "nobody"])
                & Q(settled_by__isnull=True, settled_at__isnull=True, settled_why=""),
                name="a_settled_line_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(problem="") | Q(officer__isnull=True, how=""),
                name="a_line_that_cannot_be_read_means_nobody",
            ),
        ]
        indexes = [models.Index(fields=["outside", "officer"], name="outside_line_by_officer")]

    def __str__(self) -> str:
        return f"{self.outside_id}: {self.line}"

    @property
    def name(self) -> str:
        return self.name_km or self.name_latin

    @property
    def measure_here(self) -> Any:
        """In words, where the comparison has asked for it."""
        kind = getattr(self, "here_kind", "")
        return MeasureKind(kind).label if kind else ""
