"""The one unbroken order: each event gets a position and a digest that hangs on all before it.

leaf(event)   = SHA-256 of the RFC 8785 bytes of the event's columns and the digest of its changes
digest(n)     = SHA-256(digest(n-1) || leaf(n)), digest(0) = 32 zero bytes
A change enters with its image's salted hash, never with the image, so erasure breaks no seal.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

GENESIS = bytes(32)
BATCH = 1000

_OCCURRED, _RECORDED = (
    f"to_char(e.{column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    for column in ("occurred_at", "recorded_at")
)
EVENT = f"""
    e.id, e.xid, e.actor_id, e.actor_name, e.actor_role, e.verb, e.subject_table, e.subject_id,
    e.cause_id, e.reason, e.facts::text, {_OCCURRED}, {_RECORDED}, e.clock_set, e.request_id
"""
#: The changes of an event as bytes, a line for each.
LINES = """
    convert_to(coalesce(string_agg(
      c.table_name || ' ' || c.row_id || ' ' || c.version || ' ' || c.kind || ' '
      || encode(c.image_hash, 'hex') || E'\\n', '' ORDER BY c.id), ''), 'UTF8')
"""
CHANGES = f"encode(sha256({LINES}), 'hex')"
LEAVES = (
    f"SELECT {EVENT}, (SELECT {CHANGES} FROM ledger_change c WHERE c.event_id = e.id) FROM ledger_event e"  # noqa: S608
)
#: What stands before and after the digest of its changes in the bytes that `leaf` hashes, as PostgreSQL writes it: to
#: put a million events together in Python takes far longer than to hash them.
BEFORE = """
    convert_to('{"actor_id":' || coalesce('"' || e.actor_id || '"', 'null') || ',"actor_name":' || to_json(e.actor_name)
      || ',"actor_role":' || to_json(e.actor_role) || ',"cause_id":' || coalesce('"' || e.cause_id || '"', 'null')
      || ',"changes":"', 'UTF8')
"""
AFTER = f"""
    convert_to('","clock_set":' || e.clock_set || ',"facts":' || to_json(e.facts::text) || ',"id":"' || e.id
      || '","occurred_at":"' || {_OCCURRED} || '","reason":' || to_json(e.reason)
      || ',"recorded_at":"' || {_RECORDED} || '","request_id":' || to_json(e.request_id)
      || ',"subject_id":' || coalesce('"' || e.subject_id || '"', 'null')
      || ',"subject_table":' || to_json(e.subject_table) || ',"verb":' || to_json(e.verb)
      || ',"xid":"' || e.xid || '"}}', 'UTF8')
"""
# RFC 8785, as long as there is only text, truth and nothing under ASCII names, and many times as fast as a library
# that knows numbers too.
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_NAMES = [
    "id",
    "xid",
    "actor_id",
    "actor_name",
    "actor_role",
    "verb",
    "subject_table",
    "subject_id",
    "cause_id",
    "reason",
    "facts",
    "occurred_at",
    "recorded_at",
    "clock_set",
    "request_id",
    "changes",
]


def leaf(row: Sequence[Any]) -> bytes:
    """An event's leaf, from a row of `LEAVES`. Times are UTC to the microsecond; facts the text as stored."""
    values = columns(row[:-1]) | {"changes": row[-1]}
    return hashlib.sha256(_CANONICAL.encode(values).encode()).digest()


def columns(row: Sequence[Any]) -> dict[str, Any]:
    """An event's columns as they are hashed, from a row of `EVENT`."""
    values = dict(zip(_NAMES, row, strict=False))
    # 64-bit numbers go in as text: RFC 8785 numbers are exact only up to 2^53.
    for name in ("id", "xid", "actor_id", "subject_id", "cause_id"):
        values[name] = None if values[name] is None else str(values[name])
    return values


def chain(digest: bytes, leaves: Iterable[bytes]) -> Iterator[bytes]:
    """The digests that follow `digest`."""
    for one in leaves:
        digest = hashlib.sha256(digest + one).digest()
        yield digest


@dataclass(frozen=True)
class Head:
    """The chain's end: how many events, and the digest that hangs on all of them."""

    position: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """:raises ValueError: unless it is `position:64 hexadecimal digits`"""
        position, _, digest = text.strip().split()[0].partition(":")
        if len(digest) != 64:
            raise ValueError(f"not a head: {text.strip()!r}")
        return cls(int(position), bytes.fromhex(digest))


def head(using: str = "default") -> Head:
    """Where the chain ends now."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT position, digest FROM ledger_seal ORDER BY position DESC LIMIT 1")
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1])) if row else Head(0, GENESIS)


def unsealed(using: str = "default") -> tuple[int, timedelta]:
    """How many committed events have no place in the order yet, and for how long the oldest has waited."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), coalesce(greatest(clock_timestamp() - min(e.recorded_at), '0'), '0')
            FROM ledger_pending p LEFT JOIN ledger_event e ON e.id = p.event_id AND NOT e.clock_set
            """
        )
        return cursor.fetchone()


def last_heads(path: Path, number: int = 1000) -> list[Head]:
    """The heads last written to a file, if it is there: each stands for all before it, and the file grows for ever.

    :raises ValueError: at a line that is not a head
    """
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - number * 100))  # a line is shorter than that
        lines = file.read().decode().splitlines()
    return [Head.parse(line) for line in lines[-number:] if line.strip()]


def seal(*, using: str = "sequencer", heads: Path | None = None) -> int:
    """Seal all committed events that wait, and write the new head outside PostgreSQL; return how many.

    Any number of sealers may run: one works, the others find nothing to do.
    """
    path = heads or settings.HEADS_FILE
    sealed = 0
    while number := _seal_batch(using):
        sealed += number
        _write_head(head(using), path)
        if number < BATCH:
            break
    # A sealer that died after its commit left no head, or half of one.
    if not sealed and (end := head(using)).position and _last_line(path) != f"{end}\n":
        _write_head(end, path)
    return sealed


def _seal_batch(using: str) -> int:
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # Not an advisory lock: any role could hold that, and nothing would be sealed. This one no other role may take.
        cursor.execute("LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE")
        # A place in the queue whose event is gone stays there: it is what the verification finds it by.
        cursor.execute(
            """
            SELECT p.event_id FROM ledger_pending p JOIN ledger_event e ON e.id = p.event_id
            ORDER BY p.event_id LIMIT %s
            """,
            [BATCH],
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        end = head(using)
        cursor.execute(LEAVES + " WHERE e.id = ANY(%s) ORDER BY e.id", [ids])
        rows = cursor.fetchall()
        digests = list(chain(end.digest, map(leaf, rows)))
        cursor.execute(
            """
            INSERT INTO ledger_seal (position, event_id, digest, sealed_at)
            SELECT %s + n, event_id, digest, clock_timestamp()
            FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS s (event_id, digest, n)
            """,
            [end.position, [row[0] for row in rows], digests],
        )
        cursor.execute("DELETE FROM ledger_pending WHERE event_id = ANY(%s)", [ids])
        return len(rows)


def _write_head(end: Head, path: Path) -> None:
    """Append the head to a file that no database role can reach; the disk has it before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    broken_off = not _last_line(path).endswith("\n")
    with path.open("a") as file:
        file.write(f"\n{end}\n" if broken_off else f"{end}\n")
        file.flush()
        os.fsync(file.fileno())


def _last_line(path: Path) -> str:
    """What stands in the file of heads after its last line but one; a whole line of an empty or absent file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 200))
            lines = file.read().decode(errors="replace").splitlines(keepends=True)
    except FileNotFoundError:
        return "\n"
    return lines[-1] if lines else "\n"
