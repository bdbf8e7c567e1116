"""Scans of papers in a case, and of signed orders."""

from base64 import b64encode
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import files
from cases.api import examples
from cases.api import examples_cases as shows
from cases.api.serializers.case_files import CaseFileOut, OpenedCaseFileOut
from cases.api.serializers.files import ComplaintFileIn, HeldOut
from cases.models import Case, CaseFile, Order
from ledger.reading import note_read
from officers.api.documented import operation
from officers.api.doors import Door, TakesForm
from officers.models.api_keys import Scope

FORM = "multipart/form-data"


class HeldScans(TakesForm, Door):
    """Where a scan is sent before the paper or the order it is of."""

    queryset = Case.objects.none()
    serializer_class = HeldOut
    pagination_class = None
    filter_backends = ()
    scope_to_read = scope_to_write = Scope.CASES_WRITE

    @operation(
        "upload_case_file",
        "Send a scan, to be added to a paper or an order",
        takes=ComplaintFileIn,
        sends=[("A scan", {"file": "(the bytes of the file)"})],
        sends_as=FORM,
        gives=HeldOut,
        shows=examples.HELD,
        status=201,
        description="It is drawn anew from what it shows, as files with complaints. The answer is a token for `files`.",
    )
    def create(self, request: Request) -> Response:
        file = self.given(ComplaintFileIn)["file"]
        return self.answer(
            lambda: files.hand_in_scan(request.user, file),
            status=201,
            render=lambda one: self.shown(one, out=HeldOut),
        )


class Scans(Door):
    """Base: the scans of one case or order. A look at a content is noted."""

    queryset = CaseFile.objects.none()
    serializer_class = CaseFileOut
    filter_backends = ()
    keyset_order: tuple[str, ...] = ("id",)
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE
    of: type[Case] | type[Order] = Case
    below = "paper__case"

    def scans(self, pk: int) -> QuerySet[CaseFile]:
        """:raises Http404: if there is no case or order that the caller may see"""
        if not self.of.objects.visible_to(self.request.user).filter(pk=pk).exists():
            raise Http404
        rows = CaseFile.objects.visible_to(self.request.user).select_related("by")
        return rows.filter(**{self.below: pk})

    def all_of(self, pk: int) -> Response:
        rows = self.paginate_queryset(self.scans(pk)) or []
        note_read(self.request.user, "opened", self.of._meta.db_table, pk, fields=["files"])
        return self.get_paginated_response(self.shown(rows, many=True))

    def one_of(self, pk: int, file: int) -> Response:
        found: Any = self.scans(pk).filter(pk=file).first()
        if found is None:
            raise Http404
        is_given = found.status == CaseFile.Status.CLEARED
        found.content = b64encode(files.content_of(found)).decode() if is_given else None
        note_read(
            self.request.user,
            "exported" if is_given else "opened",
            CaseFile._meta.db_table,
            found.pk,
            fields=["content"] if is_given else ["status"],
        )
        return Response(self.shown(found, out=OpenedCaseFileOut))


class FilesOfCase(Scans):
    @operation(
        "list_files_of_case",
        "List the scans of the papers in a case",
        gives=CaseFileOut(many=True),
        shows=shows.FILE,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.all_of(pk)

    @operation(
        "read_file_of_case",
        "Read one of them",
        gives=OpenedCaseFileOut,
        shows=shows.OPENED_FILE,
        description="With its content in Base64, so that no browser takes it for a page. Each look is noted.",
    )
    def retrieve(self, request: Request, pk: int, file: int) -> Response:
        return self.one_of(pk, file)


class FilesOfOrder(Scans):
    of = Order
    below = "order"

    @operation(
        "list_files_of_order",
        "List the scans of a signed order",
        gives=CaseFileOut(many=True),
        shows=shows.FILE | {"paper": None, "order": 6},
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.all_of(pk)

    @operation(
        "read_file_of_order",
        "Read one of them",
        gives=OpenedCaseFileOut,
        shows=shows.OPENED_FILE | {"paper": None, "order": 6},
        description="With its content in Base64, so that no browser takes it for a page. Each look is noted.",
    )
    def retrieve(self, request: Request, pk: int, file: int) -> Response:
        return self.one_of(pk, file)
