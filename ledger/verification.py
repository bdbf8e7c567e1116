"""Looks for every way in which the log could have been bent, and names each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import guard
from ledger.sealing import GENESIS, LEAVES, Head, chain, leaf

CHUNK = 2000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: a kind (a slug), what it concerns, and a sentence."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.sentence}"


def verify(*, using: str = "auditor", against: Iterable[Head] = ()) -> list[Finding]:
    """Everything, in one snapshot. An empty list means that nothing was found.

    :param against: heads kept outside the database; only with these a cut tail can be noticed
    """
    connection = connections[using]
    # Inside a caller's transaction (tests) the snapshot is the caller's.
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        findings = [
            *_shape(cursor),
            *_privileges(cursor),
            *_order(cursor, list(against)),
            *_events(cursor),
            *_images(cursor),
            *_versions(cursor),
        ]
        for table in guard.audited_tables():
            findings += _rows(cursor, table)
        cursor.execute("SET LOCAL timezone = %s", [connection.timezone_name])
        return findings


def _shape(cursor: CursorWrapper) -> Iterator[Finding]:
    """Triggers present, enabled always, calling what they should; functions with the bodies of this release."""
    cursor.execute(
        """
        SELECT c.relname, t.tgname, p.proname, t.tgenabled, t.tgqual IS NULL
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace s ON s.oid = c.relnamespace
        JOIN pg_proc p ON p.oid = t.tgfoid WHERE s.nspname = 'public' AND NOT t.tgisinternal
        """
    )
    found = {(table, name): rest for table, name, *rest in cursor.fetchall()}
    cursor.execute("SELECT mode FROM ledger_mode")
    testing = cursor.fetchone() == ("test",)
    for table, triggers in guard.expected_triggers().items():
        for name, function in triggers.items():
            calls, enabled, unconditional = found.pop((table, name), (None, None, None))
            if calls is None:
                yield Finding("missing-trigger", table, f"the trigger {name} is gone")
            elif calls != function or not unconditional:
                yield Finding("altered-trigger", table, f"the trigger {name} does not do what it should")
            elif enabled != "A" and not (testing and name == "no_truncate"):
                yield Finding("disabled-trigger", table, f"the trigger {name} is switched off")
    guarded = guard.expected_triggers().keys()
    for table, name in found:
        if table in guarded:
            yield Finding("foreign-trigger", table, f"the trigger {name} does not belong there")
    cursor.execute(
        """
        SELECT proname, encode(sha256(convert_to(prosrc, 'UTF8')), 'hex') FROM pg_proc p
        JOIN pg_namespace s ON s.oid = p.pronamespace WHERE s.nspname = 'public' AND proname LIKE 'ledger\\_%%'
        """
    )
    installed = dict(cursor.fetchall())
    expected = guard.functions()
    for name in sorted(expected.keys() | installed.keys()):
        if installed.get(name) != expected.get(name):
            yield Finding("altered-function", name, "the function is not the one of this release")


def _privileges(cursor: CursorWrapper) -> Iterator[Finding]:
    """No role has a privilege it should not have, and none can become another."""
    cursor.execute(
        """
        SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
        CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE s.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee <> c.relowner
        UNION
        SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace JOIN pg_attribute b ON b.attrelid = c.oid
        CROSS JOIN LATERAL aclexplode(b.attacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE s.nspname = 'public' AND x.grantee <> c.relowner
        """
    )
    tables = guard.expected_triggers().keys() | guard.LEDGER_GRANTS.keys()
    for table, role, privilege in cursor.fetchall():
        if table in tables and privilege not in guard.expected_grants(table).get(role, set()):
            yield Finding("foreign-grant", table, f"{role} may {privilege}")
    cursor.execute(
        """
        SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
        JOIN pg_roles r ON r.oid = a.roleid WHERE m.rolname = ANY(%s)
        """,
        [list(guard.ROLES)],
    )
    for member, role in cursor.fetchall():
        yield Finding("foreign-grant", member, f"can become {role}")
    cursor.execute(
        """
        SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)
        AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
        """,
        [list(guard.ROLES)],
    )
    for (role,) in cursor.fetchall():
        yield Finding("foreign-grant", role, "has a privilege over the whole server")


def _order(cursor: CursorWrapper, against: list[Head]) -> Iterator[Finding]:
    """The sealed order is unbroken, each digest follows, each event is there and as it was."""
    wanted = {one.position: one for one in against}
    position, digest, sealed_before = 0, GENESIS, None
    while True:
        cursor.execute(
            """
            SELECT s.position, s.digest, s.sealed_at, l.* FROM ledger_seal s
            LEFT JOIN LATERAL ("""
            + LEAVES
            + """ WHERE e.id = s.event_id) l ON true
            WHERE s.position > %s ORDER BY s.position LIMIT %s
            """,
            [position, CHUNK],
        )
        rows = cursor.fetchall()
        if not rows:
            break
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
    for missing in wanted.values():
        if missing.position or missing.digest != GENESIS:
            yield Finding(
                "cut-tail",
                f"position {missing.position}",
                f"a head kept outside knows this position, and the log ends at {position}",
            )


def _events(cursor: CursorWrapper) -> Iterator[Finding]:
    """Every event is sealed or waits for it; the clock never went backwards; cause and effect are in order."""
    cursor.execute(
        """
        SELECT e.id FROM ledger_event e LEFT JOIN ledger_seal s ON s.event_id = e.id
        LEFT JOIN ledger_pending p ON p.event_id = e.id WHERE s.event_id IS NULL AND p.event_id IS NULL
        """
    )
    for (event,) in cursor.fetchall():
        yield Finding("unsealed-event", f"event {event}", "neither sealed nor waiting for it")
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
    cursor.execute(
        "SELECT 1 FROM ledger_mode WHERE mode = 'live' AND EXISTS (SELECT 1 FROM ledger_event WHERE clock_set)"
    )
    if cursor.fetchone():
        yield Finding("clock", "mode", "the clock was set for some events, and the database says it is live")


def _images(cursor: CursorWrapper) -> Iterator[Finding]:
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
        SELECT c.id, c.table_name, c.row_id, c.version FROM ledger_change c WHERE c.image IS NULL
        AND NOT EXISTS (SELECT 1 FROM ledger_event e WHERE e.verb = 'image.erased'
                        AND (e.facts -> 'changes')::jsonb @> to_jsonb(c.id)) ORDER BY c.id
        """
    )
    for change, table, row, version in cursor.fetchall():
        yield Finding(
            "erased-image", f"{table} {row} version {version}", f"image {change} is gone without an event"
        )


