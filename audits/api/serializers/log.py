"""Events, images of rows, and looks, as the log has them. Nothing here asks the database: rows are streamed."""

from datetime import timedelta
from typing import Any, cast

from rest_framework import serializers

from audits.queries import closed
from ledger.models import Change, Seal

#: A claim further than this from its recording is marked wherever it is shown.
FAR = timedelta(hours=24)


class ActorPart(serializers.Serializer):
    """Who acted, as he was called and what he was at that moment."""

    id = serializers.IntegerField(source="actor_id", allow_null=True)
    name = serializers.CharField(source="actor_name")
    role = serializers.CharField(
        source="actor_role", help_text="His roles, and the key where he used one: `… via key pk_…`."
    )


class SubjectPart(serializers.Serializer):
    table = serializers.CharField(source="subject_table", help_text="Empty where the act is about no row.")
    id = serializers.IntegerField(source="subject_id", allow_null=True)


class LogEventOut(serializers.Serializer):
    """One act, at its place in the sealed order."""

    position = serializers.IntegerField(min_value=1)
    id = serializers.IntegerField(source="event.pk", help_text="By which images and answers point at it.")
    verb = serializers.CharField(source="event.verb")
    actor = ActorPart(source="event")
    subject = SubjectPart(source="event")
    cause = serializers.IntegerField(
        source="event.cause_id", allow_null=True, help_text="The id of the event it follows from."
    )
    reason = serializers.CharField(source="event.reason")
    facts = serializers.JSONField(source="event.facts")
    occurred_at = serializers.DateTimeField(source="event.occurred_at", help_text="As claimed by who acts.")
    recorded_at = serializers.DateTimeField(source="event.recorded_at", help_text="The database's clock.")
    is_far = serializers.SerializerMethodField(
        help_text="The claim is more than 24 hours from the recording."
    )
    clock_set = serializers.BooleanField(
        source="event.clock_set", help_text="A demonstration had set the clock."
    )
    request = serializers.CharField(source="event.request_id")
    digest = serializers.SerializerMethodField(
        help_text="The chain's head at this place, in hexadecimal digits."
    )

    def get_is_far(self, row: Seal) -> bool:
        return abs(row.event.recorded_at - row.event.occurred_at) > FAR

    def get_digest(self, row: Seal) -> str:
        return bytes(row.digest).hex()


class LogChangeOut(serializers.Serializer):
    """A row as an event left it; of one that was deleted, the row that went."""

    id = serializers.IntegerField()
    position = serializers.IntegerField(source="event.seal.position", min_value=1, help_text="Of its event.")
    event = serializers.IntegerField(source="event_id")
    table = serializers.CharField(source="table_name")
    row = serializers.IntegerField(source="row_id")
    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=Change.KINDS, help_text="Inserted, updated, deleted.")
    image = serializers.SerializerMethodField(help_text="Columns and values; null where it was erased.")
    closed = serializers.SerializerMethodField(
        help_text="Columns that are left out: credentials, and what is sealed."
    )
    image_hash = serializers.SerializerMethodField(
        help_text="SHA-256 over salt and whole image, in hexadecimal digits."
    )

    def get_image(self, row: Change) -> dict[str, Any] | None:
        return closed.shown(row.table_name, cast("dict[str, Any] | None", row.image))

    def get_closed(self, row: Change) -> list[str]:
        return sorted(closed.CLOSED_COLUMNS.get(row.table_name, {}))

    def get_image_hash(self, row: Change) -> str:
        return bytes(row.image_hash).hex()


class LogReadOut(serializers.Serializer):
    """Who looked at what, and why; searches and exports too."""

    id = serializers.IntegerField()
    actor = ActorPart(source="*")
    table = serializers.CharField(source="table_name")
    row = serializers.IntegerField(source="row_id", allow_null=True, help_text="Null for a list.")
    fields = serializers.ListField(child=serializers.CharField(), help_text="Those that are sensitive.")  # type: ignore[assignment]
    what = serializers.CharField(help_text="`opened`, `listed`, `searched`, `exported`.")
    reason = serializers.CharField()
    detail = serializers.JSONField(help_text="What was asked of a list.")
    read_at = serializers.DateTimeField()
    request = serializers.CharField(source="request_id")
