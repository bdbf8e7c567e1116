"""Rows of a file that no act has taken yet, and what they say."""

import json
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Q

from officers.models import Import, ImportProgress, ImportRow, PlannedSheet
from officers.reckoning.lines import Line, Problem

#: Rows that are staged, judged and taken together. Small enough that nobody waits for the locks of a part.
CHUNK = 5000

_COPY = """
COPY officers_importrow (file_id, line, sheet_number, place, cells, said, problems, changes, effect) FROM STDIN
"""


#: Made once: `json.dumps` makes a new one for every text with options of its own.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def begin(import_id: int) -> None:
    """Forget what was staged of a file: it is read from its first row."""
    ImportRow.objects.filter(file_id=import_id).delete()
    PlannedSheet.objects.filter(file_id=import_id).delete()
    progressed(import_id, read=0, judged=0)


class Staged(NamedTuple):
    """A row that was read, as `ImportRow` keeps it."""

    line: int
    sheet_number: int
    place: int
    cells: dict[str, str]
    said: dict[str, Any] | None
    problems: list[dict[str, Any]]


def stage(import_id: int, rows: Iterable[Staged]) -> None:
    """Put rows that were read where they can be seen; no act has taken them yet.

    Those that nothing is wrong with by themselves count as new until they are judged.
    """
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(
                (
                    import_id,
                    row.line,
                    row.sheet_number,
                    row.place,
                    _encode(row.cells),
                    None if row.said is None else _encode(row.said),
                    _encode(row.problems) if row.problems else "[]",
                    "{}",
                    "" if row.problems else ImportRow.Effect.NEW.value,
                )
            )


def plan(import_id: int, sheets: Iterable[tuple[int, dict[str, Any], int]]) -> None:
    """Put down the sheets a campaign's rows make: number, header, how many rows."""
    PlannedSheet.objects.bulk_create(
        [
            PlannedSheet(file_id=import_id, number=number, header=header, rows=rows)
            for number, header, rows in sheets
        ],
        batch_size=CHUNK,
    )


def progressed(import_id: int, **numbers: int) -> None:
    """Say how far a worker has come: rows read, rows judged."""
    ImportProgress.objects.update_or_create(file_id=import_id, defaults=numbers)


def judge(rows: Sequence[ImportRow]) -> None:
    """Write down what was found about staged rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE officers_importrow r
            SET problems = v.problems::jsonb, changes = v.changes::jsonb, effect = v.effect, target_id = v.target
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
              AS v(id, problems, changes, effect, target)
            WHERE r.id = v.id
            """,
            [
                [row.pk for row in rows],
                [_encode(row.problems) for row in rows],
                [_encode(row.changes) for row in rows],
                [row.effect for row in rows],
                [row.target_id for row in rows],
            ],
        )


def stated(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as a staged row keeps them."""
    return [{"field": p.field, "code": p.code, "params": p.params} for p in problems]


def line_of(row: ImportRow) -> Line:
    """The line of a sheet that a staged row says."""
    said = {name: value for name, value in (row.said or {}).items() if name != "tested_on"}
    return Line(**said, place=row.place)


def good_chunks(row: Import) -> Iterable[list[ImportRow]]:
    """The rows of a file that can be taken, in their order, so many at a time."""
    good = row.staged.good().order_by("line")
    yield from (list(chunk) for chunk in batched(good.iterator(CHUNK), CHUNK, strict=False))


def count(row: Import) -> None:
    """In memory, how many rows a file has, how many are bad, and how many would change nothing."""
    good = Q(problems=[])
    counted = row.staged.aggregate(
        rows=Count("pk"),
        bad=Count("pk", filter=~good),
        same=Count("pk", filter=good & Q(effect=ImportRow.Effect.SAME)),
    )
    row.rows, row.bad_rows, row.unchanged_rows = counted["rows"], counted["bad"], counted["same"]
