"""What a case rests on, and what the officer was told and said: a row each."""

from rest_framework import serializers

from cases.api.serializers.fields import InOrder, Part
from cases.models import CaseNotice, CaseStatement, Ground, Paper, Prosecution
from cases.models.grounds import GroundKind
from officers.api.serializers.parts import UserPart
from officers.models import Service


class CaseGroundOut(Part):
    """What the officer is held to have done, and what carries it."""

    joined = ("added_by",)

    kind = serializers.ChoiceField(choices=GroundKind.choices)
    status = serializers.ChoiceField(choices=Ground.Status.choices)
    text = serializers.CharField()
    happened_on = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    test = serializers.IntegerField(source="test_id", allow_null=True)
    extract = serializers.IntegerField(source="extract_id", allow_null=True)
    article = serializers.CharField(help_text="A code of the setting `articles`.")
    court = serializers.CharField()
    judgment = serializers.CharField()
    about_drugs = serializers.BooleanField(source="is_about_drugs")
    added_by = UserPart(allow_null=True)
    added_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    why_ended = serializers.CharField()


class ScanPart(serializers.Serializer):
    class Meta:
        list_serializer_class = InOrder

    id = serializers.IntegerField(help_text="Below `files/`.")
    status = serializers.CharField()


class CasePaperOut(Part):
    """A piece of evidence."""

    joined = ("added_by",)

    ground = serializers.IntegerField(source="ground_id", allow_null=True)
    kind = serializers.ChoiceField(choices=Paper.Kind.choices)
    title = serializers.CharField()
    number = serializers.CharField(help_text="Or where it lies.")
    dated_on = serializers.DateField(allow_null=True)
    text = serializers.CharField(help_text="What it shows.")
    files = ScanPart(many=True)
    added_by = UserPart()
    added_at = serializers.DateTimeField()


class CaseNoticeOut(Part):
    """What the officer is told in writing, as it was when it was issued. It has effect from a proof of service."""

    joined = ("issued_by", "told_by")

    kind = serializers.ChoiceField(choices=CaseNotice.Kind.choices)
    content = serializers.DictField(help_text="By kind; codes, and days as YYYY-MM-DD.")
    issued_by = UserPart(allow_null=True)
    issued_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField(allow_null=True)
    told_how = serializers.ChoiceField(
        source="told_by.how", choices=Service.How.choices, allow_null=True, default=None
    )


class CaseStatementOut(Part):
    """What the officer says."""

    joined = ("recorded_by",)

    kind = serializers.ChoiceField(choices=CaseStatement.Kind.choices)
    text = serializers.CharField()
    how = serializers.ChoiceField(choices=Service.How.choices)
    made_at = serializers.DateTimeField()
    recorded_by = UserPart(allow_null=True, help_text="None where he wrote it himself, at his door.")


class ExtensionOut(Part):
    joined = ("by",)

    before = serializers.DateTimeField()
    until = serializers.DateTimeField()
    reason = serializers.CharField()
    by = UserPart()
    at = serializers.DateTimeField()


class SuspensionReviewOut(Part):
    joined = ("by",)

    goes_on = serializers.BooleanField()
    reasons = serializers.CharField()
    by = UserPart()
    at = serializers.DateTimeField()


class SuspensionOut(Part):
    """A precautionary suspension. It says nothing about whether what he is held to have done is true."""

    joined = ("ordered_by", "ended_by")

    starts_on = serializers.DateField()
    with_pay = serializers.BooleanField()
    reasons = serializers.CharField()
    ordered_by = UserPart()
    ordered_at = serializers.DateTimeField()
    review_by = serializers.DateField(help_text="The last day for the next look at it.")
    ended_on = serializers.DateField(allow_null=True)
    ended_by = UserPart(allow_null=True)
    why_ended = serializers.CharField()
    reviews = SuspensionReviewOut(many=True)


class ProsecutionOut(Part):
    """A matter sent to the prosecutor."""

    joined = ("sent_by", "recorded_by")

    court = serializers.CharField()
    number = serializers.CharField()
    sent_on = serializers.DateField()
    sent_by = UserPart()
    result = serializers.ChoiceField(choices=Prosecution.Result.choices, allow_blank=True)
    result_on = serializers.DateField(allow_null=True)
    result_number = serializers.CharField()
    recorded_by = UserPart(allow_null=True)
