from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.guarded import frozen
from ledger.models import Audited, AuditedQuerySet
from officers.models import User
from officers.models.users import Role


class ReadNoteQuerySet(AuditedQuerySet["ReadNote"]):
    def visible_to(self, user: Any) -> Self:
        if not getattr(user, "is_active", False) or not user.has_role(Role.AUDITOR):
            return self.none()
        return self.filter()


class ReadNote(Audited):
    """An auditor wrote down what explains a pattern in somebody's reads between two days. Never changed."""

    constraint_triggers = frozen("an_explanation_is_never_changed", "audits_readnote")

    rule = models.CharField(_("rule"), max_length=40)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("who read"))
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    explanation = models.TextField(_("explanation"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ReadNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="an_explanation_is_of_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(condition=~Q(explanation=""), name="an_explanation_says_something"),
            models.CheckConstraint(
                condition=~Q(person=F("by")),
                name="nobody_explains_his_own_reads",
                violation_error_message=_("Nobody explains his own reads."),
            ),
        ]
        indexes = [models.Index(fields=["rule", "person"], name="read_note_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.person_id}"
