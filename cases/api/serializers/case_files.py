from rest_framework import serializers

from cases.models import CaseFile
from officers.api.serializers.parts import UserPart


class CaseFileOut(serializers.Serializer):
    """The scan of a paper in a case, or of an order. It is given out once its status is `CLEARED`."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=CaseFile.Kind.choices)
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(choices=CaseFile.Status.choices)
    checked_by = serializers.ChoiceField(
        choices=[*CaseFile.Check.choices, ("", "")], help_text="`content` where no antivirus is set up."
    )
    finding = serializers.CharField(help_text="What the antivirus found.")
    paper = serializers.IntegerField(source="paper_id", allow_null=True)
    order = serializers.IntegerField(source="order_id", allow_null=True)
    by = UserPart(allow_null=True)
    entered_at = serializers.DateTimeField()


class OpenedCaseFileOut(CaseFileOut):
    name = serializers.CharField(help_text="To save it under. The one it came with is not kept.")
    content = serializers.CharField(allow_null=True, help_text="In Base64; null unless it is cleared.")
