"""Serializers that refuse what they do not know."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class StrictSerializer(serializers.Serializer):
    """Refuses unknown fields and those that are only read, lest a misspelt name be silently ignored.

    Of the fields named in `either` it takes exactly one.
    """

    either: tuple[str, ...] = ()

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            fields = self.fields
            for name in data:
                if name not in fields:
                    errors[str(name)[:100]] = [ErrorDetail(_("There is no such field."), code="unknown")]
                elif fields[name].read_only:
                    errors[name] = [ErrorDetail(_("This is not for you to set."), code="read_only")]
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **errors}) from None  # type: ignore[dict-item]
        if errors:
            raise serializers.ValidationError(errors)
        if self.either and sum(name in value for name in self.either) != 1:
            names, code = ", ".join(self.either), "_or_".join(self.either)
            raise serializers.ValidationError(
                {"": [ErrorDetail(_("Give exactly one of: %(names)s.") % {"names": names}, code=code)]}
            )
        return value


class VersionedSerializer(StrictSerializer):
    """For steps on an existing record: `version` is the one the caller saw. See `headers.version_of`."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The version you saw; also as `If-Match`."
    )
