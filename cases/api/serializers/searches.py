from typing import Any

from rest_framework import serializers

from cases.api.serializers.steps import IdField
from cases.models import Complaint
from cases.models.vocabulary import Category, Level
from cases.queries.complaints import MOST_COUNTED
from cases.queries.searches import found_by
from foundation.api.serializers import StrictSerializer, VersionedSerializer


class DayField(serializers.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class QueryIn(StrictSerializer):
    """As the parameters of `complaints/`; what is left out is not asked for. Without a status, all that is open."""

    status = serializers.ListField(
        child=serializers.ChoiceField(choices=Complaint.Status.choices), required=False, max_length=5
    )
    overdue = serializers.BooleanField(required=False)
    flagged = serializers.BooleanField(required=False)
    mine = serializers.BooleanField(required=False)
    offered = serializers.BooleanField(required=False, help_text="Offered to your unit.")
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    level = serializers.ChoiceField(choices=Level.choices, required=False)
    unit = IdField(required=False, help_text="With all units below it.")
    received_since = DayField(required=False)
    received_until = DayField(required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        days = {name: said[name].isoformat() for name in ("received_since", "received_until") if name in said}
        return {name: value for name, value in (said | days).items() if value is not False}


class KeepIn(StrictSerializer):
    name = serializers.CharField(max_length=80)
    query = QueryIn()
    in_digest = serializers.BooleanField(required=False, help_text="Whether digests tell how many fit.")


class ChangeIn(VersionedSerializer):
    name = serializers.CharField(max_length=80)
    query = QueryIn()
    in_digest = serializers.BooleanField()


class SavedSearchOut(serializers.Serializer):
    """A question to the queue under a name."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    name = serializers.CharField()
    query = serializers.DictField(help_text="As it was given.")
    in_digest = serializers.BooleanField()
    removed_at = serializers.DateTimeField(allow_null=True)


class CountedSearchOut(SavedSearchOut):
    count = serializers.SerializerMethodField(
        help_text=f"How many fit now, counted to {MOST_COUNTED} and no further; null where the query is out of date."
    )

    def get_count(self, row: Any) -> int | None:
        found = found_by(row)
        return None if found is None else found.order_by()[:MOST_COUNTED].count()
