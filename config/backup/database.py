"""The database of a backup: PostgreSQL's own programs, as the owner of the tables."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo

from config.embedded import postgres
from config.embedded.refusal import Refusal
from ledger.roles import GUESTS, entry_statements
from ledger.sealing import Head, head

OWNER = "migrator"
JOBS = "2"
#: Every build of PostgreSQL can read it, those of the wheel too; a stronger one would keep two cores busy for longer.
COMPRESSION = "gzip:1"
#: A comment on the database while a restore is under way: seen from every host, and in no dump.
UNFINISHED = "A restore into this database was not finished."
_PATIENT = "-c maintenance_work_mem=256MB -c synchronous_commit=off"


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database, to be dumped by other sessions while this one keeps it."""

    name: str
    head: Head
    migrations: list[str]
    postgres: str


@contextlib.contextmanager
def snapshot() -> Iterator[Snapshot]:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        name, version = cursor.fetchone()
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        yield Snapshot(name, head(OWNER), [row[0] for row in cursor.fetchall()], version)


def dump(moment: Snapshot, to: Path) -> None:
    """:raises Refusal: with what `pg_dump` says"""
    # What a superuser took away from PostgreSQL's own functions (`ledger.roles`), an owner could not take away again.
    form = [
        "--format=directory",
        f"--jobs={JOBS}",
        f"--compress={COMPRESSION}",
        "--exclude-schema=pg_catalog",
    ]
    _run("pg_dump", *form, f"--snapshot={moment.name}", f"--file={to}", failing="The database was not dumped")


def load(folder: Path) -> None:
    """Load a dump into the empty database.

    :raises Refusal: with what `pg_restore` says
    """
    _run(
        "pg_restore",
        "--exit-on-error",
        f"--jobs={JOBS}",
        str(folder),
        failing="The dump was not loaded",
        PGOPTIONS=_PATIENT,
    )


def unknown(migrations: list[str]) -> list[str]:
    """Migrations that this release does not have."""
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    return sorted(set(migrations) - known)


def is_empty() -> bool:
    """Whether the database holds no table, or only what an unfinished restore left."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return not cursor.fetchone()[0] or is_unfinished()


def is_unfinished() -> bool:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[0] == UNFINISHED


def in_use() -> int:
    """How many other sessions are open: of a process that still serves, or of a restore not quite dead."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename IS NOT NULL AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def close_and_empty() -> None:
    """Let nobody in but the owner, and take away all there is, default privileges too.

    Tables made under those would keep more privileges than the dump gives them.
    """
    name = connections[OWNER].ops.quote_name(_name())
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{UNFINISHED}'")
        cursor.execute(f"REVOKE CONNECT ON DATABASE {name} FROM {GUESTS}")
        cursor.execute(f"DROP OWNED BY {OWNER}")
        cursor.execute(f"GRANT ALL ON DATABASE {name} TO {OWNER}")  # what that took away as well


def open_again() -> None:
    """The restore is finished: let the roles in."""
    name = _name()
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for statement in entry_statements(name):
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON DATABASE {connections[OWNER].ops.quote_name(name)} IS NULL")


def _name() -> str:
    return str(connections[OWNER].settings_dict["NAME"])


def _run(name: str, *arguments: str, failing: str, **environment: str) -> None:
    given: dict[str, Any] = connections[OWNER].settings_dict
    password = {"PGPASSWORD": given["PASSWORD"]} if given["PASSWORD"] else {}  # never on a command line
    where = make_conninfo(
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        user=given["USER"] or None,
        dbname=given["NAME"],
        **given["OPTIONS"],
    )
    done = subprocess.run(
        [_program(name), f"--dbname={where}", *arguments],
        env={**os.environ, **password, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refusal(f"{failing}: {done.stderr.strip() or f'{name} ended with {done.returncode}'}")


def _program(name: str) -> str:
    """The program that belongs to the server's version: the wheel's, or the system's own.

    :raises Refusal: if there is none
    """
    connections[OWNER].ensure_connection()
    major = str(connections[OWNER].pg_version // 10000)  # type: ignore[attr-defined]
    if major == postgres.MAJOR:
        with contextlib.suppress(Refusal):
            return str(postgres.program(name))
    found = shutil.which(name)
    said = (
        subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if found
        else ""
    )
    if found and re.search(rf"\b{major}\.", said):
        return found
    raise Refusal(f"The server is PostgreSQL {major}: put the {name} of that version on the PATH.")
