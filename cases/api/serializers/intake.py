"""What is handed in, and what a receipt tells."""

from typing import Any

from rest_framework import serializers

from cases.actions.intake import LONGEST, MOST_NAMED, Named, Report
from cases.api.serializers.files import TokensField
from cases.api.serializers.steps import IdField
from cases.models import Accused, Message
from cases.models.vocabulary import ActionKind, Category, Channel, Hidden, HowKnown, Level
from foundation.api.serializers import StrictSerializer

CHANNELS = [(value, label) for value, label in Channel.choices if value != Channel.WEB]


class NamedIn(StrictSerializer):
    kind = serializers.ChoiceField(choices=Accused.Kind.choices)
    said = serializers.CharField(max_length=300, required=False, allow_blank=True)
    unit = IdField(required=False)


class ReportIn(StrictSerializer):
    category = serializers.ChoiceField(choices=Category.choices)
    narrative = serializers.CharField(max_length=LONGEST)
    place_code = serializers.RegexField(
        r"^([0-9]{2}){1,4}$",
        required=False,
        help_text="Into the list of places, from the province (2 digits) to the village (8).",
    )
    place_text = serializers.CharField(max_length=300, required=False, allow_blank=True)
    happened = serializers.CharField(max_length=200, required=False, allow_blank=True)
    how_known = serializers.ChoiceField(choices=HowKnown.choices, required=False, allow_blank=True)
    hidden_from = serializers.ChoiceField(
        choices=Hidden.choices,
        required=False,
        allow_blank=True,
        help_text="The police of the place, up to this level, are never to see it.",
    )
    contact = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Sealed and encrypted apart."
    )
    language = serializers.ChoiceField(choices=["km", "en"], required=False)
    named = serializers.ListField(child=NamedIn(), required=False, max_length=MOST_NAMED)
    files = TokensField()
    channel = serializers.ChoiceField(choices=CHANNELS, required=False, default=Channel.REFERRAL.value)
    received_on = serializers.DateField(
        input_formats=["%Y-%m-%d"], required=False, help_text="Today, unless you say otherwise."
    )


def report_of(given: dict[str, Any]) -> Report:
    """The body in the action's words."""
    about = {name: value for name, value in given.items() if name not in ("channel", "received_on", "named")}
    return Report(**about, named=[Named(**one) for one in given.get("named", ())])


class ReceiptOut(serializers.Serializer):
    """For the reporter. It is kept nowhere in clear: hand it on, and forget it."""

    receipt = serializers.CharField(help_text="16 digits, by which he asks and answers.")


class ReceiptIn(StrictSerializer):
    receipt = serializers.CharField(
        max_length=40, help_text="16 digits; spaces and dashes do not matter. Never in an address."
    )


class MovedOut(serializers.Serializer):
    on = serializers.DateField()
    level = serializers.ChoiceField(choices=Level.choices)


class DoneOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ActionKind.choices)
    done_on = serializers.DateField()


class SaidOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Message.Kind.choices)
    from_reporter = serializers.BooleanField()
    text = serializers.CharField()
    on = serializers.DateField()


class StatusOut(serializers.Serializer):
    """What the public page shows by receipt. Of handlers the reporter learns the level and no name."""

    received_on = serializers.DateField()
    entered = serializers.BooleanField(help_text="False while it waits to be entered among others.")
    opened_on = serializers.DateField(allow_null=True)
    acknowledged_on = serializers.DateField(allow_null=True)
    acted_on = serializers.DateField(allow_null=True)
    act_by = serializers.DateField(allow_null=True)
    resolve_by = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()
    level = serializers.ChoiceField(choices=Level.choices, allow_null=True)
    moved = MovedOut(
        many=True, help_text="To a higher level, since nobody acted or somebody may not have it."
    )
    deeds = DoneOut(many=True)
    messages = SaidOut(many=True)
    waiting = serializers.IntegerField(min_value=0, help_text="Messages not entered yet.")
    closed_on = serializers.DateField(allow_null=True)
    finding = serializers.CharField(help_text="In words, in the language of the request.")
    closure_reason = serializers.CharField(help_text="Likewise.")
    may_dispute = serializers.BooleanField()
    review_until = serializers.DateField(allow_null=True)
    review_asked_on = serializers.DateField(allow_null=True)
