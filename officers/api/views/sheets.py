from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from officers.actions import sheets
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import SheetFilter
from officers.api.serializers.sheets import (
    AmendIn,
    CountedSheetOut,
    HeaderIn,
    ReasonIn,
    SendIn,
    SheetOut,
)
from officers.models import Sheet
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped


def sheet_rows() -> QuerySet[Sheet]:
    return stamped(Sheet.objects.select_related("unit", "administrator"))


class Sheets(Door):
    """Paper sheets: a header, and a line per officer among the drug tests."""

    queryset = Sheet.objects.none()
    serializer_class = SheetOut
    filterset_class = SheetFilter
    keyset_order = ("-tested_on", "-id")
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE
    sensitive = ("administrator", "witness")

    def rows(self) -> QuerySet[Sheet]:
        return sheet_rows()

    @operation(
        "list_sheets", "List sheets, the newest day first", gives=SheetOut(many=True), shows=examples.SHEET
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "open_sheet",
        "Open a sheet",
        takes=HeaderIn,
        sends=[("A header", examples.HEADER)],
        gives=CountedSheetOut,
        shows={**examples.SHEET, "counted": dict.fromkeys(examples.COUNTED, 0)},
        status=201,
        description="Enter its lines with `POST /drug-tests/`, then send it. A whole sheet at once goes to "
        "`POST /drug-tests/sheet/`.",
    )
    def create(self, request: Request) -> Response:
        header = self.given(HeaderIn)
        unit_id = header.pop("unit")
        return self.answered(lambda: sheets.open(request.user, unit_id=unit_id, **header), status=201)

    @operation(
        "read_sheet", "Read a sheet, its lines counted", gives=CountedSheetOut, shows=examples.COUNTED_SHEET
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, CountedSheetOut)

    @operation(
        "amend_sheet",
        "Change the header of an open sheet",
        takes=AmendIn,
        sends=[("Another witness", {"witness": "Kolap Thida", "version": 1})],
        gives=CountedSheetOut,
        shows={**examples.COUNTED_SHEET, "witness": "Kolap Thida", "version": 2},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        header, version = self.given(AmendIn), version_of(request)
        return self.answered(lambda: sheets.amend(request.user, pk, version=version, **header))

    @operation(
        "send_sheet",
        "Send a sheet, once",
        takes=SendIn,
        sends=[("With the totals of the paper", {**examples.TOTALS, "version": 1})],
        gives=CountedSheetOut,
        shows=examples.COUNTED_SHEET,
        description="Totals that are given must agree with the lines, or `totals_remark` says why not.",
    )
    def send(self, request: Request, pk: int) -> Response:
        totals, version = self.given(SendIn), version_of(request)
        return self.answered(lambda: sheets.send(request.user, pk, version=version, **totals))

    @operation(
        "void_sheet",
        "Void a sheet on which no line stands",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=CountedSheetOut,
        shows={**examples.COUNTED_SHEET, "status": "VOID", "verbs": [], "version": 2},
    )
    def void(self, request: Request, pk: int) -> Response:
        reason, version = self.given(ReasonIn)["reason"], version_of(request)
        return self.answered(lambda: sheets.void(request.user, pk, reason=reason, version=version))

    def answered(self, run: Any, status: int = 200) -> Response:
        return self.answer(run, status, out=CountedSheetOut)
