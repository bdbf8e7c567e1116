"""Files that are a roster of officers."""

from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.serializers.imports import (
    BadRowOut,
    FileIn,
    ImportOut,
    NothingIn,
    OpenedImportOut,
    TakeIn,
)
from officers.api.serializers.sheets import ReasonIn
from officers.api.views.imports import FORM, BadRows, OfRosters, OneFile, Uploads


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
