from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.sheets import Sheet
from officers.models.units import Unit
from officers.models.users import Role, User, below


class ImportQuerySet(AuditedQuerySet["Import"]):
    def visible_to(self, user: Any) -> Self:
        """One's own files, and those of the units one serves as auditor or system administrator."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(
            models.Q(uploaded_by_id=user.pk) | below(user.scope(Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR))
        )


class Import(Audited):
    """A file and what became of it: read and checked first, taken second, undone while nothing was built on it."""

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
    header = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.CHECKING)
    all_or_nothing = models.BooleanField(_("all or nothing"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    bad_rows = models.PositiveIntegerField(_("bad rows"), default=0)
    unchanged_rows = models.PositiveIntegerField(_("rows that change nothing"), default=0)
    problem = models.TextField(blank=True)
    sheet = models.ForeignKey(Sheet, models.PROTECT, null=True, related_name="imports")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="imports")
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="import_by_age")]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """A staged row. Not under the ledger: it is a claim of the file until an act takes it."""

    file = models.ForeignKey(Import, models.CASCADE, related_name="staged")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    problems = models.JSONField(default=list)
    unchanged = models.BooleanField(default=False)
    target_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="a_line_of_a_file_is_staged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.line}"
