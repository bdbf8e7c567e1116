"""A log as long as ten years make it, set-based: a million events, three million images, and the rows they lead to.

A drug test has three versions, a complaint four, a message one, and some messages were deleted. Images are those the
capture triggers would make, by the same expressions, but each of a statement's rows can have an event of its own:
with the triggers a million events would take a million statements. The seals are the sealer's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from benchmarks import million
from benchmarks.world import administrator
from ledger import clock
from ledger.models import Event
from ledger.operations import CAPTURES
from ledger.sealing import seal
from ledger.verification import PINNED
from officers.models import Unit
from officers.models.users import Role

EVENTS, IMAGES = 1_000_000, 3_000_000
ROUNDS = 20
#: Rows of a round: with 3, 4 and 1 versions, and the deleted, they make its share of the images.
TESTS, COMPLAINTS, MESSAGES, DELETED = 30_000, 10_000, 19_000, 1_000
#: The first tests of a round came by file, so many under one event.
BY_FILE, IN_A_FILE = 30_000, 10_000
VERB = "benchmark.written"
TABLES = ("officers_sheet", "officers_drugtest", "cases_complaint", "cases_message")

_COMPLAINTS = """
    INSERT INTO cases_complaint (id, version, channel, category, place_code, place_text, happened, how_known, narrative,
      hidden_from, language, received_on, unit_id, level, instruction, priority, status, base_level, late_resolutions,
      came_on, opened_on, closed_on, closed_by_id, closing_by_id, finding, closure_reason, summary, answer)
    SELECT %(from)s + n, 4, 'web', 'trafficking_place', '', '', 'in the evenings', '',
      repeat('គេលក់គ្រឿងញៀននៅផ្សារ ' || n || '. ', 12), '', 'km', %(day)s::date - n %% 3650, %(unit)s, 1, '', 0, 'CLOSED',
      1, 0, %(day)s, %(day)s, %(day)s, %(user)s, %(user)s, 'substantiated', 'resolved_action_taken',
      repeat('The place was searched. ', 5), 'It was searched.'
    FROM generate_series(1, %(complaints)s) n
"""
_MESSAGES = """
    INSERT INTO cases_message (version, complaint_id, kind, from_reporter, text, "on")
    SELECT 1, %(from)s + 1 + n %% %(complaints)s, 'word', true, 'They are back, number ' || n || '.', %(day)s
    FROM generate_series(1, %(messages)s) n
"""
_EVENTS = """
    WITH made AS (
      INSERT INTO ledger_event (actor_id, actor_name, actor_role, verb, subject_table, subject_id, reason, facts,
        request_id)
      SELECT %(user)s, 'សុខ ដារ៉ា', 'administrator', %(verb)s, 'officers_drugtest', n,
        'As the sheet of paper says, line ' || n, json_build_object('line', n, 'status', 'NEGATIVE', 'was', 'DRAFT'),
        md5(n::text)
      FROM generate_series(1, %(events)s) n ORDER BY n RETURNING id
    )
    SELECT min(id) FROM made
"""
_WRITTEN = """
    INSERT INTO written
    SELECT %(table)s, t.id, v, CASE v WHEN 1 THEN 'I' ELSE 'U' END,
      replace(row_to_json(t)::text, '"version":' || t.version, '"version":' || v)
    FROM {table} t, generate_series(1, t.version) v WHERE t.id > %(after)s
    UNION ALL
    SELECT %(table)s, t.id, 2, 'D', row_to_json(t)::text FROM (
      SELECT * FROM {table} WHERE id > %(after)s ORDER BY id LIMIT %(deleted)s) t
"""
_IMAGES = """
    WITH placed AS (
      SELECT *, row_number() OVER (ORDER BY version, table_name DESC, row_id) - 1 AS place,
             uuid_send(gen_random_uuid()) AS salt
      FROM written
    )
    INSERT INTO ledger_change (event_id, table_name, row_id, version, kind, image, salt, image_hash)
    SELECT %(first)s + CASE WHEN place < %(by_file)s THEN place / %(in_a_file)s
             ELSE %(files)s + (place - %(by_file)s) * (%(events)s - %(files)s) / (%(images)s - %(by_file)s) END,
           table_name, row_id, version, kind, image::json, salt, sha256(salt || convert_to(image, 'UTF8'))
    FROM placed ORDER BY place
"""


def fill() -> None:
    """Add to the log until it is that long, seal it, and leave it as autovacuum would."""
    there = Event.objects.filter(verb=VERB).count() * ROUNDS // EVENTS
    if there < ROUNDS:
        with _capture_switched_off():
            for number in range(there, ROUNDS):
                _add(number)
    seal()
    with connections["migrator"].cursor() as cursor:
        for table in (*TABLES, "ledger_event", "ledger_change"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


@contextmanager
def _capture_switched_off() -> Iterator[None]:
    """As only the tables' owner can; no trace is left."""
    with connections["migrator"].cursor() as cursor:
        for table in TABLES:
            for name in CAPTURES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            for table in TABLES:
                for name in CAPTURES:
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _add(number: int) -> None:
    user = administrator()
    about: dict[str, Any] = {
        "user": user.pk,
        "unit": Unit.objects.get(path=user.scope(Role.ADMINISTRATOR)[0]).pk,
        "day": clock.today(),
        "from": 2 * 10**12 + number * COMPLAINTS,
        "complaints": COMPLAINTS,
        "messages": MESSAGES,
        "sheets": TESTS // million.ON_A_SHEET,
        "lines": million.ON_A_SHEET,
        "verb": VERB,
        "events": EVENTS // ROUNDS,
        "images": IMAGES // ROUNDS + TESTS // million.ON_A_SHEET,
        "by_file": BY_FILE,
        "in_a_file": IN_A_FILE,
        "files": BY_FILE // IN_A_FILE,
    }
    with transaction.atomic(using="migrator"), connections["migrator"].cursor() as cursor:
        for name, value in PINNED.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        after = {table: _last(cursor, table) for table in TABLES}
        cursor.execute(million.SHEETS, about)
        sheets = [row[0] for row in cursor.fetchall()]
        cursor.execute(million.TESTS, about | {"sheets": sheets})
        cursor.execute("UPDATE officers_drugtest SET version = 3 WHERE sheet_id = ANY(%s)", [sheets])
        cursor.execute(_COMPLAINTS, about)
        cursor.execute(_MESSAGES, about)
        cursor.execute(
            "CREATE TEMPORARY TABLE written (table_name text, row_id bigint, version int, kind text, image text) "
            "ON COMMIT DROP"
        )
        for table in TABLES:
            deleted = DELETED if table == "cases_message" else 0
            last = {"table": table, "after": after[table], "deleted": deleted}
            cursor.execute(_WRITTEN.format(table=table), last)
        cursor.execute("DELETE FROM cases_message WHERE id IN (SELECT row_id FROM written WHERE kind = 'D')")
        cursor.execute(_EVENTS, about)
        cursor.execute(_IMAGES, about | {"first": cursor.fetchone()[0]})


def _last(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
    return cursor.fetchone()[0]
