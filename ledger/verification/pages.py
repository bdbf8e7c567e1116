"""Millions of rows, a page at a time: neither side keeps more than that in memory."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import ServerCursor

PAGE = 2000


def pages(cursor: CursorWrapper, statement: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, as PostgreSQL sends them in binary: bytes need not be written as text and read again."""
    with ServerCursor(cursor.connection, "looked_through", scrollable=False) as rows:
        rows.execute(statement, binary=True)
        while page := rows.fetchmany(PAGE):
            yield page
