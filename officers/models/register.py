from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.officers import Officer
from officers.models.users import Role

SEES_REGISTER = (Role.ADMINISTRATOR, Role.REGISTRAR, Role.INSPECTOR, Role.DECIDING_AUTHORITY, Role.AUDITOR)


class RegisterEntryQuerySet(AuditedQuerySet["RegisterEntry"]):
    def visible_to(self, user: Any) -> Self:
        """The whole country's, since who was dismissed in one province applies in another; nobody's own."""
        if not getattr(user, "is_active", False) or not user.has_role(*SEES_REGISTER):
            return self.none()
        return self.exclude(officer_id=user.officer_id) if user.officer_id else self.filter()


class RegisterEntry(Audited):
    """A line of the barred register: that somebody was dismissed, and where the file is. A pointer, not a narrative.

    It says nothing by itself: who finds one asks the authority that has the file. An entry is voided, never deleted.
    """

    class Status(models.TextChoices):
        ENTERED = "ENTERED", _("Entered")
        UNDER_APPEAL = "UNDER_APPEAL", _("Under appeal")
        VOIDED = "VOIDED", _("Voided: overturned on appeal")

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="register_entries")
    pointer = models.CharField(_("reference of the file"), max_length=40)
    reasons = ArrayField(models.CharField(max_length=30), verbose_name=_("reasons"))
    effective_on = models.DateField(_("effective from"))
    entered_at = models.DateTimeField(_("entered"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ENTERED)
    voided_at = models.DateTimeField(_("voided"), null=True)

    #: The floor above knows the files; its migration makes the function.
    constraint_triggers = {
        "an_entry_says_what_is_in_force": "CREATE CONSTRAINT TRIGGER an_entry_says_what_is_in_force AFTER INSERT OR "
        "UPDATE ON officers_registerentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION cases_entry_stands()",
        "an_entry_is_never_deleted": "CREATE TRIGGER an_entry_is_never_deleted BEFORE DELETE ON officers_registerentry "
        "FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    }

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="VOIDED", voided_at__isnull=False)
                | ~Q(status="VOIDED") & Q(voided_at__isnull=True),
                name="an_entry_is_voided_at_a_time",
            ),
            models.UniqueConstraint(fields=["officer", "pointer"], name="a_file_stands_once_in_the_register"),
        ]

    def __str__(self) -> str:
        return self.pointer
