"""Audits, samples, reviews and findings, and what their steps take."""

from typing import Any

from rest_framework import serializers

from audits import lifecycles
from audits.models import About, Answer, Audit, Finding, FindingEntry, Review, Sample, Severity
from audits.queries.checklists import questions_of
from cases.api.serializers.fields import DayField, WordsField
from cases.api.serializers.steps import IdField
from foundation.api.serializers import StrictSerializer, VersionedSerializer
from ledger import clock
from officers.api.filters import LARGEST_ID
from officers.api.serializers.parts import UnitPart, UserPart, VerbsField


class WorkVerbsField(VerbsField):
    """What the caller may do with it now; each is an address below its own, with dashes for underscores."""

    def to_representation(self, row: Any) -> list[str]:
        view = self.context["view"]
        return lifecycles.verbs(row, view.request.user) if view.may_write else []


class AuditOut(serializers.Serializer):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    year = serializers.IntegerField()
    title = serializers.CharField()
    unit = UnitPart(help_text="It is of this unit and all below it.")
    period_from = serializers.DateField(help_text="It is of what was decided from this day.")
    period_to = serializers.DateField()
    lead = UserPart()
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    planned = serializers.IntegerField(min_value=1, help_text="Records to be reviewed.")
    status = serializers.ChoiceField(choices=Audit.Status.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    conclusion = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)


