from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import RecordOut, UnitPart, UserPart
from officers.imports import shown
from officers.models import Import, PlannedSheet
from officers.models.sheets import TestReason

LARGEST_ID = 2**63 - 1


class FileIn(StrictSerializer):
    """Sent as `multipart/form-data`."""

    file = serializers.FileField(
        max_length=1000, allow_empty_file=True, help_text="CSV or XLSX, at most 32 MB."
    )
    unit = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="The id of the unit.")


class DescribeIn(StrictSerializer):
    """What the file does not say of its sheet. The drugs are the file's own columns."""

    site = serializers.CharField(max_length=200, required=False)
    tested_on = serializers.DateField(input_formats=["%Y-%m-%d"], required=False)
    administrator = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="The id of the user who collected."
    )
    witness = serializers.CharField(max_length=120, required=False)
    reason = serializers.ChoiceField(choices=TestReason.choices, required=False)
    order_number = serializers.CharField(max_length=60, required=False)
    kit_lot = serializers.CharField(max_length=60, required=False)
    kit_expires_on = serializers.DateField(input_formats=["%Y-%m-%d"], required=False)


class SheetFileIn(FileIn, DescribeIn):
    """Sent as `multipart/form-data`; what the file does not say of its sheet may come with it."""


class DescribeVersionedIn(DescribeIn, VersionedSerializer):
    pass


class TakeIn(VersionedSerializer):
    all_or_nothing = serializers.BooleanField(
        default=False, help_text="Take nothing if any row cannot be taken; else those are left out."
    )


class NothingIn(VersionedSerializer):
    pass


class ProgressOut(serializers.Serializer):
    """How far a worker has come. All rows are read before the first is judged; the good ones are taken in parts."""

    read = serializers.IntegerField()
    judged = serializers.IntegerField()
    taken = serializers.IntegerField()


class HeaderProblemOut(serializers.Serializer):
    cell = serializers.CharField()
    message = serializers.CharField()


class ImportOut(RecordOut):
    unit = UnitPart()
    filename = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(choices=Import.Status.choices)
    problem = serializers.SerializerMethodField(
        help_text="Why the file as a whole could not be read or taken, in the language of the request."
    )
    rows = serializers.IntegerField()
    bad_rows = serializers.IntegerField()
    unchanged_rows = serializers.IntegerField(help_text="Good rows that change nothing.")
    taken_rows = serializers.IntegerField(help_text="Rows that were taken and stand.")
    uploaded_by = UserPart()
    uploaded_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)

    def get_problem(self, row: Import) -> str:
        return row.problem.get(get_language() or "km", "")


class OpenedImportOut(ImportOut):
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressOut)
    def get_progress(self, row: Import) -> dict[str, int]:
        return shown.progress(row)


class OpenedCampaignOut(OpenedImportOut):
    header = serializers.SerializerMethodField(help_text="What is the same for every sheet of the file.")
    header_problems = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_header(self, row: Import) -> dict[str, Any]:
        return row.header

    @extend_schema_field(HeaderProblemOut(many=True))
    def get_header_problems(self, row: Import) -> list[dict[str, str]]:
        return [{"cell": cell, "message": message} for cell, message in shown.header_problems(row)]


class OpenedSheetFileOut(OpenedCampaignOut):
    sheet = serializers.IntegerField(source="sheet_id", allow_null=True)


class PlannedSheetOut(serializers.Serializer):
    """A sheet that a campaign's file makes. `sheet` is its id once it was opened."""

    number = serializers.IntegerField()
    header = serializers.SerializerMethodField()
    rows = serializers.IntegerField()
    sheet = serializers.IntegerField(source="sheet_id", allow_null=True)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_header(self, row: PlannedSheet) -> dict[str, Any]:
        header: dict[str, Any] = row.header
        return header


class FaultOut(serializers.Serializer):
    field = serializers.CharField()
    column = serializers.CharField()
    title = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField(source="reason")


class BadRowOut(serializers.Serializer):
    """A row that cannot be taken, and why, in the language of the request."""

    line = serializers.IntegerField(help_text="In the file, from 1.")
    problems = serializers.SerializerMethodField()

    @extend_schema_field(FaultOut(many=True))
    def get_problems(self, row: Any) -> list[dict[str, Any]]:
        found = FaultOut(list(shown.faults(row.file, [row])), many=True).data
        return [dict(fault) for fault in found]
