"""Evidence packs in tests: made of committed and sealed records, and checked by the program as outsiders run it."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from json import dumps, loads
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings

from audits.actions import packs
from audits.actions.packs import Made
from ledger.sealing import seal

CHECKER = Path(settings.BASE_DIR) / "tools" / "check_pack.py"


def make(actor: Any, **said: Any) -> tuple[Made, bytes]:
    """Seal all that waits, make a pack, and read its file."""
    seal()
    made = packs.make(actor, **{"reason": "For the court of accounts."} | said)
    with made.file as file:
        return made, file.read()


def check(folder: Path, pack: bytes, *arguments: str) -> tuple[int, str]:
    """Run the checker as a process of its own in an empty folder, with nothing of ours to import."""
    (folder / "pack.zip").write_bytes(pack)
    (folder / "check_pack.py").write_bytes(CHECKER.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "check_pack.py", "pack.zip", *arguments],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def members_of(pack: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes], *, rehash: bool = False) -> bytes:
    """An archive of these members, as a forger would write it; with `rehash` its manifest and its digest are made
    to fit.
    """
    content = dict(members)
    if rehash:
        manifest = loads(content["manifest.json"])
        listed = [name for name in content if name not in ("manifest.json", "manifest.sha256")]
        manifest["members"] = [
            {"path": name, "size": len(content[name]), "sha256": sha256(content[name]).hexdigest()}
            for name in listed
        ]
        content["manifest.json"] = canonical(manifest)
        digest = sha256(content["manifest.json"]).hexdigest()
        content["manifest.sha256"] = f"{digest}  manifest.json\n".encode()
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, data in content.items():
            info = ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o100600 << 16
            archive.writestr(info, data, ZIP_STORED)
    return file.getvalue()


def canonical(value: Any) -> bytes:
    return dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def changed(pack: bytes, name: str, change: Callable[[Any], Any], **how: Any) -> bytes:
    """The pack with the value of a JSON member changed."""
    members = members_of(pack)
    value = loads(members[name])
    members[name] = canonical(change(value) or value)
    return packed(members, **how)
