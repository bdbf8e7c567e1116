"""How a write happens: `@act` around every action, `record` at its end.

Only `*.actions` may import this module; an import contract sees to it.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from psycopg.pq import TransactionStatus

from ledger import clock
from ledger.actors import who
from ledger.answering import answered_once
from ledger.canonical import LARGEST_INTEGER, canonical
from ledger.conflict import Conflict
from ledger.context import request_id
from ledger.models import Audited
from ledger.sentences import refusal_of

REFUSALS = (PermissionDenied, ValidationError, Http404, Conflict)

_acting: ContextVar[bool] = ContextVar("acting", default=False)
_bound: ContextVar[str] = ContextVar("bound", default="")


def act[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a function an action: one transaction, kept answer, recorded refusal.

    An action called inside another joins its transaction, and leaves nothing in it if it is refused and the
    outer one lives with that. The first argument is the actor. What the database refuses by a constraint comes
    out as the `ValidationError` or `Conflict` it means.
    """
    if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
        raise TypeError(f"{function.__name__} would run after its transaction")
    name = f"{function.__module__.replace('.actions.', '.')}.{function.__name__}"

    @wraps(function)
    def outermost(*args: P.args, **kwargs: P.kwargs) -> R:
        if _acting.get():
            with _said(), transaction.atomic():
                return function(*args, **kwargs)
        token = _acting.set(True)
        is_inside = connection.in_atomic_block
        try:
            with _said(), transaction.atomic():
                done = cast(R, answered_once(lambda: function(*args, **kwargs)))
                # What a commit would ask is asked at the end of the act, though somebody's transaction goes on.
                if is_inside:
                    _ask_constraints()
                return done
        except REFUSALS as refusal:
            _record_refusal(name, refusal, args)
            raise
        finally:
            _acting.reset(token)

    return outermost


def _ask_constraints() -> None:
    """As Django's `check_constraints`, in one statement: every act of a test that commits nothing asks."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _said() -> Iterator[None]:
    """Say what the database refused as the refusal it means."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def _record_refusal(name: str, refusal: Exception, args: Sequence[Any]) -> None:
    """Leave a trace of an attempt, in a transaction of its own. Never the message: it may quote what was typed."""
    facts: dict[str, Any] = {"act": name, "refusal": type(refusal).__name__}
    # An id out of the range of JSON's whole numbers names no row, and could not be written down.
    facts["ids"] = [arg for arg in args[1:] if type(arg) is int and abs(arg) <= LARGEST_INTEGER]
    if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
        facts["fields"] = sorted(refusal.error_dict)
    token = _bound.set("")
    try:
        with transaction.atomic(), recording("act.refused", actor=args[0] if args else None, **facts):
            pass
    finally:
        _bound.reset(token)


@dataclass(frozen=True)
class Recorded:
    """An event just written: its id, its subject's id (drawn, if the row is new) and the database's time."""

    id: int
    subject_id: int | None
    recorded_at: datetime


