from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import extracts
from cases.api import examples_cases as shows
from cases.api.case_filters import ExtractFilter
from cases.api.serializers.extracts import (
    CheckExtractIn,
    ExtractOut,
    ExtractStepOut,
    OpenedExtractOut,
    SendBackExtractIn,
)
from cases.models import Extract
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope


class Extracts(Door):
    """What may be said of complaints in cases: for whom the case is, and for whom the complaint is.

    One is drafted at `/cases/{id}/draft-extract/`.
    """

    queryset = Extract.objects.none()
    serializer_class = ExtractOut
    filterset_class = ExtractFilter
    keyset_order = ("-id",)
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE
    sensitive = ("text", "status")

    def rows(self) -> QuerySet[Extract]:
        return Extract.objects.select_related("case", "drafted_by", "checked_by")

    @operation(
        "list_extracts", "List extracts, the newest first", gives=ExtractOut(many=True), shows=shows.EXTRACT
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_extract",
        "Read an extract",
        gives=OpenedExtractOut,
        shows=shows.OPENED_EXTRACT,
        description="`complaint` is null, and what was not checked is empty, unless you read that complaint.",
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, OpenedExtractOut)

    @operation(
        "check_extract",
        "Find as a second person that nothing leads to the reporter",
        takes=CheckExtractIn,
        sends=[("With the report beside it", {"version": 1})],
        gives=ExtractStepOut,
        shows=shows.EXTRACT_AFTER,
        description="By somebody else who reads the complaint. From then on it carries a ground.",
    )
    def check(self, request: Request, pk: int) -> Response:
        given, version = self.given(CheckExtractIn), version_of(request)
        return self.answer(
            lambda: extracts.check(request.user, pk, version=version, **given), out=ExtractStepOut
        )

    @operation(
        "send_back_extract",
        "Send an extract back",
        takes=SendBackExtractIn,
        sends=[("A remark", {"remark": "Only the neighbour can know this.", "version": 1})],
        gives=ExtractStepOut,
        shows=shows.EXTRACT_AFTER | {"status": "RETURNED"},
        description="It carries nothing; another is drafted.",
    )
    def send_back(self, request: Request, pk: int) -> Response:
        given, version = self.given(SendBackExtractIn), version_of(request)
        return self.answer(
            lambda: extracts.send_back(request.user, pk, version=version, **given), out=ExtractStepOut
        )
