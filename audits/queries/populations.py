"""What a sample is drawn from: the records between two days, each with its stratum.

A stratum is named by codes and not by words, so that the frozen list is the same in each language. Nor does the list
depend on who asks: what one auditor is kept from another reviews, so nobody's recusal takes a province out of a
population. Codes and ids alone leave here, no exact time, and of a complaint nothing of who reported it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import connections, router

from audits.models import About, Stratum
from audits.queries.subjects import MODELS
from audits.reckoning.sampling import BETWEEN, Member
from officers.models import Unit

#: In place of what a record does not have.
NONE = "-"
#: Years that stand together as one age.
BAND = 10
CHUNK = 5000

# A case counts on the day of its decision, whatever became of it since.
_CASES = """
    SELECT c.id, u.path, c.rank,
           date_part('year', c.decided_at AT TIME ZONE 'Asia/Phnom_Penh')::int - o.birth_year AS age,
           (SELECT d.decided_by_id FROM cases_decision d WHERE d.case_id = c.id AND d.outcome <> 'returned'
            ORDER BY d.id DESC LIMIT 1) AS authority,
           (SELECT g.kind FROM cases_ground g WHERE g.case_id = c.id AND g.status <> 'WITHDRAWN'
            ORDER BY g.id LIMIT 1) AS ground
    FROM cases_case c JOIN officers_unit u ON u.id = c.officer_unit_id JOIN officers_officer o ON o.id = c.officer_id
    WHERE (c.decided_at AT TIME ZONE 'Asia/Phnom_Penh')::date BETWEEN %(first)s AND %(last)s
      AND starts_with(u.path, %(path)s)
    ORDER BY c.id
"""
# The rank is the one held on the day of the test, so that a promotion since does not move the test to another stratum.
# What a kit showed never changes either: what a laboratory found later is no part of the name.
_DRUG_TESTS = """
    SELECT t.id, u.path, coalesce(p.rank, o.rank) AS rank, date_part('year', t.tested_on)::int - o.birth_year AS age,
           s.reason,
           CASE WHEN t.not_taken <> '' THEN t.not_taken
                WHEN cardinality(t.non_negative_for) > 0 THEN 'non_negative'
                WHEN cardinality(t.invalid_for) > 0 THEN 'kit_failed' ELSE 'negative' END AS outcome
    FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id JOIN officers_unit u ON u.id = t.unit_id
    JOIN officers_officer o ON o.id = t.officer_id
    LEFT JOIN officers_posting p ON p.officer_id = t.officer_id AND p.held @> t.tested_on
    WHERE t.tested_on BETWEEN %(first)s AND %(last)s AND starts_with(u.path, %(path)s)
    ORDER BY t.id
"""
_COMPLAINTS = """
    SELECT k.id, u.path, k.category, k.channel
    FROM cases_complaint k JOIN officers_unit u ON u.id = k.unit_id
    WHERE k.received_on BETWEEN %(first)s AND %(last)s AND starts_with(u.path, %(path)s)
    ORDER BY k.id
"""
_ASKED: Mapping[str, str] = {
    About.CASE: _CASES,
    About.DRUG_TEST: _DRUG_TESTS,
    About.COMPLAINT: _COMPLAINTS,
}
S = Stratum
_STRATA: Mapping[str, tuple[str, ...]] = {
    About.CASE: (S.PROVINCE, S.GROUND, S.RANK, S.AUTHORITY, S.AGE),
    About.DRUG_TEST: (S.PROVINCE, S.OUTCOME, S.REASON, S.RANK, S.AGE),
    About.COMPLAINT: (S.PROVINCE, S.CATEGORY, S.CHANNEL),
}

type Row = dict[str, Any]
type Part = Callable[[Row], str]


def members(about: str, unit: Unit, *, first: date, last: date, strata: Sequence[str]) -> list[Member]:
    """Records of a unit and those below it between two days, with their strata, in the order of their ids.

    :raises LookupError: for a stratum that this kind of record does not have
    """
    named = [_part(about, name) for name in strata]
    return [(row["id"], BETWEEN.join(part(row) for part in named)) for row in _rows(about, unit, first, last)]


def strata_of(about: str) -> tuple[str, ...]:
    """By what records of a kind may be divided."""
    return _STRATA[about]


def _rows(about: str, unit: Unit, first: date, last: date) -> Iterator[Row]:
    with connections[router.db_for_read(MODELS[about])].cursor() as cursor:
        cursor.execute(_ASKED[about], {"first": first, "last": last, "path": unit.path})
        names = [column[0] for column in cursor.description]
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                yield dict(zip(names, row, strict=True))


def _part(about: str, name: str) -> Part:
    if name not in _STRATA[about]:
        raise LookupError(name)
    if name == S.PROVINCE:
        province = province_of()
        return lambda row: province(row["path"])
    if name == S.AGE:
        return lambda row: NONE if row["age"] is None else _band(row["age"])
    if name == S.AUTHORITY:
        return lambda row: f"user-{row['authority']}" if row["authority"] else NONE
    return lambda row: row[name] or NONE


def _band(age: int) -> str:
    return f"{age // BAND * BAND}-{age // BAND * BAND + BAND - 1}"


def province_of() -> Callable[[str], str]:
    """The code of the provincial commissariat a unit is of, by the unit's path; `NONE` for a central service."""
    provinces = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).values_list("path", "code")
    found = list(provinces)

    @cache
    def of(path: str) -> str:
        return next((code for start, code in found if path.startswith(start)), NONE)

    return of
