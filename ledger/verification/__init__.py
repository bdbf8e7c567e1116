"""Looks for every way in which the log could have been bent, and names each."""

from collections.abc import Iterable

from django.db import connections, transaction

from ledger import guard
from ledger.sealing import Head
from ledger.verification import log, rows, shape
from ledger.verification.finding import Finding

__all__ = ["Finding", "heads_in", "verify"]


def verify(*, using: str = "auditor", against: Iterable[Head] = ()) -> list[Finding]:
    """Everything, in one snapshot. An empty list means that nothing was found.

    :param against: heads kept outside the database; only with these a cut tail can be noticed
    """
    connection = connections[using]
    # Inside a caller's transaction (tests) the snapshot is the caller's.
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        findings = [
            *shape.guards(cursor),
            *shape.privileges(cursor),
            *log.order(cursor, list(against)),
            *log.events(cursor),
            *log.images(cursor),
            *log.versions(cursor),
        ]
        for table in guard.audited_tables():
            findings += rows.rows(cursor, table)
        cursor.execute("SET LOCAL timezone = %s", [connection.timezone_name])
        return findings


def heads_in(lines: Iterable[str]) -> list[Head]:
    """Heads from a file, one a line.

    :raises ValueError: at a line that is not a head
    """
    return [Head.parse(line) for line in lines if line.strip()]
