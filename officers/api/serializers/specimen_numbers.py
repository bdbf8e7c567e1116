from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from officers.actions.specimen_numbers import MOST
from officers.api.serializers.parts import RecordOut, UnitPart, UserPart
from officers.models import SpecimenRange
from officers.queries.specimen_numbers import account_of


class IssueIn(serializers.Serializer):
    unit = serializers.IntegerField(
        help_text="Its sheets, and those of units below, use labels from then on."
    )
    number = serializers.IntegerField(min_value=1, max_value=MOST, help_text="How many labels.")
    year = serializers.IntegerField(
        min_value=1, max_value=9999, required=False, help_text="This year or the next; this one if left out."
    )


class RangeOut(RecordOut):
    unit = UnitPart()
    year = serializers.IntegerField()
    first = serializers.CharField(source="first_label", help_text="Number of the first label.")
    last = serializers.CharField(source="last_label")
    number = serializers.IntegerField(help_text="How many labels.")
    issued_by = UserPart()
    issued_at = serializers.DateTimeField()


class GapOut(serializers.Serializer):
    first = serializers.CharField()
    last = serializers.CharField()
    number = serializers.IntegerField()


class AccountOut(serializers.Serializer):
    used = serializers.IntegerField(help_text="Written on a line, a void one too.")
    spoiled = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Still to be used, after the last one used.")
    missing = serializers.IntegerField(help_text="Before the last one used, and accounted for by nobody.")
    gaps = GapOut(many=True, help_text="The missing ones, by their numbers.")


class AccountedRangeOut(RangeOut):
    account = serializers.SerializerMethodField()

    @extend_schema_field(AccountOut)
    def get_account(self, row: SpecimenRange) -> dict[str, Any]:
        return dict(AccountOut(account_of(row)).data)


class SpoilIn(serializers.Serializer):
    number = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=10_000)


class SpoiledOut(RecordOut):
    number = serializers.CharField()
    range = serializers.IntegerField(source="range_id")
    reason = serializers.CharField()
    by = UserPart()
    at = serializers.DateTimeField()
