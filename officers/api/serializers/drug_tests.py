from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from foundation.api.serializers import StrictSerializer, VersionedSerializer
from officers.actions import custody
from officers.api.serializers.parts import OfficerPart, RecordOut, UnitPart, UserPart
from officers.api.serializers.sheets import HeaderIn, SheetOut, TotalsIn
from officers.models import Claim, CustodyTransfer, DrugTest, Specimen
from officers.models.drug_tests import Excuse, NotTaken
from officers.models.reviews import RefusalReason
from officers.models.sheets import Drug
from officers.models.specimens import Bottle, SpecimenKind
from officers.queries.claims import Determination, claim_of, determination_of
from officers.reckoning.lines import Line

#: Lines in one request; a day's paper at one site has far fewer.
MOST_LINES = 500


class LineIn(StrictSerializer):
    """A line as it stands on the paper. Without findings and without `not_taken` it is negative."""

    number = serializers.CharField(max_length=40, help_text="A service number, or a stable number.")
    name = serializers.CharField(
        max_length=240,
        required=False,
        allow_blank=True,
        help_text="As on the paper, in either script: checked against the number, not kept.",
    )
    specimen_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    non_negative_for = serializers.ListField(
        child=serializers.ChoiceField(choices=Drug.choices), required=False, max_length=len(Drug)
    )
    invalid_for = serializers.ListField(
        child=serializers.ChoiceField(choices=Drug.choices),
        required=False,
        max_length=len(Drug),
        help_text="Strips without a control line: to be repeated.",
    )
    not_taken = serializers.ChoiceField(choices=NotTaken.choices, required=False, allow_blank=True)
    excuse = serializers.ChoiceField(choices=Excuse.choices, required=False, allow_blank=True)
    remark = serializers.CharField(max_length=2000, required=False, allow_blank=True)


LINE_FIELDS = tuple(LineIn().fields)


def line_of(given: dict[str, Any]) -> Line:
    return Line(**{name: given[name] for name in LINE_FIELDS if name in given})


class SingleIn(LineIn):
    """One line: on an open `sheet`, or under a `header` of its own, which makes a sheet of one line, sent at once."""

    sheet = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="The id of an open sheet."
    )
    header = HeaderIn(required=False)
    either = ("sheet", "header")


class WholeSheetIn(StrictSerializer):
    header = HeaderIn()
    lines = serializers.ListField(child=LineIn(), min_length=1, max_length=MOST_LINES)
    totals = TotalsIn(required=False)
    all_or_nothing = serializers.BooleanField(
        required=False, default=False, help_text="Refuse the sheet if any line is bad."
    )


class CorrectIn(LineIn, VersionedSerializer):
    """The whole line, as it should have been."""

    reason = serializers.CharField(max_length=2000)


class DispatchIn(VersionedSerializer):
    laboratory = serializers.CharField(
        max_length=120, help_text="Code or name of a laboratory among the units, or any other."
    )
    received_by = serializers.CharField(max_length=120)
    place = serializers.CharField(max_length=200)
    seal = serializers.CharField(max_length=40, help_text="Of bottle A.")
    seal_b = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True, help_text="Where the specimen was split."
    )
    panel = serializers.CharField(
        max_length=20, required=False, default=custody.PANEL, help_text="The authority whose cutoffs rule."
    )
    kind = serializers.ChoiceField(choices=SpecimenKind.choices, required=False, default=SpecimenKind.URINE)
    is_observed = serializers.BooleanField(required=False, default=False)
    temperature_in_range = serializers.BooleanField(required=False, allow_null=True, default=None)
    handed_over_at = serializers.DateTimeField(
        required=False, help_text="Now, unless you say otherwise. Never in the future."
    )


