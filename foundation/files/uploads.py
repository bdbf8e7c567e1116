"""How large a request with files may be at all, before any of it is kept; and where it lies meanwhile."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from foundation.files.limits import MIB, Limits

#: For what a form sends beside its file.
_BESIDES = MIB


class Bounded(FileUploadHandler):
    """First of `FILE_UPLOAD_HANDLERS`: Django bounds every other body, but not one with files."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """:raises RequestDataTooBig: for a request larger than the largest file that is read"""
        if content_length > Limits().size + _BESIDES:
            raise RequestDataTooBig("The request is larger than any file that is read.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class InMemory(FileUploadHandler):
    """Keeps files in memory, however large: what a stranger sends never lies on a disk as it came.

    Of a file too large one byte beyond the limit is kept, by which whoever takes it sees that, and the rest of the form
    is read all the same.
    """

    def __init__(self, request: HttpRequest | None = None, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept.write(raw_data[: max(0, self.limit + 1 - self.kept.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name,
            self.content_type or "",
            self.kept.getbuffer().nbytes,
            self.charset,
            self.content_type_extra,
        )


def keep_in_memory(request: HttpRequest, *, limit: int, whole: int) -> None:
    """Have the files of a request, which must not have been read yet, kept in memory alone.

    :param limit: bytes of one file
    :param whole: bytes of all that is sent; what is beyond `limit` is read and thrown away
    :raises RequestDataTooBig: for more than `whole`
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > whole:
        raise RequestDataTooBig("The request is larger than anything that is read here.")
    request.upload_handlers = [InMemory(request, limit=limit)]
