"""What each step on a complaint takes. `source` is the action's own word."""

from typing import Any

from rest_framework import serializers

from cases.actions.intake import LONGEST
from cases.api.serializers.files import TokensField
from cases.models.vocabulary import ActionKind, ClosureReason, Finding, PauseReason
from foundation.api.serializers import VersionedSerializer
from officers.api.filters import LARGEST_ID


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class TextField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)


class PlainIn(VersionedSerializer):
    """A step that needs no words."""


class WithReasonIn(VersionedSerializer):
    reason = serializers.CharField(max_length=2000)


class AcknowledgeIn(VersionedSerializer):
    text = TextField(required=False, allow_blank=True, help_text="Said to the reporter as well.")


class AssignIn(VersionedSerializer):
    handler = IdField(source="handler_id", help_text="The id of a user who handles complaints for the unit.")


class NoteIn(VersionedSerializer):
    text = TextField()


class InstructIn(VersionedSerializer):
    instruction = TextField(source="text", help_text="What is to be done, and nothing of who reported it.")


class TakeActionIn(VersionedSerializer):
    kind = serializers.ChoiceField(choices=ActionKind.choices)
    text = TextField()
    done_on = serializers.DateField(
        input_formats=["%Y-%m-%d"], required=False, help_text="Today, unless you say otherwise."
    )
    told_reporter = serializers.BooleanField(
        required=False, default=True, help_text="The reporter may see that this was done, not the words."
    )
    files = TokensField()


class OfferIn(VersionedSerializer):
    unit = IdField(source="unit_id")
    reason = serializers.CharField(max_length=2000)


class MatchIn(VersionedSerializer):
    accused = IdField(source="accused_id", help_text="Out of `report.named`.")
    officer = IdField(source="officer_id")
    evidence = TextField()


class LinkIn(VersionedSerializer):
    original = IdField(source="original_id", help_text="The complaint that was there before.")


class ReferIn(VersionedSerializer):
    authority = serializers.CharField(
        max_length=20, help_text="A code of the setting `authorities` in force."
    )
    text = TextField(help_text="What is referred.")
    letter = serializers.CharField(max_length=60, help_text="Its number.")
    sent_on = serializers.DateField(
        input_formats=["%Y-%m-%d"], required=False, help_text="Today, unless you say otherwise."
    )


class HearFromIn(VersionedSerializer):
    referral = IdField(source="referral_id", help_text="Out of `referrals/`.")
    answer = TextField(required=False, allow_blank=True, help_text="Without one it was acknowledged.")


class PauseIn(VersionedSerializer):
    reason = serializers.ChoiceField(choices=PauseReason.choices)
    text = TextField()
    until = serializers.DateField(input_formats=["%Y-%m-%d"])


class DecidePauseIn(VersionedSerializer):
    agree = serializers.BooleanField()


class DecideContactIn(VersionedSerializer):
    grant = serializers.BooleanField()


class CloseIn(VersionedSerializer):
    finding = serializers.ChoiceField(choices=Finding.choices)
    closure_reason = serializers.ChoiceField(choices=ClosureReason.choices)
    summary = TextField()
    answer = TextField(help_text="To the reporter, who reads it by receipt.")


class SettleIn(VersionedSerializer):
    happened = serializers.BooleanField(help_text="What was recorded as done did happen.")
    text = TextField(help_text="Why it is settled so.")


class ExplainIn(VersionedSerializer):
    explanation = TextField(source="text")
