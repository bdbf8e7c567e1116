"""A page of a document that we drew ourselves, as a picture: to be looked at within one of our pages."""

import io
from threading import Lock

import pypdfium2

#: The library must not be entered by two threads at once.
_one = Lock()
#: Points to an inch: the small print of a stamp can be read.
_INCH = 110


def page_count(content: bytes) -> int:
    with _one:
        return len(pypdfium2.PdfDocument(content))


def page_picture(content: bytes, number: int) -> bytes:
    """A page as JPEG, from 1. Only of what `cleaned` made: nobody's own document is parsed here.

    :raises IndexError: if it has no such page
    """
    with _one:
        document = pypdfium2.PdfDocument(content)
        if not 1 <= number <= len(document):
            raise IndexError(number)
        image = document[number - 1].render(scale=_INCH / 72).to_pil().convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
