"""Making a backup while people go on working."""

import contextlib
import fcntl
import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from config.backup import database, keys, manifest
from config.backup.manifest import Manifest
from config.embedded.refusal import Refusal
from config.keys import load_keys
from config.release import RELEASE
from foundation.jobs.runs import heartbeat
from foundation.jobs.tasks import BACKUP


def make(to: Path | None, keys_to: Path | None, *, keep: int | None) -> None:
    """Back up database, files and heads into a new folder in `to`, and the keys into an archive in `keys_to`.

    It has its name only when it is whole. With `keep`, the oldest beyond so many are removed afterwards.

    :raises Refusal: if it cannot be made; nothing that looks whole is left
    """
    moment = datetime.now(UTC)
    if keys_to is not None:
        print(f"Keys: {keys.archive(settings.KEYS_DIR, keys_to, moment)}")
    if to is not None:
        with _alone(to):
            _make(to, moment)
            heartbeat(BACKUP)
            for old in manifest.whole(to)[: -keep if keep else 0]:
                (old / manifest.NAME).unlink()  # from here on it does not look whole
                shutil.rmtree(old)
                print(f"Removed {old}")
    if keys_to is None:
        print(
            "The keys are not in it: KEYS=/another/place backs them up apart. Without them nobody signs in again."
        )


def _make(to: Path, moment: datetime) -> None:
    begun = time.monotonic()
    path = to / manifest.name_at(moment)
    writing = path.with_suffix(".unfinished")
    try:
        writing.mkdir(mode=0o700)
        told = _write(writing, moment)
        for name in (manifest.NAME, manifest.MAC, *told.files):
            _sync(writing / name)
        _sync(writing)
        writing.rename(path)
        _sync(to)
    except OSError as error:
        raise Refusal(f"The backup in {to} was not finished: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(writing, ignore_errors=True)
    print(
        f"Backup: {path}\n{told.size / 1e6:.1f} MB, {told.uploads} uploaded files, head {told.head}, "
        f"{time.monotonic() - begun:.1f} s"
    )


def _write(folder: Path, moment: datetime) -> Manifest:
    """The order matters: why stands in docs/decisions/0012-backups.md."""
    _copy_heads(folder / manifest.HEADS)
    with _archive(folder / manifest.FILES) as uploads:
        uploads.add_new()
        with database.snapshot() as dumped:
            database.dump(dumped, folder / manifest.DATABASE)
        uploads.add_new()
    secrets = load_keys(settings.KEYS_DIR)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    told = Manifest(
        format=manifest.FORMAT,
        release=RELEASE,
        made_at=moment.isoformat(timespec="seconds"),
        postgres=dumped.postgres,
        head=str(dumped.head),
        migrations=dumped.migrations,
        uploads=len(uploads.names),
        keys=keys.fingerprints(secrets),
        files=manifest.digests(folder, names),
    )
    manifest.write(told, folder, secrets.pepper)
    return told


def _copy_heads(to: Path) -> None:
    """Whole lines only: the sealer may be writing the next."""
    written = settings.HEADS_FILE.read_bytes() if settings.HEADS_FILE.exists() else b""
    to.write_bytes(written[: written.rfind(b"\n") + 1])


class _Uploads:
    """An archive to which uploaded files are added once each: under their random names they never change."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.names: set[str] = set()

    def add_new(self) -> None:
        root = Path(settings.MEDIA_ROOT)
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            if name in self.names or not path.is_file():
                continue
            with contextlib.suppress(FileNotFoundError):  # removed meanwhile, as no row refers to it any more
                with open(path, "rb") as file:
                    self.tar.addfile(self.tar.gettarinfo(arcname=name, fileobj=file), file)
                    self.names.add(name)


@contextlib.contextmanager
def _archive(path: Path) -> Iterator[_Uploads]:
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        yield _Uploads(tar)


@contextlib.contextmanager
def _alone(to: Path) -> Iterator[None]:
    """One backup at a time into a folder; what an earlier one left unfinished goes.

    :raises Refusal: if another is being made there
    """
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = open(to / ".lock", "a+")  # noqa: SIM115 - held until the backup is made
    except OSError as error:
        raise Refusal(f"Backups cannot be kept in {to}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"Another backup is being made in {to}.") from None
        for left in to.glob("probity-*.unfinished"):
            shutil.rmtree(left)
        yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
