"""The time. The database's clock, unless a demonstration or a test has set another (mode `demo` or `test`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

from ledger.models import Mode

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """This moment, as deadlines are reckoned with."""
    return _moment.get() or timezone.now()


def today() -> date:
    return timezone.localdate(now())


def set_moment() -> datetime | None:
    """The moment somebody set, or None while the database's clock rules."""
    return _moment.get()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Act as if it were `moment`. The database obeys in mode `demo` or `test` only.

    :raises RuntimeError: on a live database, rather than writing true times under a false belief
    """
    if mode() == "live":
        raise RuntimeError("the clock of a live database cannot be set")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def mode() -> str:
    """`live`, `demo` or `test`."""
    return Mode.objects.values_list("mode", flat=True).first() or "live"
