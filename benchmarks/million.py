"""A database as large as ten years make it, set-based: a million drug tests, and an event for each.

A file's tests come under one event, those typed at the site under one each. What a test costs in rows is the same;
to have the log as long as people would make it, events that change nothing are added, one for each test.
"""

from django.db import connection, transaction

from benchmarks.world import administrator
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.models import DrugTest, Sheet, Unit
from officers.models.users import Role

MILLION = 1_000_000
ON_A_SHEET = 100
AT_ONCE = 10_000

SHEETS = """
    INSERT INTO officers_sheet (version, unit_id, site, tested_on, administrator_id, witness, reason, order_number,
        kit_lot, kit_expires_on, drugs, totals_remark, status, opened_by_id, opened_at, sent_at)
    SELECT 1, %(unit)s, 'Site ' || n, %(day)s::date - n %% 3650, %(user)s, 'Witness ' || n, 'random', '',
        'LOT-' || n %% 500, %(day)s::date + 365, ARRAY['methamphetamine', 'mdma', 'ketamine'], '', 'SENT',
        %(user)s, now(), now()
    FROM generate_series(1, %(sheets)s) n RETURNING id
"""
TESTS = """
    WITH people AS (SELECT array_agg(id ORDER BY id) AS ids, count(*) AS number FROM officers_officer),
    lines AS (SELECT id AS sheet, tested_on, line, (id * %(lines)s + line) %% 50 = 0 AS marked
              FROM officers_sheet, generate_series(1, %(lines)s) line WHERE id = ANY(%(sheets)s))
    INSERT INTO officers_drugtest (version, sheet_id, line, officer_id, unit_id, tested_on, specimen_number,
        screened_for, non_negative_for, invalid_for, not_taken, excuse, remark, status, entered_by_id, entered_at,
        corrected_after_dispatch, positive_for, cancel_reason, must_recollect)
    SELECT 1, sheet, line, ids[1 + (sheet * 37 + line) %% number], %(unit)s, tested_on,
        CASE WHEN marked THEN 'SP-' || sheet || '-' || line ELSE '' END,
        ARRAY['methamphetamine', 'mdma', 'ketamine'],
        CASE WHEN marked THEN ARRAY['methamphetamine'] ELSE '{}' END, '{}', '', '', '',
        CASE WHEN marked THEN 'CONFIRMATION_NEEDED' ELSE 'NEGATIVE' END, %(user)s, now(), false, '{}', '', false
    FROM lines, people
"""
_EVENTS = """
    INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id)
    SELECT 'Benchmark', 'administrator', 'benchmark.acted', 'officers_drugtest', '', json_build_object('line', n),
        md5(n::text) FROM generate_series(1, %s) n
"""


def fill(tests: int = MILLION) -> None:
    """Add drug tests until there are `tests`, `AT_ONCE` under an event as a file brings them, and seal."""
    user = administrator()
    unit = Unit.objects.get(path=user.scope(Role.ADMINISTRATOR)[0])
    about = {"user": user.pk, "unit": unit.pk, "day": clock.today(), "lines": ON_A_SHEET}
    for _ in range(-(-(tests - DrugTest.objects.count()) // AT_ONCE)):
        with transaction.atomic(), connection.cursor() as cursor:
            with recording("sheet.opened", actor=CLOCK, subject=Sheet, rows=AT_ONCE // ON_A_SHEET):
                cursor.execute(SHEETS, about | {"sheets": AT_ONCE // ON_A_SHEET})
                made = [row[0] for row in cursor.fetchall()]
            with recording("drug_test.entered", actor=CLOCK, subject=DrugTest, rows=AT_ONCE):
                cursor.execute(TESTS, about | {"sheets": made})
            cursor.execute(_EVENTS, [AT_ONCE])
    seal()
