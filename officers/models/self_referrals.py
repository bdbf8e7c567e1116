from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.users import Role, User


class SelfReferralQuerySet(AuditedQuerySet["SelfReferral"]):
    def visible_to(self, user: Any) -> Self:
        """Reviewing physicians alone: sealed from discipline, from the command, and from auditors' pages."""
        if getattr(user, "is_active", False) and user.has_role(Role.REVIEWING_PHYSICIAN):
            return self.filter()
        return self.none()


class SelfReferral(Audited):
    """An officer's own request for treatment, or a physician's offer. Whose it is stands in the sealed part alone.

    `is_before_selection` was found when it came in: he had not been selected for a test, nor had one under way.
    Of its coming the day is kept.
    """

    class Status(models.TextChoices):
        ASKED = "ASKED", _("Asked")
        OFFERED = "OFFERED", _("Offered by a physician")
        IN_CARE = "IN_CARE", _("In care")
        ENDED = "ENDED", _("Ended")

    sealed = models.BinaryField()
    is_before_selection = models.BooleanField(_("asked before being selected for a test"))
    asked_on = models.DateField(_("asked on"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ASKED)
    physician = models.ForeignKey(User, models.PROTECT, null=True, related_name="self_referrals")
    ended_on = models.DateField(null=True)

    objects = SelfReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="ASKED", physician__isnull=True) | ~Q(status="ASKED"),
                name="a_self_referral_in_care_has_a_physician",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
