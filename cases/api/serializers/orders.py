"""Signed orders, and what their steps take."""

from typing import Any

from rest_framework import serializers

from cases import lifecycles
from cases.actions.orders import MOST
from cases.api.serializers.case_parts import ScanPart
from cases.api.serializers.fields import DayField, Part, ScansField, ShortField, WordsField
from cases.api.serializers.steps import IdField
from cases.models import Order
from cases.models.deciding import Instrument, MeasureKind
from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import OfficerPart, UserPart, VerbsField
from officers.models.users import Role

#: What whoever verifies an order types from the scan, and is not told.
TYPED = ("number", "signed_on", "effective_on")


class OrderVerbsField(VerbsField):
    """What the caller may do with it now; each is an address below its own."""

    def to_representation(self, row: Order) -> list[str]:
        view = self.context["view"]
        verbs = lifecycles.verbs(row, view.request.user) if view.may_write else []
        return [verb for verb in verbs if verb != "enforce"]  # done with the verification, or by the clock


class OrderOut(serializers.Serializer):
    """A signed paper. While it waits to be verified, a registrar who did not enter it reads number and days from the
    scan alone: he types them again.
    """

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    status = serializers.ChoiceField(choices=Order.Status.choices)
    instrument = serializers.ChoiceField(choices=Instrument.choices)
    number = serializers.CharField(allow_null=True, help_text="Null for who may verify it, as both days.")
    signed_on = serializers.DateField(allow_null=True)
    signed_by = serializers.CharField(help_text="As on the paper.")
    effective_on = serializers.DateField(allow_null=True)
    registered_by = UserPart()
    registered_at = serializers.DateTimeField()
    verified_by = UserPart(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    in_force_at = serializers.DateTimeField(allow_null=True)
    rejected_by = UserPart(allow_null=True)
    why_rejected = serializers.CharField()

    def to_representation(self, row: Order) -> dict[str, Any]:
        body = super().to_representation(row)
        user = self.context["view"].request.user
        is_to_type = row.status == Order.Status.REGISTERED and row.registered_by_id != user.pk
        if is_to_type and user.has_role(Role.REGISTRAR):
            body |= dict.fromkeys(TYPED)
        return body


class OrderedOut(Part):
    """One officer of an order."""

    joined = ("case__officer", "decision")

    case = serializers.IntegerField(source="case_id")
    reference = serializers.CharField(source="case.reference")
    officer = OfficerPart(source="case.officer")
    rank = serializers.CharField(source="case.rank")
    measure = serializers.ChoiceField(source="decision.measure", choices=MeasureKind.choices)
    to_rank = serializers.CharField(source="decision.to_rank")
    void = serializers.BooleanField(help_text="The order was rejected.")


class OrderStepOut(OrderOut):
    """An order after a step."""

    verbs = OrderVerbsField()


class OrderInFullOut(OrderStepOut):
    lines = OrderedOut(many=True)
    files = ScanPart(many=True)


class RegisterOrderIn(StrictSerializer):
    cases = serializers.ListField(
        child=IdField(), source="case_ids", min_length=1, max_length=MOST, help_text="Ids of decided cases."
    )
    instrument = serializers.ChoiceField(choices=Instrument.choices)
    number = ShortField()
    signed_on = DayField()
    signed_by = ShortField(200, help_text="As on the paper.")
    effective_on = DayField(help_text="Not before it was signed.")
    files = ScansField(required=True, min_length=1)


class VerifyOrderIn(VersionedSerializer):
    """Typed from the scan."""

    number = ShortField()
    signed_on = DayField()
    effective_on = DayField()


class RejectOrderIn(VersionedSerializer):
    reason = WordsField()
