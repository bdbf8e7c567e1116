from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from officers.actions import specimen_numbers
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import RangeFilter, SpoiledFilter
from officers.api.serializers.specimen_numbers import (
    AccountedRangeOut,
    IssueIn,
    RangeOut,
    SpoiledOut,
    SpoilIn,
)
from officers.models import SpecimenRange, SpoiledNumber
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped


class SpecimenRanges(Door):
    """Labels with running numbers, issued to units."""

    queryset = SpecimenRange.objects.none()
    serializer_class = RangeOut
    filterset_class = RangeFilter
    keyset_order = ("-year", "-first", "-id")
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE

    def rows(self) -> QuerySet[SpecimenRange]:
        return stamped(SpecimenRange.objects.select_related("unit", "issued_by"))

    @operation(
        "list_specimen_numbers",
        "List ranges of labels, the newest first",
        gives=RangeOut(many=True),
        shows=examples.SPECIMEN_RANGE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "issue_specimen_numbers",
        "Issue the next labels of a year to a unit",
        takes=IssueIn,
        sends=[("Five hundred", {"unit": 412, "number": 500})],
        gives=AccountedRangeOut,
        shows=examples.ACCOUNTED_RANGE,
        status=201,
        description="Once labels were issued to a unit, or to one above it, its sheets take no other specimen numbers.",
    )
    def create(self, request: Request) -> Response:
        said = self.given(IssueIn)
        unit_id = said.pop("unit")
        return self.answer(
            lambda: specimen_numbers.issue(request.user, unit_id=unit_id, **said), 201, out=AccountedRangeOut
        )

    @operation(
        "read_specimen_numbers",
        "Read a range and what became of its labels",
        gives=AccountedRangeOut,
        shows=examples.ACCOUNTED_RANGE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, AccountedRangeOut)


class SpoiledNumbers(Door):
    """Labels that were destroyed or lost before they were used."""

    queryset = SpoiledNumber.objects.none()
    serializer_class = SpoiledOut
    filterset_class = SpoiledFilter
    keyset_order = ("-id",)
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE

    def rows(self) -> QuerySet[SpoiledNumber]:
        return stamped(SpoiledNumber.objects.select_related("by"))

    @operation(
        "list_spoiled_numbers",
        "List spoiled labels, the newest first",
        gives=SpoiledOut(many=True),
        shows=examples.SPOILED_NUMBER,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "spoil_specimen_number",
        "Write down that a label was spoiled",
        takes=SpoilIn,
        sends=[("A torn label", {"number": "K-2026-000123-38", "reason": "Torn when it was peeled off."})],
        gives=SpoiledOut,
        shows=examples.SPOILED_NUMBER,
        status=201,
    )
    def create(self, request: Request) -> Response:
        said = self.given(SpoilIn)
        return self.answer(lambda: specimen_numbers.spoil(request.user, **said), 201)

    @operation("read_spoiled_number", "Read a spoiled label", gives=SpoiledOut, shows=examples.SPOILED_NUMBER)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)
