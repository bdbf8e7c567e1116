"""Files of rows: one address for each kind, since a key's scopes are for tests or for officers."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from ledger.answering import fingerprint
from ledger.reading import note_read
from officers.actions import imports
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.serializers.imports import (
    BadRowOut,
    DescribeVersionedIn,
    FileIn,
    ImportOut,
    NothingIn,
    OpenedCampaignOut,
    OpenedImportOut,
    OpenedSheetFileOut,
    PlannedSheetOut,
    SheetFileIn,
    TakeIn,
)
from officers.api.serializers.sheets import ReasonIn
from officers.models import Import, ImportRow, PlannedSheet
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


class Uploads(Files):
    """The list of files, and its end to which one is added."""

    parser_classes = [MultiPartParser]
    reads_whole_body = False
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

    def fingerprint(self) -> bytes:
        """Of what was sent, not of its bytes: two senders part the same form otherwise."""
        parts = [f"{self.request.method} {self.request.get_full_path()}".encode()]
        data: Any = self.request.data
        for name, value in sorted(data.items()):
            if hasattr(value, "chunks"):
                digest = hashlib.sha256()
                for piece in value.chunks():
                    digest.update(piece)
                parts += [name.encode(), str(value.name).encode(), digest.digest()]
            else:
                parts += [name.encode(), str(value).encode()]
        return fingerprint(*parts)


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


class SheetFiles(OfSheets, Uploads):
    takes = SheetFileIn

    @operation(
        "list_sheet_files",
        "List files of sheets, the newest first",
        gives=ImportOut(many=True),
        shows=examples.FILE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "upload_sheet_file",
        "Upload a sheet of drug tests as a file",
        takes=SheetFileIn,
        sends=[("A file, and what it does not say", examples.SHEET_UPLOAD)],
        sends_as=FORM,
        gives=OpenedSheetFileOut,
        shows=examples.SHEET_FILE,
        status=201,
        description="Nothing is taken yet. A worker checks the file: look again until `status` is `CHECKED`, "
        "see `problems/`, complete the header with `describe/` if need be, then `take/` it and look again "
        "until it is `TAKEN`.",
    )
    def create(self, request: Request) -> Response:
        return self.uploaded()


class SheetFile(OfSheets, OneFile):
    @operation(
        "read_sheet_file",
        "Read how it stands with a file",
        gives=OpenedSheetFileOut,
        shows=examples.SHEET_FILE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "describe_sheet_file",
        "Complete the header of a file's sheet",
        takes=DescribeVersionedIn,
        sends=[("The reason for the test", {"reason": "random", "version": 2})],
        gives=OpenedSheetFileOut,
        shows={**examples.SHEET_FILE, "status": "CHECKING", "verbs": ["cancel"]},
        description="Its rows are checked again.",
    )
    def describe(self, request: Request, pk: int) -> Response:
        return self.described(pk)

    @operation(
        "take_sheet_file",
        "Have the good rows of a checked file taken",
        takes=TakeIn,
        sends=[("All rows or none", {"all_or_nothing": True, "version": 2})],
        gives=OpenedSheetFileOut,
        shows={**examples.SHEET_FILE, "status": "TAKING", "verbs": []},
        description="As one act, soon. Where it turns out to be impossible the file is `CHECKED` again and "
        "`problem` says why.",
    )
    def take(self, request: Request, pk: int) -> Response:
        return self.taken(pk)

    @operation(
        "cancel_sheet_file",
        "Give a file up before it is taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 2})],
        gives=OpenedSheetFileOut,
        shows={**examples.SHEET_FILE, "status": "CANCELLED", "verbs": []},
    )
    def cancel(self, request: Request, pk: int) -> Response:
        return self.cancelled(pk)

    @operation(
        "undo_sheet_file",
        "Undo a file while nothing was built on it",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=OpenedSheetFileOut,
        shows={**examples.SHEET_FILE, "status": "UNDONE", "verbs": []},
        description="The sheet and its lines become void, as one act.",
    )
    def undo(self, request: Request, pk: int) -> Response:
        return self.undone(pk)


class SheetFileProblems(OfSheets, BadRows):
    @operation(
        "list_problems_of_sheet_file",
        "List the rows that cannot be taken",
        gives=BadRowOut(many=True),
        shows=examples.BAD_ROW,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.listed_of(pk)


class CampaignFiles(OfCampaigns, Uploads):
    takes = SheetFileIn

    @operation(
        "list_campaign_files",
        "List files of campaigns, the newest first",
        gives=ImportOut(many=True),
        shows=examples.FILE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "upload_campaign_file",
        "Upload a campaign, many sheets of drug tests, as a file",
        takes=SheetFileIn,
        sends=[("A file, and what is the same for all its rows", examples.SHEET_UPLOAD)],
        sends_as=FORM,
        gives=OpenedCampaignOut,
        shows=examples.CAMPAIGN_FILE,
        status=201,
        description="Each row names its unit, site, day and kit in columns of their own, and rows that name the "
        "same stand on one sheet. Nothing is taken yet: as with a sheet's file.",
    )
    def create(self, request: Request) -> Response:
        return self.uploaded()


class CampaignFile(OfCampaigns, OneFile):
    @operation(
        "read_campaign_file",
        "Read how it stands with a campaign",
        gives=OpenedCampaignOut,
        shows=examples.CAMPAIGN_FILE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "describe_campaign_file",
        "Say what is the same for all rows of a campaign",
        takes=DescribeVersionedIn,
        sends=[("The reason for the test", {"reason": "census_campaign", "version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "CHECKING", "verbs": ["cancel"]},
        description="Its rows are checked again.",
    )
    def describe(self, request: Request, pk: int) -> Response:
        return self.described(pk)

    @operation(
        "take_campaign_file",
        "Have the good rows of a checked campaign taken, or go on with one that was stopped",
        takes=TakeIn,
        sends=[("The good ones", {"all_or_nothing": False, "version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "TAKING", "verbs": ["stop"]},
        description="Part by part, soon; `progress` says how far. With `all_or_nothing` as one act.",
    )
    def take(self, request: Request, pk: int) -> Response:
        return self.taken(pk)

    @operation(
        "stop_campaign_file",
        "Stop a campaign that is being taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 3})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "STOPPED", "verbs": ["take", "undo"]},
        description="What was taken stands; it can be taken on, or undone.",
    )
    def stop(self, request: Request, pk: int) -> Response:
        return self.stopped(pk)

    @operation(
        "cancel_campaign_file",
        "Give a campaign up before it is taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "CANCELLED", "verbs": []},
    )
    def cancel(self, request: Request, pk: int) -> Response:
        return self.cancelled(pk)

    @operation(
        "undo_campaign_file",
        "Undo a campaign while nothing was built on it",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "UNDONE", "verbs": []},
        description="Its lines and the sheets opened for them become void, as one act.",
    )
    def undo(self, request: Request, pk: int) -> Response:
        return self.undone(pk)


class CampaignFileProblems(OfCampaigns, BadRows):
    @operation(
        "list_problems_of_campaign_file",
        "List the rows that cannot be taken",
        gives=BadRowOut(many=True),
        shows=examples.BAD_ROW,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.listed_of(pk)


class CampaignFileSheets(OfCampaigns):
    serializer_class = PlannedSheetOut  # type: ignore[assignment]
    keyset_order = ("number", "id")

    @operation(
        "list_sheets_of_campaign_file",
        "List the sheets that the file makes",
        gives=PlannedSheetOut(many=True),
        shows=examples.PLANNED_SHEET,
    )
    def list(self, request: Request, pk: int) -> Response:
        file = self.visible().get(pk=self.seen(pk))
        note_read(request.user, "opened", self.table, pk, fields=["sheets"])
        planned: QuerySet[PlannedSheet] = file.planned_sheets.all()
        return self.get_paginated_response(self.shown(self.paginate_queryset(planned) or [], many=True))


class RosterFiles(OfRosters, Uploads):
    @operation(
        "list_roster_files",
        "List rosters, the newest first",
        gives=ImportOut(many=True),
        shows=examples.FILE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "upload_roster_file",
        "Upload a roster of officers as a file",
        takes=FileIn,
        sends=[("A file", examples.UPLOAD)],
        sends_as=FORM,
        gives=OpenedImportOut,
        shows=examples.ROSTER_FILE,
        status=201,
        description="Nothing is taken yet: as with a sheet's file.",
    )
    def create(self, request: Request) -> Response:
        return self.uploaded()


class RosterFile(OfRosters, OneFile):
    @operation(
        "read_roster_file",
        "Read how it stands with a roster",
        gives=OpenedImportOut,
        shows=examples.ROSTER_FILE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "take_roster_file",
        "Have the good rows of a checked roster taken",
        takes=TakeIn,
        sends=[("All rows or none", {"all_or_nothing": True, "version": 2})],
        gives=OpenedImportOut,
        shows={**examples.ROSTER_FILE, "status": "TAKING", "verbs": []},
    )
    def take(self, request: Request, pk: int) -> Response:
        return self.taken(pk)

    @operation(
        "stop_roster_file",
        "Stop a roster that is being taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 3})],
        gives=OpenedImportOut,
        shows={**examples.ROSTER_FILE, "status": "STOPPED", "verbs": ["take", "undo"]},
        description="What was taken stands; it can be taken on, or undone.",
    )
    def stop(self, request: Request, pk: int) -> Response:
        return self.stopped(pk)

    @operation(
        "cancel_roster_file",
        "Give a roster up before it is taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 2})],
        gives=OpenedImportOut,
        shows={**examples.ROSTER_FILE, "status": "CANCELLED", "verbs": []},
    )
    def cancel(self, request: Request, pk: int) -> Response:
        return self.cancelled(pk)

    @operation(
        "undo_roster_file",
        "Undo a roster while nothing was built on it",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=OpenedImportOut,
        shows={**examples.ROSTER_FILE, "status": "UNDONE", "verbs": []},
        description="Who was new counts as entered by mistake; who was changed is as before.",
    )
    def undo(self, request: Request, pk: int) -> Response:
        return self.undone(pk)


class RosterFileProblems(OfRosters, BadRows):
    @operation(
        "list_problems_of_roster_file",
        "List the rows that cannot be taken",
        gives=BadRowOut(many=True),
        shows=examples.BAD_ROW,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.listed_of(pk)
