"""The data folder of one pair of servers: what lies where, its passwords, and who holds it."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote, urlencode

from config.embedded.account import Account
from config.embedded.refusal import Refusal
from ledger.roles import ROLES

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "probity"
SUPERUSER = "postgres"
VARIABLES = {role: "DATABASE_URL" if role == "app" else f"{role.upper()}_DATABASE_URL" for role in ROLES}
ADDRESSES = (*VARIABLES.values(), "REDIS_URL")
LONGEST_SOCKET = 100  # bytes; the kernel takes 107 on Linux and 103 on macOS


@dataclass(frozen=True)
class Folder:
    """One data folder. `durable` is false only for clusters that hold nothing but tests."""

    root: Path
    durable: bool = True

    @classmethod
    def of_this_checkout(cls) -> Self:
        """Where the running system's data is, as config/settings.py has it."""
        return cls(Path(os.environ.get("PROBITY_DATA") or CHECKOUT / ".data").resolve())

    @property
    def keys(self) -> Path:
        given = os.environ.get("PROBITY_KEYS") if self.durable else None
        return Path(given) if given else self.root / "keys"

    @property
    def socket_name(self) -> str:
        return "probity-" + hashlib.sha256(str(self.root).encode()).hexdigest()[:12]

    def make(self) -> None:
        """Make the folder if it is not there.

        :raises Refusal: if something else stands in its place
        """
        try:
            if not self.root.is_dir():
                self.root.mkdir(parents=True)
                self.root.chmod(0o711)  # the servers' account must pass through it, and list nothing
            self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Refusal(f"The data folder {self.root} cannot be used: {error.strerror}.") from error

    def passwords(self) -> dict[str, str]:
        """The servers' passwords, made at first start.

        :raises Refusal: if they are lost or unreadable while there is data that needs them
        """
        path = self.keys / "servers.json"
        names = [SUPERUSER, "valkey", *ROLES]
        if not path.exists():
            if (self.root / "postgres").exists():
                raise Refusal(f"The passwords of {self.root / 'postgres'} are missing: put back {path}.")
            _write_private(path, json.dumps({name: secrets.token_urlsafe(24) for name in names}, indent=1))
        try:
            found = json.loads(path.read_text())
            return {name: str(found[name]) for name in names}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refusal(f"The file of passwords {path} is damaged: put it back from a backup.") from error

    def socket_folder(self) -> Path:
        """Where the sockets are. Not in the data folder: a socket's path may hold about a hundred bytes."""
        mine = os.environ.get("XDG_RUNTIME_DIR", "") if os.geteuid() else ""  # root's lets nobody else pass
        places = [mine, tempfile.gettempdir(), "/tmp"]
        for place in filter(None, places):
            path = Path(place) / self.socket_name
            if len(os.fsencode(path)) + len("/.s.PGSQL.5432") <= LONGEST_SOCKET and os.access(place, os.W_OK):
                return path
        raise Refusal(f"No folder for sockets: none of {', '.join(filter(None, places))} can be used.")

    def make_socket_folder(self, account: Account) -> Path:
        """Make the folder of the sockets, open to the servers' account alone.

        :raises Refusal: if another account made one of that name
        """
        path = self.socket_folder()
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
            raise Refusal(f"{path} belongs to another account: remove it, or set XDG_RUNTIME_DIR.")
        account.give(path, 0o700)
        return path

    def drop_socket_folder(self) -> None:
        """Remove the folder of the sockets, once the servers have removed theirs."""
        with contextlib.suppress(OSError):
            self.socket_folder().rmdir()

    def addresses(self, *, database: str = DATABASE, valkey_database: int = 0) -> dict[str, str]:
        """The environment that leads to these servers, as config/settings.py reads it."""
        passwords = self.passwords()
        sockets = self.socket_folder()

        def url(role: str) -> str:
            where = urlencode({"host": str(sockets)}, safe="/")
            return f"postgresql://{role}:{quote(passwords[role], safe='')}@/{quote(database)}?{where}"

        valkey = f"unix://:{quote(passwords['valkey'], safe='')}@{quote(str(sockets))}/valkey.sock"
        return {
            **{variable: url(role) for role, variable in VARIABLES.items()},
            "REDIS_URL": f"{valkey}?db={valkey_database}",
            "PROBITY_EMBEDDED": "1",
        }

    def known_addresses(self) -> dict[str, str]:
        """The addresses of servers made before; none before the first start."""
        return self.addresses() if (self.root / "postgres").exists() else {}

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one launcher; the kernel lets go of it however that launcher ends.

        :raises Refusal: if another launcher holds it
        """
        with open(self.root / "launcher.lock", "a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal(f"Probity is already running on {self.root}: stop it first.") from None
            yield


@contextlib.contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Wait for the file lock `path` and hold it."""
    with open(path, "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def _write_private(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
