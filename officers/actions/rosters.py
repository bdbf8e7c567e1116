"""A roster: staged officers compared with the roll, taken into it, and taken back, each in a few statements.

The bulk twin of `officers.register`, `correct` and `post`; a test feeds both the same and compares.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, recording
from ledger.models import Event
from officers.actions.drug_tests import named
from officers.actions.officers import kept_units, rank_codes
from officers.actions.problems import in_sql
from officers.models import Import, Officer, Posting, ServiceNumber
from officers.models.users import Role

# A part of a file's staged rows that nothing is wrong with by themselves, each beside the roll: what it does there, or
# why it cannot. An empty Latin name or post says nothing and changes nothing, and so does the day a posting began
# while that posting holds. Rows just staged have no statistics, so they are looked at once, into a table of their
# own that has: with each later statement reading them anew, the plans were a hundred times too slow.
_PART = f"""
CREATE TEMPORARY TABLE part ON COMMIT DROP AS
WITH unit AS NOT MATERIALIZED (
  SELECT id, code, valid_to, starts_with(path, %(path)s) AS of_file,
         EXISTS (SELECT 1 FROM unnest(%(kept)s::text[]) p WHERE starts_with(path, p)) AS kept
  FROM officers_unit
), beside AS (
  SELECT r.id AS row_id, s.*, nullif(s.since, '')::date AS since_on,
         n.code AS unit_code, n.of_file, n.kept, n.valid_to, o.id AS officer_id, o.status,
         o.name_km AS was_km, o.name_latin AS was_latin, o.sex AS was_sex, o.birth_year AS was_year,
         o.rank AS was_rank, w.code AS was_unit, w.kept AS was_kept, coalesce(p.title, '') AS was_title,
         lower(p.held) AS began,
         CASE WHEN o.id IS NULL THEN (
           SELECT max(coalesce(upper(h.held), 'infinity')) FROM officers_servicenumber h
           WHERE h.number = s.service_number AND NOT isempty(h.held)
         ) END AS free_from
  FROM officers_importrow r
  CROSS JOIN LATERAL jsonb_to_record(r.said) AS s(
    service_number text, name_km text, name_latin text, sex text, birth_year int, rank text, unit_id bigint,
    title text, since text, sort_key text, search_key text, latin_terms text)
  LEFT JOIN unit n ON n.id = s.unit_id
  LEFT JOIN officers_officer o ON o.service_number = s.service_number AND o.status <> 'ENTERED_IN_ERROR'
  LEFT JOIN unit w ON w.id = o.unit_id
  LEFT JOIN officers_posting p ON p.officer_id = o.id AND upper_inf(p.held)
  WHERE r.file_id = %(file)s AND r.sheet_number = 0 AND r.place > %(after)s AND r.place <= %(upto)s
    AND r.problems = '[]'
), compared AS (
  SELECT *, officer_id IS NOT NULL AND was_kept AS known,
         name_km <> was_km AS new_km, name_latin NOT IN ('', was_latin) AS new_latin, sex <> was_sex AS new_sex,
         birth_year <> was_year AS new_year, unit_code <> was_unit AS new_unit, rank <> was_rank AS new_rank,
         title NOT IN ('', was_title) AS new_title
  FROM beside
), dated AS (
  SELECT *, known AND (new_unit OR new_rank OR new_title) AS posted,
         CASE WHEN since_on IS NULL OR since_on = began THEN %(today)s ELSE since_on END AS from_on
  FROM compared
), judged AS (
  SELECT *,
    to_jsonb(array_remove(ARRAY[
      CASE WHEN unit_code IS NULL THEN {in_sql("unit", "missing")}
           WHEN NOT of_file THEN {in_sql("unit", "unit_outside", value="unit_code")}
           WHEN NOT kept THEN {in_sql("unit", "unit_out_of_reach", value="unit_code")}
           WHEN valid_to IS NOT NULL THEN {in_sql("unit", "unit_closed", value="unit_code")} END,
      CASE WHEN officer_id IS NOT NULL AND status NOT IN ('SERVING', 'SUSPENDED')
           THEN {in_sql("service_number", "officer_not_serving", value="service_number")} END,
      CASE WHEN officer_id IS NOT NULL AND NOT was_kept THEN {in_sql("unit", "moved", value="was_unit")} END,
      CASE WHEN rank <> ALL (%(ranks)s) AND (officer_id IS NULL OR new_rank)
           THEN {in_sql("rank", "unknown_rank", value="rank")} END,
      CASE WHEN (officer_id IS NULL OR posted) AND since_on > %(today)s THEN {in_sql("since", "in_the_future")}
           WHEN posted AND from_on <= began
           THEN {in_sql("since", "posting_later", value="to_char(began, 'DD/MM/YYYY')")} END,
      CASE WHEN officer_id IS NULL AND coalesce(since_on, %(today)s) < free_from
           THEN {in_sql("service_number", "number_in_use", value="service_number")} END
    ], NULL)) AS problems
  FROM dated
)
SELECT row_id, officer_id AS target_id, service_number, name_km, name_latin, sex, birth_year, rank, unit_id, title,
  since_on, sort_key, search_key, latin_terms, problems,
  CASE WHEN problems <> '[]' THEN '' WHEN officer_id IS NULL THEN 'NEW'
       WHEN new_km OR new_latin OR new_sex OR new_year OR posted THEN 'CHANGED' ELSE 'SAME' END AS effect,
  CASE WHEN problems <> '[]' OR officer_id IS NULL THEN '{{}}' ELSE jsonb_strip_nulls(jsonb_build_object(
    'name_km', CASE WHEN new_km THEN jsonb_build_array(was_km, name_km) END,
    'name_latin', CASE WHEN new_latin THEN jsonb_build_array(was_latin, name_latin) END,
    'sex', CASE WHEN new_sex THEN jsonb_build_array(was_sex, sex) END,
    'birth_year', CASE WHEN new_year THEN jsonb_build_array(was_year, birth_year) END,
    'unit', CASE WHEN new_unit THEN jsonb_build_array(was_unit, unit_code) END,
    'rank', CASE WHEN new_rank THEN jsonb_build_array(was_rank, rank) END,
    'title', CASE WHEN new_title THEN jsonb_build_array(was_title, title) END)) END AS changes
