"""Measures in force, the barred register, and who acts for whom."""

from rest_framework import serializers

from cases.api.serializers.fields import DayField, Part, ShortField, WordsField
from cases.api.serializers.steps import IdField
from cases.models.deciding import MeasureKind
from cases.models.grounds import GroundKind
from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import OfficerPart, UnitPart, UserPart
from officers.models import RegisterEntry


class MeasurePart(Part):
    """What an order, or an appeal, did to an officer."""

    joined = ("unit", "to_unit")

    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    order = serializers.IntegerField(source="order_id", allow_null=True)
    appeal = serializers.IntegerField(
        source="appeal_id", allow_null=True, help_text="Where an appeal varied it."
    )
    grounds = serializers.ListField(
        child=serializers.ChoiceField(choices=GroundKind.choices), help_text="As they stood."
    )
    about_drugs = serializers.BooleanField(source="is_about_drugs")
    effective_on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    known_at = serializers.DateTimeField(help_text="When the system learned of it.")
    rank = serializers.CharField(help_text="Before it.")
    to_rank = serializers.CharField()
    unit = UnitPart(help_text="Before it.")
    to_unit = UnitPart(allow_null=True)
    reversed_on = serializers.DateField(allow_null=True, help_text="By an appeal.")
    ended_on = serializers.DateField(allow_null=True)


class MeasureOut(MeasurePart):
    case = serializers.IntegerField(source="case_id")
    officer = OfficerPart()


class RegisterEntryOut(serializers.Serializer):
    """That somebody was dismissed, and where the file is. It says nothing by itself: ask the authority that has it."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    officer = OfficerPart()
    pointer = serializers.CharField(help_text="The reference of the file.")
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=GroundKind.choices))
    effective_on = serializers.DateField()
    entered_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=RegisterEntry.Status.choices)
    voided_at = serializers.DateTimeField(allow_null=True)


class DelegationOut(serializers.Serializer):
    """Acting for a deciding authority between two days."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    giver = UserPart()
    taker = UserPart()
    unit = UnitPart()
    paper = serializers.CharField(help_text="Its number.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    given_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Where it was ended before its day.")


class DelegateIn(StrictSerializer):
    taker = IdField(source="taker_id", help_text="The id of a user.")
    unit = IdField(source="unit_id", help_text="Whose deciding authority you are.")
    paper = ShortField()
    starts_on = DayField()
    ends_on = DayField()


class EndDelegationIn(VersionedSerializer):
    reason = WordsField()
