"""What a backup says of itself, and whether it is still what it says."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from config.embedded.refusal import Refusal
from config.release import RELEASE

FORMAT = 1
NAME = "manifest.json"
MAC = "manifest.mac"
DATABASE, FILES, HEADS = "database", "files.tar.gz", "heads.log"
_PREFIX = "probity-"


@dataclass(frozen=True)
class Manifest:
    """`head` is the end of the chain in the very snapshot that was dumped; `files` are sizes and SHA-256 by name.

    `keys` are fingerprints: they tell whether keys found elsewhere are those the data was made under.
    """

    format: int
    release: str
    made_at: str
    postgres: str
    head: str
    migrations: list[str]
    uploads: int
    keys: dict[str, str]
    files: dict[str, tuple[int, str]]

    @property
    def size(self) -> int:
        return sum(size for size, _digest in self.files.values())


def name_at(moment: datetime) -> str:
    return f"{_PREFIX}{moment:%Y%m%dT%H%M%SZ}"


def whole(folder: Path) -> list[Path]:
    """The whole backups in a folder, oldest first. One that was cut short has no name of this kind."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.glob(f"{_PREFIX}*Z") if (path / NAME).is_file())


def find(given: Path) -> Path:
    """The backup at a path: itself, or the newest one in it.

    :raises Refusal: if there is none
    """
    if (given / NAME).is_file():
        return given
    found = whole(given)
    if not found:
        raise Refusal(f"There is no whole backup at {given}: a whole one is a folder with a {NAME}.")
    return found[-1]


def write(manifest: Manifest, folder: Path, secret: bytes) -> None:
    """Write the manifest and, under a key that is kept elsewhere, what nobody without that key can write."""
    content = (json.dumps(asdict(manifest), indent=1) + "\n").encode()
    (folder / NAME).write_bytes(content)
    (folder / MAC).write_text(_mac(content, secret) + "\n")


def read(backup: Path) -> Manifest:
    """The manifest of a backup.

    :raises Refusal: if it cannot be read, or comes from a later release than this one
    """
    try:
        told = json.loads((backup / NAME).read_bytes())
        if int(told["format"]) > FORMAT or _number(told["release"]) > _number(RELEASE):
            raise Refusal(
                f"The backup {backup} was made by release {told['release']}, and this is {RELEASE}: "
                "restore it with that release or a later one."
            )
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in told["files"].items()}
        return Manifest(**{**told, "files": files})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"The manifest of {backup} cannot be read: the backup is damaged. ({error})") from error


def check(manifest: Manifest, backup: Path) -> None:
    """See that every file is there and is what was written.

    :raises Refusal: naming the first that is not
    """
    for name, (size, _digest) in manifest.files.items():
        path = backup / name
        if not path.is_file() or path.stat().st_size != size:
            raise Refusal(f"The backup is damaged: {path} is missing or is not {size} bytes long.")
    for name, found in digests(backup, manifest.files).items():
        if found != manifest.files[name]:
            raise Refusal(f"The backup is damaged or was altered: {backup / name} is not what was written.")


def check_mac(backup: Path, secret: bytes) -> None:
    """:raises Refusal: if the manifest was not written under these keys"""
    try:
        stored = (backup / MAC).read_text().strip()
    except OSError:
        stored = ""
    if not hmac.compare_digest(stored, _mac((backup / NAME).read_bytes(), secret)):
        raise Refusal(f"The manifest of {backup} was altered: it is not what was written under these keys.")


def digests(folder: Path, names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of files."""

    def digest(name: str) -> tuple[int, str]:
        with open(folder / name, "rb") as file:
            return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()

    names = list(names)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(digest, names), strict=True))


def _mac(content: bytes, secret: bytes) -> str:
    return hmac.digest(secret, b"probity backup\n" + content, "sha256").hex()


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