FROM judged
"""
_OTHER_YEAR = """
SELECT s.row_id, s.name_km, s.name_latin, o.search_key, o.latin_terms
FROM part s JOIN officers_officer o ON o.id = s.target_id WHERE s.changes ? 'birth_year'
"""
_OTHER_PERSON = f"""
UPDATE part SET effect = '', changes = '{{}}',
  problems = jsonb_build_array({in_sql("service_number", "another_person", value="service_number")})
WHERE row_id = ANY (%s)
"""
_WRITE_DOWN = """
UPDATE officers_importrow r
SET problems = p.problems, target_id = p.target_id, effect = p.effect, changes = p.changes
FROM part p
WHERE r.id = p.row_id
  AND r.file_id = %(file)s AND r.sheet_number = 0 AND r.place > %(after)s AND r.place <= %(upto)s
  AND (r.problems, r.effect, r.changes, coalesce(r.target_id, 0))
      IS DISTINCT FROM (p.problems, p.effect, p.changes, coalesce(p.target_id, 0))
"""
_NAME = """
WITH drawn AS (
  UPDATE part SET target_id = nextval(pg_get_serial_sequence('officers_officer', 'id'))
  WHERE effect = 'NEW' RETURNING target_id
)
SELECT count(*), min(target_id), max(target_id) FROM drawn
"""
_ENTER = """
INSERT INTO officers_officer (id, version, service_number, name_km, name_latin, sex, birth_year, rank, unit_id, status,
                              sort_key, search_key, latin_terms)
SELECT target_id, 1, service_number, name_km, name_latin, sex, birth_year, rank, unit_id, 'SERVING',
       decode(sort_key, 'hex'), search_key, latin_terms
