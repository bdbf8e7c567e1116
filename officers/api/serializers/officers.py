from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import RecordOut, UnitPart
from officers.models import Officer
from officers.models.sheets import TestReason
from officers.queries.taken import Outcome

LEAVING = [
    (status.value, status.label)
    for status in (Officer.Status.RETIRED, Officer.Status.RESIGNED, Officer.Status.DECEASED)
]


class PersonFields(StrictSerializer):
    name_km = serializers.CharField(max_length=120)
    name_latin = serializers.CharField(max_length=120, allow_blank=True)
    sex = serializers.ChoiceField(choices=Officer.Sex.choices)
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100)


class PostFields(StrictSerializer):
    unit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the unit.")
    rank = serializers.CharField(max_length=10, help_text="A code of the setting `ranks` in force.")
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    is_head = serializers.BooleanField(required=False)
    since = serializers.DateField(
        input_formats=["%Y-%m-%d"], required=False, help_text="Today, unless you say otherwise."
    )


class RegisterIn(PersonFields, PostFields):
    service_number = serializers.CharField(max_length=20)


class CorrectOfficerIn(PersonFields, VersionedSerializer):
    reason = serializers.CharField(max_length=2000)


class RenumberIn(VersionedSerializer):
    number = serializers.CharField(max_length=20)
    since = serializers.DateField(input_formats=["%Y-%m-%d"], required=False)
    reason = serializers.CharField(max_length=2000)


class PostIn(PostFields, VersionedSerializer):
    reason = serializers.CharField(max_length=2000)


class LeaveIn(VersionedSerializer):
    status = serializers.ChoiceField(
        choices=LEAVING,
        help_text="Dismissal comes from an order, never from here.",
    )
    on = serializers.DateField(input_formats=["%Y-%m-%d"], required=False)
    reason = serializers.CharField(max_length=2000)


class OfficerOut(RecordOut):
    number = serializers.CharField(help_text="The stable number: it outlives service numbers.")
    service_number = serializers.CharField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()
    sex = serializers.ChoiceField(choices=Officer.Sex.choices)
    birth_year = serializers.IntegerField()
    rank = serializers.CharField()
    unit = UnitPart()
    status = serializers.ChoiceField(choices=Officer.Status.choices)


class NotTestedOut(OfficerOut):
    last_test = serializers.DateField(
        allow_null=True, help_text="The day of the last test that counts, if any."
    )


class HeldOut(serializers.Serializer):
    since = serializers.DateField(source="held.lower", help_text="The first day.")
    until = serializers.DateField(
        source="held.upper", allow_null=True, help_text="The first day no more; null while it lasts."
    )


class HeldNumberOut(HeldOut):
    number = serializers.CharField()


class PostingOut(HeldOut):
    unit = UnitPart()
    rank = serializers.CharField()
    title = serializers.CharField()
    is_head = serializers.BooleanField()


class EventOut(serializers.Serializer):
    id = serializers.IntegerField()
    verb = serializers.CharField(help_text="As `officer.posted`.")
    actor_name = serializers.CharField()
    actor_role = serializers.CharField()
    reason = serializers.CharField()
    occurred_at = serializers.DateTimeField(help_text="As claimed by who acted.")
    recorded_at = serializers.DateTimeField(help_text="By the database's clock.")


class HistoryOut(serializers.Serializer):
    """Newest first."""

    service_numbers = HeldNumberOut(many=True)
    postings = PostingOut(many=True)
    events = EventOut(many=True)


class TestTakenOut(serializers.Serializer):
    tested_on = serializers.DateField()
    reason = serializers.ChoiceField(choices=TestReason.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)


class TestsTakenOut(serializers.Serializer):
    """Newest first."""

    results = TestTakenOut(many=True)
