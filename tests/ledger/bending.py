"""What a superuser can do to the log, and what the verification says to it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from ledger.sealing import Head
from ledger.verification import verify


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
