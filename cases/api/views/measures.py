from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import examples_orders as shows
from cases.api.case_filters import MeasureFilter, RegisterFilter
from cases.api.serializers.measures import MeasureOut, RegisterEntryOut
from cases.models import Measure
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models import RegisterEntry
from officers.models.api_keys import Scope


class Measures(Door):
    """What orders and appeals did to officers, of the cases that the caller sees."""

    queryset = Measure.objects.none()
    serializer_class = MeasureOut
    filterset_class = MeasureFilter
    keyset_order = ("-effective_on", "-id")
    scope_to_read = scope_to_write = Scope.CASES_READ
    sensitive = ("officer", "kind", "grounds")

    def rows(self) -> QuerySet[Measure]:
        return Measure.objects.select_related("officer", "unit", "to_unit")

    @operation(
        "list_measures",
        "List measures, the latest in force first",
        gives=MeasureOut(many=True),
        shows=shows.MEASURE,
        description="Measures from before the system are not among them.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_measure", "Read a measure", gives=MeasureOut, shows=shows.MEASURE)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)


class BarredRegister(Door):
    """Who was dismissed, in the whole country, and where the file is."""

    queryset = RegisterEntry.objects.none()
    serializer_class = RegisterEntryOut
    filterset_class = RegisterFilter
    keyset_order = ("-effective_on", "-id")
    scope_to_read = scope_to_write = Scope.CASES_READ
    sensitive = ("officer", "reasons", "status")

    def rows(self) -> QuerySet[RegisterEntry]:
        return RegisterEntry.objects.select_related("officer")

    @operation(
        "list_barred_register",
        "List the entries of the barred register, or those on one officer",
        gives=RegisterEntryOut(many=True),
        shows=shows.REGISTER_ENTRY,
        description="An entry says nothing by itself: ask the authority that has the file. `VOIDED` is as if never "
        "entered.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_barred_register_entry", "Read an entry", gives=RegisterEntryOut, shows=shows.REGISTER_ENTRY
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)
