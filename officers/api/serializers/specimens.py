"""Specimens by number. No field leads to a test, a sheet, a unit or an officer: a laboratory reads this."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.api.serializers.parts import RecordOut, UnitPart, VerbsField
from officers.lifecycles import verbs
from officers.models import AnalyteValue, LaboratoryReport, Specimen
from officers.models.laboratory import Flaw, LabResult, Method
from officers.models.sheets import Drug
from officers.models.specimens import Bottle, SpecimenKind
from officers.queries.laboratories import steps_of

MOST_VALUES = 100


class StepsField(VerbsField):
    """What the caller may do with the specimen now; each is an address below its own."""

    def to_representation(self, row: Specimen) -> list[str]:
        view = self.context["view"]
        if not view.may_write:
            return []
        of_laboratory = [{"correct": "report"}.get(step, step) for step in steps_of(view.request.user, row)]
        others = [verb for verb in verbs(row, view.request.user) if verb in ("direct", "hand_over")]
        return sorted({*of_laboratory, *others})


class SpecimenOut(RecordOut):
    verbs = StepsField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=SpecimenKind.choices)
    asked_for = serializers.ListField(
        child=serializers.ChoiceField(choices=Drug.choices), help_text="What the field screen calls for."
    )
    collected_on = serializers.DateField()
    panel = serializers.CharField(help_text="The authority whose cutoffs rule; see `/settings/panels/`.")
    status = serializers.ChoiceField(choices=Specimen.Status.choices)
    laboratory = UnitPart(allow_null=True)
    is_split = serializers.BooleanField(help_text="Whether there is a bottle B for a retest.")
    is_redesignated = serializers.BooleanField(help_text="Bottle B is tested in place of A.")
    received_at = serializers.DateTimeField(allow_null=True)
    second_received_at = serializers.SerializerMethodField(
        help_text="Bottle B, at the second laboratory. For the laboratories and those who see results."
    )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_second_received_at(self, specimen: Specimen) -> Any:
        at = specimen.second_received_at
        seen = Specimen.objects.with_reports_for(self.context["view"].request.user)
        if at is None or not seen.filter(pk=specimen.pk).exists():
            return None
        return serializers.DateTimeField().to_representation(at)


class AnalyteValueOut(serializers.Serializer):
    """In ng/mL. At or above its cutoff it counts, if it was called for."""

    stage = serializers.ChoiceField(choices=AnalyteValue.Stage.choices)
    drug = serializers.ChoiceField(choices=Drug.choices)
    analyte = serializers.CharField()
    value = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    cutoff = serializers.DecimalField(max_digits=12, decimal_places=3, allow_null=True)
    counts = serializers.BooleanField()
    present = serializers.BooleanField(allow_null=True)


class LaboratoryReportOut(serializers.Serializer):
    """Creatinine in mg/dL, nitrite in µg/mL."""

    id = serializers.IntegerField()
    bottle = serializers.ChoiceField(choices=Bottle.choices)
    number = serializers.IntegerField(help_text="Above 1 it corrects the one before.")
    result = serializers.ChoiceField(choices=LabResult.choices)
    panel = serializers.CharField(help_text="The version by which it was judged, and always will be.")
    picked_on = serializers.DateField(allow_null=True)
    received_on = serializers.DateField()
    method = serializers.ChoiceField(choices=Method.choices, allow_blank=True)
    creatinine = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    specific_gravity = serializers.DecimalField(max_digits=6, decimal_places=4, allow_null=True)
    ph = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    nitrite = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    foreign_substance = serializers.CharField()
    is_on_two_aliquots = serializers.BooleanField()
    flaw = serializers.ChoiceField(choices=Flaw.choices, allow_blank=True)
    remarks = serializers.CharField()
    certified_by = serializers.CharField()
    reason = serializers.CharField()
    reported_at = serializers.DateTimeField()
    values = AnalyteValueOut(many=True)


class OpenedSpecimenOut(SpecimenOut):
    reports = serializers.SerializerMethodField(
        help_text="Those the caller may see: a laboratory its own, those who review all, collectors none."
    )

    @extend_schema_field(LaboratoryReportOut(many=True))
    def get_reports(self, specimen: Specimen) -> Any:
        user = self.context["view"].request.user
        seen = LaboratoryReport.objects.visible_to(user).filter(specimen=specimen)
        return LaboratoryReportOut(
            seen.order_by("bottle", "number").prefetch_related("values"), many=True
        ).data


class ReceiveIn(VersionedSerializer):
    handed_over_by = serializers.CharField(max_length=120)
    seal = serializers.CharField(max_length=40, help_text="As found on the bottle.")
    is_whole = serializers.BooleanField(help_text="Whether the seal was whole.")
    received_at = serializers.DateTimeField(required=False, help_text="Now, unless you say otherwise.")


class RejectIn(VersionedSerializer):
    flaw = serializers.ChoiceField(choices=Flaw.choices)
    certified_by = serializers.CharField(max_length=120)
    remarks = serializers.CharField(max_length=2000, required=False, allow_blank=True)


def _amount(digits: int, places: int, about: str = "", **options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=digits, decimal_places=places, min_value=0, help_text=about, **options
    )


class InitialValueIn(StrictSerializer):
    group = serializers.CharField(max_length=60, help_text="Of the panel.")
    value = _amount(12, 3, "In ng/mL.")


class AnalyteValueIn(StrictSerializer):
    analyte = serializers.CharField(max_length=60, help_text="Of the panel.")
    value = _amount(12, 3, "In ng/mL; 0 where nothing was found.")


class LaboratoryReportIn(VersionedSerializer):
    certified_by = serializers.CharField(max_length=120)
    method = serializers.ChoiceField(choices=Method.choices, required=False, default="", allow_blank=True)
    initial = serializers.ListField(child=InitialValueIn(), required=False, max_length=MOST_VALUES)
    values = serializers.ListField(child=AnalyteValueIn(), required=False, max_length=MOST_VALUES)
    creatinine = _amount(7, 2, "In mg/dL.", required=False, allow_null=True)
    specific_gravity = _amount(6, 4, required=False, allow_null=True)
    ph = _amount(4, 2, required=False, allow_null=True)
    nitrite = _amount(8, 2, "In µg/mL.", required=False, allow_null=True)
    foreign_substance = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    is_on_two_aliquots = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Adulterated or substituted is reported after two aliquots only.",
    )
    remarks = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    result = serializers.ChoiceField(
        choices=LabResult.choices,
        required=False,
        default="",
        allow_blank=True,
        help_text="What the laboratory calls it. Where it is given it must be what the values make.",
    )
    reason = serializers.CharField(
        max_length=2000,
        required=False,
        default="",
        allow_blank=True,
        help_text="Why, where it corrects a report.",
    )


class SecondBottleIn(VersionedSerializer):
    is_present = serializers.BooleanField(help_text="Whether what was found in A is there, without a cutoff.")
    method = serializers.ChoiceField(choices=Method.choices)
    certified_by = serializers.CharField(max_length=120)
    values = serializers.ListField(child=AnalyteValueIn(), required=False, max_length=MOST_VALUES)
    remarks = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