FROM part WHERE effect = 'NEW' ORDER BY target_id
"""
_NUMBER = """
INSERT INTO officers_servicenumber (version, officer_id, number, held)
SELECT 1, target_id, service_number, daterange(coalesce(since_on, %(today)s), NULL)
FROM part WHERE effect = 'NEW' ORDER BY target_id
"""
_POST_NEW = """
INSERT INTO officers_posting (version, officer_id, unit_id, rank, title, is_head, held)
SELECT 1, target_id, unit_id, rank, title, false, daterange(coalesce(since_on, %(today)s), NULL)
FROM part WHERE effect = 'NEW' ORDER BY target_id
"""

_OF_PERSON = "changes ?| array['name_km', 'name_latin', 'sex', 'birth_year']"
_OF_POSTING = "changes ?| array['unit', 'rank', 'title']"
_COUNT_CHANGED = f"""
SELECT count(*) FILTER (WHERE {_OF_PERSON}), count(*) FILTER (WHERE {_OF_POSTING}), count(*)
FROM part WHERE effect = 'CHANGED'
"""
_CORRECT = f"""
UPDATE officers_officer o
SET version = o.version + 1, name_km = s.name_km, sex = s.sex, birth_year = s.birth_year,
    sort_key = decode(s.sort_key, 'hex'), search_key = s.search_key,
    name_latin = CASE WHEN s.name_latin = '' THEN o.name_latin ELSE s.name_latin END,
    latin_terms = CASE WHEN s.name_latin = '' THEN o.latin_terms ELSE s.latin_terms END
FROM part s WHERE o.id = s.target_id AND s.effect = 'CHANGED' AND s.{_OF_PERSON}
"""
_END_POSTINGS = f"""
UPDATE officers_posting p
SET version = p.version + 1,
    held = daterange(lower(p.held), CASE WHEN s.since_on IS NULL OR s.since_on = lower(p.held) THEN %(today)s
                                         ELSE s.since_on END)
FROM part s WHERE p.officer_id = s.target_id AND upper_inf(p.held) AND s.effect = 'CHANGED' AND s.{_OF_POSTING}
"""
_MOVE = f"""
UPDATE officers_officer o SET version = o.version + 1, unit_id = s.unit_id, rank = s.rank
FROM part s WHERE o.id = s.target_id AND s.effect = 'CHANGED' AND s.{_OF_POSTING}
"""
# The posting that has just ended is the last one that stands.
_POST = f"""
INSERT INTO officers_posting (version, officer_id, unit_id, rank, title, is_head, held)
SELECT 1, s.target_id, s.unit_id, s.rank,
       CASE WHEN s.title <> '' THEN s.title WHEN s.changes ? 'unit' THEN '' ELSE coalesce(before.title, '') END,
       coalesce(before.is_head, false) AND NOT s.changes ? 'unit',
       daterange(coalesce(upper(before.held), s.since_on, %(today)s), NULL)
FROM part s
LEFT JOIN LATERAL (
  SELECT * FROM officers_posting p WHERE p.officer_id = s.target_id AND NOT isempty(p.held)
  ORDER BY lower(p.held) DESC LIMIT 1
) before ON true
WHERE s.effect = 'CHANGED' AND s.{_OF_POSTING} ORDER BY s.target_id
"""
# Who will be changed, and the units of all: locked in one order, so that acts cannot deadlock.
_LOCK_OFFICERS = """
SELECT o.unit_id FROM officers_officer o
WHERE o.status <> 'ENTERED_IN_ERROR' AND o.service_number IN (
  SELECT r.said ->> 'service_number' FROM officers_importrow r
  WHERE r.file_id = %(file)s AND r.sheet_number = 0 AND r.place > %(after)s AND r.place <= %(upto)s
    AND r.problems = '[]')
ORDER BY o.id FOR UPDATE OF o
"""
_UNITS = """
SELECT DISTINCT (r.said ->> 'unit_id')::bigint FROM officers_importrow r
WHERE r.file_id = %(file)s AND r.sheet_number = 0 AND r.place > %(after)s AND r.place <= %(upto)s AND r.problems = '[]'
"""


def judge(file: Import, after: int = 0, upto: int = 2**31 - 1) -> None:
    """Write beside each good staged row what it does to the roll, or why it cannot. Places in (after, upto]."""
    values = _values(file, after, upto)
    with transaction.atomic(), connection.cursor() as cursor:
        _lay_out(cursor, values)
        cursor.execute(_WRITE_DOWN, values)


def _values(file: Import, after: int, upto: int) -> dict[str, Any]:
    return {
        "file": file.pk,
        "after": after,
        "upto": upto,
        "path": file.unit.path,
        "kept": file.uploaded_by.scope(Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR),
        "ranks": sorted(rank_codes()),
        "today": clock.today(),
    }


def _lay_out(cursor: Any, values: dict[str, Any]) -> None:
    """Make the table `part`, which lasts until the transaction ends or the next part comes.

    Another year of birth under another name is another person: what a name is, only `foundation.khmer` knows.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.part")
    cursor.execute(_PART, values)
    cursor.execute(_OTHER_YEAR)
    others = [
        row
        for row, name_km, name_latin, search_key, latin_terms in cursor.fetchall()
        if not any(
            named(Officer(search_key=search_key, latin_terms=latin_terms), name)
            for name in (name_km, name_latin)
            if name
        )
    ]
    if others:
        cursor.execute(_OTHER_PERSON, [others])
    cursor.execute("ANALYZE pg_temp.part")


