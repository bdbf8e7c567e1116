"""What several answers are made of."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from officers.lifecycles import verbs


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class VerbsField(serializers.Field):
    """What the caller may do with the record now; each is an address below the record's own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, help_text=self.__doc__, **kwargs)

    def to_representation(self, row: Any) -> list[str]:
        view = self.context["view"]
        return verbs(row, view.request.user) if view.may_write else []


class RecordOut(serializers.Serializer):
    """What every record carries."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Raised by each change; also the ETag.")
    changed_at = serializers.DateTimeField(help_text="When this version was recorded.")
    verbs = VerbsField()


class UnitPart(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()


class UserPart(serializers.Serializer):
    id = serializers.IntegerField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()


class OfficerPart(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="The stable number, which outlives service numbers.")
    service_number = serializers.CharField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()
