"""Keys and pepper: files apart from the data, made at first start, rotated by `manage.py rotate_keys`."""

import contextlib
import os
import secrets
import tempfile
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """What signs, peppers and seals. Old secret keys still verify, old sealing keys still open what they sealed; the
    pepper is never replaced, since receipts hang on it.
    """

    secret_key: str
    old_secret_keys: list[str]
    pepper: bytes
    sealing_keys: list[str]


def _write(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a key file whole or not at all, readable by its owner only.

    Several processes may start for the first time at once: without `replace` the first one wins and the
    others read what it wrote.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(name, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(name, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def load_keys(folder: Path) -> Keys:
    """Read the key files of `folder`, making those that are missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("secret_keys", "pepper"):
        if not (folder / name).exists():
            _write(folder / name, secrets.token_hex(32) + "\n")
    if not (folder / "sealing_keys").exists():
        _write(folder / "sealing_keys", urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n")
    current, *old = (folder / "secret_keys").read_text().split()
    pepper = bytes.fromhex((folder / "pepper").read_text().split()[0])
    return Keys(current, old, pepper, (folder / "sealing_keys").read_text().split())


def rotate_sealing_key(folder: Path) -> None:
    """Put a new sealing key first. The old ones open what they sealed until `manage.py reseal` has been through."""
    lines = [urlsafe_b64encode(secrets.token_bytes(32)).decode(), *load_keys(folder).sealing_keys]
    _write(folder / "sealing_keys", "\n".join(lines) + "\n", replace=True)


def rotate_secret_key(folder: Path, *, keep: int = 2) -> None:
    """Put a new secret key first; the last `keep` old ones still verify what they signed."""
    keys = load_keys(folder)
    lines = [secrets.token_hex(32), keys.secret_key, *keys.old_secret_keys][: keep + 1]
    _write(folder / "secret_keys", "\n".join(lines) + "\n", replace=True)
