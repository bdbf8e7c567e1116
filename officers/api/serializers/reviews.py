from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.drug_tests import ClaimOut
from officers.api.serializers.parts import OfficerPart, RecordOut, UnitPart, UserPart, VerbsField
from officers.models import (
    AnalyteValue,
    ApiKey,
    ContactAttempt,
    CustodyProblem,
    DrugTest,
    Review,
    Statement,
)
from officers.models.laboratory import Flaw, LabResult, Method
from officers.models.sheets import Drug
from officers.models.specimens import Bottle
from officers.queries.reviews import attempts_of, custody_of, due_of, reports_of

MOST_WRITTEN = 10_000
#: Steps that decide: their pages ask for the password again.
DECIDES = ("verify", "clear", "cancel", "determine", "reopen")


def words(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=MOST_WRITTEN, **options)


def unheard() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=Review.Unheard.choices,
        required=False,
        help_text="Where the officer was not heard. What is written down of the attempts must bear it out.",
    )


class AttemptIn(VersionedSerializer):
    how = serializers.ChoiceField(choices=ContactAttempt.How.choices)
    result = serializers.ChoiceField(choices=ContactAttempt.Result.choices)
    tried_at = serializers.DateTimeField(required=False, help_text="Now, unless you say otherwise.")
    note = words(required=False, allow_blank=True)


class HearIn(VersionedSerializer):
    heard = words(help_text="What the officer said.")
    heard_at = serializers.DateTimeField(required=False, help_text="Now, unless you say otherwise.")


class SaidIn(VersionedSerializer):
    text = words(help_text="What the officer says.")


class AskedIn(VersionedSerializer):
    text = words(required=False, allow_blank=True, help_text="What the officer said.")


class VerifyIn(VersionedSerializer):
    reasons = words()
    medical = words(required=False, allow_blank=True)
    unheard = unheard()


class ClearIn(VersionedSerializer):
    reasons = words()
    medical = words(help_text="The explanation, and how you looked into it.")


class CancelIn(VersionedSerializer):
    why = serializers.ChoiceField(choices=["invalid", "explained_medically", "collection"])
    reasons = words()
    medical = words(required=False, allow_blank=True)
    recollect = serializers.BooleanField(
        required=False, help_text="To be collected again, under observation."
    )


class DetermineIn(VersionedSerializer):
    is_refusal = serializers.BooleanField()
    reasons = words()
    medical = words(
        required=False, allow_blank=True, help_text="Needed where the officer could not give enough."
    )
    unheard = unheard()


class SendSecondIn(VersionedSerializer):
    laboratory = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="The id of a laboratory, another than the first."
    )


class TakeReviewIn(VersionedSerializer):
    """Nothing to say."""


class ServiceIn(StrictSerializer):
    served_by = serializers.CharField(max_length=120)
    witness = serializers.CharField(max_length=120)
    place = serializers.CharField(max_length=200)
    served_at = serializers.DateTimeField(required=False, help_text="Now, unless you say otherwise.")
    refused_to_sign = serializers.BooleanField(required=False)


class ServiceOut(serializers.Serializer):
    """That a sealed letter was handed over, and nothing of what it says."""

    letter = serializers.CharField(source="code.number")
    officer = OfficerPart()
    unit = UnitPart(source="officer.unit")
    served_by = serializers.CharField()
    witness = serializers.CharField()
    place = serializers.CharField()
    refused_to_sign = serializers.BooleanField()
    served_at = serializers.DateTimeField(help_text="As claimed.")
    proved_at = serializers.DateTimeField(
        help_text="By the database's clock. The officer's time runs from it."
    )


class ReviewVerbs(VerbsField):
    """What the caller may do now; each is an address below the review's own. Letters are written on the page alone,
    since their code is never in an answer; what decides is sent with a key, for which the password was asked again.
    """

    def to_representation(self, row: Any) -> list[str]:
        by_key = isinstance(self.context["view"].request.auth, ApiKey)
        left_out = {"write_letter"} if by_key else {"write_letter", *DECIDES}
        return [verb for verb in super().to_representation(row) if verb not in left_out]


class ReviewStepOut(RecordOut):
    """After a step. Nothing of what was found or said: the answer is kept for its Idempotency-Key."""

    verbs = ReviewVerbs()
    status = serializers.ChoiceField(choices=Review.Status.choices)
    closed_at = serializers.DateTimeField(allow_null=True)


