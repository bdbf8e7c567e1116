"""A million reports, 430,000 of them due: the sweep beside a bare INSERT ... SELECT of the same rows, and the queue."""

import statistics
import time
from collections.abc import Callable

from django.db import connection, connections, transaction

from cases.actions import flags
from cases.models import Complaint
from cases.queries.complaints import queue
from foundation.web.keyset import Keyset
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import users
from officers.models import Unit, User
from officers.models.users import Role

MILLION, DUE = 1_000_000, 430_000
AT_ONCE = 50_000
PAGE = 50

# Spread over the district inspectorates; the first 43 of a hundred are late with everything that runs.
_REPORTS = """
WITH districts AS (
  SELECT array_agg(id ORDER BY id) AS ids, count(*) AS number FROM officers_unit WHERE kind = 'DISTRICT_INSPECTORATE'
)
INSERT INTO cases_complaint (id, version, channel, category, place_code, place_text, happened, how_known, narrative,
  hidden_from, language, received_on, unit_id, level, instruction, priority, status, base_level, late_resolutions,
  came_on, opened_on, handler_id, acknowledged_on, told_on, acted_on, act_by, resolve_by, moves_on, finding,
  closure_reason, summary, answer)
SELECT %(from)s + n, 1, 'web', 'trafficking_place', '', '', '', '', 'Report ' || n, '', 'km', day, ids[1 + n %% number],
  1, '', 0, 'IN_PROGRESS', 1, 0, day, day, %(by)s, day, day, CASE WHEN late THEN NULL ELSE day END,
  CASE WHEN late THEN day + 7 END, %(today)s::date + 30, NULL, '', '', '', ''
FROM generate_series(1, %(rows)s) n, districts,
  LATERAL (SELECT n %% 100 < 43 AS late, %(today)s::date - (8 + n %% 50) AS day) d
"""
_BARE = """
INSERT INTO bare (complaint_id, kind, level, unit_id, due_on, raised_at)
SELECT c.id, 'no_action', c.level, c.unit_id, c.act_by, now()
FROM cases_complaint c WHERE c.status <> 'CLOSED' AND c.act_by < %s
"""


def fill() -> User:
    """Add reports until there are a million, and return somebody who handles those of one province."""
    commissariat = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).order_by("pk")[0]
    by = _handler(commissariat)
    about = {"by": by.pk, "today": clock.today(), "rows": AT_ONCE}
    there = Complaint.objects.filter(narrative__startswith="Report ").count()
    for part in range(there // AT_ONCE, MILLION // AT_ONCE):
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            recording("complaint.received", actor=CLOCK, subject=Complaint, rows=AT_ONCE),
        ):
            cursor.execute(_REPORTS, about | {"from": 10**12 + part * AT_ONCE})
    seal()
    return by


def _handler(unit: Unit) -> User:
    name = "bench.cases"
    if not User.objects.filter(username=name).exists():
        keeper = next(u for u in User.objects.order_by("pk") if u.has_role(Role.SYSTEM_ADMINISTRATOR))
        made = users.create(keeper, username=name, name_km="ក", name_latin=name)
        users.grant(keeper, made.pk, role=Role.CASE_OFFICER, unit_id=unit.pk)
    return User.objects.get(username=name)


def report(*, rounds: int = 3) -> None:
    by = fill()
    today = clock.today()
    bare, swept, again = [], [], []
    for _ in range(rounds):
        bare.append(_bare(today))
        _empty()
        swept.append(_timed(lambda: _expect(flags.sweep(), at_least=DUE)))
        again.append(_timed(lambda: _expect(flags.sweep(), at_least=0)))
    page = [_timed(lambda: Keyset(queue(by), order=("next_due", "id"), limit=PAGE).page()) for _ in range(11)]
    first, second, third, shown = map(statistics.median, (bare, swept, again, page))
    print(f"{MILLION:,} reports, {DUE:,} due")
    print(f"  bare INSERT ... SELECT      {first:8.2f} s")
    print(f"  the sweep                   {second:8.2f} s   {second / first:6.1f} x bare (aim: 2)")
    print(f"  the sweep, nothing new      {third:8.2f} s   (aim: 1 s)")
    print(f"  the queue's first page      {shown * 1000:8.0f} ms  (aim: 200 ms)")


def _expect(number: int, *, at_least: int) -> None:
    if number < at_least:
        raise RuntimeError(f"{number} flags were raised")


def _empty() -> None:
    """As new: rows deleted by millions would leave a table that no sweep ever meets."""
    with connections["migrator"].cursor() as cursor:
        cursor.execute("TRUNCATE cases_flag")


def _bare(today: object) -> float:
    """Seconds for the rows alone, into a table with the same key, asking nothing about what is there."""
    with transaction.atomic(using="migrator"), connections["migrator"].cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE cases_flag INCLUDING ALL)")
        seconds = _timed(lambda: cursor.execute(_BARE, [today]))
        transaction.set_rollback(True, using="migrator")
    return seconds


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
