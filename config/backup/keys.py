"""The keys of a backup: an archive apart from the data they open."""

import hmac
import os
import shutil
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from config.backup import manifest
from config.backup.manifest import Manifest
from config.embedded.refusal import Refusal
from config.keys import Keys, load_keys

_PREFIX = "probity-keys-"
#: Of the embedded servers: they open this folder's cluster, whatever the backup's was opened by.
SERVERS = "servers.json"


def fingerprints(keys: Keys) -> dict[str, str]:
    """What tells one set of keys from another and nothing else about it."""

    def fingerprint(key: bytes) -> str:
        return hmac.digest(key, b"probity fingerprint", "sha256").hex()[:16]

    return {"pepper": fingerprint(keys.pepper), "secret_key": fingerprint(keys.secret_key.encode())}


def archive(folder: Path, to: Path, moment: datetime) -> Path:
    """Put the files of the keys folder into an archive that only its owner can read, whole or not at all."""
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = to / f"{_PREFIX}{moment:%Y%m%dT%H%M%SZ}.tar"
    writing = path.with_suffix(".part")
    writing.unlink(missing_ok=True)
    with open(os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for one in sorted(folder.iterdir()):
                if one.is_file() and not one.name.startswith("."):
                    tar.add(one, one.name)
        file.flush()
        os.fsync(file.fileno())
    writing.rename(path)
    return path


def find(given: Path | None) -> Path:
    """:raises Refusal: unless an archive of keys is there, or a folder that holds some"""
    if given is not None and given.is_file():
        return given
    found = sorted(given.glob(f"{_PREFIX}*Z.tar")) if given is not None and given.is_dir() else []
    if not found:
        raise Refusal(f"There is no archive of keys at {given}.")
    return found[-1]


def settle(
    told: Manifest, backup: Path, archived: Path | None, folder: Path, *, replace: bool, new: bool
) -> None:
    """See that the backup is whole and that its keys are in `folder`, from the archive if one is given.

    With `replace` keys that stand there already are set aside for those of the archive. With `new` the keys are
    held for lost: the data is taken without them, and what hangs on them is void.

    :raises Refusal: before anything was changed
    """
    if not new:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as place:
            unpacked = Path(place) / "keys"
            unpacked.mkdir(mode=0o700)
            if archived is not None:
                _unpack(archived, unpacked)
            standing = folder if _is_complete(folder) else None
            chosen = unpacked if archived is not None and (replace or standing is None) else standing
            if chosen is None or not _is_complete(chosen):
                raise Refusal(
                    f"The keys of this backup are not in {folder}: give KEYS=/path/to/their/archive. If they are "
                    "lost for good, NEW_KEYS=1 goes on without: every session, second factor and receipt is void."
                )
            _match(told, backup, chosen)
            manifest.check(told, backup)
            if chosen is unpacked:
                _install(unpacked, folder)
    else:
        manifest.check(told, backup)


def _match(told: Manifest, backup: Path, folder: Path) -> None:
    keys = load_keys(folder)
    known = [fingerprints(Keys(key, [], keys.pepper, [])) for key in (keys.secret_key, *keys.old_secret_keys)]
    if told.keys not in known:
        raise Refusal(
            f"The keys in {folder.name} are not those this backup was made under: give KEYS=/path/to/their/archive"
            " (with REPLACE=1 where other keys stand already)."
        )
    manifest.check_mac(backup, keys.pepper)


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("secret_keys", "pepper"))


def _unpack(archived: Path, to: Path) -> None:
    try:
        with tarfile.open(archived) as tar:
            tar.extractall(to, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise Refusal(f"The archive of keys {archived} cannot be read: {error}.") from error


def _install(unpacked: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(unpacked.iterdir()):
        there = folder / path.name
        if there.exists() and there.read_bytes() != path.read_bytes():
            if path.name == SERVERS:
                continue
            there.replace(there.with_name(f"{there.name}.before"))
        new = folder / f".{path.name}.new"
        shutil.copyfile(path, new)
        new.chmod(0o600)
        new.replace(there)
