"""Files: sent, handed in by token, listed and opened."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from cases.actions.files import MOST, held
from cases.models import ComplaintFile
from foundation.api.serializers import StrictSerializer
from foundation.files.cleaning import LARGEST
from foundation.files.limits import MIB
from officers.api.serializers.parts import UserPart


class ComplaintFileIn(StrictSerializer):
    """Sent as `multipart/form-data`."""

    file = serializers.FileField(
        max_length=1000,
        allow_empty_file=True,
        help_text=f"JPEG, PNG, WebP, PDF or plain text, at most {LARGEST // MIB} MB. Its name is not kept.",
    )


class HeldOut(serializers.Serializer):
    """A cleaned file that belongs to nothing yet."""

    token = serializers.CharField(
        help_text="Hand it in as one of `files`. Without that the file is removed within three days."
    )
    kind = serializers.ChoiceField(choices=ComplaintFile.Kind.choices, help_text="What it is kept as.")
    size = serializers.IntegerField(help_text="Bytes of the cleaned file.")
    sha256 = serializers.CharField(help_text="Likewise.")


class TokensField(serializers.ListField):
    """Files by their tokens, as the action takes them."""

    def __init__(
        self, *, required: bool = False, help_text: str = "Tokens from `/complaints/files/`.", **kwargs: Any
    ) -> None:
        super().__init__(
            child=serializers.CharField(max_length=2000),
            required=required,
            max_length=MOST,
            help_text=help_text,
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> Any:
        try:
            return held(super().to_internal_value(data))
        except ValidationError as refusal:
            raise serializers.ValidationError(refusal.messages, code="unknown") from None


class ComplaintFileOut(serializers.Serializer):
    """A file with a complaint. It is given out once its status is `CLEARED`."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ComplaintFile.Kind.choices)
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(choices=ComplaintFile.Status.choices)
    checked_by = serializers.ChoiceField(
        choices=[*ComplaintFile.Check.choices, ("", "")],
        help_text="`content` where no antivirus is set up.",
    )
    finding = serializers.CharField(help_text="What the antivirus found.")
    message = serializers.IntegerField(source="message_id", allow_null=True)
    deed = serializers.IntegerField(source="deed_id", allow_null=True)
    by = UserPart(allow_null=True, help_text="None where the reporter sent it.")
    entered_at = serializers.DateTimeField()


class OpenedFileOut(ComplaintFileOut):
    name = serializers.CharField(help_text="To save it under. The one it came with is not kept.")
    content = serializers.CharField(allow_null=True, help_text="In Base64; null unless it is cleared.")
