"""What was done and said about a complaint, a row each."""

from typing import Any

from rest_framework import serializers

from cases.models import Flag, Handover, Message, Miss, Pause
from cases.models.vocabulary import ActionKind, Level, PauseReason
from officers.api.serializers.parts import UnitPart, UserPart


class DeedOut(serializers.Serializer):
    """A substantive action."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ActionKind.choices)
    text = serializers.CharField()
    done_on = serializers.DateField()
    by = UserPart()
    unit = UnitPart()
    told_reporter = serializers.BooleanField()
    disputed = serializers.CharField(help_text="What the reporter says against it.")
    stands = serializers.BooleanField(help_text="False once it was settled that it did not happen.")


class MessageOut(serializers.Serializer):
    """A line of the thread with the reporter."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    from_reporter = serializers.BooleanField()
    text = serializers.CharField()
    by = UserPart(allow_null=True)
    on = serializers.DateField()


class NoteOut(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    by = UserPart()
    on = serializers.DateField()


class ForReaders(serializers.Serializer):
    """Base of rows whose words may repeat the report: at a post, `only_read` are absent."""

    only_read: tuple[str, ...] = ()

    def to_representation(self, row: Any) -> dict[str, Any]:
        body = super().to_representation(row)
        if not self.context["read"]:
            for name in self.only_read:
                del body[name]
        return body


class HandoverOut(ForReaders):
    only_read = ("reason",)

    id = serializers.IntegerField()
    why = serializers.ChoiceField(choices=Handover.Why.choices)
    from_unit = UnitPart(allow_null=True)
    to_unit = UnitPart()
    level = serializers.ChoiceField(choices=Level.choices)
    reason = serializers.CharField(required=False)
    on = serializers.DateField()


class PauseOut(ForReaders):
    only_read = ("text",)

    id = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=PauseReason.choices)
    text = serializers.CharField(required=False)
    starts_on = serializers.DateField()
    until = serializers.DateField(help_text="The clocks run again from this day.")
    status = serializers.ChoiceField(choices=Pause.Status.choices)
    asked_by = UserPart()
    agreed_by = UserPart(allow_null=True, help_text="Who decided on it, whichever way.")


class ReferralOut(ForReaders):
    """A matter put to a listed ministry, with its days to answer."""

    only_read = ("text", "letter", "answer")

    id = serializers.IntegerField(help_text="For `hear_from`.")
    authority = serializers.CharField(help_text="A code of the setting `authorities`.")
    text = serializers.CharField(required=False)
    letter = serializers.CharField(required=False)
    sent_on = serializers.DateField()
    by = UserPart()
    acknowledge_by = serializers.DateField(allow_null=True)
    answer_by = serializers.DateField(allow_null=True)
    acknowledged_on = serializers.DateField(allow_null=True)
    answered_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField(required=False)


class FlagOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Flag.Kind.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    unit = UnitPart(help_text="Which had it then.")
    due_on = serializers.DateField()
    raised_at = serializers.DateTimeField()
    cleared_at = serializers.DateTimeField(allow_null=True)
    cleared_by = serializers.IntegerField(
        allow_null=True, help_text="The event of the act, as in `history/`."
    )


class FlagsOut(serializers.Serializer):
    results = FlagOut(many=True)


class MissOut(serializers.Serializer):
    """A deadline a unit let pass. It stays on the unit's record, with the reason the unit gives."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    complaint = serializers.IntegerField(source="complaint_id", help_text="May have left the unit for good.")
    reference = serializers.CharField(source="complaint.reference")
    unit = UnitPart()
    kind = serializers.ChoiceField(choices=Miss.Kind.choices)
    due_on = serializers.DateField()
    moved_on = serializers.DateField()
    explain_by = serializers.DateField()
    explanation = serializers.CharField()
    explained_by = UserPart(allow_null=True)
    explained_on = serializers.DateField(allow_null=True)


class ComplaintEventOut(ForReaders):
    only_read = ("actor_name", "actor_role", "reason")

    id = serializers.IntegerField()
    verb = serializers.CharField(help_text="As `complaint.acted_on`.")
    actor_name = serializers.CharField(required=False)
    actor_role = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)
    occurred_at = serializers.DateTimeField(help_text="As claimed by who acted.")
    recorded_at = serializers.DateTimeField(help_text="By the database's clock.")


class ComplaintHistoryOut(serializers.Serializer):
    """Newest first. At a commune post without names and reasons."""

    handovers = HandoverOut(many=True)
    events = ComplaintEventOut(many=True)
