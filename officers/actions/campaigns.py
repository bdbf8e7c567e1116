"""A campaign: many sheets from one file, opened, filled and sent in a few statements, and taken back.

The bulk twin of `sheets.take`; a test feeds both the same and compares.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, recording
from officers import rules
from officers.actions import sheets
from officers.actions.drug_tests import named
from officers.actions.problems import in_sql
from officers.models import DrugTest, Import, Officer, Sheet, Unit

#: Lines of one sheet. It is the limit of a file that is one sheet, too.
LONGEST_SHEET = 5000

# A part of a file's staged rows that nothing is wrong with by themselves, each beside its sheet's header, the roll, the
# tests there are and the rows before it, judged as `drug_tests.enter_all` judges a line. A line that stands for that
# day and unit word for word changes nothing. A table of its own, like a roster's part and for the same reason.
_PART = f"""
CREATE TEMPORARY TABLE part ON COMMIT DROP AS
WITH said AS (
  SELECT r.id AS row_id, r.line, r.sheet_number, r.place, (p.header ->> 'unit')::bigint AS unit_id,
         (p.header ->> 'tested_on')::date AS tested_on, u.officer_id AS administrator, s.*
  FROM officers_importrow r
  CROSS JOIN LATERAL (
    SELECT header FROM officers_plannedsheet WHERE file_id = %(file)s AND number = r.sheet_number
    OFFSET 0  -- looked up row by row: joined without statistics, each row was compared with all sheets of the file
  ) p
  LEFT JOIN officers_user u ON u.id = (p.header ->> 'administrator')::bigint
  CROSS JOIN LATERAL jsonb_to_record(r.said) AS s(
    number text, stable bigint, name text, specimen_number text, non_negative_for varchar[], invalid_for varchar[],
    not_taken text, excuse text, remark text, status text)
  WHERE r.file_id = %(file)s AND r.sheet_number > %(after)s AND r.sheet_number <= %(upto)s AND r.problems = '[]'
), beside AS (
  SELECT s.*, o.id AS officer_id, o.status AS officer_status, o.service_number, o.unit_id AS officer_unit,
         s.name NOT IN ('', o.name_km, o.name_latin) AS named_otherwise, d.same, d.other, x.id AS specimen_of
  FROM said s
  LEFT JOIN officers_officer n
    ON s.stable IS NULL AND n.service_number = s.number AND n.status <> 'ENTERED_IN_ERROR'
  LEFT JOIN officers_officer o ON o.id = coalesce(s.stable, n.id) AND o.status <> 'ENTERED_IN_ERROR'
  LEFT JOIN LATERAL (
    SELECT min(t.id) FILTER (WHERE t.same) AS same,
           min(t.reference) FILTER (WHERE NOT t.same AND t.status <> 'REPEAT_NEEDED') AS other
    FROM (
      SELECT d.id, d.status,
             'S-' || to_char(h.tested_on, 'YYYY') || '-' || lpad(h.id::text, 6, '0') || '-'
               || lpad((98 - h.id * 100 %% 97)::text, 2, '0') AS reference,
             (d.specimen_number, d.not_taken, d.excuse, d.remark)
               = (s.specimen_number, s.not_taken, s.excuse, s.remark)
             AND d.non_negative_for @> s.non_negative_for AND d.non_negative_for <@ s.non_negative_for
             AND d.invalid_for @> s.invalid_for AND d.invalid_for <@ s.invalid_for AS same
      FROM officers_drugtest d JOIN officers_sheet h ON h.id = d.sheet_id
      WHERE d.officer_id = o.id AND d.tested_on = s.tested_on AND h.unit_id = s.unit_id AND d.status <> 'VOID'
    ) t
  ) d ON true
  LEFT JOIN officers_drugtest x
    ON x.specimen_number = s.specimen_number AND x.specimen_number <> '' AND x.status <> 'VOID'
), alone AS (
  SELECT *, array_remove(ARRAY[
      CASE WHEN officer_id IS NULL THEN {in_sql("number", "officer_unknown", value="number")}
           WHEN officer_status NOT IN ('SERVING', 'SUSPENDED')
           THEN {in_sql("number", "officer_not_serving", value="service_number")} END,
      CASE WHEN same IS NULL AND other IS NOT NULL
           THEN {in_sql("number", "tested_already", value="service_number", other="other")} END,
      CASE WHEN officer_id IN (%(own)s, administrator) THEN {in_sql("number", "own_test")} END,
      CASE WHEN specimen_of IS NOT NULL AND specimen_of IS DISTINCT FROM same
           THEN {in_sql("specimen_number", "specimen_used", value="specimen_number")} END
    ], NULL) AS problems
  FROM beside
), together AS (
  SELECT *,
    min(line) FILTER (WHERE problems = '{{}}' AND status <> 'REPEAT_NEEDED') OVER (
      PARTITION BY sheet_number, officer_id ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS officer_in_line,
    min(line) FILTER (WHERE problems = '{{}}' AND specimen_number <> '') OVER (
      PARTITION BY specimen_number ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS specimen_in_line
  FROM alone
), judged AS (
  SELECT *, to_jsonb(problems || array_remove(ARRAY[
      CASE WHEN officer_id IS NOT NULL AND officer_in_line IS NOT NULL
           THEN {in_sql("number", "officer_twice", value="service_number", other="officer_in_line")} END,
      CASE WHEN specimen_in_line IS NOT NULL
           THEN {in_sql("specimen_number", "specimen_twice", value="specimen_number", other="specimen_in_line")} END
    ], NULL)) AS found
  FROM together
)
SELECT row_id, sheet_number, place, tested_on, number, name, named_otherwise, specimen_number, non_negative_for,
  invalid_for, not_taken, excuse, remark, status, officer_id, officer_unit, found AS problems,
  CASE WHEN found <> '[]' THEN '' WHEN same IS NULL THEN 'NEW' ELSE 'SAME' END AS effect,
  CASE WHEN found = '[]' THEN same END AS target_id
FROM judged
"""
_NAMED_OTHERWISE = """
SELECT s.row_id, s.name, o.search_key, o.latin_terms FROM part s JOIN officers_officer o ON o.id = s.officer_id
WHERE s.effect = 'NEW' AND s.named_otherwise
"""
_ANOTHER_NAME = f"""
UPDATE part SET effect = '', problems = jsonb_build_array({in_sql("name", "officer_name_differs", value="number")})
WHERE row_id = ANY (%s)
"""
_WRITE_DOWN = """
UPDATE officers_importrow r SET problems = p.problems, effect = p.effect, target_id = p.target_id
FROM part p
WHERE r.id = p.row_id AND r.file_id = %(file)s AND r.sheet_number > %(after)s AND r.sheet_number <= %(upto)s
  AND (r.problems, r.effect, coalesce(r.target_id, 0)) IS DISTINCT FROM (p.problems, p.effect, coalesce(p.target_id, 0))
"""

_PLANNED = """
WITH of_part AS MATERIALIZED (
  SELECT sheet_number, bool_or(problems = '[]' AND effect = 'NEW') AS new, bool_and(problems = '[]') AS whole
  FROM officers_importrow
  WHERE file_id = %(file)s AND sheet_number > %(after)s AND sheet_number <= %(upto)s
  GROUP BY sheet_number
)
SELECT p.number, p.header::text, r.new, r.whole
FROM of_part r JOIN officers_plannedsheet p ON p.file_id = %(file)s AND p.number = r.sheet_number
ORDER BY p.number
"""
_OPENED = """
UPDATE officers_plannedsheet p SET sheet_id = v.sheet
FROM unnest(%(numbers)s::int[], %(sheets)s::bigint[]) AS v(number, sheet)
WHERE p.file_id = %(file)s AND p.number = v.number
"""

_NAME = """
WITH drawn AS (
  UPDATE part SET target_id = nextval(pg_get_serial_sequence('officers_drugtest', 'id'))
  WHERE effect = 'NEW' RETURNING target_id
)
SELECT count(*), min(target_id), max(target_id) FROM drawn
"""
# A line left out leaves its number free, so that those after it keep the numbers they have on paper. On a sheet
# that is there already a number may be taken; such a line comes after all others.
_ENTER = """
WITH placed AS (
  SELECT s.*, p.sheet_id, t.id IS NOT NULL AS taken
  FROM part s
  JOIN officers_plannedsheet p ON p.file_id = %(file)s AND p.number = s.sheet_number
  LEFT JOIN officers_drugtest t ON t.sheet_id = p.sheet_id AND t.line = s.place
  WHERE s.effect = 'NEW'
), last AS (
  SELECT sheet_id, greatest(
    (SELECT max(r.place) FROM officers_importrow r WHERE r.file_id = %(file)s AND r.sheet_number = placed.sheet_number),
    (SELECT max(t.line) FROM officers_drugtest t WHERE t.sheet_id = placed.sheet_id)) AS line
  FROM placed WHERE taken GROUP BY sheet_id, sheet_number
)
INSERT INTO officers_drugtest (id, version, sheet_id, line, officer_id, unit_id, tested_on, specimen_number,
                               screened_for, non_negative_for, invalid_for, not_taken, excuse, remark, status,
                               entered_by_id, entered_at, corrected_after_dispatch)
SELECT s.target_id, 1, s.sheet_id,
       CASE WHEN s.taken THEN last.line + row_number() OVER (PARTITION BY s.sheet_id, s.taken ORDER BY s.place)
            ELSE s.place END,
       s.officer_id, s.officer_unit, s.tested_on, s.specimen_number,
       CASE WHEN s.not_taken = '' THEN %(drugs)s::varchar[] ELSE '{}' END, s.non_negative_for, s.invalid_for,
       s.not_taken, s.excuse, s.remark, s.status, %(actor)s, %(now)s, false
FROM placed s LEFT JOIN last ON last.sheet_id = s.sheet_id
ORDER BY s.target_id
"""


def judge(file: Import, after: int = 0, upto: int = 2**31 - 1) -> None:
    """Write beside each good staged row whether it is new, or why it cannot be taken. Sheets in (after, upto]."""
    values = _values(file, after, upto)
    with transaction.atomic(), connection.cursor() as cursor:
        _lay_out(cursor, values)
        cursor.execute(_WRITE_DOWN, values)


def _lay_out(cursor: Any, values: dict[str, Any]) -> None:
    """Make the table `part`, which lasts until the transaction ends or the next part comes."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.part")
    cursor.execute(_PART, values)
    cursor.execute(_NAMED_OTHERWISE)
    others = [
        row
        for row, name, search_key, latin_terms in cursor.fetchall()
        if not named(Officer(search_key=search_key, latin_terms=latin_terms), name)
    ]
    if others:
        cursor.execute(_ANOTHER_NAME, [others])
    cursor.execute("ANALYZE pg_temp.part")


def _values(file: Import, after: int, upto: int) -> dict[str, Any]:
    return {"file": file.pk, "after": after, "upto": upto, "own": file.uploaded_by.officer_id or 0}


@act
def take(actor: Any, file: Import, *, after: int, upto: int, cause: int | None = None) -> int:
    """Open the sheets of a part, write their good rows and send those that miss none; return how many rows.

    They are judged again first, so a row that has become impossible is left out and says why. A sheet that was
    left open by an earlier file gets the rows it missed.

    :raises PermissionDenied: if the actor administers tests for one of the units no more
    """
    values = _values(file, after, upto) | {
        "actor": actor.pk,
        "now": clock.now(),
        "drugs": file.header["drugs"],
    }
    with connection.cursor() as cursor:
        _lay_out(cursor, values)
        cursor.execute(_NAME)
        rows, first, last = cursor.fetchone()
        cursor.execute(_WRITE_DOWN, values)
        cursor.execute(_PLANNED, values)
        planned = [
            (number, json.loads(header), whole) for number, header, new, whole in cursor.fetchall() if new
        ]
        if not planned:
            return 0
        units = _administered(actor, {header["unit"] for _number, header, _whole in planned})
        written = sheets.open_all(
            actor, [(units[header["unit"]], header) for _number, header, _whole in planned], cause=cause
        )
        opened = {
            "numbers": [number for number, _header, _whole in planned],
            "sheets": [s.pk for s in written],
        }
        cursor.execute(_OPENED, values | opened)
        with recording(
            "drug_test.entered",
            actor=actor,
            subject=DrugTest,
            cause=cause,
            rows=rows,
            first=first,
            last=last,
            sheets=len(written),
        ) as event:
            cursor.execute(_ENTER, values)
    whole_ones = [sheet for sheet, (_number, _header, whole) in zip(written, planned, strict=True) if whole]
    sheets.send_all(actor, whole_ones, cause=event.id)
    return int(rows)


def _administered(actor: Any, ids: set[int]) -> dict[int, Unit]:
    units = Unit.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {unit.pk: unit for unit in units if rules.opens_sheets(actor, unit)}
    if ids - found.keys():
        raise PermissionDenied(_("You do not administer tests for this unit."))
    return found


_WRITTEN = """written AS MATERIALIZED (
  SELECT table_name, row_id FROM ledger_change
  WHERE event_id = ANY (%(events)s) AND kind = 'I' AND table_name IN ('officers_drugtest', 'officers_sheet')
), test AS (
  SELECT t.* FROM officers_drugtest t JOIN written ON row_id = t.id AND table_name = 'officers_drugtest'
), opened AS (
  SELECT s.* FROM officers_sheet s JOIN written ON row_id = s.id AND table_name = 'officers_sheet'
)"""
_BUILT_ON = """
SELECT count(*), coalesce(bool_or(officer_id = %(own)s), false), coalesce(bool_or(version <> 1), false),
  EXISTS (SELECT 1 FROM officers_drugtest t JOIN opened ON opened.id = t.sheet_id
          WHERE t.status <> 'VOID' AND t.id NOT IN (SELECT id FROM test))
FROM test
"""


@act
def take_back(actor: Any, events: Sequence[int], *, reason: str, cause: int | None = None) -> int:
    """Void what `take` did under these events, lines and the sheets opened for them; return how many lines.

    :raises PermissionDenied: if a line is the actor's own, or he administers one of the units no more
    :raises ValidationError: if something was built on a line, or lines were written on the sheets by hand
    """
    values = {"events": list(events), "own": actor.officer_id or 0, "actor": actor.pk}
    with connection.cursor() as cursor:

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(f"WITH {_WRITTEN} {question}", values)
            return cursor.fetchall()

        ask("SELECT t.id FROM officers_drugtest t JOIN test USING (id) ORDER BY t.id FOR UPDATE OF t")
        ((lines, own, built_on, by_hand),) = ask(_BUILT_ON)
        if own:
            raise PermissionDenied(_("Your own test stands on this sheet. Somebody else must void it."))
        if built_on:
            raise ValidationError(
                _("Something was built on a line of this sheet; it cannot be undone as a whole.")
            )
        if by_hand:
            raise ValidationError(
                _("Lines were written on the sheet by hand; it cannot be undone as a whole.")
            )
        of_tests = ask("SELECT DISTINCT s.unit_id FROM test JOIN officers_sheet s ON s.id = test.sheet_id")
        _administered(actor, {unit for (unit,) in of_tests})
        about: dict[str, Any] = {"actor": actor, "reason": reason, "cause": cause}
        if lines:
            with recording("drug_test.voided", subject=DrugTest, rows=lines, **about):
                ask(
                    "UPDATE officers_drugtest t SET version = t.version + 1, status = 'VOID', voided_by_id = %(actor)s "
                    "FROM test WHERE t.id = test.id RETURNING NULL"
                )
        ((opened,),) = ask("SELECT count(*) FROM opened WHERE status <> 'VOID'")
        if opened:
            with recording("sheet.voided", subject=Sheet, rows=opened, **about):
                ask(
                    "UPDATE officers_sheet t SET version = t.version + 1, status = 'VOID' "
                    "FROM opened WHERE t.id = opened.id AND opened.status <> 'VOID' RETURNING NULL"
                )
    return int(lines)
