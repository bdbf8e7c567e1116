"""Files that are one sheet each."""

from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.serializers.imports import (
    BadRowOut,
    DescribeVersionedIn,
    ImportOut,
    NothingIn,
    OpenedSheetFileOut,
    SheetFileIn,
    TakeIn,
)
from officers.api.serializers.sheets import ReasonIn
from officers.api.views.imports import FORM, BadRows, OfSheets, OneFile, Uploads


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
