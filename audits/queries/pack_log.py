"""What the log has about the rows of an evidence pack: images, events, and the chain from these to heads kept outside.

Everything is read in one snapshot, over whatever connection the reader is on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, router

from ledger.models import Change
from ledger.sealing import CHANGES, EVENT, Head, columns, head, leaf

#: Leaves of other events that a pack carries at most so that its chain has no gaps; beyond it, it goes in pieces.
MOST_LEAVES = 20_000
#: Images fetched at a time.
CHUNK = 2000

_IMAGES = """
    SELECT c.id, c.event_id, c.row_id, c.version, c.kind, c.image::text, encode(c.salt, 'hex'),
           encode(c.image_hash, 'hex')
    FROM ledger_change c JOIN ledger_event e ON e.id = c.event_id
    WHERE c.table_name = %(table)s AND c.row_id = ANY(%(rows)s)
      AND (%(moment)s::timestamptz IS NULL OR e.recorded_at <= %(moment)s)
    ORDER BY c.row_id, c.version
"""


@dataclass(frozen=True)
class Image:
    change: int
    event: int
    row: int
    version: int
    kind: str
    image: str | None
    salt: str | None
    hash: str


@dataclass(frozen=True)
class Sealed:
    """An event of the pack: the columns that are hashed, its place in the order, the digests around it."""

    columns: dict[str, Any]
    changes: list[list[Any]]
    position: int
    before: str
    digest: str


def _asked(statement: str, said: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connections[router.db_for_read(Change)].cursor() as cursor:
        cursor.execute(statement, said)
        return cursor.fetchall()


def images(table: str, rows: Iterable[int], moment: datetime | None) -> Iterator[Image]:
    """Every version of these rows up to a moment, byte for byte, the rows in order."""
    wanted = sorted(rows)
    for begin in range(0, len(wanted), CHUNK):
        said = {"table": table, "rows": wanted[begin : begin + CHUNK], "moment": moment}
        yield from (Image(*row) for row in _asked(_IMAGES, said))


def event_ids(ids: Mapping[str, Iterable[int]], moment: datetime | None) -> set[int]:
    """Events about these rows up to a moment."""
    found: set[int] = set()
    for table, rows in ids.items():
        asked = _asked(
            """
            SELECT id FROM ledger_event WHERE subject_table = %(table)s AND subject_id = ANY(%(rows)s)
            AND (%(moment)s::timestamptz IS NULL OR recorded_at <= %(moment)s)
            """,
            {"table": table, "rows": sorted(rows), "moment": moment},
        )
        found.update(pk for (pk,) in asked)
    return found


def erasures(changes: Sequence[int]) -> set[int]:
    """Events that say that these images were erased."""
    if not changes:
        return set()
    asked = _asked(
        """
        SELECT DISTINCT e.id FROM ledger_event e, json_array_elements_text(e.facts -> 'changes') x
        WHERE e.verb = 'image.erased' AND x = ANY(%(changes)s)
        """,
        {"changes": [str(change) for change in changes]},
    )
    return {pk for (pk,) in asked}


def unsealed(ids: Iterable[int]) -> int:
    """How many of these events have no place in the order yet."""
    return _asked(
        """
        SELECT count(*) FROM unnest(%(ids)s::bigint[]) AS e (id)
        WHERE NOT EXISTS (SELECT FROM ledger_seal s WHERE s.event_id = e.id)
        """,
        {"ids": sorted(ids)},
    )[0][0]


def events(ids: Iterable[int]) -> Iterator[Sealed]:
    """These events in their sealed order, each with all its changes."""
    wanted = sorted(ids)
    for begin in range(0, len(wanted), CHUNK):
        said = {"ids": wanted[begin : begin + CHUNK]}
        changes: dict[int, list[list[Any]]] = {}
        for event, *line in _asked(
            """
            SELECT event_id, table_name, row_id, version, kind, encode(image_hash, 'hex') FROM ledger_change
            WHERE event_id = ANY(%(ids)s) ORDER BY event_id, id
            """,
            said,
        ):
            changes.setdefault(event, []).append(line)
        for position, before, digest, *row in _asked(
            f"""
            SELECT s.position, coalesce(encode(b.digest, 'hex'), repeat('00', 32)), encode(s.digest, 'hex'), {EVENT}
            FROM ledger_event e JOIN ledger_seal s ON s.event_id = e.id
            LEFT JOIN ledger_seal b ON b.position = s.position - 1
            WHERE e.id = ANY(%(ids)s) ORDER BY s.position
            """,  # noqa: S608
            said,
        ):
            yield Sealed(columns(row), changes.get(row[0], []), position, before, digest)


def heads_outside(path: Path, positions: Sequence[int]) -> list[Head]:
    """Of the heads kept outside the database: the first at or after each of these positions, and the last.

    None if the file is not there, or is not for the application to read.
    """
    found: list[Head] = []
    wanted = iter(sorted(positions))
    next_one = next(wanted, None)
    last = None
    try:
        with path.open(errors="replace") as lines:
            for line in lines:
                try:
                    last = Head.parse(line)
                except (ValueError, IndexError):  # the beginning of one, left by a sealer cut off in writing
                    continue
                if next_one is not None and last.position >= next_one:
                    found.append(last)
                    while next_one is not None and next_one <= last.position:
                        next_one = next(wanted, None)
    except OSError:
        return []
    return sorted({*found, last}, key=lambda one: one.position) if last else []


def last_head() -> Head:
    """Where the chain ends, in the snapshot that is read."""
    return head(router.db_for_read(Change))


def segments(positions: Sequence[int], heads: Sequence[Head]) -> Iterator[dict[str, Any]]:
    """The chain from the events at these positions to heads: leaves of all others between, and null for the events.

    In one piece from the first event to the last head, as long as that takes not too many leaves; otherwise each piece
    leads to the next head. Each head is at or after a position, and the last after all.
    """
    ends = sorted(one.position for one in heads)
    digests = {one.position: one for one in heads}
    known = set(positions)
    for first, last in _pieces(sorted(known), ends):
        leaves: list[str | None] = [None] * (last - first + 1)
        for position, *row in _asked(
            f"""
            SELECT s.position, {EVENT}, (SELECT {CHANGES} FROM ledger_change c WHERE c.event_id = e.id)
            FROM ledger_seal s JOIN ledger_event e ON e.id = s.event_id
            WHERE s.position BETWEEN %(first)s AND %(last)s AND s.position <> ALL(%(known)s)
            """,  # noqa: S608
            {"first": first, "last": last, "known": [at for at in known if first <= at <= last]},
        ):
            leaves[position - first] = leaf(row).hex()
        yield {
            "first": first,
            "before": _digest_at(first - 1),
            "leaves": leaves,
            "head": str(digests[last]),
        }


def _pieces(positions: Sequence[int], ends: Sequence[int]) -> list[tuple[int, int]]:
    if ends[-1] - positions[0] - len(positions) < MOST_LEAVES:
        return [(positions[0], ends[-1])]
    pieces: list[tuple[int, int]] = []
    for position in positions:
        if not pieces or position > pieces[-1][1]:
            pieces.append((position, next(end for end in ends if end >= position)))
    return pieces


def _digest_at(position: int) -> str:
    asked = _asked("SELECT encode(digest, 'hex') FROM ledger_seal WHERE position = %(at)s", {"at": position})
    return asked[0][0] if asked else "00" * 32
