"""The sweep: flags raised for everything nobody did in time, in a few statements, however many there are."""

from datetime import date

from django.db import connection, transaction

from cases.actions.clocks import UNANSWERED_AFTER, UNASSIGNED_AFTER, UNOPENED_AFTER
from cases.models import Flag
from ledger import clock

K = Flag.Kind
#: Each kind with its last day in time. Flags that are up are held against those due as bits of one number.
_DUE = {
    K.UNACKNOWLEDGED: "acknowledge_by",
    K.NO_ACTION: "act_by",
    K.UPDATE_OVERDUE: "update_by",
    K.UNRESOLVED: "resolve_by",
    K.UNOPENED: f"CASE WHEN opened_on IS NULL THEN received_on + {UNOPENED_AFTER} END",
    K.NEVER_ASSIGNED: f"CASE WHEN handler_id IS NULL THEN received_on + {UNASSIGNED_AFTER} END",
    K.UNANSWERED: f"CASE WHEN offered_to_id IS NOT NULL THEN offered_on + {UNANSWERED_AFTER} END",
    K.PAUSED_TOO_LONG: "CASE WHEN acted_on IS NULL THEN paused_until END",
    K.DISPUTED: "disputed_on",
}
_BITS = {kind: 1 << number for number, kind in enumerate(_DUE)}
_DAYS = ", ".join(f"{due} AS day_{bit}" for bit, due in zip(_BITS.values(), _DUE.values(), strict=True))
_MASK = " | ".join(f"CASE WHEN day_{bit} < %(today)s THEN {bit} ELSE 0 END" for bit in _BITS.values())
_UP = " ".join(f"WHEN '{kind.value}' THEN {bit}" for kind, bit in _BITS.items())
# Nothing is counted up here, so that a sweep after three days of silence raises the same flags with the same days.
_FIND = f"""
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
WITH late AS (
  SELECT id, level, unit_id, {_DAYS} FROM cases_complaint
  WHERE status <> 'CLOSED' AND (
    next_due < %(today)s OR opened_on IS NULL OR handler_id IS NULL OR offered_to_id IS NOT NULL
    OR paused_until IS NOT NULL OR disputed_on IS NOT NULL)
), up AS (
  SELECT complaint_id, bit_or(CASE kind {_UP} ELSE 0 END) AS bits
  FROM cases_flag WHERE cleared_at IS NULL GROUP BY complaint_id
)
SELECT late.*, ({_MASK}) & ~coalesce(up.bits, 0) AS bits
FROM late LEFT JOIN up ON up.complaint_id = late.id
WHERE ({_MASK}) & ~coalesce(up.bits, 0) <> 0
"""
# Only for the kinds that are among them: most sweeps find one or two.
_RAISE = {
    bit: f"""
    INSERT INTO cases_flag (complaint_id, kind, level, unit_id, due_on, raised_at)
    SELECT id, '{kind.value}', level, unit_id, day_{bit}, %(now)s FROM fresh WHERE bits & {bit} <> 0
    """
    for kind, bit in _BITS.items()
}
_RAISE_INACTIVE = f"""
INSERT INTO cases_flag (complaint_id, kind, level, unit_id, due_on, raised_at)
SELECT c.id, '{K.OWNER_INACTIVE.value}', c.level, c.unit_id, %(today)s, %(now)s
FROM officers_user u JOIN cases_complaint c ON c.handler_id = u.id
WHERE NOT u.is_active AND c.status <> 'CLOSED' AND NOT EXISTS (
  SELECT FROM cases_flag f
  WHERE f.complaint_id = c.id AND f.kind = '{K.OWNER_INACTIVE.value}' AND f.cleared_at IS NULL)
"""
_RAISE_REFERRALS = f"""
INSERT INTO cases_flag (complaint_id, kind, level, unit_id, due_on, raised_at)
SELECT c.id, '{K.REFERRAL_OVERDUE.value}', c.level, c.unit_id, min(least(r.acknowledge_by, r.answer_by)), %(now)s
FROM cases_referral r JOIN cases_complaint c ON c.id = r.complaint_id
WHERE r.answer_by IS NOT NULL AND least(r.acknowledge_by, r.answer_by) < %(today)s AND c.status <> 'CLOSED'
  AND NOT EXISTS (
    SELECT FROM cases_flag f
    WHERE f.complaint_id = c.id AND f.kind = '{K.REFERRAL_OVERDUE.value}' AND f.cleared_at IS NULL)
GROUP BY c.id
"""
#: Of the lock that makes two sweeps wait for each other; any number that no other lock has.
_ONE_AT_A_TIME = 20_261_126


def sweep(today: date | None = None) -> int:
    """Raise what is due and not flagged yet, as of a day (today); return how many.

    Not an act: a flag says nothing that the complaint's own days do not.
    """
    about = {"today": today or clock.today(), "now": clock.now()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        cursor.execute("DROP TABLE IF EXISTS pg_temp.fresh")
        cursor.execute(_FIND, about)
        cursor.execute("SELECT coalesce(bit_or(bits), 0) FROM fresh")
        (found,) = cursor.fetchone()
        raised = 0
        kinds = [statement for bit, statement in _RAISE.items() if bit & found]
        for statement in (*kinds, _RAISE_INACTIVE, _RAISE_REFERRALS):
            cursor.execute(statement, about)
            raised += cursor.rowcount
        return raised
