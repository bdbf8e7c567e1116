"""Rows of a file that no act has taken yet, and what they say."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import batched
from typing import Any

from django.db import connection

from officers.actions.officers import NewOfficer
from officers.models import Import, ImportRow
from officers.reckoning.lines import Line, Problem

#: Rows that are read, judged and taken with one statement each.
CHUNK = 2000


def begin(import_id: int) -> None:
    """Forget what was staged of a file: it is read from its first row."""
    ImportRow.objects.filter(file_id=import_id).delete()


def stage(rows: Sequence[ImportRow]) -> None:
    """Put rows that were read where they can be seen; no act has taken them yet."""
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)


def judge(rows: Sequence[ImportRow]) -> None:
    """Write down what was found about staged rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE officers_importrow r
            SET judged = true, problems = v.problems::jsonb, changes = v.changes::jsonb, effect = v.effect,
                target_id = v.target
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
                 AS v(id, problems, changes, effect, target)
            WHERE r.id = v.id
            """,
            [
                [row.pk for row in rows],
                [json.dumps(row.problems) for row in rows],
                [json.dumps(row.changes) for row in rows],
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


def officer_of(row: ImportRow) -> NewOfficer:
    """The officer that a staged row says."""
    said = dict(row.said or {})
    since = said.pop("since", "")
    return NewOfficer(**said, since=date.fromisoformat(since) if since else None)


def good_chunks(row: Import) -> Iterable[list[ImportRow]]:
    """The rows of a file that can be taken, in their order, so many at a time."""
    good = row.staged.good().order_by("line")
    yield from (list(chunk) for chunk in batched(good.iterator(CHUNK), CHUNK, strict=False))


def count(row: Import) -> None:
    """In memory, how many rows a file has, how many are bad, and how many would change nothing."""
    row.rows = row.staged.count()
    row.bad_rows = row.staged.bad().count()
    row.unchanged_rows = row.staged.good().filter(effect=ImportRow.Effect.SAME).count()
