from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import RecordOut, UnitPart, UserPart
from officers.models import Sheet
from officers.models.sheets import Drug, TestReason
from officers.queries.sheets import lines_of

MOST_COUNTED = 2**31 - 1


class HeaderFields(StrictSerializer):
    site = serializers.CharField(max_length=200)
    tested_on = serializers.DateField(input_formats=["%Y-%m-%d"])
    witness = serializers.CharField(max_length=120)
    reason = serializers.ChoiceField(choices=TestReason.choices)
    order_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    kit_lot = serializers.CharField(max_length=60)
    kit_expires_on = serializers.DateField(input_formats=["%Y-%m-%d"])
    drugs = serializers.ListField(
        child=serializers.ChoiceField(choices=Drug.choices),
        min_length=1,
        max_length=len(Drug),
        help_text="Those the kit screens for. A line says nothing of other drugs.",
    )


class HeaderIn(HeaderFields):
    unit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the unit.")


class AmendIn(HeaderFields, VersionedSerializer):
    """Only what changes."""


class TotalsIn(StrictSerializer):
    """What the paper states. Where it differs from the lines, `totals_remark` says why."""

    stated_taken = serializers.IntegerField(
        min_value=0, max_value=MOST_COUNTED, required=False, allow_null=True
    )
    stated_non_negative = serializers.IntegerField(
        min_value=0, max_value=MOST_COUNTED, required=False, allow_null=True
    )
    stated_not_taken = serializers.IntegerField(
        min_value=0, max_value=MOST_COUNTED, required=False, allow_null=True
    )
    totals_remark = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class SendIn(TotalsIn, VersionedSerializer):
    pass


class ReasonIn(VersionedSerializer):
    reason = serializers.CharField(max_length=2000)


class CountedOut(serializers.Serializer):
    """The lines that stand, counted."""

    lines = serializers.IntegerField()
    taken = serializers.IntegerField()
    negative = serializers.IntegerField()
    non_negative = serializers.IntegerField()
    not_taken = serializers.IntegerField()
    to_repeat = serializers.IntegerField()


class SheetOut(RecordOut):
    reference = serializers.CharField(help_text="What is said on the telephone.")
    unit = UnitPart()
    site = serializers.CharField()
    tested_on = serializers.DateField()
    administrator = UserPart()
    witness = serializers.CharField()
    reason = serializers.ChoiceField(choices=TestReason.choices)
    order_number = serializers.CharField()
    kit_lot = serializers.CharField()
    kit_expires_on = serializers.DateField()
    drugs = serializers.ListField(child=serializers.ChoiceField(choices=Drug.choices))
    stated_taken = serializers.IntegerField(allow_null=True)
    stated_non_negative = serializers.IntegerField(allow_null=True)
    stated_not_taken = serializers.IntegerField(allow_null=True)
    totals_remark = serializers.CharField()
    status = serializers.ChoiceField(choices=Sheet.Status.choices)
    opened_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)


class CountedSheetOut(SheetOut):
    counted = serializers.SerializerMethodField()

    @extend_schema_field(CountedOut)
    def get_counted(self, sheet: Sheet) -> dict[str, int]:
        return lines_of(self.context["request"].user, sheet).totals()
