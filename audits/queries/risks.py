"""Where risk rules point. A rule is data: what it looks for, from which number on, and how much it weighs.

A rule that points says that a record is worth a look, never that something is wrong with it. Each is one statement over
all the records it is asked about.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connections, router

from audits.models import About
from cases.models import Case
from cases.models.deciding import GRAVITY
from officers.models import SettingVersion
from officers.queries.settings import rows_in_force

#: `%(ids)s` are the records asked about, `%(least)s` the rule's number.
_STATEMENTS: Mapping[tuple[str, str], str] = {
    # Fewer hours than this from opening to decision.
    (About.CASE, "decided_fast"): """
        SELECT id FROM cases_case
        WHERE id = ANY(%(ids)s) AND decided_at - opened_at < make_interval(hours => %(least)s)
    """,
    # Fewer than this many words of the officer in the file: a response, a last word with a text, a paper handed in.
    (About.CASE, "empty_response"): """
        SELECT c.id FROM cases_case c
        WHERE c.id = ANY(%(ids)s)
          AND (SELECT count(*) FROM cases_casestatement s
               WHERE s.case_id = c.id AND s.kind IN ('response', 'complete') AND btrim(s.text) <> '')
            + (SELECT count(*) FROM cases_paper p WHERE p.case_id = c.id AND p.kind = 'response') < %(least)s
    """,
    # The same three proposed, checked and decided at least this many of the records.
    (About.CASE, "same_three_people"): """
        WITH decided AS (
          SELECT DISTINCT ON (d.case_id) d.case_id, p.proposed_by_id, o.checked_by_id, d.decided_by_id
          FROM cases_decision d JOIN cases_proposal p ON p.id = d.proposal_id
          JOIN cases_opinion o ON o.proposal_id = p.id
          WHERE d.case_id = ANY(%(ids)s) AND d.outcome <> 'returned' ORDER BY d.case_id, d.id DESC
        )
        SELECT case_id FROM (
          SELECT case_id, count(*) OVER (PARTITION BY proposed_by_id, checked_by_id, decided_by_id) AS together
          FROM decided) one
        WHERE together >= %(least)s
    """,
    # At least this many grounds added or withdrawn after the officer had his first notice.
    (About.CASE, "ground_changed_late"): """
        WITH notified AS (
          SELECT case_id, min(issued_at) AS at FROM cases_casenotice
          WHERE case_id = ANY(%(ids)s) AND kind = 'allegations' GROUP BY case_id
        )
        SELECT n.case_id FROM notified n JOIN cases_ground g ON g.case_id = n.case_id
        WHERE g.added_at > n.at OR g.status = 'WITHDRAWN' AND g.ended_at > n.at
        GROUP BY n.case_id HAVING count(*) >= %(least)s
    """,
    # A measure lesser than what at least this many of lower rank got, in these records, on the same ground.
    (About.CASE, "lesser_for_senior"): """
        WITH height AS (SELECT * FROM unnest(%(ranks)s::text[], %(heights)s::int[]) AS h (rank, height)),
        gravity AS (SELECT * FROM unnest(%(measures)s::text[], %(gravities)s::int[]) AS g (measure, gravity)),
        decided AS (
          SELECT DISTINCT ON (d.case_id) d.case_id, h.height, v.gravity
          FROM cases_decision d JOIN cases_case c ON c.id = d.case_id JOIN height h ON h.rank = c.rank
          JOIN gravity v ON v.measure = d.measure
          WHERE d.case_id = ANY(%(ids)s) AND d.outcome IN ('accepted', 'lesser') ORDER BY d.case_id, d.id DESC
        ), grounded AS (
          SELECT DISTINCT x.case_id, x.height, x.gravity, g.kind
          FROM decided x JOIN cases_ground g ON g.case_id = x.case_id AND g.status = 'STANDING'
        ), counted AS (SELECT kind, height, gravity, count(*) AS cases FROM grounded GROUP BY kind, height, gravity)
        SELECT DISTINCT s.case_id FROM grounded s
        WHERE (SELECT sum(j.cases) FROM counted j
               WHERE j.kind = s.kind AND j.height < s.height AND j.gravity > s.gravity) >= %(least)s
    """,
    # Claimed more hours than this from the recording: of the case itself, or of an officer's being told in it.
    (About.CASE, "claimed_late"): """
        SELECT c.id FROM cases_case c
        WHERE c.id = ANY(%(ids)s) AND EXISTS (
          SELECT 1 FROM (
            SELECT 'cases_case' AS subject_table, c.id AS subject_id
            UNION ALL SELECT 'officers_service', n.told_by_id FROM cases_casenotice n WHERE n.case_id = c.id
          ) about JOIN ledger_event e USING (subject_table, subject_id)
          WHERE greatest(e.recorded_at - e.occurred_at, e.occurred_at - e.recorded_at)
                > make_interval(hours => %(least)s))
    """,
    # The sheet and the specimen keep the day and no hour: what is late is so from the end of that day on.
    (About.DRUG_TEST, "entered_late"): """
        SELECT t.id FROM officers_drugtest t LEFT JOIN officers_specimen x ON x.test_id = t.id
        WHERE t.id = ANY(%(ids)s)
          AND t.entered_at > ((coalesce(x.collected_on, t.tested_on) + 1)::timestamp AT TIME ZONE 'Asia/Phnom_Penh')
                             + make_interval(hours => %(least)s)
    """,
    # Of the test, its specimen, each transfer of it, and its review.
    (About.DRUG_TEST, "claimed_late"): """
        SELECT t.id FROM officers_drugtest t
        WHERE t.id = ANY(%(ids)s) AND EXISTS (
          SELECT 1 FROM (
            SELECT 'officers_drugtest' AS subject_table, t.id AS subject_id
            UNION ALL SELECT 'officers_specimen', x.id FROM officers_specimen x WHERE x.test_id = t.id
            UNION ALL SELECT 'officers_custodytransfer', h.id FROM officers_custodytransfer h
              JOIN officers_specimen x ON x.id = h.specimen_id WHERE x.test_id = t.id
            UNION ALL SELECT 'officers_review', r.id FROM officers_review r WHERE r.test_id = t.id
          ) about JOIN ledger_event e USING (subject_table, subject_id)
          WHERE greatest(e.recorded_at - e.occurred_at, e.occurred_at - e.recorded_at)
                > make_interval(hours => %(least)s))
    """,
    # Closed with fewer actions than this that stand, in it or in the one whose matter it repeats.
    (About.COMPLAINT, "closed_without_action"): """
        SELECT k.id FROM cases_complaint k
        WHERE k.id = ANY(%(ids)s) AND k.status = 'CLOSED'
          AND (SELECT count(*) FROM cases_deed d
               WHERE d.stands AND (d.complaint_id = k.id OR d.complaint_id = k.same_as_id)) < %(least)s
    """,
}


def hits(about: str, ids: Sequence[int], rules: Sequence[Mapping[str, Any]]) -> list[tuple[int, list[str]]]:
    """The records at which rules point, with the rules' codes; the heaviest first, then by id."""
    found: dict[int, list[str]] = defaultdict(list)
    weight: dict[int, int] = defaultdict(int)
    for rule in rules:
        for pk in found_by(rule, ids):
            found[pk].append(rule["code"])
            weight[pk] += rule["weight"]
    return sorted(found.items(), key=lambda one: (-weight[one[0]], one[0]))


def found_by(rule: Mapping[str, Any], ids: Sequence[int]) -> set[int]:
    """Those of the records at which one rule points.

    :raises LookupError: for something that no rule about these records can look for
    """
    statement = _STATEMENTS[rule["about"], rule["looks_for"]]
    said: dict[str, Any] = {"ids": list(ids), "least": rule["least"]}
    if rule["looks_for"] == "lesser_for_senior":
        heights = {row["code"]: row["order"] for row in rows_in_force(SettingVersion.Kind.RANKS)}
        said |= {"ranks": list(heights), "heights": list(heights.values())}
        said |= {"measures": list(map(str, GRAVITY)), "gravities": list(GRAVITY.values())}
    with connections[router.db_for_read(Case)].cursor() as cursor:
        cursor.execute(statement, said)
        return {pk for (pk,) in cursor.fetchall()}
