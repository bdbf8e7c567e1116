"""Looks for every way in which the log could have been bent, and names each."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import guard
from ledger.sealing import Head
from ledger.verification import log, rows, shape, tables
from ledger.verification.finding import Finding

__all__ = ["Finding", "heads_in", "verify"]

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
type Look = Callable[[CursorWrapper], Iterable[Finding]]

_BROKEN_OFF = re.compile("[0-9]+(:[0-9a-f]{0,63})?")


def verify(
    *, using: str = "auditor", against: Iterable[Head] = (), definitions: bool = True
) -> list[Finding]:
    """Everything, in one snapshot. An empty list means that nothing was found.

    :param against: heads kept outside the database; only with these a cut tail can be noticed
    :param definitions: whether to look at tables, triggers, functions and privileges too, and not only at what they
        hold. Without it an owner's changes go unnoticed
    """
    connection = connections[using]
    # Inside a caller's transaction (tests) the snapshot is the caller's.
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = _set(cursor, PINNED)
        findings: list[Finding] = []
        defined: list[Look] = [shape.guards, tables.tables, shape.privileges]
        looks: list[Look] = [
            *(defined if definitions else []),
            partial(log.order, against=list(against)),
            log.events,
            log.images,
            log.versions,
        ]

        def look_at(look: Look) -> None:
            try:
                with transaction.atomic(using=using):
                    findings.extend(look(cursor))
            except DatabaseError as error:
                findings.append(Finding("unreadable", "the log", str(error).partition("\n")[0]))

        for look in looks:
            look_at(look)
        audited = list(guard.audited_tables())
        told: dict[str, list[rows.Renamed]] = {}
        look_at(partial(rows.renamings, tables=audited, told=told))
        for table in _not_empty(cursor, audited, using):
            look_at(partial(rows.rows, table=table, told=told))
        _set(cursor, before)
        return findings


def _not_empty(cursor: CursorWrapper, tables: list[str], using: str) -> list[str]:
    """The tables that have a row or an image. All of them, if one cannot be read: each is then tried by itself."""
    try:
        with transaction.atomic(using=using):
            return rows.not_empty(cursor, tables)
    except DatabaseError:
        return tables


def _set(cursor: CursorWrapper, settings: Mapping[str, str]) -> dict[str, str]:
    """Set these for the transaction and return what they were."""
    cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(settings)])
    before = dict(cursor.fetchall())
    cursor.execute(
        "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS s(name, value)",
        [list(settings), list(settings.values())],
    )
    return before


def heads_in(lines: Iterable[str]) -> list[Head]:
    """Heads from a file, one a line. The beginning of one, left by a sealer cut off in writing, says nothing.

    :raises ValueError: at a line that is neither
    """
    return [Head.parse(line) for line in lines if line.strip() and not _BROKEN_OFF.fullmatch(line.strip())]
