"""Where uploaded files lie: under random names, readable by the application alone."""

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.files.limits import MIB

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file as it lies on the disk: its random name, its digest, its size in bytes."""

    name: str
    sha256: str
    size: int


def kept_path(folder: str, name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / folder / name


def keep(file: File | BinaryIO, folder: str, *, limit: int, by_day: bool = False) -> Kept:
    """Write a file to the disk for good, before anybody is told that it is there.

    :param limit: in bytes
    :param by_day: the file and its folder bear the day alone and not the time, where that would tell on somebody
    :raises ValidationError: if it is empty or larger
    """
    path = kept_path(folder, token_hex(16))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    file.seek(0)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as kept:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > limit:
                    raise ValidationError(
                        _("The file is larger than %(limit)s MB."),
                        code="file_limit",
                        params={"limit": limit // MIB},
                    )
                digest.update(piece)
                kept.write(piece)
            if not size:
                raise ValidationError(_("The file is empty."), code="file_kind")
            kept.flush()
            os.fsync(kept.fileno())
        _sync(path.parent)
        if by_day:
            _date_to_the_day(path, path.parent)
    except BaseException:
        drop(folder, path.name)
        raise
    return Kept(path.name, digest.hexdigest(), size)


def _date_to_the_day(*paths: Path) -> None:
    day = datetime.combine(timezone.localdate(), time(), timezone.get_current_timezone()).timestamp()
    for path in paths:
        os.utime(path, (day, day))


def drop(folder: str, name: str) -> None:
    """Remove a kept file, if it is there."""
    with suppress(FileNotFoundError):
        kept_path(folder, name).unlink()


def kept_names(folder: str, *, before: datetime) -> list[str]:
    """Files of a folder that were written before a moment."""
    root = kept_path(folder, "")
    if not root.is_dir():
        return []
    return [path.name for path in root.iterdir() if path.stat().st_mtime < before.timestamp()]


def kept_size(folder: str) -> int:
    """Bytes of all the files of a folder."""
    root = kept_path(folder, "")
    return sum(path.stat().st_size for path in root.iterdir()) if root.is_dir() else 0


def shown_name(filename: str) -> str:
    """A file's own name without folders and signs that cannot be seen: to be shown, never to be opened."""
    base = re.split(r"[/\\]", filename)[-1]
    return "".join(sign for sign in base if sign.isprintable()).strip()[:200] or "–"


def _sync(folder: Path) -> None:
    """A new name survives a power cut only once its folder is written too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
