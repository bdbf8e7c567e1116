"""Whether the log is what was sealed: its order and its events."""

import hashlib
from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from ledger.sealing import AFTER, BEFORE, GENESIS, LINES, Head
from ledger.verification.finding import Finding
from ledger.verification.pages import pages

# Each event and its changes by their indexes: what belongs together was written together, and nothing is sorted.
# `OFFSET 0` keeps PostgreSQL from joining the whole tables instead.
_SEALED = f"""
    SELECT s.position, s.digest, s.sealed_at, e.id, e.before, e.changes, e.after
    FROM ledger_seal s LEFT JOIN LATERAL (
      SELECT e.id, {BEFORE} AS before, {AFTER} AS after,
             (SELECT {LINES} FROM ledger_change c WHERE c.event_id = e.id) AS changes
      FROM ledger_event e WHERE e.id = s.event_id OFFSET 0) e ON true
    ORDER BY s.position
"""


def order(cursor: CursorWrapper, against: list[Head]) -> Iterator[Finding]:
    """The sealed order is unbroken, each digest follows, each event is there and as it was."""
    wanted = {one.position: one for one in against}
    position, digest, sealed_before = 0, GENESIS, None
    sha256 = hashlib.sha256
    for page in pages(cursor, _SEALED):
        for at, stored, sealed_at, event, before, changes, after in page:
            if at != position + 1:
                yield Finding("gap", f"position {position + 1}", f"the order jumps to {at}")
            if event is None:
                yield Finding("missing-event", f"position {at}", "the sealed event is gone")
            elif (
                before is None
                or after is None
                or (
                    sha256(
                        digest + sha256(before + sha256(changes).hexdigest().encode() + after).digest()
                    ).digest()
                    != stored
                )
            ):
                yield Finding(
                    "altered-event",
                    f"event {event} at position {at}",
                    "the event, its changes or their order are not what was sealed",
                )
            if sealed_before is not None and sealed_at < sealed_before:
                yield Finding("clock", f"position {at}", "was sealed before its predecessor")
            # Going on from the stored digest names each place that was bent, not all that follow it.
            position, digest, sealed_before = at, stored, sealed_at
            if at in wanted and wanted.pop(at).digest != digest:
                yield Finding(
                    "other-head", f"position {at}", "the chain is not the one of the head kept outside"
                )
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
    # Back-dating: an event put into a gap between ids, with a time to match, still gets its place in the order late.
    cursor.execute(
        """
        SELECT event_id, sealed_at < recorded_at, recorded_at < before - interval '1 hour' FROM (
          SELECT s.event_id, s.sealed_at, e.recorded_at, max(e.recorded_at) OVER (ORDER BY s.position ROWS BETWEEN
          UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id WHERE NOT e.clock_set) t
        WHERE sealed_at < recorded_at OR recorded_at < before - interval '1 hour' ORDER BY event_id
        """
    )
    for event, early, late in cursor.fetchall():
        if early:
            yield Finding("clock", f"event {event}", "was sealed before it was recorded")
        if late:
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