class SampleOut(serializers.Serializer):
    """What a seed drew, and all that it takes to reckon it anew. The nonce is empty before the draw."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1)
    audit = serializers.IntegerField(source="audit_id")
    number = serializers.IntegerField()
    about = serializers.ChoiceField(choices=About.choices)
    kind = serializers.ChoiceField(choices=Sample.Kind.choices)
    frame = serializers.JSONField(help_text="`first` and `last` day; `codes` of a directed one's rules.")
    strata = serializers.ListField(child=serializers.CharField())
    size = serializers.IntegerField(min_value=1)
    population = serializers.IntegerField(min_value=1, help_text="Records in the frozen list.")
    digest = serializers.CharField(help_text="SHA-256 of that list.")
    number_source = serializers.CharField()
    number_on = serializers.DateField(allow_null=True)
    nonce_digest = serializers.CharField()
    outside = serializers.CharField(help_text="The number from outside, as entered.")
    nonce = serializers.CharField()
    seed = serializers.CharField()
    status = serializers.ChoiceField(choices=Sample.Status.choices)
    frozen_by = UserPart()
    frozen_at = serializers.DateTimeField()
    drawn_by = UserPart(allow_null=True)
    drawn_at = serializers.DateTimeField(allow_null=True)
    why_void = serializers.CharField()


class SampleItemOut(serializers.Serializer):
    number = serializers.IntegerField(min_value=1)
    row = serializers.IntegerField(source="row_id", help_text="The id of the record.")
    stratum = serializers.CharField()
    key = serializers.CharField(help_text="SHA-256 of seed and id, by which it was drawn.")
    hits = serializers.ListField(child=serializers.CharField(), help_text="Rules that point at it.")


class PopulationOut(serializers.Serializer):
    sample = serializers.IntegerField(source="sample_id")
    digest = serializers.CharField(source="sample.digest", help_text="SHA-256 of `lines` in UTF-8.")
    lines = serializers.CharField(
        help_text="A line for each record, its id, a tab, its stratum; in the order of ids."
    )


class AuditReviewOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1)
    audit = serializers.IntegerField(source="audit_id")
    about = serializers.ChoiceField(choices=About.choices)
    row = serializers.IntegerField(source="row_id", help_text="The id of the record.")
    unit = UnitPart()
    reviewer = UserPart()
    status = serializers.ChoiceField(choices=Review.Status.choices)
    assigned_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    result = serializers.ChoiceField(choices=Review.Result.choices, allow_blank=True)
    completed_at = serializers.DateTimeField(allow_null=True)


class QuestionPart(serializers.Serializer):
    """Of the version of the checklist that ruled when the review began."""

    code = serializers.CharField()
    name_km = serializers.CharField()
    name_en = serializers.CharField()


class AnswerPart(serializers.Serializer):
    question = serializers.CharField()
    kind = serializers.ChoiceField(choices=Answer.Kind.choices)
    note = serializers.CharField()
    events = serializers.ListField(child=serializers.IntegerField())


class OpenedAuditReviewOut(AuditReviewOut):
    summary = serializers.CharField()
    questions = serializers.SerializerMethodField(help_text="Empty before it began.")
    answers = serializers.SerializerMethodField()
    verbs = WorkVerbsField()

    def get_questions(self, row: Review) -> list[dict[str, Any]]:
        return [dict(QuestionPart(asked).data) for asked in questions_of(row.checklist, row.about)]

    def get_answers(self, row: Review) -> list[dict[str, Any]]:
        return [dict(AnswerPart(one).data) for one in row.answers.order_by("pk")]


class AuditReviewStepOut(AuditReviewOut):
    """After a step: none of the words, since the answer is kept for its Idempotency-Key."""

    verbs = WorkVerbsField()


class FindingOut(serializers.Serializer):
    id = serializers.IntegerField()
    reference = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    audit = serializers.IntegerField(source="audit_id")
    review = serializers.IntegerField(source="review_id", allow_null=True)
    about = serializers.ChoiceField(choices=About.choices, allow_blank=True)
    row = serializers.IntegerField(
        source="row_id", allow_null=True, help_text="The id of the record; null of the whole."
    )
    unit = UnitPart(help_text="To which it is addressed.")
    severity = serializers.ChoiceField(choices=Severity.choices)
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Finding.Status.choices)
    due_on = serializers.DateField(allow_null=True, help_text="For what the unit owes now.")
    is_late = serializers.SerializerMethodField()
    escalated_to = UnitPart(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_is_late(self, row: Finding) -> bool:
        return row.is_late(clock.today())


class EntryPart(serializers.Serializer):
    number = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=FindingEntry.Kind.choices)
    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    unit = UnitPart(allow_null=True, help_text="To which it was escalated.")
    by = UserPart(allow_null=True, help_text="Null for an escalation, which is the clock's.")
    at = serializers.DateTimeField()


class OpenedFindingOut(FindingOut):
    text = serializers.CharField()
    recommendation = serializers.CharField()
    events = serializers.ListField(child=serializers.IntegerField(), help_text="Those it points at.")
    entries = serializers.SerializerMethodField()
    verbs = WorkVerbsField()

    def get_entries(self, row: Finding) -> list[dict[str, Any]]:
        turns = FindingEntry.objects.filter(finding=row.pk).select_related("unit", "by").order_by("number")
        return [dict(EntryPart(one).data) for one in turns]


class FindingStepOut(FindingOut):
    verbs = WorkVerbsField()


# What steps take.


class StepIn(VersionedSerializer):
    """A step that needs no words."""


class EventsField(serializers.ListField):
    def __init__(self) -> None:
        super().__init__(
            child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
            max_length=50,
            required=False,
            help_text="Ids of events of the log that it points at.",
        )


class AnswerIn(VersionedSerializer):
    question = serializers.CharField(max_length=40, help_text="A code out of `questions`.")
    kind = serializers.ChoiceField(choices=Answer.Kind.choices)
    note = WordsField(required=False, allow_blank=True)
    events = EventsField()


class CompleteIn(VersionedSerializer):
    result = serializers.ChoiceField(choices=Review.Result.choices)
    summary = WordsField()


class ReviewHandOverIn(VersionedSerializer):
    reviewer = IdField(source="reviewer_id")
    reason = WordsField()


class BecauseIn(VersionedSerializer):
    reason = WordsField()


class FindingWordsIn(VersionedSerializer):
    text = WordsField()


class ExtendFindingIn(VersionedSerializer):
    due_on = DayField(help_text="A later day, at most a year from today.")
    text = WordsField()


class Words(serializers.Serializer):
    unit = IdField(source="unit_id", help_text="The unit audited, or one below it.")
    severity = serializers.ChoiceField(choices=Severity.choices)
    title = serializers.CharField(max_length=200)
    text = WordsField()
    recommendation = WordsField()
    events = EventsField()


class AmendIn(Words, VersionedSerializer):
    """The whole of the draft anew."""


class DraftIn(Words, StrictSerializer):
    audit = IdField(source="audit_id")
    review = IdField(source="review_id", required=False, help_text="Then it is about its record.")
    about = serializers.ChoiceField(choices=About.choices, required=False)
    row = IdField(source="row_id", required=False, help_text="Together with `about`.")
