"""Appeals, and what their steps take."""

from rest_framework import serializers

from cases import lifecycles
from cases.api.serializers.fields import (
    DaysField,
    MeasureField,
    NoConflictField,
    Part,
    ToRankField,
    WordsField,
)
from cases.models import Appeal
from cases.models.appeals import AppealGround
from cases.models.deciding import MeasureKind
from foundation.api.serializers import VersionedSerializer
from officers.api.serializers.parts import UserPart, VerbsField
from officers.models import Service


class AppealVerbsField(VerbsField):
    """What the caller may do with it now; each is an address below its own, with dashes for underscores."""

    def to_representation(self, row: Appeal) -> list[str]:
        view = self.context["view"]
        return lifecycles.verbs(row, view.request.user) if view.may_write else []


class AppealStepOut(serializers.Serializer):
    """An appeal after a step. Nothing of what was written: the answer is kept for its Idempotency-Key."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    case = serializers.IntegerField(source="case_id")
    case_status = serializers.CharField(source="case.status")
    status = serializers.ChoiceField(choices=Appeal.Status.choices)
    outcome = serializers.ChoiceField(choices=Appeal.Outcome.choices, allow_blank=True)
    lodged_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    verbs = AppealVerbsField()


class AppealPart(Part):
    """An officer's appeal against a measure in force. Two members decide who had no part in the case."""

    joined = ("recorded_by", "admitted_by", "drafted_by", "agreed_by")

    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    status = serializers.ChoiceField(choices=Appeal.Status.choices)
    ground = serializers.ChoiceField(choices=AppealGround.choices)
    text = serializers.CharField()
    late_cause = serializers.CharField()
    is_late = serializers.BooleanField()
    how = serializers.ChoiceField(choices=Service.How.choices)
    lodged_at = serializers.DateTimeField()
    recorded_by = UserPart(allow_null=True, help_text="None where he wrote it himself, at his door.")
    admitted_by = UserPart(allow_null=True, help_text="Who admitted it, or did not.")
    admitted_at = serializers.DateTimeField(allow_null=True)
    why_inadmissible = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Appeal.Outcome.choices, allow_blank=True)
    measure = serializers.ChoiceField(choices=MeasureKind.choices, allow_blank=True)
    to_rank = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    reasons = serializers.CharField()
    drafted_by = UserPart(allow_null=True)
    drafted_at = serializers.DateTimeField(allow_null=True)
    agreed_by = UserPart(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class AppealOut(AppealPart):
    case = serializers.IntegerField(source="case_id")


class OpenedAppealOut(AppealOut):
    verbs = AppealVerbsField()


class AdmitAppealIn(VersionedSerializer):
    """A step that needs no words."""


class AppealReasonIn(VersionedSerializer):
    reason = WordsField()


class DraftAppealIn(VersionedSerializer):
    outcome = serializers.ChoiceField(choices=Appeal.Outcome.choices)
    reasons = WordsField()
    measure = MeasureField(required=False, help_text="With `varied` alone: a lesser one than is in force.")
    to_rank = ToRankField()
    days = DaysField()


class AgreeToAppealIn(VersionedSerializer):
    no_conflict = NoConflictField()