@act
def take(actor: Any, file: Import, *, after: int, upto: int, reason: str, cause: int | None = None) -> int:
    """Take the good rows of a part of a roster into the roll; return how many changed it.

    They are judged again under lock, so a row that has become impossible is left out and says why.

    :raises PermissionDenied: if the actor keeps none of the rolls any more
    """
    values = _values(file, after, upto)
    if not values["kept"]:
        raise PermissionDenied(_("You do not keep the roll of this unit."))
    with connection.cursor() as cursor:
        units = set()
        for question in (_LOCK_OFFICERS, _UNITS):
            cursor.execute(question, values)
            units |= {unit for (unit,) in cursor.fetchall()}
        kept_units(actor, units)
        _lay_out(cursor, values)
        cursor.execute(_NAME)
        new, first, last = cursor.fetchone()
        cursor.execute(_WRITE_DOWN, values)
        cursor.execute(_COUNT_CHANGED)
        corrected, posted, changed = cursor.fetchone()
        if new:
            facts = {"rows": new, "first": first, "last": last}
            with recording("officer.registered", actor=actor, subject=Officer, cause=cause, **facts) as event:
                cursor.execute(_ENTER)
            with recording(
                "service_number.given", actor=actor, subject=ServiceNumber, cause=event.id, rows=new
            ):
                cursor.execute(_NUMBER, values)
            with recording("posting.begun", actor=actor, subject=Posting, cause=event.id, rows=new):
                cursor.execute(_POST_NEW, values)
        about: dict[str, Any] = {"actor": actor, "subject": Officer, "reason": reason, "cause": cause}
        if corrected:
            with recording("officer.corrected", **about, rows=corrected):
                cursor.execute(_CORRECT)
        if posted:
            with recording("officer.posted", **about, rows=posted) as event:
                cursor.execute(_MOVE)
                cursor.execute(_END_POSTINGS, values)
            with recording("posting.begun", actor=actor, subject=Posting, cause=event.id, rows=posted):
                cursor.execute(_POST, values)
    return int(new + changed)


