"""What is answered about a complaint."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.models import Accused, Complaint, Flag
from cases.models.vocabulary import Category, Channel, ClosureReason, Finding, Hidden, HowKnown, Level
from cases.queries.verbs import verbs_of
from ledger import clock
from officers.api.serializers.parts import OfficerPart, UnitPart, UserPart, VerbsField


class ComplaintVerbsField(VerbsField):
    """What the caller may do with the complaint now; each is an address below the complaint's own."""

    def to_representation(self, row: Complaint) -> list[str]:
        view = self.context["view"]
        return verbs_of(row, view.request.user) if view.may_write else []


class ClocksOut(serializers.Serializer):
    """The last days in time of the clocks that run, computed from facts and the calendar; null where one does not."""

    acknowledge_by = serializers.DateField(allow_null=True)
    act_by = serializers.DateField(
        allow_null=True, help_text="Only a substantive action, `take_action`, stops it."
    )
    update_by = serializers.DateField(allow_null=True, help_text="The reporter is to hear something by then.")
    resolve_by = serializers.DateField(allow_null=True)
    next_due = serializers.DateField(allow_null=True, help_text="The first of these; the list goes by it.")
    moves_on = serializers.DateField(
        allow_null=True, help_text="The last day it stays with this unit if nothing is done."
    )
    paused_until = serializers.DateField(allow_null=True)
    overdue = serializers.SerializerMethodField()

    def get_overdue(self, row: Complaint) -> bool:
        return row.is_overdue(clock.today())


class ComplaintOut(serializers.Serializer):
    """A complaint as lists have it: where it lies and by when something is to happen, not what it says."""

    id = serializers.IntegerField(help_text="Drawn at random; it tells no order.")
    reference = serializers.CharField(help_text="What staff say on the telephone.")
    version = serializers.IntegerField(min_value=1, help_text="Raised by each change; also the ETag.")
    changed_at = serializers.DateTimeField(help_text="When this version was recorded.")
    category = serializers.ChoiceField(choices=Category.choices)
    place_code = serializers.CharField(help_text="Into the list of places: 2 to 8 digits, or empty.")
    status = serializers.ChoiceField(choices=Complaint.Status.choices)
    unit = UnitPart(help_text="Which handles it.")
    level = serializers.ChoiceField(choices=Level.choices, help_text="0 commune … 4 inspectorate.")
    handler = UserPart(allow_null=True, help_text="Who is in charge.")
    offered_to = UnitPart(allow_null=True)
    offered_on = serializers.DateField(allow_null=True)
    priority = serializers.IntegerField(min_value=0, help_text="Raised by each report of the same matter.")
    flagged = serializers.BooleanField(help_text="Something was not done in time; see `flags/`.")
    received_on = serializers.DateField(help_text="The day is all that is known of its coming.")
    came_on = serializers.DateField(help_text="With this unit since.")
    opened_on = serializers.DateField(allow_null=True)
    acknowledged_on = serializers.DateField(allow_null=True)
    acted_on = serializers.DateField(allow_null=True)
    told_on = serializers.DateField(allow_null=True, help_text="When the reporter last heard something.")
    disputed_on = serializers.DateField(
        allow_null=True, help_text="Since when the reporter says that nothing happened; see `settle`."
    )
    review_asked_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    finding = serializers.ChoiceField(choices=Finding.choices, allow_blank=True)
    closure_reason = serializers.ChoiceField(choices=ClosureReason.choices, allow_blank=True)
    clocks = ClocksOut(source="*")


class StepOut(ComplaintOut):
    """A complaint after a step."""

    verbs = ComplaintVerbsField()


class GoneOut(serializers.Serializer):
    """The step was taken, and by it the complaint is no longer there for the caller."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    gone = serializers.BooleanField(help_text="Always true.")


class AccusedOut(serializers.Serializer):
    id = serializers.IntegerField(help_text="For `match`.")
    kind = serializers.ChoiceField(choices=Accused.Kind.choices)
    said = serializers.CharField(help_text="Name, rank, or how to recognise, as the reporter put it.")
    unit = UnitPart(allow_null=True)
    officer = OfficerPart(allow_null=True, help_text="A match that a person confirmed.")
    evidence = serializers.CharField(help_text="On what the match rests.")
    matched_by = UserPart(allow_null=True)


class ReportOut(serializers.Serializer):
    """What the reporter said. How he can be reached is sealed and never leaves by this door."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    language = serializers.CharField()
    narrative = serializers.CharField()
    place_text = serializers.CharField()
    happened = serializers.CharField()
    how_known = serializers.ChoiceField(choices=HowKnown.choices, allow_blank=True)
    hidden_from = serializers.ChoiceField(choices=Hidden.choices, allow_blank=True)
    named = AccusedOut(many=True, source="accused.all")
    summary = serializers.CharField(help_text="Of what was found and done.")
    answer = serializers.CharField(help_text="To the reporter.")


class RaisedOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Flag.Kind.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    due_on = serializers.DateField(help_text="The last day on which it would have been in time.")
    raised_at = serializers.DateTimeField()


class WholeOut(StepOut):
    """A complaint as its handlers see it. At a commune post `report` is absent: there is the `task` instead."""

    task = serializers.CharField(source="instruction", help_text="For the commune post, by the unit above.")
    flags = serializers.SerializerMethodField(help_text="Those that are up.")
    same_as = serializers.SerializerMethodField(help_text="The complaint it repeats, if you may see that.")
    report = ReportOut(source="*", required=False)

    @extend_schema_field(RaisedOut(many=True))
    def get_flags(self, row: Complaint) -> list[Any]:
        up = row.flags.filter(cleared_at=None).order_by("due_on", "kind")
        return [dict(one) for one in RaisedOut(up, many=True).data]

    @extend_schema_field({"type": ["integer", "null"]})
    def get_same_as(self, row: Complaint) -> int | None:
        if row.same_as_id is None:
            return None
        seen = Complaint.objects.visible_to(self.context["view"].request.user)
        return row.same_as_id if seen.filter(pk=row.same_as_id).exists() else None

    def to_representation(self, row: Complaint) -> dict[str, Any]:
        body = super().to_representation(row)
        if not row.is_read_by(self.context["view"].request.user):
            del body["report"]
        return body
