"""Extracts of complaints: what may be said of one, without the reporter."""

from typing import Any

from rest_framework import serializers

from cases import lifecycles, rules
from cases.api.serializers.fields import Part, WordsField
from cases.models import Extract
from foundation.api.serializers import VersionedSerializer
from officers.api.serializers.parts import UserPart, VerbsField


class ExtractVerbsField(VerbsField):
    """What the caller may do with it now; each is an address below its own, with dashes for underscores."""

    def to_representation(self, row: Extract) -> list[str]:
        view = self.context["view"]
        return lifecycles.verbs(row, view.request.user) if view.may_write else []


class ExtractPart(Part):
    """An extract. Which complaint it is of is said to who reads that complaint, and to nobody else."""

    joined = ("drafted_by", "checked_by")

    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    complaint = serializers.IntegerField(
        source="complaint_id", allow_null=True, help_text="Null unless you read that complaint."
    )
    status = serializers.ChoiceField(choices=Extract.Status.choices)
    text = serializers.CharField(
        help_text="Until a second person has checked it, empty unless you read the complaint."
    )
    remark = serializers.CharField(help_text="Of who checked it; empty unless you read the complaint.")
    drafted_by = UserPart()
    drafted_at = serializers.DateTimeField()
    checked_by = UserPart(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, row: Extract) -> dict[str, Any]:
        body = super().to_representation(row)
        if not rules.reads_report_of(self.context["view"].request.user, row):
            body |= {"complaint": None, "remark": ""}
            if row.status != Extract.Status.CHECKED:
                body["text"] = ""  # what nobody has checked may lead to the reporter
        return body


class ExtractStepOut(serializers.Serializer):
    """An extract after a step. Nothing of what it says: the answer is kept for its Idempotency-Key."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    status = serializers.ChoiceField(choices=Extract.Status.choices)
    checked_at = serializers.DateTimeField(allow_null=True)
    verbs = ExtractVerbsField()


class ExtractOut(ExtractPart):
    case = serializers.SerializerMethodField(help_text="Null where you do not see the case: you check it.")

    def get_case(self, row: Extract) -> int | None:
        return row.case_id if rules.sees(self.context["view"].request.user, row.case) else None


class OpenedExtractOut(ExtractOut):
    verbs = ExtractVerbsField()


class CheckExtractIn(VersionedSerializer):
    remark = WordsField(required=False, allow_blank=True)


class SendBackExtractIn(VersionedSerializer):
    remark = WordsField(help_text="What must not stand in it.")
