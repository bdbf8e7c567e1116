"""Whether tables and functions are those that the last migration left."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from ledger import schema
from ledger.verification.finding import Finding


def tables(cursor: CursorWrapper) -> Iterator[Finding]:
    """No column, constraint, index, rule, policy, heir, owner or grant has changed since, and nothing came or went."""
    settled = schema.settled(cursor)
    if settled is None:
        yield Finding("altered-table", "all tables", "no migration has said what they look like")
        return
    found = schema.digests(cursor)
    for table in sorted(settled.keys() | found.keys()):
        if table not in found:
            yield Finding("altered-table", table, "is gone, and no migration says so")
        elif table not in settled:
            yield Finding("altered-table", table, "came, and no migration says so")
        elif found[table] != settled[table]:
            yield Finding("altered-table", table, "something other than a migration changed its definition")