@contextmanager
def recording(
    verb: str,
    *,
    actor: Any,
    subject: models.Model | type[models.Model] | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    cause: int | None = None,
    **facts: Any,
) -> Iterator[Recorded]:
    """Write an event; what is written inside the block belongs to it, what is written after is refused.

    The bulk form: put set-based statements inside. `subject` may be a row (an unsaved one gets its id drawn
    first), a model where the act is about many rows of it, or nothing.

    The event and the transaction-local setting that binds writes to it go out as one statement.
    """
    table = subject._meta.db_table if subject is not None else ""
    subject_id = subject.pk if isinstance(subject, models.Model) else None
    draw = table if isinstance(subject, models.Model) and subject_id is None else None
    by = who(actor)
    moment = clock.set_moment()
    before = _bound.get()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH s AS MATERIALIZED (
              SELECT set_config('ledger.now', %s, true),
                     coalesce(%s::bigint, nextval(pg_get_serial_sequence(%s, 'id'))) AS id
            ), e AS (
              INSERT INTO ledger_event (actor_id, actor_name, actor_role, verb, subject_table, subject_id,
                                        cause_id, reason, facts, occurred_at, request_id)
              SELECT %s, %s, %s, %s, %s, s.id, %s, %s, %s::json, %s, %s FROM s
              RETURNING id, subject_id, recorded_at
            )
            SELECT id, subject_id, recorded_at, set_config('ledger.event', id::text, true) FROM e
            """,
            [
                moment.isoformat() if moment else "",
                subject_id,
                draw,
                by.id,
                by.name,
                by.role,
                verb,
                table,
                cause,
                reason,
                canonical(facts),
                occurred_at,
                request_id.get(),
            ],
        )
        event_id, subject_id, recorded_at, setting = cursor.fetchone()
    token = _bound.set(setting)
    try:
        yield Recorded(event_id, subject_id, recorded_at)
    finally:
        _bound.reset(token)
        # After a failed statement nothing can be said to the database, and its rollback unbinds by itself.
        if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('ledger.event', %s, true)", [before])


def record[M: Audited](
    row: M,
    verb: str,
    *,
    actor: Any,
    reason: str = "",
    occurred_at: datetime | None = None,
    cause: int | None = None,
    also: Iterable[Audited] = (),
    **facts: Any,
) -> M:
    """Save a row (and those changed with it) with the event that explains it, and return the row.

    `verb` is `noun.past_participle`. `occurred_at` is the claimed time of the act where it differs from now;
    `cause` the id of the event this one follows from. The new event is left on `row.last_event`.
    """
    with recording(
        verb, actor=actor, subject=row, reason=reason, occurred_at=occurred_at, cause=cause, **facts
    ) as event:
        if row._state.adding:
            row.pk = event.subject_id
        row.save()
        for other in also:
            other.save()
    row.last_event = event
    return row


def record_all[M: Audited](
    rows: Sequence[M],
    verb: str,
    *,
    actor: Any,
    subject: models.Model | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    cause: int | None = None,
    **facts: Any,
) -> Recorded | None:
    """Insert many new rows of one model under one event. Nothing is recorded for nothing.

    The event's facts get `rows`, their number, and `first` and `last`, their ids, which are drawn before.
    """
    if not rows:
        return None
    model = type(rows[0])
    unnamed = [row for row in rows if row.pk is None]
    for row, pk in zip(unnamed, draw_ids(model, len(unnamed)), strict=True):
        row.pk = pk
    with recording(
        verb,
        actor=actor,
        subject=subject if subject is not None else model,
        reason=reason,
        occurred_at=occurred_at,
        cause=cause,
        rows=len(rows),
        first=rows[0].pk,
        last=rows[-1].pk,
        **facts,
    ) as event:
        model._base_manager.bulk_create(rows, batch_size=1000)
    return event


def save_all[M: Audited](rows: Sequence[M], fields: Sequence[str]) -> None:
    """Write these fields of many rows in one statement, under the event recorded around it.

    :raises Conflict: if any of them has moved on since it was read
    """
    if not rows:
        return
    model = type(rows[0])
    columns: list[Any] = [model._meta.get_field(name) for name in ("id", "version", *fields)]
    quote = connection.ops.quote_name
    names = [quote(column.column) for column in columns]
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows]
        for column in columns
    ]
    settings = ", ".join(f"{name} = v.{name}" for name in names[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} t SET {settings}, version = t.version + 1 "  # noqa: S608
            f"FROM unnest({arrays}) AS v({', '.join(names)}) WHERE t.id = v.id AND t.version = v.version",
            values,
        )
        if cursor.rowcount != len(rows):
            raise Conflict(_("Somebody changed this record while you looked at it."))
    for row in rows:
        row.version += 1


def draw_ids(model: type[Audited], number: int) -> list[int]:
    """Ids for rows about to be written, so that a subject is never nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [row[0] for row in cursor.fetchall()]


@act
def erase(actor: Any, change_ids: Sequence[int], *, reason: str) -> int:
    """Empty row images and their salts, leaving the salted hashes, and return how many were emptied.

    The proof stays whole: seals are made over hashes. Who may ask for it is for the calling action to decide.

    :raises ValidationError: without a reason
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why these images are erased.")})
    with recording("image.erased", actor=actor, subject=None, reason=reason, changes=sorted(change_ids)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_erase(%s)", [list(change_ids)])
            return cursor.fetchone()[0]
