"""What is answered about a case as a whole."""

from rest_framework import serializers

from cases import lifecycles
from cases.api.serializers.appeals import AppealPart
from cases.api.serializers.case_parts import (
    CaseGroundOut,
    CaseNoticeOut,
    CasePaperOut,
    CaseStatementOut,
    ExtensionOut,
    ProsecutionOut,
    SuspensionOut,
)
from cases.api.serializers.deciding import DecisionOut, OpinionOut, OrderLineOut, ProposalOut
from cases.api.serializers.extracts import ExtractPart
from cases.api.serializers.measures import MeasurePart
from cases.models import Case
from ledger import clock
from officers.api.serializers.parts import OfficerPart, UnitPart, UserPart, VerbsField

#: Not by this door: an answer never holds the code of a letter.
BY_PAGE_ALONE = ("write_letter",)


class CaseVerbsField(VerbsField):
    """What the caller may do with the case now. Each is an address below the case's own, with dashes for underscores;
    `register` is done at `/orders/`, for one case or many.
    """

    def to_representation(self, row: Case) -> list[str]:
        view = self.context["view"]
        if not view.may_write:
            return []
        return [verb for verb in lifecycles.verbs(row, view.request.user) if verb not in BY_PAGE_ALONE]


class CaseClocksOut(serializers.Serializer):
    """Computed from facts and the calendar; null where none runs."""

    due_on = serializers.DateField(allow_null=True, help_text="The last day in time; the list goes by it.")
    due_for = serializers.CharField(
        help_text="What is due: `response`, `appeal`, or a clock of the setting `deadlines`."
    )
    overdue = serializers.SerializerMethodField()
    response_until = serializers.DateTimeField(
        allow_null=True, help_text="The officer may respond until then; it runs from a proof of service."
    )
    appeal_until = serializers.DateTimeField(allow_null=True, help_text="Likewise, to appeal.")

    def get_overdue(self, row: Case) -> bool:
        return row.is_overdue(clock.today())


class CaseOut(serializers.Serializer):
    """A case as lists have it: whose it is and where it stands, not what is said in it."""

    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="What is said and written; the barred register points to it.")
    version = serializers.IntegerField(min_value=1, help_text="Raised by each change; also the ETag.")
    changed_at = serializers.DateTimeField(help_text="When this version was recorded.")
    officer = OfficerPart()
    rank = serializers.CharField(help_text="When the case was opened, as the next two.")
    officer_unit = UnitPart()
    is_head = serializers.BooleanField(help_text="Of that unit.")
    unit = UnitPart(help_text="Which conducts it.")
    case_officer = UserPart(allow_null=True, help_text="Who is in charge.")
    status = serializers.ChoiceField(choices=Case.Status.choices)
    severity = serializers.ChoiceField(choices=Case.Severity.choices, allow_blank=True)
    outcome = serializers.ChoiceField(choices=Case.Outcome.choices, allow_blank=True)
    ground_fell = serializers.BooleanField(help_text="Until it is withdrawn, no step goes on.")
    news = serializers.BooleanField(help_text="Something came in that nobody has looked at.")
    for_family = serializers.BooleanField(help_text="The officer died; the family asked for a finding.")
    opened_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField(allow_null=True)
    responded_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    in_force_at = serializers.DateTimeField(allow_null=True)
    decision_told_at = serializers.DateTimeField(allow_null=True)
    final_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    clocks = CaseClocksOut(source="*")


class CaseOpenedOut(CaseOut):
    """A case just opened."""

    verbs = CaseVerbsField()


class CaseStepOut(CaseOpenedOut):
    """A case after a step. Nothing of what was written: the answer is kept for its Idempotency-Key."""

    made = serializers.IntegerField(
        allow_null=True,
        help_text="The id of the ground, paper, extract, notice, proposal, appeal … that the step made.",
    )


class CaseGoneOut(serializers.Serializer):
    """The step was taken, and by it the case is no longer there for the caller."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    gone = serializers.BooleanField(help_text="Always true.")


class CaseInFullOut(CaseOpenedOut):
    """A case with all that belongs to it, each list in the order in which it came."""

    opened_by = UserPart(allow_null=True, help_text="None where a final test opened it.")
    identified_by = UserPart(allow_null=True, help_text="Who confirmed who the officer is.")
    assessed_by = UserPart(allow_null=True)
    severity_reasons = serializers.CharField()
    investigated_by = UserPart(allow_null=True)
    investigated_at = serializers.DateTimeField(allow_null=True)
    investigation = serializers.CharField()
    stayed_from = serializers.CharField()
    stay_reason = serializers.CharField()
    closed_by = UserPart(allow_null=True)
    closing_reason = serializers.CharField()
    grounds = CaseGroundOut(many=True)
    papers = CasePaperOut(many=True)
    extracts = ExtractPart(many=True)
    notices = CaseNoticeOut(many=True)
    statements = CaseStatementOut(many=True)
    extensions = ExtensionOut(many=True)
    suspensions = SuspensionOut(many=True)
    prosecutions = ProsecutionOut(many=True)
    proposals = ProposalOut(many=True)
    opinions = OpinionOut(many=True)
    decisions = DecisionOut(many=True)
    order_lines = OrderLineOut(many=True)
    measures = MeasurePart(many=True)
    appeals = AppealPart(many=True)


class CaseEventOut(serializers.Serializer):
    id = serializers.IntegerField()
    verb = serializers.CharField(help_text="As `case.assessed`.")
    actor_name = serializers.CharField()
    actor_role = serializers.CharField()
    reason = serializers.CharField()
    occurred_at = serializers.DateTimeField(help_text="As claimed by who acted.")
    recorded_at = serializers.DateTimeField(help_text="By the database's clock.")


class CaseHistoryOut(serializers.Serializer):
    """Newest first."""

    events = CaseEventOut(many=True)
