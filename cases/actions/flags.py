"""The sweep: flags raised for everything nobody did in time, in one statement, however many there are."""

from datetime import date

from django.db import connection, transaction

from cases.actions.clocks import UNANSWERED_AFTER, UNASSIGNED_AFTER, UNOPENED_AFTER
from ledger import clock

# Every kind with the last day in time, where it is past. A flag that is up already is not raised again; nothing here
# is counted up, so that a sweep after three days of silence raises the same flags with the same days.
_RAISE = """
INSERT INTO cases_flag (complaint_id, kind, level, unit_id, due_on, raised_at)
SELECT c.id, k.kind, c.level, c.unit_id, k.due_on, %(now)s
FROM cases_complaint c
CROSS JOIN LATERAL (VALUES
  ('unacknowledged', c.acknowledge_by),
  ('no_action', c.act_by),
  ('update_overdue', c.update_by),
  ('unresolved', c.resolve_by),
  ('unopened', CASE WHEN c.opened_on IS NULL THEN c.received_on + %(unopened)s END),
  ('never_assigned', CASE WHEN c.handler_id IS NULL THEN c.received_on + %(unassigned)s END),
  ('unsent', CASE WHEN c.offered_to_id IS NOT NULL THEN c.offered_on + %(unanswered)s END),
  ('paused_too_long', CASE WHEN c.acted_on IS NULL THEN c.paused_until END),
  ('disputed', c.disputed_on)
) AS k(kind, due_on)
WHERE c.status <> 'CLOSED' AND k.due_on < %(today)s
  AND NOT EXISTS (
    SELECT FROM cases_flag f WHERE f.complaint_id = c.id AND f.kind = k.kind AND f.cleared_at IS NULL)
UNION ALL
SELECT c.id, 'owner_inactive', c.level, c.unit_id, %(today)s, %(now)s
FROM cases_complaint c JOIN officers_user u ON u.id = c.handler_id
WHERE c.status <> 'CLOSED' AND NOT u.is_active
  AND NOT EXISTS (
    SELECT FROM cases_flag f WHERE f.complaint_id = c.id AND f.kind = 'owner_inactive' AND f.cleared_at IS NULL)
ON CONFLICT DO NOTHING
"""


def sweep(today: date | None = None) -> int:
    """Raise what is due and not flagged yet, as of a day (today); return how many.

    Not an act: a flag says nothing that the complaint's own days do not.
    """
    today = today or clock.today()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "today": today,
                "now": clock.now(),
                "unopened": UNOPENED_AFTER,
                "unassigned": UNASSIGNED_AFTER,
                "unanswered": UNANSWERED_AFTER,
            },
        )
        return cursor.rowcount
