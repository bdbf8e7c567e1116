"""What is counted for publication: by unit, in one statement each, however many months or units there are.

Everything is counted as it was at the end of the horizon of its month, as far as the record still tells: what was
entered, acted on or settled later does not count, so that a month that comes out late says what it would have said in
time.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from audits.models import CountedComplaints, OpenPlace, OpenUnit
from audits.queries.disclosure import Rules
from audits.queries.provinces import CENTRAL, provinces_of_units
from audits.reckoning.tables import NATION, Counts
from officers.models import Unit

# A complaint is of the unit to which the rules routed it. That a unit acted counts before that it was taken from it.
_COUNT_COMPLAINTS = """
    WITH c AS MATERIALIZED (
      SELECT id, unit_id, category, received_on, acted_on, to_char(received_on, 'YYYY-MM') AS month,
             (date_trunc('month', received_on) + interval '1 month')::date - 1 + %(horizon)s AS last_day
      FROM cases_complaint WHERE received_on BETWEEN %(first)s AND %(last)s
    ), routed AS (
      SELECT DISTINCT ON (complaint_id) complaint_id, to_unit_id FROM cases_handover WHERE why = 'routed'
      ORDER BY complaint_id, id
    ), f AS MATERIALIZED (
      SELECT c.*, coalesce(r.to_unit_id, c.unit_id) AS first_id FROM c LEFT JOIN routed r ON r.complaint_id = c.id
    ), deed AS (
      SELECT complaint_id, unit_id, min(done_on) AS done_on FROM cases_deed WHERE stands GROUP BY 1, 2
    ), up AS (
      SELECT complaint_id, from_unit_id, min("on") AS "on" FROM cases_handover WHERE why = 'escalated' GROUP BY 1, 2
    )
    INSERT INTO audits_countedcomplaints (month, unit_id, area, category, received, in_time, late, acted,
                                          moved_up)
    SELECT f.month, f.first_id, a.area, f.category, count(*),
           count(*) FILTER (WHERE f.acted_on <= least(f.received_on + %(in_time)s, f.last_day)),
           count(*) FILTER (WHERE f.acted_on > f.received_on + %(in_time)s AND f.acted_on <= f.last_day),
           count(*) FILTER (WHERE d.done_on <= f.last_day),
           count(*) FILTER (WHERE u."on" <= f.last_day AND NOT coalesce(d.done_on <= f.last_day, false))
    FROM f JOIN unnest(%(units)s::bigint[], %(areas)s::text[]) AS a(unit_id, area) ON a.unit_id = f.first_id
    LEFT JOIN deed d ON d.complaint_id = f.id AND d.unit_id = f.first_id
    LEFT JOIN up u ON u.complaint_id = f.id AND u.from_unit_id = f.first_id
    GROUP BY 1, 2, 3, 4
"""
# A refusal that was determined counts as a test, though none was taken. What the kit spoiled counts as none: it is
# repeated on another line. An outcome counts once its review is closed or, without one, the laboratory has reported.
_TESTS = """
    WITH t AS (
      SELECT t.unit_id, t.status, t.not_taken, t.tested_on, t.id,
             (date_trunc('month', t.tested_on) + interval '1 month')::date - 1 + %(horizon)s AS last_day
      FROM officers_drugtest t
      WHERE t.tested_on BETWEEN %(first)s AND %(last)s AND t.status NOT IN ('VOID', 'REPEAT_NEEDED', 'NOT_TAKEN')
        AND (t.entered_at AT TIME ZONE 'Asia/Phnom_Penh')::date
            <= (date_trunc('month', t.tested_on) + interval '1 month')::date - 1 + %(horizon)s
    ), settled AS (
      SELECT t.*, t.status IN ('CLEARED', 'FINAL_POSITIVE', 'REFUSAL') AND (coalesce(r.closed_at, (
        SELECT max(l.reported_at) FROM officers_specimen s JOIN officers_laboratoryreport l ON l.specimen_id = s.id
        WHERE s.test_id = t.id)) AT TIME ZONE 'Asia/Phnom_Penh')::date <= t.last_day AS in_time
      FROM t LEFT JOIN officers_review r ON r.test_id = t.id
      WHERE t.status <> 'NEGATIVE'
      UNION ALL SELECT t.*, true FROM t WHERE t.status = 'NEGATIVE'
    )
    SELECT to_char(tested_on, 'YYYY-MM'), unit_id,
           count(*) FILTER (WHERE status = 'NEGATIVE'),
           count(*) FILTER (WHERE status = 'CLEARED' AND in_time),
           count(*) FILTER (WHERE status = 'FINAL_POSITIVE' AND in_time),
           count(*) FILTER (WHERE status = 'REFUSAL' AND in_time),
           count(*) FILTER (WHERE status <> 'NEGATIVE' AND in_time IS NOT TRUE)
    FROM settled WHERE not_taken = '' OR (status = 'REFUSAL' AND in_time) GROUP BY 1, 2
