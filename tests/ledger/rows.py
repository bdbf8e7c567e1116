"""Rows for tests of the ledger: settings, since they hang on nothing else. And events as psql writes them."""

from datetime import date
from typing import Any

import psycopg

from ledger.acting import act, record, recording
from ledger.actors import CLOCK
from officers.models import SettingVersion

TABLE = SettingVersion._meta.db_table
EVENT = """
    WITH e AS (
      INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id)
      VALUES ('psql', 'psql', 'setting.put', '', '', '{}', '') RETURNING id
    )
    SELECT id, set_config('ledger.event', id::text, true) FROM e
"""
INSERT = """
    INSERT INTO officers_settingversion (version, kind, number, effective_from, content, reason, withdrawn)
    VALUES (1, 'deadlines', %s, '2026-01-01', '{}', 'psql', false) RETURNING id
"""


def setting(number: int, **said: Any) -> SettingVersion:
    """An unsaved row."""
    return SettingVersion(
        **{
            "kind": "deadlines",
            "number": number,
            "effective_from": date(2026, 1, 1),
            "content": {"deadlines": []},
            "reason": "To begin with.",
            **said,
        }
    )


@act
def put(actor: Any, number: int, **said: Any) -> SettingVersion:
    """Save a new row with its event."""
    return record(setting(number, **said), "setting.put", actor=actor, number=number)


@act
def change(actor: Any, pk: int, reason: str, version: int | None = None) -> SettingVersion:
    """Change a row with its event."""
    row = SettingVersion.objects.filter().lock(pk, version=version)
    row.reason = reason
    return record(row, "setting.changed", actor=actor)


@act
def remove(actor: Any, pk: int) -> None:
    """Delete a row with its event."""
    with recording("setting.removed", actor=actor, subject=SettingVersion.objects.get(pk=pk)):
        SettingVersion.objects.filter(pk=pk).delete()


def some(number: int = 3) -> list[SettingVersion]:
    """A little history: rows put, the first of them changed."""
    rows = [put(CLOCK, index) for index in range(1, number + 1)]
    rows[0] = change(CLOCK, rows[0].pk, "Changed.")
    return rows


def put_by_hand(connection: "psycopg.Connection[Any]", number: int) -> int:
    """As somebody at psql would: an event and a row, in the transaction at hand. Returns the event's id."""
    event = connection.execute(EVENT).fetchone()[0]
    connection.execute(INSERT, [number])
    return event
