"""Looks leave a trace too."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from ledger import clock
from ledger.actors import who
from ledger.canonical import canonical
from ledger.context import request_id


def note_read(
    actor: Any,
    what: str,
    table: str,
    row_id: int | None = None,
    *,
    fields: Sequence[str] = (),
    reason: str = "",
    **detail: Any,
) -> None:
    """Record that `actor` looked: `what` is `opened`, `listed`, `searched` or `exported`.

    Written before the data leaves, so a failed write keeps the data here.
    """
    by = who(actor)
    moment = clock.set_moment()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH s AS MATERIALIZED (SELECT set_config('ledger.now', %s, true))
            INSERT INTO ledger_read (actor_id, actor_name, actor_role, table_name, row_id, fields, what,
                                     reason, detail, request_id)
            SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s::json, %s FROM s
            """,
            [
                moment.isoformat() if moment else "",
                by.id,
                by.name,
                by.role,
                table,
                row_id,
                list(fields),
                what,
                reason,
                canonical(detail),
                request_id.get(),
            ],
        )
