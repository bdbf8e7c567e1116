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
            *(partial(rows.rows, table=table) for table in guard.audited_tables()),
        ]
        for look in looks:
            try:
                with transaction.atomic(using=using):
                    findings += look(cursor)
            except DatabaseError as error:
                findings.append(Finding("unreadable", "the log", str(error).partition("\n")[0]))
        _set(cursor, before)
        return findings


def _set(cursor: CursorWrapper, settings: Mapping[str, str]) -> dict[str, str]:
    """Set these for the transaction and return what they were."""
    cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(settings)])
    before = dict(cursor.fetchall())
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return before


def heads_in(lines: Iterable[str]) -> list[Head]:
    """Heads from a file, one a line. The beginning of one, left by a sealer cut off in writing, says nothing.

    :raises ValueError: at a line that is neither
    """
    return [Head.parse(line) for line in lines if line.strip() and not _BROKEN_OFF.fullmatch(line.strip())]
