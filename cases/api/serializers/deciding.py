"""What was proposed, checked and decided in a case, and the lines of orders it stands in."""

from rest_framework import serializers

from cases.api.serializers.fields import Part
from cases.models import Decision, Opinion, Order
from cases.models.deciding import Instrument, MeasureKind
from officers.api.serializers.parts import UnitPart, UserPart


class ArticleOut(serializers.Serializer):
    code = serializers.CharField()
    name_km = serializers.CharField()
    name_en = serializers.CharField()


class ProposalOut(Part):
    joined = ("to_unit", "proposed_by")

    number = serializers.IntegerField(min_value=1, help_text="Counts the proposals of the case.")
    measure = serializers.ChoiceField(choices=MeasureKind.choices)
    to_rank = serializers.CharField()
    to_unit = UnitPart(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    articles = ArticleOut(many=True, help_text="As they read then.")
    grounds = serializers.ListField(child=serializers.IntegerField())
    papers = serializers.ListField(child=serializers.IntegerField())
    reasons = serializers.CharField()
    lesser = serializers.CharField(help_text="Why no lesser measure is enough.")
    proposed_by = UserPart()
    proposed_at = serializers.DateTimeField()


class OpinionOut(Part):
    joined = ("checked_by",)

    proposal = serializers.IntegerField(source="proposal_id")
    outcome = serializers.ChoiceField(choices=Opinion.Outcome.choices)
    text = serializers.CharField()
    rests_on_no_screen = serializers.BooleanField()
    checked_by = UserPart()
    checked_at = serializers.DateTimeField()


class DecisionOut(Part):
    joined = ("to_unit", "decided_by")

    proposal = serializers.IntegerField(source="proposal_id")
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    measure = serializers.ChoiceField(choices=MeasureKind.choices)
    to_rank = serializers.CharField()
    to_unit = UnitPart(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    reasons = serializers.CharField()
    instrument = serializers.ChoiceField(
        choices=Instrument.choices, allow_blank=True, help_text="The lowest by which it may be ordered."
    )
    decided_by = UserPart()
    acting_for = serializers.IntegerField(
        source="acting_for_id", allow_null=True, help_text="The delegation under which it was decided."
    )
    decided_at = serializers.DateTimeField()


class OrderLineOut(Part):
    joined = ("order",)

    order = serializers.IntegerField(source="order_id")
    order_status = serializers.ChoiceField(source="order.status", choices=Order.Status.choices)
    decision = serializers.IntegerField(source="decision_id")
    void = serializers.BooleanField(help_text="The order was rejected.")
