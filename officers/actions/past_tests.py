"""A year's tests of the whole roll, entered and sent: set-based, for a history that is entered.

In a demonstration or a test only: nobody is asked who may, and a person's sheets come through `sheets`, `drug_tests`
and `imports`.
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from ledger import clock
from ledger.acting import act, recording
from officers.models import DrugTest, Sheet, User

#: Of a thousand officers so many are not there; the screens of so many need confirmation.
EXCUSED, ABSENT, MARKED = 120, 10, 2

# Each unit has a day of its own, by its code.
_SHEETS = """
    INSERT INTO officers_sheet (version, unit_id, site, tested_on, administrator_id, witness, reason, order_number,
        kit_lot, kit_expires_on, drugs, totals_remark, status, opened_by_id, opened_at, sent_at)
    SELECT 1, id, name_km, day, %(by)s, 'សាក្សី លេខ ២', 'random', %(order)s, %(order)s, day + 365,
        ARRAY['methamphetamine', 'ketamine'], '', 'SENT', %(by)s, %(now)s, %(now)s
    FROM (SELECT id, code, name_km, %(first)s::date + abs(hashtext(code || %(order)s)) %% %(days)s AS day
          FROM officers_unit) u
    WHERE EXISTS (SELECT FROM officers_posting p WHERE p.unit_id = u.id AND p.held @> u.day)
    RETURNING id
"""
_TESTS = """
    INSERT INTO officers_drugtest (version, sheet_id, line, officer_id, unit_id, tested_on, specimen_number,
        screened_for, non_negative_for, invalid_for, not_taken, excuse, remark, status, entered_by_id, entered_at,
        corrected_after_dispatch, positive_for, cancel_reason, must_recollect)
    SELECT 1, sheet, line, officer, unit, day, CASE WHEN marked THEN %(order)s || '-' || officer ELSE '' END,
        CASE WHEN absent THEN '{}' ELSE ARRAY['methamphetamine', 'ketamine'] END,
        CASE WHEN marked THEN ARRAY['methamphetamine'] ELSE '{}' END, '{}',
        CASE WHEN absent THEN 'absent' ELSE '' END,
        CASE WHEN fate < %(excused)s THEN 'approved_leave' WHEN absent THEN 'none_given' ELSE '' END, '',
        CASE WHEN absent THEN 'NOT_TAKEN' WHEN marked THEN 'CONFIRMATION_NEEDED' ELSE 'NEGATIVE' END, %(by)s, %(now)s,
        false, '{}', '', false
    FROM (
      SELECT *, fate < %(absent)s AS absent, fate >= 1000 - %(marked)s AS marked FROM (
        SELECT s.id AS sheet, row_number() OVER (PARTITION BY s.id ORDER BY p.officer_id) AS line,
          p.officer_id AS officer, s.unit_id AS unit, s.tested_on AS day,
          abs(hashtext(p.officer_id || %(order)s)) %% 1000 AS fate
        FROM officers_sheet s JOIN officers_posting p ON p.unit_id = s.unit_id AND p.held @> s.tested_on
        WHERE s.id = ANY(%(sheets)s)) drawn) known
"""


@act
def enter_all(
    actor: Any, first: date, *, days: int, order: str, administrator: User, marked: int = MARKED
) -> int:
    """A sheet for each unit, on a day of the `days` from the first on, with all who were posted there. How many tests.

    :param marked: screens that need confirmation, of a thousand; they stay so
    :raises PermissionDenied: where the database is a real one
    """
    if clock.mode() == "live":
        raise PermissionDenied
    about: dict[str, Any] = {
        "by": administrator.pk,
        "now": clock.now(),
        "first": first,
        "days": days,
        "order": order,
        "excused": EXCUSED,
        "absent": EXCUSED + ABSENT,
        "marked": marked,
    }
    with connection.cursor() as cursor:
        with recording("sheet.opened", actor=actor, subject=Sheet, order=order):
            cursor.execute(_SHEETS, about)
            about["sheets"] = [row[0] for row in cursor.fetchall()]
        with recording("drug_test.entered", actor=actor, subject=DrugTest, order=order):
            cursor.execute(_TESTS, about)
            return cursor.rowcount
