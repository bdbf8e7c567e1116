"""Files of a laboratory's results."""

from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.examples_laboratory import LABORATORY_FILE
from officers.api.serializers.imports import (
    BadRowOut,
    FileIn,
    ImportOut,
    NothingIn,
    OpenedImportOut,
    TakeIn,
)
from officers.api.views.imports import FORM, BadRows, OfLaboratories, OneFile, Uploads


class LaboratoryFiles(OfLaboratories, Uploads):
    @operation(
        "list_laboratory_files",
        "List files of results, the newest first",
        gives=ImportOut(many=True),
        shows=examples.FILE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "upload_laboratory_file",
        "Upload a laboratory's results as a file",
        takes=FileIn,
        sends=[("A file", examples.UPLOAD)],
        sends_as=FORM,
        gives=OpenedImportOut,
        shows=LABORATORY_FILE,
        status=201,
        description="A row for each value. Nothing is taken yet: as with a sheet's file. What was reported before "
        "changes nothing.",
    )
    def create(self, request: Request) -> Response:
        return self.uploaded()


class LaboratoryFile(OfLaboratories, OneFile):
    @operation(
        "read_laboratory_file",
        "Read how it stands with a file of results",
        gives=OpenedImportOut,
        shows=LABORATORY_FILE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "take_laboratory_file",
        "Have the good specimens of a checked file reported",
        takes=TakeIn,
        sends=[("All rows or none", {"all_or_nothing": True, "version": 2})],
        gives=OpenedImportOut,
        shows={**LABORATORY_FILE, "status": "TAKING", "verbs": []},
    )
    def take(self, request: Request, pk: int) -> Response:
        return self.taken(pk)

    @operation(
        "stop_laboratory_file",
        "Stop a file of results that is being taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 3})],
        gives=OpenedImportOut,
        shows={**LABORATORY_FILE, "status": "STOPPED", "verbs": ["take"]},
        description="What was reported stands; the file can be taken on.",
    )
    def stop(self, request: Request, pk: int) -> Response:
        return self.stopped(pk)

    @operation(
        "cancel_laboratory_file",
        "Give a file of results up before it is taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 2})],
        gives=OpenedImportOut,
        shows={**LABORATORY_FILE, "status": "CANCELLED", "verbs": []},
    )
    def cancel(self, request: Request, pk: int) -> Response:
        return self.cancelled(pk)


class LaboratoryFileProblems(OfLaboratories, BadRows):
    @operation(
        "list_problems_of_laboratory_file",
        "List the rows that cannot be taken",
        gives=BadRowOut(many=True),
        shows=examples.BAD_ROW,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.listed_of(pk)
