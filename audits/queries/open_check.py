"""Whether what is public is what the feed says, and the feed what events made: part of each verification."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from audits.models import OpenChange, OpenMeasure, PublishedMeasure
from audits.queries.disclosure import COLLECTIONS, Collection
from ledger.verification import Finding, looks_further

_FEED = OpenChange._meta.db_table

# The last line about each row says how it stands; a line before it says by which it was superseded, and no more.
_ROWS = """
    SELECT coalesce(t.id, c."row"), t.id IS NOT NULL, c.kind,
           ARRAY(SELECT n.key FROM jsonb_each(t.said) n WHERE c.record -> n.key IS DISTINCT FROM n.value ORDER BY 1)
    FROM (SELECT id, to_jsonb(s) AS said FROM (SELECT {columns} FROM ONLY {table}) s) t
    FULL JOIN (SELECT "row", kind, record FROM ONLY {feed} WHERE collection = '{name}' AND superseded_by IS NULL) c
    ON c."row" = t.id
    WHERE t.said IS DISTINCT FROM c.record
    ORDER BY 1
"""
_LINES = """
    SELECT l.seq, l.revision <> l.place, l.superseded_by IS DISTINCT FROM l.next,
           (l.kind = 'added') <> (l.before IS NULL OR l.before = 'retracted'),
           (l.record IS NULL) <> (l.kind = 'retracted' OR l.superseded_by IS NOT NULL),
           e.verb IS NULL OR NOT starts_with(e.verb, 'open_data.'),
           l."on" - (e.recorded_at AT TIME ZONE 'Asia/Phnom_Penh')::date NOT IN (0, 1)
    FROM (
      SELECT *, row_number() OVER lines AS place, lead(seq) OVER lines AS next, lag(kind) OVER lines AS before
      FROM ONLY {feed} WINDOW lines AS (PARTITION BY collection, "row" ORDER BY seq)
    ) l LEFT JOIN ledger_event e ON e.id = l.event_id
    WHERE (l.revision, l.superseded_by) IS DISTINCT FROM (l.place, l.next)
       OR (l.kind = 'added') <> (l.before IS NULL OR l.before = 'retracted')
       OR (l.record IS NULL) <> (l.kind = 'retracted' OR l.superseded_by IS NOT NULL)
       OR e.verb IS NULL OR NOT starts_with(e.verb, 'open_data.')
       OR l."on" - (e.recorded_at AT TIME ZONE 'Asia/Phnom_Penh')::date NOT IN (0, 1)
    ORDER BY l.seq
"""
_SENTENCES = (
    "a line about its row is gone before it",
    "it does not say which line followed",
    "it cannot follow the line before it",
    "it says what it must not say any more, or not what it must",
    "no act of publishing made it",
    "its day is not that of its event",
)
_GONE = """
    SELECT "row" FROM ONLY {links} WHERE retracted_on IS NULL AND "row" NOT IN (SELECT id FROM ONLY {measures})
    ORDER BY 1
"""
_NUMBERS = """
    SELECT e.id, (e.facts ->> 'rows')::int, count(l.seq)
    FROM ledger_event e LEFT JOIN ONLY {feed} l ON l.event_id = e.id AND l.collection = '{name}'
    WHERE starts_with(e.verb, 'open_data.') AND e.subject_table = '{measures}' AND e.facts ->> 'rows' IS NOT NULL
    GROUP BY e.id HAVING count(l.seq) <> (e.facts ->> 'rows')::int ORDER BY 1
"""


@looks_further
def look(cursor: CursorWrapper) -> Iterator[Finding]:
    """Each public row is what its last line says, each line follows from the one before it and from an event."""
    tables = [_FEED, *(one.table for one in COLLECTIONS.values())]
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) "
        "AND pg_relation_size(oid) > 0",
        [tables],
    )
    if not cursor.fetchall():
        return
    for collection in COLLECTIONS.values():
        yield from _rows(cursor, collection)
    yield from _lines(cursor)
    yield from _measures(cursor)


def _rows(cursor: CursorWrapper, one: Collection) -> Iterator[Finding]:
    columns = ", ".join(f'"{name}"' for name in one.model.columns)
    cursor.execute(_ROWS.format(columns=columns, table=one.table, feed=_FEED, name=one.name))
    for row, is_there, last, differing in cursor.fetchall():
        where = f"{one.table} {row}"
        if not is_there:
            if last != OpenChange.Kind.RETRACTED:  # what such a line says besides, is its own finding
                yield Finding("public-row", where, "the row is gone, and the feed does not say so")
        elif last in (None, OpenChange.Kind.RETRACTED):
            yield Finding("public-row", where, "the row is there, and the feed does not know it")
        else:
            sentence = f"the row is not what the feed says: {', '.join(differing) or 'a column is missing'}"
            yield Finding("public-row", where, sentence)


def _lines(cursor: CursorWrapper) -> Iterator[Finding]:
    cursor.execute(_LINES.format(feed=_FEED))
    for seq, *bent in cursor.fetchall():
        said = [sentence for is_so, sentence in zip(bent, _SENTENCES, strict=True) if is_so]
        yield Finding("public-line", f"line {seq}", "; ".join(said))


def _measures(cursor: CursorWrapper) -> Iterator[Finding]:
    """A row and its lines may go, or come, together: what is on the record of publishing them does not."""
    table = OpenMeasure._meta.db_table
    cursor.execute(_GONE.format(measures=table, links=PublishedMeasure._meta.db_table))
    for (row,) in cursor.fetchall():
        yield Finding("public-row", f"{table} {row}", "the row was published, not taken back, and is gone")
    cursor.execute(_NUMBERS.format(feed=_FEED, name=OpenMeasure.collection, measures=table))
    for event, rows, lines in cursor.fetchall():
        yield Finding("public-line", f"event {event}", f"it was about {rows} rows, and {lines} lines name it")
