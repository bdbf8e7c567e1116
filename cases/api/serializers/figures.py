"""Figures and the rows behind them."""

from typing import Any

from rest_framework import serializers

from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.queries.figures import DIMENSIONS, FIGURES, TEST_FIGURES
from officers.api.serializers.parts import OfficerPart, UnitPart
from officers.models import DrugTest

_COLUMNS = "As `code` of the figures above."


class WordsPart(serializers.Serializer):
    km = serializers.CharField()
    en = serializers.CharField()


class SaidPart(serializers.Serializer):
    """The two are never to be added up: of what was found in a list, the procedure is not known."""

    through = serializers.IntegerField(min_value=0, help_text="Went through a case.")
    found = serializers.IntegerField(
        min_value=0,
        allow_null=True,
        help_text="Found in a list from before; null for who sees no such lists.",
    )


class FigureOut(serializers.Serializer):
    code = serializers.ChoiceField(choices=list(FIGURES))
    words = WordsPart()
    definition = WordsPart(help_text="How it is counted.")
    number = SaidPart()
    list = serializers.CharField(help_text="Where the measures stand that went through a case.")


class CellPart(serializers.Serializer):
    figure = serializers.ChoiceField(choices=list(FIGURES), help_text=_COLUMNS)
    number = SaidPart()


class LineOut(serializers.Serializer):
    value = serializers.CharField(help_text="Empty where it is not known.")
    name = serializers.CharField()
    figures = CellPart(many=True)


class TableOut(serializers.Serializer):
    dimension = serializers.ChoiceField(choices=list(DIMENSIONS))
    note = WordsPart(help_text="How it is told apart.")
    lines = LineOut(many=True)


class TestFigureOut(serializers.Serializer):
    code = serializers.ChoiceField(choices=list(TEST_FIGURES))
    words = WordsPart()
    definition = WordsPart()
    officers = serializers.IntegerField(min_value=0)
    list = serializers.CharField()


class FiguresOut(serializers.Serializer):
    effective_by = serializers.DateField()
    known_by = serializers.DateField()
    order_number = serializers.CharField(help_text="Tests of this campaign or order alone; empty for all.")
    is_nationwide = serializers.BooleanField()
    units = UnitPart(many=True, help_text="Of these and all below them.")
    figures = FigureOut(many=True)
    tables = TableOut(many=True)
    tests = TestFigureOut(many=True, help_text="Empty for who sees no figures of tests.")


class MeasureBehindOut(serializers.Serializer):
    """A measure that went through a case."""

    id = serializers.IntegerField()
    case = serializers.CharField(source="case.reference")
    case_id = serializers.IntegerField()
    officer = OfficerPart()
    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    grounds = serializers.ListField(child=serializers.ChoiceField(choices=GroundKind.choices))
    is_about_drugs = serializers.BooleanField()
    rank = serializers.CharField(help_text="Before the measure.")
    to_rank = serializers.CharField()
    unit = UnitPart(help_text="Where the officer served before the measure.")
    effective_on = serializers.DateField()
    known_at = serializers.DateTimeField()
    reversed_on = serializers.DateField(allow_null=True)
    instrument = serializers.SerializerMethodField(help_text="Empty for one from the decision on an appeal.")
    number = serializers.SerializerMethodField()

    def get_instrument(self, row: Any) -> str:
        return row.order.instrument if row.order else ""

    def get_number(self, row: Any) -> str:
        return row.order.number if row.order else ""


class TestBehindOut(serializers.Serializer):
    """A drug test behind a figure."""

    id = serializers.IntegerField()
    officer = OfficerPart()
    unit = UnitPart()
    tested_on = serializers.DateField()
    order_number = serializers.CharField(source="sheet.order_number")
    status = serializers.ChoiceField(choices=DrugTest.Status.choices)


class EarlierOut(serializers.Serializer):
    """A measure from before the system, as found in a list: the procedure is not known here."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(min_value=1, help_text="Also the ETag.")
    officer = OfficerPart(allow_null=True, help_text="Null where no officer of the roll was matched.")
    service_number = serializers.CharField()
    name_km = serializers.CharField()
    name_latin = serializers.CharField()
    rank = serializers.CharField(help_text="The code of a rank, or as written.")
    unit_said = serializers.CharField(help_text="As written.")
    province = serializers.CharField()
    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    ground = serializers.ChoiceField(choices=[("", ""), *GroundKind.choices])
    is_about_drugs = serializers.BooleanField()
    effective_on = serializers.DateField()
    instrument = serializers.ChoiceField(choices=[("", ""), *Instrument.choices])
    number = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    list = serializers.CharField(source="source", help_text="From which list or paper.")
    remark = serializers.CharField()
    known_at = serializers.DateTimeField()
