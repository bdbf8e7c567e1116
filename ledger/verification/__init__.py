"""Looks for every way in which the log could have been bent, and names each."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import guard
from ledger.sealing import Head
from ledger.verification import images, log, rows, shape, tables
from ledger.verification.finding import Finding

__all__ = ["Finding", "heads_in", "looks_further", "verify"]

# A setting of the role or the database must not lead the reader astray: to tables of the same name elsewhere, past
# rows that a policy hides, or to other texts for the same values.
PINNED = {
    "search_path": "public",
    "row_security": "off",
    "timezone": "UTC",
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "extra_float_digits": "1",
    "cursor_tuple_fraction": "1",  # every row is read: a plan for the first few would take many times as long
}
# Nor may it eat the server's memory, or compile what is asked once.
BOUNDED = {"work_mem": "64MB", "jit": "off"}
#: From so many sealed events on, two connections look at the same snapshot at once.
LONG = 20_000
type Look = Callable[[CursorWrapper], Iterable[Finding]]

_further: list[Look] = []


def looks_further(look: Look) -> Look:
    """Have each verification look there too: a floor above keeps what follows from the log beside it."""
    _further.append(look)
    return look


_BROKEN_OFF = re.compile("[0-9]+(:[0-9a-f]{0,63})?")


def verify(
    *, using: str = "auditor", against: Iterable[Head] = (), definitions: bool = True
) -> list[Finding]:
    """Everything, in one snapshot. An empty list means that nothing was found.

    :param against: heads kept outside the database; only with these a cut tail can be noticed
    :param definitions: whether to look at tables, triggers, functions and privileges too, and not only at what they
        hold. Without it an owner's changes go unnoticed
    """
    defined: list[Look] = [shape.guards, tables.tables, shape.privileges] if definitions else []
    events: list[Look] = [partial(log.order, against=list(against)), log.events, images.versions, *_further]
    # Inside a caller's transaction (tests) the snapshot is the caller's, and nobody else sees it.
    if connections[using].in_atomic_block:
        with _looking(using) as cursor:
            return [
                *_found(using, cursor, [*defined, *events]),
                *_found(using, cursor, _written(using, cursor)),
            ]
    with ThreadPoolExecutor(1) as other, _looking(using) as cursor:
        cursor.execute("SELECT coalesce(max(position), 0), pg_export_snapshot() FROM ledger_seal")
        length, snapshot = cursor.fetchone()
        if length < LONG:
            return [
                *_found(using, cursor, [*defined, *events]),
                *_found(using, cursor, _written(using, cursor)),
            ]
        written = other.submit(_found_elsewhere, using, snapshot)
        return [*_found(using, cursor, [*defined, *events]), *written.result()]


def _written(using: str, cursor: CursorWrapper) -> list[Look]:
    """What looks at the images and the rows; it takes about as long as the rest."""
    audited = not_empty = list(guard.audited_tables())
    told: dict[str, list[rows.Renamed]] = {}
    with suppress(DatabaseError), transaction.atomic(using=using):
        not_empty = rows.not_empty(cursor, audited)  # if one cannot be read, each is tried by itself
    return [
        images.images,
        partial(rows.renamings, tables=audited, told=told),
        *(partial(rows.rows, table=table, told=told) for table in not_empty),
    ]


def _found(using: str, cursor: CursorWrapper, looks: Iterable[Look]) -> list[Finding]:
    findings: list[Finding] = []
    for look in looks:
        try:
            with transaction.atomic(using=using), connections[using].wrap_database_errors:
                findings += look(cursor)
        except DatabaseError as error:
            findings.append(Finding("unreadable", "the log", str(error).partition("\n")[0]))
    return findings


def _found_elsewhere(using: str, snapshot: str) -> list[Finding]:
    """What is found in images and rows over a connection of this thread's own, in another's snapshot."""
    try:
        with _looking(using, snapshot) as cursor:
            return _found(using, cursor, _written(using, cursor))
    finally:
        connections[using].close()


@contextmanager
def _looking(using: str, snapshot: str = "") -> Iterator[CursorWrapper]:
    """A transaction that sees one moment, and no setting of others."""
    outermost = not connections[using].in_atomic_block
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if snapshot:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
        before = _set(cursor, PINNED | BOUNDED)
        yield cursor
        if not outermost:
            _set(cursor, before)


def _set(cursor: CursorWrapper, settings: Mapping[str, str]) -> dict[str, str]:
    """Set these for the transaction and return what they were."""
    cursor.execute(
        """
        WITH before AS MATERIALIZED (
          SELECT name, value, current_setting(name) AS was FROM unnest(%s::text[], %s::text[]) AS s (name, value)
        )
        SELECT name, was, set_config(name, value, true) FROM before
        """,
        [list(settings), list(settings.values())],
    )
    return {name: was for name, was, _now in cursor.fetchall()}


def heads_in(lines: Iterable[str]) -> list[Head]:
    """Heads from a file, one a line. The beginning of one, left by a sealer cut off in writing, says nothing.

    :raises ValueError: at a line that is neither
    """
    return [Head.parse(line) for line in lines if line.strip() and not _BROKEN_OFF.fullmatch(line.strip())]