"""
# Who left in the year has no posting at its end.
_COVERAGE = """
    WITH years AS (SELECT y, make_date(y, 1, 1) AS first, make_date(y, 12, 31) AS last
                   FROM generate_series(%(first)s::int, %(last)s::int) AS y),
    lines AS (
      SELECT y.y, t.officer_id,
             bool_or(t.not_taken = '' AND t.status <> 'REPEAT_NEEDED') AS tested,
             bool_or(t.not_taken <> '' AND t.status <> 'REFUSAL' AND t.excuse NOT IN ('', 'none_given')) AS excused
      FROM years y JOIN officers_drugtest t ON t.tested_on BETWEEN y.first AND y.last
      WHERE t.status <> 'VOID' AND (t.entered_at AT TIME ZONE 'Asia/Phnom_Penh')::date <= y.last + %(horizon)s
      GROUP BY 1, 2
    )
    SELECT y.y, p.unit_id, count(*) FILTER (WHERE l.tested),
           count(*) FILTER (WHERE l.excused AND NOT l.tested),
           count(*) FILTER (WHERE NOT coalesce(l.tested OR l.excused, false))
    FROM years y JOIN officers_posting p ON p.held @> y.last
    JOIN officers_officer o ON o.id = p.officer_id AND o.status <> 'ENTERED_IN_ERROR'
    LEFT JOIN lines l ON l.y = y.y AND l.officer_id = p.officer_id
    GROUP BY 1, 2
"""


def count_complaints(first: date, last: date, rules: Rules) -> None:
    """Keep what is counted of these months; once."""
    area_of = provinces_of_units()
    about: dict[str, Any] = {
        "first": first,
        "last": last,
        "horizon": rules.horizon_days,
        "in_time": rules.in_time_days,
        "units": list(area_of),
        "areas": list(area_of.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_COMPLAINTS, about)


def counted_complaints(first_month: str, last_month: str) -> list[Mapping[str, Any]]:
    """What was counted of these months and those between."""
    return [*CountedComplaints.objects.filter(month__gte=first_month, month__lte=last_month).values()]


def tests_taken(first: date, last: date, rules: Rules) -> list[tuple[str, int, Counts]]:
    """Month, unit, and how many were negative, cleared, positive, refused, and none of these."""
    return _rows(_TESTS, first, last, rules)


def tested_officers(first_year: int, last_year: int, rules: Rules) -> list[tuple[int, int, Counts]]:
    """Year, unit, and how many were tested, excused, and neither."""
    return _rows(_COVERAGE, first_year, last_year, rules)


def _rows(statement: str, first: Any, last: Any, rules: Rules) -> list[tuple[Any, int, Counts]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first, "last": last, "horizon": rules.horizon_days})
        return [(period, unit, counts) for period, unit, *counts in cursor.fetchall()]


def areas() -> set[str]:
    """Every area that there is, whether or not anything is counted in it."""
    return {CENTRAL, *OpenPlace.objects.filter(kind="province").values_list("pk", flat=True)}


class Tree:
    """The units that are public, as a tree below the country."""

    def __init__(self) -> None:
        public = set(OpenUnit.objects.values_list("pk", flat=True))
        units = {row["pk"]: row for row in Unit.objects.order_by("path").values(
            "pk", "code", "path", "valid_from", "valid_to"
        )}  # fmt: skip
        #: The area in which a unit lies, by its id and, if it is public, by its code.
        self.areas = provinces_of_units()
        self.area_of = {unit["code"]: self.areas[pk] for pk, unit in units.items()}
        #: The code under which what a unit has is counted: its own, or of the nearest above that is public.
        self.code_of: dict[int, str] = {}
        self._exists: dict[str, tuple[date, date | None]] = {}
        self._parents: dict[str, str] = {}
        for pk, unit in units.items():
            higher = [int(part) for part in unit["path"].split("/")[1:-2]]
            parent = self.code_of[higher[-1]] if higher else NATION
            if unit["code"] in public:
                self._parents[unit["code"]] = parent
                self._exists[unit["code"]] = (unit["valid_from"], unit["valid_to"])
                parent = unit["code"]
            self.code_of[pk] = parent

    def of_year(self, year: int, counted: Mapping[str, Counts]) -> dict[str, str]:
        """Unit -> the one above, for those that existed in the year or of which something was counted."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        there = {code for code, counts in counted.items() if any(counts)} | {
            code
            for code, (since, until) in self._exists.items()
            if since <= last and (until is None or until >= first)
        }
        parents = {}
        for code in self._parents:
            if code in there:
                parent = self._parents[code]
                while parent != NATION and parent not in there:
                    parent = self._parents[parent]
                parents[code] = parent
        return parents
