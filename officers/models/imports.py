from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.sheets import Sheet
from officers.models.units import Unit
from officers.models.users import Role, User, below


class ImportQuerySet(AuditedQuerySet["Import"]):
    def visible_to(self, user: Any) -> Self:
        """One's own files, and those of the units one serves as auditor.

        System administrators see the rosters of theirs, but no sheets and campaigns: those are full of tests.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        rosters = models.Q(kind=Import.Kind.ROSTER) & below(user.scope(Role.SYSTEM_ADMINISTRATOR))
        return self.filter(models.Q(uploaded_by_id=user.pk) | below(user.scope(Role.AUDITOR)) | rosters)

    def waiting(self) -> Self:
        """Those that a worker is to read or to take."""
        return self.filter(status__in=[Import.Status.CHECKING, Import.Status.TAKING])


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def bad(self) -> Self:
        return self.exclude(problems=[])

    def good(self) -> Self:
        return self.filter(problems=[])


class Import(Audited):
    """A file and what became of it: read and checked first, taken second, undone while nothing was built on it.

    `reading` is what was found in the file besides its rows: columns, values above the table, what is wrong
    with those. `given` are values of a sheet's header written by hand; they go before those of the file.
    `problem` says, in both languages, why the file as a whole could not be read or taken.

    A large file is taken in parts, each an act of its own: `taken_rows` are those that stand, and a file that
    was stopped, or whose worker died, goes on after `taken_to` (see `officers.actions.imports.parts`).
    """

    class Kind(models.TextChoices):
        SHEET = "SHEET", _("Sheet of drug tests")
        CAMPAIGN = "CAMPAIGN", _("Campaign: many sheets of drug tests")
        ROSTER = "ROSTER", _("Roster of officers")
        LABORATORY = "LABORATORY", _("Results of a laboratory")

    class Status(models.TextChoices):
        CHECKING = "CHECKING", _("Being checked")
        CHECKED = "CHECKED", _("Checked")
        TAKING = "TAKING", _("Being taken")
        STOPPED = "STOPPED", _("Stopped")
        TAKEN = "TAKEN", _("Taken")
        UNREADABLE = "UNREADABLE", _("Not readable")
        CANCELLED = "CANCELLED", _("Cancelled")
        UNDONE = "UNDONE", _("Undone")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="imports", verbose_name=_("unit"))
    filename = models.CharField(_("file"), max_length=200)
    stored_as = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    reading = models.JSONField(default=dict)
    given = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.CHECKING)
    all_or_nothing = models.BooleanField(_("all or nothing"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    bad_rows = models.PositiveIntegerField(_("bad rows"), default=0)
    unchanged_rows = models.PositiveIntegerField(_("rows that change nothing"), default=0)
    taken_rows = models.PositiveIntegerField(_("rows taken"), default=0)
    taken_to = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, null=True, related_name="imports", verbose_name=_("sheet")
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="imports")
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "unit"],
                condition=models.Q(
                    kind__in=["SHEET", "CAMPAIGN", "LABORATORY"], status__in=["TAKING", "STOPPED", "TAKEN"]
                ),
                name="a_sheet_file_is_taken_once",
                violation_error_message=_("This very file was taken for this unit already."),
            ),
        ]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="import_by_age"),
            models.Index(fields=["uploaded_by", "-uploaded_at", "-id"], name="import_by_uploader"),
            models.Index(
                fields=["id"],
                condition=models.Q(status__in=["CHECKING", "TAKING"]),
                name="import_waiting_for_the_clock",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def header(self) -> dict[str, Any]:
        """The header of the sheet the file makes, as far as it is known: days in ISO."""
        return {**self.reading.get("header", {}), **self.given}

    @property
    def is_sheet(self) -> bool:
        """Whether it is one sheet, which is taken whole."""
        return self.kind == Import.Kind.SHEET

    @property
    def is_of_tests(self) -> bool:
        """Whether its rows are lines of sheets, under a header."""
        return self.kind in (Import.Kind.SHEET, Import.Kind.CAMPAIGN)

    @property
    def good_rows(self) -> int:
        """Rows that would be, or were, taken; of a roster also those that change nothing."""
        return self.rows - self.bad_rows


class ImportRow(models.Model):
    """A staged row. Not under the ledger: it is a claim of the file until an act takes it.

    `place` counts the rows from 1, whatever stands above the table; of a campaign within their sheet, whose
    number is `sheet_number`; of a laboratory's results within their specimen, whose number in the file it is. `cells`
    is the row as written, by field; `said` what was understood of it; `problems` why it cannot be taken, as
    `officers.reckoning.lines.Problem` has it; `changes` the old and the new value of each field it would change, and
    of a laboratory's row the `result` it would make. `target_id` is the test, the officer or the report it became.
    """

    class Effect(models.TextChoices):
        NEW = "NEW", _("New")
        CHANGED = "CHANGED", _("Changed")
        SAME = "SAME", _("Changes nothing")

    file = models.ForeignKey(Import, models.CASCADE, related_name="staged", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    sheet_number = models.PositiveIntegerField(default=0)
    place = models.PositiveIntegerField()
    cells = models.JSONField()
    said = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    effect = models.CharField(max_length=7, choices=Effect, blank=True)
    target_id = models.BigIntegerField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="a_line_of_a_file_is_staged_once"),
        ]
        indexes = [
            models.Index(fields=["file", "sheet_number", "place"], name="importrow_by_place"),
            models.Index(fields=["file", "line"], condition=~models.Q(problems=[]), name="importrow_bad"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.line}"


class PlannedSheet(models.Model):
    """A sheet that a campaign's file would make: rows of one site, day and kit. Not under the ledger, like its rows.

    `header` has the fields of `officers.actions.sheets.HEADER`, and `unit` and `administrator` by their ids.
    """

    file = models.ForeignKey(Import, models.CASCADE, related_name="planned_sheets", db_index=False)
    number = models.PositiveIntegerField()
    header = models.JSONField()
    rows = models.PositiveIntegerField()
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="planned")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="a_sheet_of_a_file_is_planned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.number}"


class ImportProgress(models.Model):
    """How far a worker has come with a file: only what a page shows hangs on it, so it is not under the ledger."""

    file = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="progress")
    read = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.file_id}: {self.read}, {self.judged}"
