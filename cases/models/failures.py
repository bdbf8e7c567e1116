from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.complaints import Complaint, homes_of
from ledger.models import Audited, AuditedQuerySet
from officers.models import Unit, User
from officers.models.users import Role, below

#: Who decides whether a unit's misses are to be looked into.
DECIDES = (Role.SUPERVISOR, Role.INSPECTOR)


class FailureProposalQuerySet(AuditedQuerySet["FailureProposal"]):
    def visible_to(self, user: Any) -> Self:
        """Those put to a unit for which the user decides; nobody of the unit that failed, nor of one below it."""
        if not getattr(user, "is_active", False):
            return self.none()
        above = {int(part) for path in homes_of(user) for part in path.strip("/").split("/")}
        return self.filter(below(user.scope(*DECIDES, Role.AUDITOR), "put_to")).exclude(unit_id__in=above)


class FailureProposal(Audited):
    """Misses that have added up at a unit, put to the level above as a complaint about it. A person decides."""

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("To be decided")
        ACCEPTED = "ACCEPTED", _("Made a complaint")
        DECLINED = "DECLINED", _("Declined")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    put_to = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("put to"))
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    misses = models.PositiveIntegerField(_("misses"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="+")

    objects = FailureProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(status="PROPOSED"), name="a_failure_is_proposed_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED") | Q(decided_by__isnull=False),
                name="a_proposal_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="ACCEPTED") ^ Q(complaint__isnull=True),
                name="a_proposal_is_a_complaint_exactly_when_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.misses}"