class ReviewOut(ReviewStepOut):
    test = serializers.IntegerField(source="test_id")
    test_status = serializers.ChoiceField(choices=DrugTest.Status.choices, source="test.status")
    officer = OfficerPart(source="test.officer")
    unit = UnitPart(source="test.unit", help_text="The officer's, on the day.")
    tested_on = serializers.DateField(source="test.tested_on")
    reported = serializers.ChoiceField(
        choices=LabResult.choices,
        source="report.result",
        allow_null=True,
        default=None,
        help_text="By the laboratory; null for a claim.",
    )
    is_claim = serializers.SerializerMethodField()
    reviewer = UserPart(allow_null=True)
    opened_at = serializers.DateTimeField()
    instructed_at = serializers.DateTimeField(allow_null=True, help_text="Told to get in touch.")
    heard_at = serializers.DateTimeField(allow_null=True)
    unheard = serializers.ChoiceField(choices=Review.Unheard.choices, allow_blank=True)
    outcome = serializers.ChoiceField(choices=Review.Outcome.choices, allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True)
    window_ends_at = serializers.DateTimeField(
        allow_null=True, help_text="Until then the officer may ask for the second bottle."
    )
    retest_asked_at = serializers.DateTimeField(allow_null=True)
    due = serializers.SerializerMethodField(help_text="Until when what comes next should be done.")

    def get_is_claim(self, review: Review) -> bool:
        return review.claim_id is not None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due(self, review: Review) -> Any:
        due = due_of(review)
        return serializers.DateTimeField().to_representation(due) if due else None


class ValueOut(serializers.Serializer):
    """In ng/mL, beside the cutoff it was judged by."""

    stage = serializers.ChoiceField(choices=AnalyteValue.Stage.choices)
    drug = serializers.ChoiceField(choices=Drug.choices)
    analyte = serializers.CharField()
    value = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    cutoff = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    counts = serializers.BooleanField(help_text="At or above its cutoff.")
    present = serializers.BooleanField(allow_null=True, help_text="In bottle B, without a cutoff.")


class ReviewedReportOut(serializers.Serializer):
    bottle = serializers.ChoiceField(choices=Bottle.choices)
    number = serializers.IntegerField(help_text="From 1; a correction is the next.")
    laboratory = UnitPart()
    result = serializers.ChoiceField(choices=LabResult.choices)
    flaw = serializers.ChoiceField(choices=Flaw.choices, allow_blank=True)
    panel = serializers.CharField()
    picked_on = serializers.DateField(allow_null=True)
    received_on = serializers.DateField()
    method = serializers.ChoiceField(choices=Method.choices, allow_blank=True)
    creatinine = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    specific_gravity = serializers.DecimalField(max_digits=6, decimal_places=4, allow_null=True)
    ph = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    nitrite = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    foreign_substance = serializers.CharField()
    remarks = serializers.CharField()
    certified_by = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was corrected.")
    reported_at = serializers.DateTimeField()
    values = ValueOut(many=True)


class HandOverProblemOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=CustodyProblem.Kind.choices)
    outcome = serializers.ChoiceField(choices=CustodyProblem.Outcome.choices, allow_blank=True)
    reason = serializers.CharField()


class HandOverOut(serializers.Serializer):
    bottle = serializers.ChoiceField(choices=Bottle.choices)
    handed_over_by = serializers.CharField()
    received_by = serializers.CharField()
    place = serializers.CharField()
    seal = serializers.CharField()
    is_whole = serializers.BooleanField()
    handed_over_at = serializers.DateTimeField()


class HandOverWithProblemsOut(HandOverOut):
    problems = HandOverProblemOut(many=True)


class AttemptOut(serializers.Serializer):
    how = serializers.ChoiceField(choices=ContactAttempt.How.choices)
    result = serializers.ChoiceField(choices=ContactAttempt.Result.choices)
    tried_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    note = serializers.CharField()
    by = UserPart()


class StatementOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Statement.Kind.choices)
    text = serializers.CharField()
    made_at = serializers.DateTimeField()
    recorded_by = UserPart(allow_null=True, help_text="Null if the officer wrote it himself.")


class ReviewInFullOut(ReviewOut):
    """What was found, how the specimen came there, and what the officer said."""

    claim = ClaimOut(allow_null=True)
    heard = serializers.CharField()
    medical = serializers.CharField()
    reasons = serializers.CharField()
    reports = serializers.SerializerMethodField()
    custody = serializers.SerializerMethodField()
    attempts = serializers.SerializerMethodField()
    statements = serializers.SerializerMethodField()

    @extend_schema_field(ReviewedReportOut(many=True))
    def get_reports(self, review: Review) -> Any:
        return ReviewedReportOut(reports_of(review), many=True).data

    @extend_schema_field(HandOverWithProblemsOut(many=True))
    def get_custody(self, review: Review) -> Any:
        return [
            {**HandOverOut(transfer).data, "problems": HandOverProblemOut(problems, many=True).data}
            for transfer, problems in custody_of(review, self.context["view"].request.user)
        ]

    @extend_schema_field(AttemptOut(many=True))
    def get_attempts(self, review: Review) -> Any:
        return AttemptOut(attempts_of(review), many=True).data

    @extend_schema_field(StatementOut(many=True))
    def get_statements(self, review: Review) -> Any:
        statements: Any = review.statements
        found = statements.select_related("recorded_by").order_by("made_at", "id")
        return StatementOut(found, many=True).data
