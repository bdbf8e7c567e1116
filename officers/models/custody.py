from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.drug_tests import DrugTest
from officers.models.users import User


class CustodyTransferQuerySet(AuditedQuerySet["CustodyTransfer"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(test__in=DrugTest.objects.visible_to(user))


class CustodyTransfer(Audited):
    """One hand-over of a specimen: from whom, to whom, when, where, under which seal."""

    test = models.ForeignKey(DrugTest, models.PROTECT, related_name="custody_transfers")
    handed_over_by = models.CharField(_("handed over by"), max_length=120)
    received_by = models.CharField(_("received by"), max_length=120)
    laboratory = models.CharField(_("laboratory"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    seal = models.CharField(_("seal"), max_length=40)
    handed_over_at = models.DateTimeField(_("handed over at"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="custody_transfers_recorded")

    objects = CustodyTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(handed_over_by=models.F("received_by")),
                name="a_hand_over_has_two_parties",
                violation_error_message=_("Who hands over and who receives must be different people."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test_id} {self.seal}"
