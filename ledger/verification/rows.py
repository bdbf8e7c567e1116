"""Whether the rows are what the log says they are."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper

from ledger.verification.finding import Finding
from ledger.verification.pages import pages

type Renamed = tuple[str, str, int]
"""The old name of a column, the new one, and the last image that has the old one."""

# Each row is looked up in the log by its index, and each row of the log in the table: nothing is sorted, and only the
# last images are read. A column added later stands behind the others: such a row begins as its image does.
_FOUND = """
    SELECT t.id, l.id, t.version, l.version, l.kind, true, live.text, l.image::text
    FROM ONLY "{table}" t CROSS JOIN LATERAL (SELECT row_to_json(t)::text AS text OFFSET 0) live
    LEFT JOIN LATERAL (
      SELECT c.id, c.version, c.kind, c.image FROM ledger_change c
      WHERE c.table_name = '{table}' AND c.row_id = t.id AND c.version = (
        SELECT max(m.version) FROM ledger_change m WHERE m.table_name = '{table}' AND m.row_id = t.id)
      OFFSET 0) l ON true
    WHERE l.id IS NULL OR l.kind = 'D' OR l.version <> t.version OR l.image IS NULL
       OR (l.image::text <> live.text AND NOT starts_with(live.text, left(l.image::text, -1) || ','))
    UNION ALL
    SELECT l.row_id, c.id, NULL, c.version, c.kind, false, NULL, NULL
    FROM (SELECT row_id, max(version) AS version FROM ledger_change WHERE table_name = '{table}' GROUP BY row_id) l
    JOIN LATERAL (
      SELECT c.id, c.version, c.kind FROM ledger_change c
      WHERE c.table_name = '{table}' AND c.row_id = l.row_id AND c.version = l.version OFFSET 0) c ON c.kind <> 'D'
    WHERE NOT EXISTS (SELECT FROM ONLY "{table}" t WHERE t.id = l.row_id)
"""


def not_empty(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those of `tables` that have a row or an image, as few have where little has happened yet; and those gone."""
    cursor.execute(
        """
        WITH RECURSIVE imaged AS (
          (SELECT table_name FROM ledger_change ORDER BY table_name LIMIT 1)
          UNION ALL SELECT (
            SELECT c.table_name FROM ledger_change c WHERE c.table_name > i.table_name ORDER BY c.table_name LIMIT 1)
          FROM imaged i WHERE i.table_name IS NOT NULL
        )
        SELECT t.name, c.oid IS NULL OR c.relkind <> 'r'
            OR t.name IN (SELECT table_name FROM imaged WHERE table_name IS NOT NULL), pg_relation_size(c.oid) > 0
        FROM unnest(%s::name[]) AS t (name)
        LEFT JOIN pg_class c ON c.relname = t.name AND c.relnamespace = 'public'::regnamespace
        """,
        [tables],
    )
    found = cursor.fetchall()
    there = {table for table, known, _has_pages in found if known}
    unsure = [table for table, known, has_pages in found if has_pages and not known]
    if unsure:
        exist = ", ".join(f"('{table}', EXISTS (SELECT FROM ONLY \"{table}\"))" for table in unsure)
        cursor.execute(f"SELECT name FROM (VALUES {exist}) AS t (name, there) WHERE there")
        there |= {table for (table,) in cursor.fetchall()}
    return [table for table in tables if table in there]


def rows(cursor: CursorWrapper, table: str, told: dict[str, list[Renamed]]) -> Iterator[Finding]:
    """Each row is its last image, in the columns that image has. `told` is what `renamings` found."""
    for page in pages(cursor, _FOUND.format(table=table)):
        for row, change, version, last, kind, there, live, image in page:
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
            elif columns := _differing(_read(live), _read(image), change, told.get(table, [])):
                yield Finding("row", where, f"the row is not its last image: {', '.join(columns)}")


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
