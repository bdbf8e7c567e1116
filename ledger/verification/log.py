"""Whether the log is what was sealed: its order, its events, its images."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from ledger.sealing import CHANGES, EVENT, GENESIS, Head, chain, leaf
from ledger.verification.finding import Finding

CHUNK = 2000


def order(cursor: CursorWrapper, against: list[Head]) -> Iterator[Finding]:
    """The sealed order is unbroken, each digest follows, each event is there and as it was."""
    wanted = {one.position: one for one in against}
    position, digest, sealed_before = 0, GENESIS, None
    # By a cursor, in one pass over both tables: looked up event by event, a million take a quarter of an hour.
    cursor.execute(
        f"""
        DECLARE sealed NO SCROLL CURSOR FOR
        WITH changes AS (SELECT c.event_id, {CHANGES} AS digest FROM ledger_change c GROUP BY c.event_id)
        SELECT s.position, s.digest, s.sealed_at, {EVENT}, coalesce(changes.digest, encode(sha256(''), 'hex'))
        FROM ledger_seal s LEFT JOIN ledger_event e ON e.id = s.event_id
        LEFT JOIN changes ON changes.event_id = e.id ORDER BY s.position
        """
    )
    while True:
        cursor.execute(f"FETCH {CHUNK} FROM sealed")
        rows = cursor.fetchall()
        for at, stored, sealed_at, *event in rows:
            if at != position + 1:
                yield Finding("gap", f"position {position + 1}", f"the order jumps to {at}")
            if event[0] is None:
                yield Finding("missing-event", f"position {at}", "the sealed event is gone")
            elif next(iter(chain(digest, [leaf(event)]))) != bytes(stored):
                yield Finding(
                    "altered-event",
                    f"event {event[0]} at position {at}",
                    "the event, its changes or their order are not what was sealed",
                )
            if sealed_before is not None and sealed_at < sealed_before:
                yield Finding("clock", f"position {at}", "was sealed before its predecessor")
            # Going on from the stored digest names each place that was bent, not all that follow it.
            position, digest, sealed_before = at, bytes(stored), sealed_at
            if at in wanted and wanted.pop(at).digest != digest:
                yield Finding(
                    "other-head", f"position {at}", "the chain is not the one of the head kept outside"
                )
        if len(rows) < CHUNK:
            break
    cursor.execute("CLOSE sealed")
    for missing in wanted.values():
        if missing.position or missing.digest != GENESIS:
            yield Finding(
                "cut-tail",
                f"position {missing.position}",
                f"a head kept outside knows this position, and the log ends at {position}",
            )


def events(cursor: CursorWrapper) -> Iterator[Finding]:
    """Every event is sealed or waits for it; the clock never went backwards; cause and effect are in order."""
    cursor.execute(
        """
        SELECT e.id FROM ledger_event e LEFT JOIN ledger_seal s ON s.event_id = e.id
        LEFT JOIN ledger_pending p ON p.event_id = e.id WHERE s.event_id IS NULL AND p.event_id IS NULL
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding("unsealed-event", f"event {event}", "neither sealed nor waiting for it")
    cursor.execute(
        """
        SELECT p.event_id FROM ledger_pending p LEFT JOIN ledger_event e ON e.id = p.event_id
        WHERE e.id IS NULL ORDER BY 1
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding("missing-event", f"event {event}", "is gone before it was sealed")
    # An id is drawn an instant before the clock is read, so neighbours may cross by less than a second.
    cursor.execute(
        """
        SELECT id FROM (SELECT id, recorded_at, max(recorded_at) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED
        PRECEDING AND 1 PRECEDING) AS before FROM ledger_event WHERE NOT clock_set) t
        WHERE recorded_at < before - interval '1 second' ORDER BY id
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding(
            "clock", f"event {event}", "was recorded before an earlier event: the clock went backwards"
        )
    cursor.execute(
        """
        SELECT e.id FROM ledger_event e JOIN ledger_seal s ON s.event_id = e.id
        WHERE NOT e.clock_set AND s.sealed_at < e.recorded_at ORDER BY e.id
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding("clock", f"event {event}", "was sealed before it was recorded")
    # Back-dating: an event put into a gap between ids, with a time to match, still gets its place in the order late.
    cursor.execute(
        """
        SELECT event_id FROM (
          SELECT s.event_id, e.recorded_at, max(e.recorded_at) OVER (ORDER BY s.position ROWS BETWEEN UNBOUNDED
          PRECEDING AND 1 PRECEDING) AS before
          FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id WHERE NOT e.clock_set) t
        WHERE recorded_at < before - interval '1 hour' ORDER BY event_id
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding("clock", f"event {event}", "was sealed after events recorded over an hour later")
    cursor.execute(
        "SELECT 1 FROM ledger_mode WHERE mode = 'live' AND EXISTS (SELECT 1 FROM ledger_event WHERE clock_set)"
    )
    if cursor.fetchone():
        yield Finding("clock", "mode", "the clock was set for some events, and the database says it is live")
    cursor.execute(
        """
        SELECT coalesce((SELECT mode FROM ledger_mode), 'none'), coalesce((
          SELECT facts ->> 'mode' FROM ledger_event WHERE verb = 'mode.set' AND actor_role = 'migrator'
          ORDER BY id DESC LIMIT 1), 'live')
        """
    )
    mode, told = cursor.fetchone()
    if mode != told:
        yield Finding("clock", "mode", f"the database says it is {mode}, its last event {told}")


def images(cursor: CursorWrapper) -> Iterator[Finding]:
    """Each image is the one that was hashed; an empty one was erased by an event that says so."""
    cursor.execute(
        """
        SELECT id, table_name, row_id, version FROM ledger_change
        WHERE image IS NOT NULL AND image_hash <> sha256(salt || convert_to(image::text, 'UTF8')) ORDER BY id
        """
    )
    for change, table, row, version in cursor.fetchall():
        yield Finding(
            "altered-image", f"{table} {row} version {version}", f"image {change} is not what was hashed"
        )
    cursor.execute(
        """
        WITH told AS (
          SELECT DISTINCT x::text AS id FROM ledger_event e, json_array_elements(e.facts -> 'changes') x
          WHERE e.verb = 'image.erased' AND json_typeof(e.facts -> 'changes') = 'array'
        )
        SELECT c.id, c.table_name, c.row_id, c.version FROM ledger_change c WHERE c.image IS NULL
        AND NOT EXISTS (SELECT 1 FROM told WHERE told.id = c.id::text) ORDER BY c.id
        """
    )
    for change, table, row, version in cursor.fetchall():
        yield Finding(
            "erased-image", f"{table} {row} version {version}", f"image {change} is gone without an event"
        )


def versions(cursor: CursorWrapper) -> Iterator[Finding]:
    """Versions of a row begin with its insert, follow each other, and stop at its delete."""
    cursor.execute(
        """
        SELECT table_name, row_id, version, kind, event_id FROM (
          SELECT table_name, row_id, version, kind, event_id, lag(version) OVER w AS before,
                 lag(kind) OVER w AS kind_before
          FROM ledger_change c WINDOW w AS (PARTITION BY table_name, row_id ORDER BY version)) t
        WHERE (before IS NULL AND (version <> 1 OR kind <> 'I'))
           OR (before IS NOT NULL AND (version <> before + 1 OR kind = 'I' OR kind_before = 'D'))
        ORDER BY table_name, row_id, version
        """
    )
    for table, row, version, _kind, _event in cursor.fetchall():
        yield Finding("version", f"{table} {row} version {version}", "does not follow the version before it")
    cursor.execute(
        """
        SELECT c.id, c.event_id FROM ledger_change c LEFT JOIN ledger_event e ON e.id = c.event_id
        WHERE e.id IS NULL ORDER BY c.id
        """
    )
    for change, event in cursor.fetchall():
        yield Finding("missing-event", f"image {change}", f"its event {event} is gone")
