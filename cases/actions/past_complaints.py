"""Reports of a month gone by, received and handled as theirs are: set-based, for a history that is entered.

In a demonstration or a test only, as `cases.actions.histories`: nobody is asked who may, and nobody wrote these.
"""

import secrets
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from cases.models import Complaint
from cases.models.vocabulary import Category, Finding
from ledger import clock
from ledger.acting import act, recording
from officers.models import Unit, User

NARRATIVE = "របាយការណ៍សាកល្បង"
DONE = "បានចុះពិនិត្យដល់កន្លែង។"

# Few districts have many reports and most have few, in an order of their own. Of all, 62 of 100 are acted on in two
# weeks, 18 late, 12 are moved up since nobody acted, and the rest wait for months. Ids tell no order of months.
_REPORTS = """
WITH homes AS (
  SELECT array_agg(id ORDER BY md5(code)) AS ids, array_agg(parent_id ORDER BY md5(code)) AS above, count(*) AS number
  FROM officers_unit WHERE kind = %(kind)s AND valid_to IS NULL
), drawn AS MATERIALIZED (
  SELECT n, random() AS fate, 1 + floor(homes.number * random() * random())::int AS place,
    1 + floor(%(categories)s * random() * random())::int AS category,
    %(month)s::date + floor(%(days)s * random())::int AS day
  FROM generate_series(1, %(rows)s) n, homes
), fated AS MATERIALIZED (
  SELECT d.*, homes.ids[place] AS home, homes.above[place] AS up, fate >= 0.80 AND fate < 0.92 AS moved,
    CASE WHEN done + 7 <= %(until)s::date THEN done END AS acted
  FROM (SELECT *, day + CASE WHEN fate < 0.62 THEN 1 + n %% 12 WHEN fate < 0.80 THEN 16 + n %% 40 ELSE 100 + n %% 60 END
        AS done FROM drawn) d, homes
), reports AS (
  INSERT INTO cases_complaint (id, version, channel, category, place_code, place_text, happened, how_known, narrative,
    hidden_from, language, received_on, unit_id, level, instruction, priority, status, base_level, late_resolutions,
    came_on, opened_on, handler_id, acknowledged_on, told_on, acted_on, closed_on, closing_by_id, closed_by_id, finding,
    closure_reason, summary, answer)
  SELECT %(from)s + n, 1, 'web', (%(names)s::text[])[category], '', '', '', '',
    %(narrative)s, '', 'km', day, CASE WHEN moved THEN up ELSE home END, CASE WHEN moved THEN 2 ELSE 1 END, '', 0,
    CASE WHEN acted IS NULL THEN 'IN_PROGRESS' ELSE 'CLOSED' END, 1, 0, day, day, %(by)s, day, day, acted, acted + 7,
    CASE WHEN acted IS NOT NULL THEN %(by)s END, CASE WHEN acted IS NOT NULL THEN %(by)s END,
    CASE WHEN acted IS NULL THEN '' ELSE %(finding)s END,
    CASE WHEN acted IS NULL THEN '' ELSE 'resolved_action_taken' END,
    CASE WHEN acted IS NULL THEN '' ELSE %(done)s END, CASE WHEN acted IS NULL THEN '' ELSE %(done)s END
  FROM fated
)
INSERT INTO cases_handover (version, complaint_id, why, from_unit_id, to_unit_id, level, reason, "on")
SELECT 1, %(from)s + n, 'routed', NULL, home, 1, '', day FROM fated
UNION ALL
SELECT 1, %(from)s + n, 'escalated', home, up, 2, '', day + 15
FROM fated WHERE moved
"""


@act
def receive_all(
    actor: Any, month: date, number: int, *, until: date, handler: User, first: int, days: int = 28
) -> None:
    """Enter so many reports of `days` from a day on, with what had become of them on the day `until`.

    :param first: the number of the first, below a million less `number`; no two reports may have the same
    :raises PermissionDenied: where the database is a real one
    """
    if clock.mode() == "live":
        raise PermissionDenied
    with (
        recording("complaint.received", actor=actor, subject=Complaint, rows=number),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            _REPORTS,
            {
                "kind": Unit.Kind.DISTRICT_INSPECTORATE,
                "categories": len(Category.values),
                "names": list(Category.values),
                "month": month,
                "days": days,
                "rows": number,
                "until": until,
                "from": 10**12 + secrets.randbelow(8 * 10**6) * 10**6 + first - 1,
                "by": handler.pk,
                "narrative": NARRATIVE,
                "done": DONE,
                "finding": Finding.NOT_SUBSTANTIATED,
            },
        )