class CustodyOut(serializers.Serializer):
    bottle = serializers.ChoiceField(choices=Bottle.choices)
    handed_over_by = serializers.CharField()
    received_by = serializers.CharField()
    laboratory = serializers.CharField()
    place = serializers.CharField()
    seal = serializers.CharField()
    is_whole = serializers.BooleanField(help_text="Whether the seal was found whole.")
    handed_over_at = serializers.DateTimeField()


class DrugTestOut(RecordOut):
    """A field screen. It is never a result against anyone: non-negative means that confirmation is needed."""

    sheet = serializers.IntegerField(source="sheet_id")
    line = serializers.IntegerField()
    officer = OfficerPart()
    unit = UnitPart(help_text="The officer's, on the day.")
    tested_on = serializers.DateField()
    specimen_number = serializers.CharField()
    screened_for = serializers.ListField(child=serializers.ChoiceField(choices=Drug.choices))
    non_negative_for = serializers.ListField(child=serializers.ChoiceField(choices=Drug.choices))
    invalid_for = serializers.ListField(child=serializers.ChoiceField(choices=Drug.choices))
    not_taken = serializers.ChoiceField(choices=NotTaken.choices, allow_blank=True)
    excuse = serializers.ChoiceField(choices=Excuse.choices, allow_blank=True)
    remark = serializers.CharField()
    status = serializers.ChoiceField(choices=DrugTest.Status.choices)
    positive_for = serializers.ListField(
        child=serializers.ChoiceField(choices=Drug.choices),
        help_text="Once it was confirmed, verified, and the officer told.",
    )
    must_recollect = serializers.BooleanField(help_text="Cancelled, and to be collected again.")
    entered_by = UserPart()
    entered_at = serializers.DateTimeField()
    dispatched_at = serializers.DateTimeField(allow_null=True)


class ClaimIn(VersionedSerializer):
    reason_code = serializers.ChoiceField(choices=RefusalReason.choices)
    account = serializers.CharField(max_length=10_000, help_text="What happened, in words.")
    witness = serializers.CharField(max_length=120)


class ClaimOut(serializers.Serializer):
    """An administrator's claim that an officer refused. It counts for nothing until a reviewer determines it."""

    reason_code = serializers.ChoiceField(choices=RefusalReason.choices)
    account = serializers.CharField()
    witness = serializers.CharField()
    made_by = UserPart()
    made_at = serializers.DateTimeField()
    determination = serializers.SerializerMethodField(
        help_text="How the review ended, and nothing else of it."
    )

    @extend_schema_field({"type": "string", "enum": Determination.values})
    def get_determination(self, claim: Claim) -> str:
        return determination_of(claim).value


class DrugTestWithCustodyOut(DrugTestOut):
    specimen = serializers.SerializerMethodField(
        help_text="The id under `/specimens/` of what was sent to a laboratory."
    )
    custody = serializers.SerializerMethodField()
    claim = serializers.SerializerMethodField()

    @extend_schema_field(ClaimOut(allow_null=True))
    def get_claim(self, test: DrugTest) -> Any:
        made = claim_of(test)
        return ClaimOut(made).data if made else None

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_specimen(self, test: DrugTest) -> int | None:
        return Specimen.objects.filter(test=test).values_list("pk", flat=True).first()

    @extend_schema_field(CustodyOut(many=True))
    def get_custody(self, test: DrugTest) -> Any:
        seen = CustodyTransfer.objects.visible_to(self.context["view"].request.user)
        transfers = seen.filter(specimen__test=test).order_by("handed_over_at", "id")
        return CustodyOut(transfers, many=True).data


class LineProblemOut(serializers.Serializer):
    line = serializers.IntegerField(help_text="Place in `lines`, from 1.")
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField(help_text="In the language of the request.")


@extend_schema_serializer(many=False)
class WholeSheetOut(serializers.Serializer):
    """`problems` is empty exactly when every line was taken, and then the sheet is sent; else it stays open."""

    sheet = SheetOut()
    tests = DrugTestOut(many=True)
    problems = LineProblemOut(many=True)
