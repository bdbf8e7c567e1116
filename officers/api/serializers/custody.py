from rest_framework import serializers

from foundation.api.serializers import VersionedSerializer
from officers import rules
from officers.api.serializers.drug_tests import CustodyOut
from officers.api.serializers.parts import RecordOut, VerbsField
from officers.models import CustodyProblem
from officers.models.specimens import Bottle


class DirectIn(VersionedSerializer):
    laboratory = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="The id of a laboratory among the units."
    )


class HandOverIn(VersionedSerializer):
    bottle = serializers.ChoiceField(choices=Bottle.choices, required=False, default=Bottle.A)
    handed_over_by = serializers.CharField(max_length=120)
    received_by = serializers.CharField(max_length=120)
    place = serializers.CharField(max_length=200)
    seal = serializers.CharField(max_length=40, help_text="As found on the bottle.")
    is_whole = serializers.BooleanField(required=False, default=True)
    handed_over_at = serializers.DateTimeField(
        required=False, help_text="Now, unless you say otherwise. Never in the future."
    )


class SettleCustodyIn(VersionedSerializer):
    outcome = serializers.ChoiceField(choices=CustodyProblem.Outcome.choices)
    reason = serializers.CharField(max_length=2000)


class SettleField(VerbsField):
    """`settle`, where the caller may decide on it now."""

    def to_representation(self, row: CustodyProblem) -> list[str]:
        view = self.context["view"]
        settles = view.may_write and not row.outcome and rules.settles_custody(view.request.user, row)
        return ["settle"] if settles else []


class CustodyProblemOut(RecordOut):
    """While one is open, nothing follows from what the laboratory reports."""

    verbs = SettleField()
    specimen = serializers.IntegerField(source="specimen_id")
    number = serializers.CharField(source="specimen.number", help_text="Of the specimen.")
    test = serializers.IntegerField(source="specimen.test_id")
    kind = serializers.ChoiceField(choices=CustodyProblem.Kind.choices)
    sealed_as = serializers.SerializerMethodField(help_text="The seal the bottle was given.")
    hand_over = CustodyOut(source="transfer")
    found_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=CustodyProblem.Outcome.choices, allow_blank=True)
    reason = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)

    def get_sealed_as(self, row: CustodyProblem) -> str:
        return row.specimen.seal_of(row.transfer.bottle)
