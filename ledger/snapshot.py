"""Reading as the auditors' role: one snapshot, over a connection on which PostgreSQL refuses every write."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from ledger import guard

ALIAS = "auditor"

_reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """What is read inside is read as `auditor`, in one read-only snapshot; what is written goes as `app` as ever.

    Only committed rows are there. Tables that auditors may not read (sessions, credentials) are read as `app`.
    """
    if _reading.get():
        yield
        return
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        token = _reading.set(True)
        try:
            yield
        finally:
            _reading.reset(token)


def streamed[Row: models.Model](rows: models.QuerySet[Row], *, at_once: int = 1000) -> Generator[Row]:
    """The rows one by one out of one snapshot as `auditor`, for an answer that is sent while it is read.

    The snapshot is held until the last row or until the answer is closed. What is made of a row meanwhile must need no
    further query: between two rows the reader of the answer has the floor.
    """
    with transaction.atomic(using=ALIAS):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from rows.using(ALIAS).iterator(chunk_size=at_once)


class Router:
    """Sends the reads of whoever is `reading()` to the auditors' connection, and no write ever."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if _reading.get() and model._meta.db_table in _readable() else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        instance = hints.get("instance")
        return "default" if instance is not None and instance._state.db == ALIAS else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Over no other role: it could not even read the list of migrations."""
        return db in ("default", "migrator")

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True


@cache
def _readable() -> frozenset[str]:
    tables = (model._meta.db_table for model in apps.get_models())
    return frozenset(table for table in tables if ALIAS in guard.expected_grants(table))
