"""Whether the rows are what the log says they are."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper

from ledger.verification.finding import Finding

CHUNK = 1000


type Renamed = tuple[str, str, int]
"""The old name of a column, the new one, and the last image that has the old one."""


def not_empty(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those of the tables that have a row or an image: most have neither where little has happened yet."""
    having_rows = ", ".join(f'EXISTS (SELECT FROM ONLY "{table}")' for table in tables)
    cursor.execute(
        f"""
        SELECT name FROM unnest(%s::text[], ARRAY[{having_rows}]) AS t(name, has_rows)
        WHERE has_rows OR EXISTS (SELECT FROM ledger_change WHERE table_name = name)
        """,
        [tables],
    )
    return [name for (name,) in cursor.fetchall()]


def rows(cursor: CursorWrapper, table: str, told: dict[str, list[Renamed]]) -> Iterator[Finding]:
    """Each row is its last image, in the columns that image has. `told` is what `renamings` found."""
    renamed = told.get(table, [])
    # By a cursor: a column added later makes every row differ from its image as text, and they do not fit in memory.
    cursor.execute(
        f"""
        DECLARE found NO SCROLL CURSOR FOR
        WITH last AS (
          SELECT DISTINCT ON (row_id) id, row_id, version, kind, image
          FROM ledger_change WHERE table_name = %s ORDER BY row_id DESC, version DESC
        )
        SELECT coalesce(t.id, l.row_id), l.id, t.version, l.version, l.kind, t.id IS NOT NULL,
               row_to_json(t)::text, l.image::text
        FROM ONLY "{table}" t FULL JOIN last l ON l.row_id = t.id
        WHERE (t.id IS NULL AND l.kind <> 'D') OR (t.id IS NOT NULL AND (
                l.row_id IS NULL OR l.kind = 'D' OR t.version <> l.version
                OR l.image IS NULL OR l.image::text <> row_to_json(t)::text))
        """,
        [table],
    )
    while True:
        cursor.execute(f"FETCH {CHUNK} FROM found")
        fetched = cursor.fetchall()
        for row, change, version, last, kind, there, live, image in fetched:
            where = f"{table} {row}"
            if not there:
                yield Finding("missing-row", where, "the row is gone without an event")
            elif change is None:
                yield Finding("row-without-event", where, "the row was written without an event")
            elif kind == "D":
                yield Finding("row-without-event", where, "the row is there again after its delete")
            elif version != last:
                yield Finding("row", where, f"the row has version {version}, its last image {last}")
            elif image is None:
                yield Finding("erased-image", where, "the image that the row stands by was erased")
            elif columns := _differing(_read(live), _read(image), change, renamed):
                yield Finding("row", where, f"the row is not its last image: {', '.join(columns)}")
        if len(fetched) < CHUNK:
            break
    cursor.execute("CLOSE found")


def renamings(cursor: CursorWrapper, tables: list[str], told: dict[str, list[Renamed]]) -> Iterator[Finding]:
    """Puts into `told` the columns that a migration renamed. What no migration's event names is not believed."""
    cursor.execute(
        """
        SELECT r.table_name, r.old, r.new, r.last_change, EXISTS (
          SELECT 1 FROM ledger_event e
          WHERE e.verb = 'column.renamed' AND e.actor_role = 'migrator' AND e.subject_table = r.table_name
          AND (e.facts ->> 'old', e.facts ->> 'new', e.facts ->> 'last_change')
              = (r.old, r.new, r.last_change::text)
        ) FROM ledger_renaming r WHERE r.table_name = ANY(%s) ORDER BY r.last_change
        """,
        [tables],
    )
    for table, old, new, last_change, by_event in cursor.fetchall():
        if by_event:
            told.setdefault(table, []).append((old, new, last_change))
        else:
            yield Finding("renaming", f"{table}.{old}", f"no event says that it became {new}")


def _read(text: str) -> dict[str, Any]:
    read = json.loads(text, parse_float=str)
    return read if isinstance(read, dict) else {}


def _differing(live: dict, image: dict, change: int, renamed: list[Renamed]) -> list[str]:
    """Columns in which a row differs from its image, of those that both the image and the table have."""
    for old, new, last_change in renamed:
        if change <= last_change and old in image:
            image[new] = image.pop(old)
    return sorted(column for column, value in image.items() if column in live and live[column] != value)
