"""The whole system in a folder of its own: prepared, started as `make run` does it, looked at, stopped."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

from config.embedded.account import Account
from config.embedded.folder import CHECKOUT, Folder
from config.embedded.launch import OWNER
from config.embedded.processes import marked
from config.embedded.shared import shared
from config.embedded.valkey import Valkey
from tests.config.launching import Launched, bare_environment, free_port, processes_of

LOOK = 0.03  # seconds between two looks at something that gives nothing to wait on

#: What is killed: a process the launcher started, or a child of one.
ROLES = ("web", "web child", "worker", "worker child", "beat", "sealer", "valkey", "postgres", "backend")
#: By words of its command line, each process the launcher keeps.
_WORDS = {
    "web": "granian",
    "worker": "worker --loglevel",
    "beat": "beat --loglevel",
    "sealer": "manage.py seal",
    "valkey": "valkey-server",
    "postgres": "bin/postgres -D",
}
_PARENTS = {"web child": "web", "worker child": "worker", "backend": "postgres"}
#: Children that are there when the parent is ready.
_CHILDREN = {"web": 1, "worker": 2}


class System:
    """One run. What asks the database answers None while there is none."""

    def __init__(self, data: Path, *, officers: int, clients: int) -> None:
        self.data = data
        self.folder = Folder(data)
        self.port = free_port()
        self.environment = bare_environment(data, PORT=str(self.port), DEMO_OFFICERS=str(officers))
        self.world = self._prepare(clients)
        self.addresses = self.folder.addresses()
        self.launched: Launched
        self.twins: list[subprocess.Popen[bytes]] = []
        self._connection: psycopg.Connection[Any] | None = None
        self._asking = threading.Lock()

    def _prepare(self, clients: int) -> dict[str, Any]:
        with shared(self.folder):
            environment = {**self._serving(), **self.folder.addresses()}
            self._python(environment, "-m", "config.embedded.prepare")
            return json.loads(self._python(environment, "-m", "tests.kills.world", str(clients)))

    def _serving(self) -> dict[str, str]:
        """What a process of the application is started with."""
        addresses = {name: value for name, value in self.folder.addresses().items() if name not in OWNER}
        more = {**marked(self.data), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return {**self.environment, **addresses, **more}

    def _python(self, environment: dict[str, str], *words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """From the first answer to the last process; what is left behind is for `left_over` to see."""
        self.launched = Launched("run", self.environment)
        try:
            self.launched.wait_for("answers at", str(self.port))
            yield
        finally:
            self.end_twins()
            if self.launched.process.poll() is None:
                self.launched.interrupt()

    def start_twins(self) -> None:
        """A second beat and a second sealer, which nobody keeps."""
        for words in (
            ["-W", "ignore", "-m", "celery", "-q", "-A", "config.celery:app", "beat", "--pidfile="],
            ["manage.py", "seal", "--loop"],
        ):
            self.twins.append(
                subprocess.Popen(
                    [sys.executable, *words],
                    cwd=CHECKOUT,
                    env=self._serving(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )

    def end_twins(self) -> None:
        for twin in self.twins:
            twin.kill()
            twin.wait()
        self.twins.clear()

    def left_over(self) -> dict[int, str]:
        return processes_of(self.data)

    # Processes.

    def processes(self, role: str) -> list[psutil.Process]:
        """The living processes of a role, the kept ones' own and none of the twins'."""
        if role in _PARENTS:
            found = [child for parent in self.processes(_PARENTS[role]) for child in _children(parent)]
            return [one for one in found if role != "backend" or _serves_somebody(one)]
        kept = _children(psutil.Process(self.launched.process.pid))
        return [one for one in kept if _WORDS[role] in _command(one)]

    def is_ready(self, role: str) -> bool:
        """Whether the role works, as far as can be seen from outside."""
        role = _PARENTS.get(role, role)
        kept = self.processes(role)
        if not kept:
            return False
        if len(_children(kept[0])) < _CHILDREN.get(role, 0):
            return False
        if role == "web":
            return self.answers()
        if role == "valkey":
            return self.valkey_answers()
        if role == "worker":
            return self.asks_for_work()
        return role != "postgres" or self.rows("SELECT 1") is not None

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    # PostgreSQL and Valkey.

    def rows(self, query: str, *parameters: Any) -> list[Any] | None:
        """What the application's role sees; None while PostgreSQL does not answer."""
        with self._asking:
            try:
                if self._connection is None:
                    address = self.addresses["DATABASE_URL"]
                    self._connection = psycopg.connect(address, connect_timeout=5, autocommit=True)
                return self._connection.execute(query.encode(), parameters).fetchall()
            except psycopg.OperationalError:
                self._connection = None
                return None

    def valkey(self) -> redis.Redis:
        return Valkey(self.folder, Account(os.geteuid(), os.getegid())).client()

    def valkey_answers(self) -> bool:
        return Valkey(self.folder, Account(os.geteuid(), os.getegid())).is_up()

    def asks_for_work(self) -> bool:
        """Whether the worker asks Valkey for the next message."""
        try:
            return any(client["cmd"] == "brpop" for client in self.valkey().client_list())
        except redis.RedisError:
            return False

    def heads(self) -> Path:
        return self.data / "heads" / "heads.log"

    def verify_log(self) -> str:
        """What `manage.py verify_log` says against every head written, if it finds anything."""
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_log", "--against", str(self.heads())],
            cwd=CHECKOUT,
            env=self._serving(),
            capture_output=True,
            text=True,
        )
        return (done.stdout + done.stderr) if done.returncode else ""


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return [child for child in process.children() if _command(child)]
    return []


def _command(process: psutil.Process) -> str:
    """Its command line; nothing of one that has ended."""
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _serves_somebody(backend: psutil.Process) -> bool:
    return _command(backend).startswith(("postgres: app ", "postgres: sequencer "))


def wait_until(what: Callable[[], Any], seconds: float, *, look: float = LOOK) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(look)  # between two looks: what is looked at tells nobody that it changed
    return True


def named(values: Sequence[Any], most: int = 5) -> str:
    """The first few, for a sentence."""
    return ", ".join(map(str, values[:most])) + (
        f" and {len(values) - most} more" if len(values) > most else ""
    )
