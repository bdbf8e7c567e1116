"""What each step on a case takes. `source` is the action's own word."""

from rest_framework import serializers

from cases.api.serializers.fields import (
    LONGEST_CODE,
    CodeField,
    DayField,
    DaysField,
    MeasureField,
    NoConflictField,
    PasswordField,
    ScansField,
    ShortField,
    ToRankField,
    ToUnitField,
    WordsField,
)
from cases.api.serializers.steps import IdField
from cases.models import Case, Paper, Prosecution
from cases.models.appeals import AppealGround
from cases.models.grounds import GroundKind
from foundation.api.serializers import StrictSerializer, VersionedSerializer

TODAY = "Today, unless you say otherwise."


class Identity(serializers.Serializer):
    """Typed, and held against the officer, so that it is not somebody else."""

    service_number = ShortField(20)
    birth_year = serializers.IntegerField(min_value=1900, max_value=2100, allow_null=True)


class OpenCaseIn(Identity, StrictSerializer):
    officer = IdField(source="officer_id")
    unit = IdField(
        source="unit_id", required=False, help_text="Which conducts it; if left out, the lowest that may."
    )


class IdentifyIn(Identity, VersionedSerializer):
    pass


class NoWordsIn(VersionedSerializer):
    """A step that needs no words."""


class CaseReasonIn(VersionedSerializer):
    reason = WordsField()


class AssignCaseIn(VersionedSerializer):
    case_officer = IdField(source="case_officer_id", help_text="The id of a user who works on cases.")


class AssessIn(VersionedSerializer):
    severity = serializers.ChoiceField(choices=Case.Severity.choices)
    reasons = WordsField()


class PaperFields(StrictSerializer):
    kind = serializers.ChoiceField(choices=Paper.Kind.choices)
    title = ShortField(200, help_text="What it is.")
    number = ShortField(120, required=False, allow_blank=True, help_text="Or where it lies.")
    dated_on = DayField(required=False)
    text = WordsField(required=False, allow_blank=True, help_text="What it shows.")
    files = ScansField()


class AddPaperIn(PaperFields, VersionedSerializer):
    ground = IdField(source="ground_id", required=False)


class AddGroundIn(VersionedSerializer):
    kind = serializers.ChoiceField(choices=GroundKind.choices)
    text = WordsField(help_text="What the officer is held to have done.")
    happened_on = DayField(required=False)
    until = DayField(required=False, help_text="Of an absence.")
    test = IdField(
        source="test_id",
        required=False,
        help_text="A final positive, or a determined refusal, of this officer.",
    )
    extract = IdField(source="extract_id", required=False, help_text="One of this case that was checked.")
    article = CodeField(required=False, allow_blank=True, help_text="A code of the setting `articles`.")
    court = ShortField(120, required=False, allow_blank=True)
    judgment = ShortField(60, required=False, allow_blank=True)
    paper = PaperFields(required=False, help_text="The first that shows it.")


class WithdrawGroundIn(VersionedSerializer):
    ground = IdField(source="ground_id")
    reason = WordsField()


class DraftExtractIn(VersionedSerializer):
    complaint = IdField(source="complaint_id", help_text="One that you read, closed and found to be true.")
    text = WordsField(help_text="What was done, and nothing that leads to who reported it.")


class SaysIn(VersionedSerializer):
    text = WordsField(help_text="What the officer says or hands in.")


class SaidAllIn(VersionedSerializer):
    text = WordsField(required=False, allow_blank=True)


class ExtendIn(VersionedSerializer):
    until = DayField(help_text="The last day.")
    reason = WordsField()


class InvestigateIn(VersionedSerializer):
    text = WordsField(help_text="What was found, with what the officer said weighed.")


class ProposeIn(VersionedSerializer):
    measure = MeasureField()
    articles = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE),
        min_length=1,
        max_length=50,
        help_text="Codes of the setting `articles`.",
    )
    reasons = WordsField()
    lesser = WordsField(required=False, allow_blank=True, help_text="Why no lesser measure is enough.")
    to_rank = ToRankField()
    to_unit = ToUnitField()
    days = DaysField()
    no_conflict = NoConflictField()


class FindLawfulIn(VersionedSerializer):
    text = WordsField(help_text="The opinion.")
    rests_on_no_screen = serializers.BooleanField(
        help_text="True confirms that nothing rests on a screen that was not confirmed."
    )
    no_conflict = NoConflictField()


class SendBackProposalIn(VersionedSerializer):
    text = WordsField(help_text="What is missing.")
    no_conflict = NoConflictField()


class DecideIn(VersionedSerializer):
    measure = MeasureField(help_text="As proposed, or a lesser one.")
    reasons = WordsField()
    to_rank = ToRankField()
    to_unit = ToUnitField()
    days = DaysField()
    no_conflict = NoConflictField()
    password = PasswordField()


class DecideWithoutIn(VersionedSerializer):
    reasons = WordsField()
    no_conflict = NoConflictField()
    password = PasswordField()


class SuspendCaseIn(VersionedSerializer):
    reasons = WordsField(help_text="Why it is needed now.")
    with_pay = serializers.BooleanField(required=False, default=True)


class ReviewSuspensionIn(VersionedSerializer):
    goes_on = serializers.BooleanField()
    reasons = WordsField()


class ReferCaseIn(VersionedSerializer):
    court = ShortField(120)
    number = ShortField(60, help_text="Of the letter.")
    sent_on = DayField(required=False, help_text=TODAY)


class RecordResultIn(VersionedSerializer):
    prosecution = IdField(source="prosecution_id", help_text="Out of `prosecutions`.")
    result = serializers.ChoiceField(choices=Prosecution.Result.choices)
    number = ShortField(60, required=False, allow_blank=True, help_text="Of the answer.")
    result_on = DayField(required=False, help_text=TODAY)


class LodgeIn(VersionedSerializer):
    ground = serializers.ChoiceField(choices=AppealGround.choices)
    text = WordsField(help_text="Why the measure should not stand.")
    late_cause = WordsField(required=False, allow_blank=True, help_text="After the time to appeal.")
