"""What a superuser can do to the log, and what the verification says to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ledger import guard
from ledger.sealing import Head
from ledger.verification import PINNED, Finding, images, log, rows, shape, tables, verify


@contextmanager
def unguarded(superuser: "psycopg.Connection[Any]", *tables: str) -> Iterator[None]:
    """Every trigger of these tables switched off, foreign keys too, and on again afterwards: no trace is left."""
    for table in tables:
        superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    yield
    for table in tables:
        superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        ours = superuser.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        ).fetchall()
        for (name,) in ours:
            superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


@contextmanager
def rolled_back(superuser: "psycopg.Connection[Any]") -> Iterator[None]:
    """Bend something for nobody else to see: what looks must look over the same connection."""
    superuser.execute("BEGIN")
    try:
        yield
    finally:
        superuser.execute("ROLLBACK")


def kinds(against: Iterable[Head] = ()) -> set[str]:
    """The kinds of what the verification finds, over the auditors' own connection."""
    return {finding.kind for finding in verify(using="auditor", against=against)}


def findings(superuser: "psycopg.Connection[Any]", against: Iterable[Head] = ()) -> list[Finding]:
    """All that the verification finds, over the connection that has not committed what it bent."""
    cursor: Any = superuser.cursor()
    for name, value in PINNED.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    audited = list(guard.audited_tables())
    told: dict[str, list[rows.Renamed]] = {}
    looks = [
        *(shape.guards(cursor), tables.tables(cursor), shape.privileges(cursor)),
        *(
            log.order(cursor, list(against)),
            log.events(cursor),
            images.images(cursor),
            images.versions(cursor),
        ),
        rows.renamings(cursor, audited, told),
        *(rows.rows(cursor, table, told) for table in audited),
    ]
    return [finding for look in looks for finding in look]
