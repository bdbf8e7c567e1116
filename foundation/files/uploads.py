"""How large a request with files may be at all, before any of it is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

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