# What the acts of a file wrote: each row with its first and last version under them.
_WRITTEN = """written AS MATERIALIZED (
  SELECT table_name, row_id, min(version) AS first, max(version) AS last FROM ledger_change
  WHERE event_id = ANY (%(events)s) GROUP BY table_name, row_id
), officer AS (
  SELECT w.first, w.last, o.id, o.version, o.unit_id, b.image AS before
  FROM written w JOIN officers_officer o ON o.id = w.row_id
  LEFT JOIN ledger_change b ON (b.table_name, b.row_id, b.version) = (w.table_name, w.row_id, w.first - 1)
  WHERE w.table_name = 'officers_officer'
), held AS (
  SELECT w.first, w.last, p.version FROM written w JOIN officers_posting p ON p.id = w.row_id
  WHERE w.table_name = 'officers_posting'
  UNION ALL
  SELECT w.first, w.last, n.version FROM written w JOIN officers_servicenumber n ON n.id = w.row_id
  WHERE w.table_name = 'officers_servicenumber'
)"""
# What is undone of each kind of row, those the file made and those it found.
_UNDO: tuple[tuple[str, Any, bool, str], ...] = (
    (
        "officer.retracted",
        Officer,
        True,
        """UPDATE officers_officer t SET version = t.version + 1, status = 'ENTERED_IN_ERROR'
           FROM officer o WHERE o.first = 1 AND t.id = o.id""",
    ),
    (
        "service_number.retracted",
        ServiceNumber,
        True,
        """UPDATE officers_servicenumber t SET version = t.version + 1, held = 'empty'
           FROM written w WHERE w.table_name = 'officers_servicenumber' AND t.id = w.row_id""",
    ),
    (
        "posting.retracted",
        Posting,
        True,
        """UPDATE officers_posting t SET version = t.version + 1, held = 'empty'
           FROM written w WHERE w.table_name = 'officers_posting' AND w.first = 1 AND t.id = w.row_id""",
    ),
    (
        "posting.reopened",
        Posting,
        False,
        """UPDATE officers_posting t SET version = t.version + 1, held = daterange(lower(held), NULL)
           FROM written w WHERE w.table_name = 'officers_posting' AND w.first > 1 AND t.id = w.row_id""",
    ),
    (
        "officer.restored",
        Officer,
        False,
        """UPDATE officers_officer t
           SET version = t.version + 1, name_km = before ->> 'name_km', name_latin = before ->> 'name_latin',
               sex = before ->> 'sex', birth_year = (before ->> 'birth_year')::smallint, rank = before ->> 'rank',
               unit_id = (before ->> 'unit_id')::bigint, sort_key = (before ->> 'sort_key')::bytea,
               search_key = before ->> 'search_key', latin_terms = before ->> 'latin_terms'
           FROM officer o WHERE o.first > 1 AND t.id = o.id""",
    ),
)
_BUILT_ON = """
SELECT count(*), coalesce(bool_or(version <> last), false),
       coalesce(bool_or(first = 1 AND EXISTS (SELECT 1 FROM officers_user u WHERE u.officer_id = officer.id)), false),
       coalesce(bool_or(EXISTS (SELECT 1 FROM officers_drugtest d
                                WHERE d.officer_id = officer.id AND d.entered_at >= %(since)s)), false),
       coalesce(bool_or(first > 1 AND before IS NULL), false),
       (SELECT coalesce(bool_or(version <> last), false) FROM held)
FROM officer
"""


@act
def take_back(actor: Any, events: Sequence[int], *, reason: str, cause: int | None = None) -> int:
    """Undo what `take` did under these events, while nothing was built on it; return how many officers.

    Who was new counts as entered by mistake and his number is free again; who was changed is as the log says
    he was before.

    :raises PermissionDenied: unless the actor keeps the rolls, then and now
    :raises ValidationError: if an officer was changed, tested or given an account since
    """
    then = Event.objects.filter(pk__in=events).aggregate(then=Max("recorded_at"))["then"]
    values = {"events": list(events), "since": then}
    with connection.cursor() as cursor:

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(f"WITH {_WRITTEN} {question}", values)
            return cursor.fetchall()

        ask("SELECT t.id FROM officers_officer t JOIN officer o USING (id) ORDER BY t.id FOR UPDATE OF t")
        ((officers, changed, accounts, tested, erased, held_changed),) = ask(_BUILT_ON)
        for found, refusal in (
            (
                changed or held_changed,
                _("An officer of this file was changed since; it cannot be undone as a whole."),
            ),
            (accounts, _("An officer of this file has an account; it cannot be undone as a whole.")),
            (tested, _("An officer of this file was tested since; it cannot be undone as a whole.")),
            (erased, _("What an officer was before is no longer kept; this cannot be undone.")),
        ):
            if found:
                raise ValidationError(refusal)
        units = {
            unit
            for (unit,) in ask(
                "SELECT unit_id FROM officer UNION SELECT (before ->> 'unit_id')::bigint FROM officer"
            )
            if unit is not None
        }
        if units - kept_units(actor, units).keys():
            raise PermissionDenied(_("You do not keep the roll of this unit."))
        rows = {
            (table, new): number
            for table, new, number in ask("SELECT table_name, first = 1, count(*) FROM written GROUP BY 1, 2")
        }
        for verb, model, new, statement in _UNDO:
            if number := rows.get((model._meta.db_table, new)):
                with recording(verb, actor=actor, subject=model, reason=reason, cause=cause, rows=number):
                    ask(f"{statement} RETURNING NULL")
    return int(officers)
