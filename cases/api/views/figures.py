"""Figures as effective and as known by two days, and the rows behind each."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import examples_figures as examples
from cases.api.figure_filters import BehindEarlier, BehindFigure, BehindTestFigure, FiguresAsked
from cases.api.serializers.figures import EarlierOut, FiguresOut, MeasureBehindOut, TestBehindOut
from cases.models import EarlierMeasure, Measure
from cases.queries.figures import DIMENSIONS, FIGURES, SEES_FIGURES, TEST_FIGURES, Figures, Said, figures
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models import DrugTest
from officers.models.api_keys import Scope

_DAY = {"type": "string", "format": "date"}
_ASKED = [
    OpenApiParameter("effective_by", _DAY, description="Effective by this day; today, if left out."),
    OpenApiParameter("known_by", _DAY, description="As known by the end of this day; today, if left out."),
    OpenApiParameter(
        "order_number",
        {"type": "string", "minLength": 1, "maxLength": 60},
        description="Of tests: of this campaign or order alone.",
    ),
]


class AllFigures(Door):
    """Figures of the caller's units: of the whole country for who serves the Ministry itself."""

    queryset = Measure.objects.none()
    serializer_class = FiguresOut
    pagination_class = None
    filter_backends = ()
    scope_to_read = Scope.CASES_READ
    parameters = ("effective_by", "known_by", "order_number")

    @operation(
        "read_figures",
        "Read the figures as effective by one day and as known by another",
        gives=FiguresOut,
        shows=examples.FIGURES,
        parameters=_ASKED,
        description="What went through a case and what was found in a list are said apart, and never to be added up.",
    )
    def retrieve(self, request: Request) -> Response:
        user: Any = request.user
        if not user.has_role(*SEES_FIGURES):
            raise PermissionDenied
        asked = FiguresAsked(request.query_params, queryset=Measure.objects.none(), request=request)
        as_of = asked.as_of
        found = figures(user, as_of, order_number=asked.form.cleaned_data["order_number"] or "")
        return Response(self.shown(_told(found)))


def _told(found: Figures) -> dict[str, Any]:
    days = {
        "effective_by": found.as_of.effective_by.isoformat(),
        "known_by": found.as_of.known_by.isoformat(),
    }
    of_order = {"order_number": found.order_number} if found.order_number else {}
    return {
        **days,
        "order_number": found.order_number,
        "is_nationwide": found.is_nationwide,
        "units": found.units,
        "figures": [
            {
                "code": code,
                "words": _words(one.label),
                "definition": _words(one.definition),
                "number": _number(found, found.measures[code]),
                "list": f"/api/v1/figures/measures/?{urlencode({'figure': code} | days)}",
            }
            for code, one in FIGURES.items()
        ],
        "tables": [
            {
                "dimension": table.dimension,
                "note": _words(DIMENSIONS[table.dimension][1]),
                "lines": [
                    {
                        "value": line.value,
                        "name": line.name,
                        "figures": [
                            {"figure": code, "number": _number(found, said)}
                            for code, said in line.cells.items()
                        ],
                    }
                    for line in table.lines
                ],
            }
            for table in found.tables
        ],
        "tests": [
            {
                "code": code,
                "words": _words(TEST_FIGURES[code].label),
                "definition": _words(TEST_FIGURES[code].definition),
                "officers": number,
                "list": f"/api/v1/figures/tests/?{urlencode({'figure': code} | days | of_order)}",
            }
            for code, number in found.tests.items()
        ],
    }


def _number(found: Figures, said: Said) -> dict[str, int | None]:
    return {"through": said.through, "found": said.found if found.sees_found else None}


def _words(text: Any) -> dict[str, str]:
    said = {}
    for language in ("km", "en"):
        with translation.override(language):
            said[language] = str(text)
    return said


class MeasuresBehind(Door):
    """Measures that went through a case and are in force on an officer."""

    queryset = Measure.objects.none()
    serializer_class = MeasureBehindOut
    filterset_class = BehindFigure
    keyset_order = ("-effective_on", "-id")
    scope_to_read = Scope.CASES_READ
    sensitive = ("officer", "kind", "grounds", "rank")

    def rows(self) -> QuerySet[Measure]:
        return Measure.objects.select_related("case", "officer", "unit", "order")

    @operation(
        "list_measures_behind_figures",
        "List the measures behind a figure, the newest first",
        gives=MeasureBehindOut(many=True),
        shows=examples.MEASURE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()


class TestsBehind(Door):
    """Drug tests behind a figure, as far as the caller sees tests one by one."""

    queryset = DrugTest.objects.none()
    serializer_class = TestBehindOut
    filterset_class = BehindTestFigure
    keyset_order = ("-tested_on", "-id")
    scope_to_read = Scope.TESTS_READ
    sensitive = ("officer", "status")

    def rows(self) -> QuerySet[DrugTest]:
        return DrugTest.objects.select_related("officer", "unit", "sheet")

    @operation(
        "list_tests_behind_figures",
        "List the drug tests behind a figure, the newest first",
        gives=TestBehindOut(many=True),
        shows=examples.TEST,
    )
    def list(self, request: Request) -> Response:
        return self.listed()


class EarlierMeasures(Door):
    """Measures from before the system, as found in lists: the procedure is not known here."""

    queryset = EarlierMeasure.objects.none()
    serializer_class = EarlierOut
    filterset_class = BehindEarlier
    keyset_order = ("-effective_on", "-id")
    scope_to_read = Scope.CASES_READ
    sensitive = ("officer", "name_km", "name_latin", "kind", "ground")

    def rows(self) -> QuerySet[EarlierMeasure]:
        return EarlierMeasure.objects.select_related("officer")

    @operation(
        "list_earlier_measures",
        "List measures from before the system, the newest first",
        gives=EarlierOut(many=True),
        shows=examples.EARLIER,
        description="Those that stand, of the caller's units; by a figure, the ones it counts as found in a list.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()
