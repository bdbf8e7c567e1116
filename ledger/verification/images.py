"""Whether the images are those that were hashed, and those of a row follow each other."""

import hashlib
from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from ledger.verification.finding import Finding
from ledger.verification.pages import pages

# An image that was erased comes as one that no digest fits, unless an event told of it.
_IMAGES = """
    SELECT c.id, CASE WHEN c.image IS NOT NULL THEN c.image_hash END,
           coalesce(c.salt || convert_to(c.image::text, 'UTF8'), '')
    FROM ledger_change c WHERE c.image IS NOT NULL OR c.id::text NOT IN (
      SELECT x::text FROM ledger_event e, json_array_elements(e.facts -> 'changes') x
      WHERE e.verb = 'image.erased' AND json_typeof(e.facts -> 'changes') = 'array')
"""
_NAMES = """
    SELECT c.id, c.table_name, c.row_id, c.version, c.image IS NULL FROM ledger_change c
    WHERE c.id = ANY(%s) ORDER BY c.id
"""
# By the index alone: versions that do not count from one. By the table: kinds that do not go with their version.
_VERSIONS = """
    WITH suspect AS MATERIALIZED (
      SELECT table_name, row_id FROM (
        SELECT table_name, row_id, version, lag(version, 1, 0) OVER w AS before
        FROM ledger_change WINDOW w AS (PARTITION BY table_name, row_id ORDER BY version)) t
      WHERE version <> before + 1
      UNION
      SELECT c.table_name, c.row_id FROM ledger_change c
      WHERE (c.kind = 'I') <> (c.version = 1) OR (c.kind = 'D' AND EXISTS (
        SELECT FROM ledger_change l
        WHERE l.table_name = c.table_name AND l.row_id = c.row_id AND l.version > c.version))
    )
    SELECT table_name, row_id, version FROM (
      SELECT table_name, row_id, version, kind, lag(version) OVER w AS before, lag(kind) OVER w AS kind_before
      FROM suspect JOIN ledger_change c USING (table_name, row_id)
      WINDOW w AS (PARTITION BY table_name, row_id ORDER BY version)) t
    WHERE (before IS NULL AND (version <> 1 OR kind <> 'I'))
       OR (before IS NOT NULL AND (version <> before + 1 OR kind = 'I' OR kind_before = 'D'))
    ORDER BY table_name, row_id, version
"""


def images(cursor: CursorWrapper) -> Iterator[Finding]:
    """Each image is the one that was hashed; an empty one was erased by an event that says so."""
    sha256 = hashlib.sha256
    bent: list[int] = []
    for page in pages(cursor, _IMAGES):
        bent += [change for change, digest, salted in page if sha256(salted).digest() != digest]
    if not bent:
        return
    cursor.execute(_NAMES, [bent])
    for change, table, row, version, erased in cursor.fetchall():
        where = f"{table} {row} version {version}"
        if erased:
            yield Finding("erased-image", where, f"image {change} is gone without an event")
        else:
            yield Finding("altered-image", where, f"image {change} is not what was hashed")


def versions(cursor: CursorWrapper) -> Iterator[Finding]:
    """Versions of a row begin with its insert, follow each other, and stop at its delete."""
    cursor.execute(_VERSIONS)
    for table, row, version in cursor.fetchall():
        yield Finding("version", f"{table} {row} version {version}", "does not follow the version before it")
    cursor.execute(
        """
        SELECT c.id, c.event_id FROM ledger_change c LEFT JOIN ledger_event e ON e.id = c.event_id
        WHERE e.id IS NULL ORDER BY c.id
        """
    )
    for change, event in cursor.fetchall():
        yield Finding("missing-event", f"image {change}", f"its event {event} is gone")
