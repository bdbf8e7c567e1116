"""The account the servers run under: PostgreSQL refuses root, so a root start steps down."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.refusal import Refusal

STEPPED_DOWN_TO = "nobody"
# access(2) leaves a capability out of account unless the fix-up for changed ids is off; PostgreSQL asks it
# whether its own programs can be run. The next exec drops every capability but the ambient one.
LENT = (
    *("--securebits", "+no_setuid_fixup"),
    *("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
)


@dataclass(frozen=True)
class Account:
    """Who runs the servers, and what stands before their command line to become them."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def command(self, *arguments: str | Path) -> list[str]:
        return [*self.prefix, *(str(argument) for argument in arguments)]

    def give(self, path: Path, mode: int) -> None:
        """Make `path` this account's own with exactly `mode`; only ever called on what the launcher made."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        path.chmod(mode)


def choose(folder: Path, initdb: Path) -> Account:
    """The account under which PostgreSQL can run on `folder`.

    Root steps down to an unprivileged account. If that account cannot enter the folder (a checkout below
    /root, say), it is lent the one capability to read and search past folders: changing the permissions of
    somebody's home would be worse, and root could read everything anyway.

    :raises Refusal: if root can hand the folder to nobody
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = _owner(folder) or pwd.getpwnam(STEPPED_DOWN_TO)
    ids = ("--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups")
    setpriv = shutil.which("setpriv")
    if setpriv:
        for lent in ((), LENT):
            account = Account(owner.pw_uid, owner.pw_gid, (setpriv, *ids, *lent))
            if _runs(account, folder, initdb):
                return account
    raise Refusal(
        f"PostgreSQL does not run as root, and the account {owner.pw_name!r} cannot be given {folder}: "
        "start as an ordinary user, or move the checkout to a folder that every account can enter."
    )


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """Who owns the cluster already there: data made by one account is not handed to another."""
    try:
        owner = pwd.getpwuid((folder / "postgres").stat().st_uid)
    except (OSError, KeyError):
        return None
    return owner if owner.pw_uid else None


def _runs(account: Account, folder: Path, initdb: Path) -> bool:
    script = 'test -x "$0" && exec "$1" --show -D "$0"'  # shows its paths, changes nothing
    trial = account.command("/bin/sh", "-c", script, folder, initdb)
    done = subprocess.run(trial, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0
