from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from officers.api.serializers.parts import RecordOut, UnitPart
from officers.models import SettingVersion, Unit, User
from officers.models.api_keys import Scope
from officers.models.users import Role


class UnitOut(RecordOut):
    code = serializers.CharField(help_text="Stable and written by people, as `P-12`.")
    kind = serializers.ChoiceField(choices=Unit.Kind.choices)
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    name_km = serializers.CharField()
    name_latin = serializers.CharField()
    admin_code = serializers.CharField(help_text="Into the list of places; empty for units of no place.")
    remark = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class SettingOut(RecordOut):
    kind = serializers.ChoiceField(choices=SettingVersion.Kind.choices)
    number = serializers.IntegerField(help_text="Counts the versions of this kind.")
    effective_from = serializers.DateField()
    content = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField()),
        help_text="Rows under the name of the kind.",
    )
    reason = serializers.CharField()


class SettingsOut(serializers.Serializer):
    results = SettingOut(many=True)


class RoleOut(serializers.Serializer):
    role = serializers.ChoiceField(choices=Role.choices)
    unit = UnitPart(help_text="It counts for all below as well.")
    granted_at = serializers.DateTimeField()


class KeyOut(serializers.Serializer):
    prefix = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expires_at = serializers.DateTimeField()


class MeOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1)
    username = serializers.CharField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()
    language = serializers.ChoiceField(choices=["km", "en"])
    officer = serializers.IntegerField(source="officer_id", allow_null=True)
    roles = RoleOut(many=True, source="held_roles")
    key = serializers.SerializerMethodField(help_text="The key of this request; null for a session.")

    @extend_schema_field(KeyOut(allow_null=True))
    def get_key(self, user: User) -> dict[str, Any] | None:
        key = self.context["request"].auth
        return dict(KeyOut(key).data) if key else None
