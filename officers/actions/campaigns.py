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
from officers.actions.judging import lay_out
from officers.models import DrugTest, Import, Sheet, Unit

#: Lines of one sheet. It is the limit of a file that is one sheet, too.
LONGEST_SHEET = 5000

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
                               positive_for, cancel_reason, must_recollect, entered_by_id, entered_at,
                               corrected_after_dispatch)
SELECT s.target_id, 1, s.sheet_id,
       CASE WHEN s.taken THEN last.line + row_number() OVER (PARTITION BY s.sheet_id, s.taken ORDER BY s.place)
            ELSE s.place END,
       s.officer_id, s.officer_unit, s.tested_on, s.specimen_number,
       CASE WHEN s.not_taken = '' THEN %(drugs)s::varchar[] ELSE '{}' END, s.non_negative_for, s.invalid_for,
       s.not_taken, s.excuse, s.remark, s.status, '{}', '', false, %(actor)s, %(now)s, false
FROM placed s LEFT JOIN last ON last.sheet_id = s.sheet_id
ORDER BY s.target_id
"""


def judge(file: Import, after: int = 0, upto: int = 2**31 - 1) -> None:
    """Write beside each good staged row whether it is new, or why it cannot be taken. Sheets in (after, upto]."""
    values = _values(file, after, upto)
    with transaction.atomic(), connection.cursor() as cursor:
        lay_out(cursor, values)
        cursor.execute(_WRITE_DOWN, values)


def _values(file: Import, after: int, upto: int) -> dict[str, Any]:
    own = file.uploaded_by.officer_id or 0
    return {"file": file.pk, "after": after, "upto": upto, "own": own, "today": clock.today()}


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
        lay_out(cursor, values)
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
SELECT count(*), coalesce(bool_or(officer_id = %(own)s), false),
  coalesce(bool_or(version <> 1 OR EXISTS (SELECT 1 FROM officers_claim c WHERE c.test_id = test.id)), false),
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
