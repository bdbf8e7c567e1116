from django.conf import settings
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.filters import LARGEST_ID
from officers.models.users import ByMail
from officers.queries.notices import Shown


class NoticeOut(serializers.Serializer):
    id = serializers.IntegerField(source="notice.pk")
    kind = serializers.CharField(source="notice.kind", help_text="The verb of the event, as `import.taken`.")
    words = serializers.CharField(help_text="What happened, in the language of the request.")
    reference = serializers.CharField(help_text="Of the record, where it has one that may be said.")
    link = serializers.SerializerMethodField(help_text="The page about it; empty where you see it no more.")
    told_on = serializers.DateField()
    read_at = serializers.DateTimeField(source="notice.read_at", allow_null=True)

    def get_link(self, row: Shown) -> str:
        return settings.PUBLIC_URL + row.path if row.path else ""


class MarkIn(StrictSerializer):
    read = serializers.BooleanField(help_text="False marks it as unread again.")


class ReadAllIn(StrictSerializer):
    until = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="The id of the newest notice you saw."
    )


class ReadAllOut(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many were unread until now.")


class ChoiceOut(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, help_text="Of your account; also the ETag.")
    by_mail = serializers.ChoiceField(choices=ByMail.choices, source="notices_by_mail")
    hour = serializers.IntegerField(source="digest_hour", help_text="Of digests, in Phnom Penh.")


class ChoiceIn(VersionedSerializer):
    by_mail = serializers.ChoiceField(choices=ByMail.choices)
    hour = serializers.IntegerField(min_value=0, max_value=23)
