"""Files of rows: one address for each kind, since a key's scopes are for tests or for officers."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from ledger.reading import note_read
from officers.actions import imports
from officers.api.doors import Door, TakesForm
from officers.api.serializers.imports import (
    BadRowOut,
    DescribeVersionedIn,
    FileIn,
    ImportOut,
    NothingIn,
    OpenedCampaignOut,
    OpenedImportOut,
    OpenedSheetFileOut,
    TakeIn,
)
from officers.api.serializers.sheets import ReasonIn
from officers.models import Import, ImportRow
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped

FORM = "multipart/form-data"
#: Seconds between two looks at a file that a worker has.
LOOK_AGAIN = 2


class Files(Door):
    """Files of one kind that one may see."""

    queryset = Import.objects.none()
    serializer_class = ImportOut
    keyset_order = ("-uploaded_at", "-id")
    sensitive = ("filename", "header")
    kind: Import.Kind
    out: type[ImportOut] = OpenedImportOut

    def rows(self) -> QuerySet[Import]:
        return stamped(Import.objects.filter(kind=self.kind).select_related("unit", "uploaded_by", "sheet"))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """While a worker has the file, say when to look again."""
        response = super().finalize_response(request, response, *args, **kwargs)
        shown = response.data if isinstance(response.data, dict) else {}
        if shown.get("status") in (Import.Status.CHECKING, Import.Status.TAKING):
            response["Retry-After"] = str(LOOK_AGAIN)
        return response

    def seen(self, pk: int) -> int:
        """:raises Http404: if the caller may not see such a file, or it is of the other kind"""
        if not self.visible().filter(pk=pk).exists():
            raise Http404
        return pk


class Uploads(TakesForm, Files):
    """The list of files, and its end to which one is added."""

    takes: type[FileIn] = FileIn

    def uploaded(self) -> Response:
        given = self.given(self.takes)
        file, unit_id = given.pop("file"), given.pop("unit")
        return self.answer(
            lambda: imports.upload(
                self.request.user,
                kind=self.kind,
                unit_id=unit_id,
                file=file,
                filename=file.name or "",
                **given,
            ),
            status=201,
            out=self.out,
        )


class OneFile(Files):
    """One file and its steps."""

    def opened(self, pk: int, out: Any = None) -> Response:
        return super().opened(pk, self.out)

    def described(self, pk: int) -> Response:
        given, version = self.given(DescribeVersionedIn), version_of(self.request)
        pk = self.seen(pk)
        return self.answer(
            lambda: imports.describe(self.request.user, pk, version=version, **given), out=self.out
        )

    def taken(self, pk: int) -> Response:
        given, version = self.given(TakeIn), version_of(self.request)
        pk = self.seen(pk)
        return self.answer(
            lambda: imports.take(self.request.user, pk, version=version, **given), out=self.out
        )

    def stopped(self, pk: int) -> Response:
        self.given(NothingIn)
        version, pk = version_of(self.request), self.seen(pk)
        return self.answer(lambda: imports.stop(self.request.user, pk, version=version), out=self.out)

    def cancelled(self, pk: int) -> Response:
        self.given(NothingIn)
        version, pk = version_of(self.request), self.seen(pk)
        return self.answer(lambda: imports.cancel(self.request.user, pk, version=version), out=self.out)

    def undone(self, pk: int) -> Response:
        reason, version = self.given(ReasonIn)["reason"], version_of(self.request)
        pk = self.seen(pk)
        return self.answer(
            lambda: imports.undo(self.request.user, pk, reason=reason, version=version), out=self.out
        )


class BadRows(Files):
    """The rows of a file that cannot be taken."""

    serializer_class = BadRowOut  # type: ignore[assignment]
    keyset_order = ("line", "id")

    def listed_of(self, pk: int) -> Response:
        file = self.visible().get(pk=self.seen(pk))
        note_read(self.request.user, "opened", self.table, pk, fields=["problems"])
        bad: QuerySet[ImportRow] = file.staged.bad().select_related("file")
        return self.get_paginated_response(self.shown(self.paginate_queryset(bad) or [], many=True))


class OfSheets(Files):
    kind = Import.Kind.SHEET
    out = OpenedSheetFileOut
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE


class OfCampaigns(Files):
    kind = Import.Kind.CAMPAIGN
    out = OpenedCampaignOut
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE


class OfRosters(Files):
    kind = Import.Kind.ROSTER
    scope_to_read, scope_to_write = Scope.OFFICERS_READ, Scope.OFFICERS_WRITE


class OfLaboratories(Files):
    kind = Import.Kind.LABORATORY
    scope_to_read, scope_to_write = Scope.LABORATORY_READ, Scope.LABORATORY_WRITE