def _versions(cursor: CursorWrapper) -> Iterator[Finding]:
    """Versions of a row begin with its insert, follow each other, and stop at its delete."""
    cursor.execute(
        """
        SELECT table_name, row_id, version, kind, event_id FROM (
          SELECT c.*, lag(version) OVER w AS before, lag(kind) OVER w AS kind_before,
                 lag(event_id) OVER w AS event_before
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


def _rows(cursor: CursorWrapper, table: str) -> list[Finding]:
    """Each row is its last image, in the columns that image has."""
    cursor.execute(
        "SELECT old, new, last_change FROM ledger_renaming WHERE table_name = %s ORDER BY last_change",
        [table],
    )
    renamed = cursor.fetchall()
    cursor.execute(
        f"""
        WITH last AS (
          SELECT DISTINCT ON (row_id) id, row_id, version, kind, image
          FROM ledger_change WHERE table_name = %s ORDER BY row_id, version DESC
        )
        SELECT coalesce(t.id, l.row_id), l.id, t.version, l.version, l.kind, t.id IS NOT NULL,
               to_jsonb(t), l.image::jsonb
        FROM "{table}" t FULL JOIN last l ON l.row_id = t.id
        WHERE (t.id IS NULL AND l.kind <> 'D') OR (t.id IS NOT NULL AND (
                l.row_id IS NULL OR l.kind = 'D' OR t.version <> l.version
                OR (l.image IS NOT NULL AND l.image::text <> row_to_json(t)::text)))
        ORDER BY 1
        """,  # noqa: S608  the table's name comes from the models
        [table],
    )
    findings = []
    for row, change, version, last, kind, there, live, image in cursor.fetchall():
        where = f"{table} {row}"
        if not there:
            findings.append(Finding("missing-row", where, "the row is gone without an event"))
        elif change is None:
            findings.append(Finding("row-without-event", where, "the row was written without an event"))
        elif kind == "D":
            findings.append(Finding("row-without-event", where, "the row is there again after its delete"))
        elif version != last:
            findings.append(Finding("row", where, f"the row has version {version}, its last image {last}"))
        elif image is not None and (columns := _differing(live, image, change, renamed)):
            findings.append(Finding("row", where, f"the row is not its last image: {', '.join(columns)}"))
    return findings


def _differing(live: dict, image: dict, change: int, renamed: list[tuple[str, str, int]]) -> list[str]:
    """Columns in which a row differs from its image. Columns the image has not, or the table has no more, do not count."""
    for old, new, last_change in renamed:
        if change <= last_change and old in image:
            image[new] = image.pop(old)
    return sorted(column for column, value in image.items() if column in live and live[column] != value)


def heads_in(lines: Iterable[str]) -> list[Head]:
    """Heads from a file, one a line.

    :raises ValueError: at a line that is not a head
    """
    return [Head.parse(line) for line in lines if line.strip()]
