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

        System administrators see the rosters of theirs, but no sheets: those are full of tests.
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
        return self.filter(judged=True).exclude(problems=[])

    def good(self) -> Self:
        return self.filter(judged=True, problems=[])


class Import(Audited):
    """A file and what became of it: read and checked first, taken second, undone while nothing was built on it.

    `reading` is what was found in the file besides its rows: columns, values above the table, what is wrong
    with those. `given` are values of a sheet's header written by hand; they go before those of the file.
    `problem` says, in both languages, why the file as a whole could not be read or taken.
    """

    class Kind(models.TextChoices):
        SHEET = "SHEET", _("Sheet of drug tests")
        ROSTER = "ROSTER", _("Roster of officers")

    class Status(models.TextChoices):
        CHECKING = "CHECKING", _("Being checked")
        CHECKED = "CHECKED", _("Checked")
        TAKING = "TAKING", _("Being taken")
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
                condition=models.Q(kind="SHEET", status__in=["TAKING", "TAKEN"]),
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
    def good_rows(self) -> int:
        """Rows that would be, or were, taken; of a roster also those that change nothing."""
        return self.rows - self.bad_rows


class ImportRow(models.Model):
    """A staged row. Not under the ledger: it is a claim of the file until an act takes it.

    `place` counts the rows from 1, whatever stands above the table. `cells` is the row as written, by field;
    `said` what was understood of it; `problems` why it cannot be taken, as `officers.reckoning.lines.Problem`
    has it; `changes` the old and the new value of each field it would change. `target_id` is the test or the
    officer it became.
    """

    class Effect(models.TextChoices):
        NEW = "NEW", _("New")
        CHANGED = "CHANGED", _("Changed")
        SAME = "SAME", _("Changes nothing")

    file = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    line = models.PositiveIntegerField(_("line"))
    place = models.PositiveIntegerField()
    cells = models.JSONField()
    said = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    effect = models.CharField(max_length=7, choices=Effect, blank=True)
    judged = models.BooleanField(default=False)
    target_id = models.BigIntegerField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="a_line_of_a_file_is_staged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.line}"
