"""The tests' databases: one template by `migrator`, a clone for each process, fresh after each commit."""

import contextlib
import fcntl
import functools
import gzip
import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.embedded import shared
from config.embedded.account import Account
from config.embedded.folder import SUPERUSER, Folder, locked
from config.embedded.postgres import Postgres, program, run
from config.embedded.valkey import DATABASES
from ledger.roles import database_statement, entry_statements, grant_statements

CHECKOUT = Path(__file__).resolve().parent.parent
#: In memory, where one names a folder there, a clone takes half the time: it is a thousand files, and as many removed.
_PLACE = os.environ.get("PROBITY_TEST_DATA") or CHECKOUT / ".data" / "test"
FOLDER = Folder(Path(_PLACE).resolve(), durable=False)
SHAPING = ("config", "foundation", "ledger", "officers", "cases", "audits")
NOT_SHAPING = {"web", "api", "templatetags", "commands", "templates", "embedded", "__pycache__"}
SERVERS_RUN = "PROBITY_TEST_SERVERS"

postgres = Postgres(FOLDER, Account(os.geteuid(), os.getegid()))


def take_environment(stack: contextlib.ExitStack) -> int:
    """Start the servers unless an outer process has, and point this process at a slot of its own.

    Works before Django's settings are read, and in each process of a parallel run.
    """
    if settings.configured:
        raise RuntimeError("the settings were read before the servers ran: unset DJANGO_SETTINGS_MODULE")
    if os.environ.get(SERVERS_RUN) != str(FOLDER.root):
        stack.enter_context(shared.shared(FOLDER))
        os.environ[SERVERS_RUN] = str(FOLDER.root)
    slot = shared.take_slot(FOLDER.root / "slots", DATABASES)
    own = FOLDER.root / "processes" / str(slot)
    (own / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    os.environ.update(FOLDER.addresses(database=f"test_{slot}", valkey_database=slot))
    os.environ.update(PROBITY_DATA=str(own), PROBITY_KEYS=str(own / "keys"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return slot


def make_database(slot: int) -> None:
    """A fresh database for this process, as the migrations leave it."""
    template = _template_name()
    _keep(template)
    with locked(FOLDER.root / "template.lock"):
        if not _exists(template):
            _make_template(template)
    name = f"test_{slot}"
    with _alone(), postgres.connect() as server:
        run(
            server,
            [
                f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                f"CREATE DATABASE {name} TEMPLATE {template} OWNER migrator STRATEGY file_copy",
                *entry_statements(name),
            ],
        )


def restore_database(slot: int, dump: Path) -> None:
    """This process's database made anew from a release's dump, by the superuser, as after a disaster."""
    name = f"test_{slot}"
    with _alone(), postgres.connect() as server:
        run(server, [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", database_statement(name)])
        run(server, entry_statements(name))
    _client("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", name, given=gzip.decompress(dump.read_bytes()))


def dump_database(slot: int) -> bytes:
    """What `pg_dump` says of this process's database, compressed."""
    return gzip.compress(_client("pg_dump", "-d", f"test_{slot}"), 9, mtime=0)


def _client(name: str, *arguments: str, given: bytes = b"") -> bytes:
    """Run one of PostgreSQL's own clients as the cluster's superuser."""
    access = {
        "PGHOST": str(FOLDER.socket_folder()),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": FOLDER.passwords()[SUPERUSER],
    }
    done = subprocess.run(
        [program(name), *arguments],
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, **access},
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout


def superuser(slot: int) -> "psycopg.Connection[Any]":
    """The cluster's superuser, in this process's database."""
    return postgres.connect(f"test_{slot}")


def _make_template(name: str) -> None:
    unfinished = f"{name}_unfinished"
    with postgres.connect() as server:
        run(server, [f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)", database_statement(unfinished)])
        with postgres.connect(unfinished) as inside:
            run(inside, grant_statements(unfinished))
        with _alone(), _aimed_at(unfinished):
            call_command("migrate", database="migrator", interactive=False, verbosity=0)
            call_command("set_mode", "test", verbosity=0)
        run(server, [f"ALTER DATABASE {unfinished} RENAME TO {name}"])
        _drop_old_templates(server, name)


@contextlib.contextmanager
def _aimed_at(database: str) -> Iterator[None]:
    """The owner's connection leads to `database` while this lasts."""
    aimed = connections["migrator"].settings_dict
    before = aimed["NAME"]
    aimed["NAME"] = database
    try:
        yield
    finally:
        aimed["NAME"] = before
        connections["migrator"].close()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """No connection of this process stays open across a change of databases, pooled ones included."""
    for connection in connections.all():
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()
    yield


def _exists(database: str) -> bool:
    with postgres.connect() as server:
        return bool(server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())


@functools.cache
def _keep(template: str) -> IO[str]:
    """Keeps another run, started after an edit, from dropping the template this process goes on cloning."""
    lock = open(FOLDER.root / f"{template}.lock", "a+")  # noqa: SIM115 - for as long as the process lives
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _drop_old_templates(server: "psycopg.Connection[Any]", current: str) -> None:
    others = "SELECT datname FROM pg_database WHERE starts_with(datname, 'template_') AND datname <> %s"
    for (name,) in server.execute(others, [current]).fetchall():
        with open(FOLDER.root / f"{name}.lock", "a+") as lock, contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            run(server, [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"])


@functools.cache
def _template_name() -> str:
    """Carries a digest of what can shape the schema and its first rows, so an unchanged one is used again.

    Taken once: a process goes on with the code it has read, whatever is edited meanwhile.
    """
    digest = hashlib.sha256()
    for floor in SHAPING:
        for path in sorted((CHECKOUT / floor).rglob("*")):
            below = path.relative_to(CHECKOUT)
            if path.suffix in {".py", ".sql", ".csv", ".json"} and not NOT_SHAPING & set(below.parts):
                digest.update(str(below).encode() + b"\0" + path.read_bytes())
    digest.update((CHECKOUT / "requirements" / "base.txt").read_bytes())
    return f"template_{digest.hexdigest()[:12]}"
