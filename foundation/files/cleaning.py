"""A file from a stranger made into one that says what it shows and nothing else.

Only what is drawn anew is kept: a picture, or a document's pages as pictures. What cannot be cleaned so is not taken.
"""

import subprocess
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from foundation.files.apart import start
from foundation.files.kinds import Kind, content_kind, opened
from foundation.files.limits import MIB
from foundation.files.texts import encoding_of

#: Bytes of a file that is taken, and of a text.
LARGEST, LONGEST_TEXT = 10 * MIB, MIB
#: Points of a picture, counted before any of it is decoded, and pages of a document.
POINTS, PAGES = 50_000_000, 20
#: What it may take to draw one anew: MiB, seconds of a processor, and seconds on the wall.
MEMORY, SECONDS, PATIENCE = 768, 8, 30
#: Files drawn at once by one process of ours; who comes meanwhile waits so many seconds at most.
AT_ONCE, WAITS = 2, 20
_room = BoundedSemaphore(AT_ONCE)

#: What is taken, and what it is kept as.
KEPT_AS = {
    Kind.JPEG: Kind.JPEG,
    Kind.WEBP: Kind.JPEG,
    Kind.PNG: Kind.PNG,
    Kind.PDF: Kind.PDF,
    Kind.TEXT: Kind.TEXT,
}

#: By the code with which `redraw.py` ends; by any other, or a signal, it was more than it may take.
_WHY: dict[int, tuple[Any, str, int]] = {
    1: (_("The file is damaged or was cut off."), "file_damaged", 0),
    3: (_("The picture has more than %(limit)s million points."), "file_limit", POINTS // 1_000_000),
    4: (_("The document has more than %(limit)s pages. Divide it."), "file_limit", PAGES),
    5: (_("The document is locked with a password."), "file_locked", 0),
}


@dataclass(frozen=True)
class Cleaned:
    """What is kept of a file, and what that is: JPEG, PNG, PDF, or text in UTF-8."""

    kind: Kind
    content: bytes


def cleaned(upload: File | BinaryIO) -> Cleaned:
    """Make a file anew from what it shows.

    :raises ValidationError: ``file_kind``, ``file_limit``, ``file_damaged``, ``file_locked``, ``file_busy``
    """
    stream = opened(upload)
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _refusal(_("The file is larger than %(limit)s MB."), "file_limit", LARGEST // MIB)
    kind = content_kind(stream)
    if kind is Kind.EMPTY:
        raise _refusal(_("The file is empty."), "file_kind")
    if kind not in KEPT_AS:
        raise _refusal(
            _(
                "Files of this kind are not taken. Send a picture (JPEG, PNG or WebP), a PDF or plain text; of "
                "anything else, a picture of the screen."
            ),
            "file_kind",
        )
    return Cleaned(KEPT_AS[kind], _text(content) if kind is Kind.TEXT else _redrawn(content, kind))


def _text(content: bytes) -> bytes:
    if len(content) > LONGEST_TEXT:
        raise _refusal(_("The text is larger than %(limit)s MB."), "file_limit", LONGEST_TEXT // MIB)
    try:
        text = content.decode(encoding_of(content[:4096]))
    except UnicodeDecodeError:
        raise _refusal(*_WHY[1]) from None
    if any(sign < " " and sign not in "\n\r\t\f" for sign in text):
        raise _refusal(*_WHY[1])
    return "\n".join(text.removeprefix("\ufeff").splitlines()).encode()


def _redrawn(content: bytes, kind: Kind) -> bytes:
    if not _room.acquire(timeout=WAITS):
        raise _refusal(_("Too many files are being looked at just now. Try again in a minute."), "file_busy")
    try:
        return _drawn(content, kind)
    finally:
        _room.release()


def _drawn(content: bytes, kind: Kind) -> bytes:
    process = start("redraw.py", str(kind), str(POINTS), str(PAGES), memory=MEMORY, seconds=SECONDS)
    try:
        made, _errors = process.communicate(content, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        made, _errors = process.communicate()
    if process.returncode:
        too_much = (
            _("To look at this file takes too much time or memory. Send a smaller one."),
            "file_limit",
            0,
        )
        raise _refusal(*_WHY.get(process.returncode, too_much))
    return made


def _refusal(sentence: Any, code: str, limit: int = 0) -> ValidationError:
    return ValidationError(sentence, code=code, params={"limit": limit})
