"""Files with complaints."""

from base64 import b64encode
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import files
from cases.api import examples
from cases.api.serializers.files import ComplaintFileIn, ComplaintFileOut, HeldOut, OpenedFileOut
from cases.api.views.parts import Parts
from cases.models import Complaint, ComplaintFile
from ledger.reading import note_read
from officers.api.documented import operation
from officers.api.doors import Door, TakesForm
from officers.models.api_keys import Scope

FORM = "multipart/form-data"


class HeldFiles(TakesForm, Door):
    """Where a file is sent before what it belongs to."""

    queryset = Complaint.objects.none()
    serializer_class = HeldOut
    pagination_class = None
    filter_backends = ()
    scope_to_read = scope_to_write = Scope.COMPLAINTS_HAND_IN

    @operation(
        "upload_complaint_file",
        "Send a file, to be handed in with a report or an action",
        takes=ComplaintFileIn,
        sends=[("A photograph", {"file": "(the bytes of the file)"})],
        sends_as=FORM,
        gives=HeldOut,
        shows=examples.HELD,
        status=201,
        description="It is drawn anew from what it shows at once, and what came is kept nowhere: a picture without "
        "place, time and camera; a PDF as pictures of its pages; a text as text. The answer is a token for `files`.",
    )
    def create(self, request: Request) -> Response:
        file = self.given(ComplaintFileIn)["file"]
        return self.answer(
            lambda: files.hand_in(request.user, file),
            status=201,
            render=lambda one: self.shown(one, out=HeldOut),
        )


class Files(Parts):
    queryset = ComplaintFile.objects.none()
    serializer_class = ComplaintFileOut
    noted = "files"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        if not read:
            raise Http404
        rows = ComplaintFile.objects.visible_to(self.request.user)
        return rows.filter(complaint=complaint).select_related("by")

    @operation(
        "list_files_of_complaint",
        "List the files with the report, the thread and the actions",
        gives=ComplaintFileOut(many=True),
        shows=examples.FILE,
        description="Not there for a commune post.",
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)

    @operation(
        "read_file_of_complaint",
        "Read one of its files",
        gives=OpenedFileOut,
        shows=examples.OPENED_FILE,
        description="With its content in Base64, so that no browser takes it for a page. Each look is noted.",
    )
    def retrieve(self, request: Request, pk: int, file: int) -> Response:
        found = self.of(self.seen(pk), read=True).filter(pk=file).first()
        if found is None:
            raise Http404
        is_given = found.status == ComplaintFile.Status.CLEARED
        found.content = b64encode(files.content_of(found)).decode() if is_given else None
        note_read(
            request.user,
            "exported" if is_given else "opened",
            ComplaintFile._meta.db_table,
            found.pk,
            fields=["content"] if is_given else ["status"],
            complaint=pk,
        )
        return Response(self.shown(found, out=OpenedFileOut))
