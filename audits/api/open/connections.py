"""Connections of the role `open_data`, a few to each process, kept from one request to the next.

Not Django's own, and what is asked most often goes to libpq directly: each page and each 304 is one statement that was
prepared before. Measured, that is a third less work in this process than through a cursor of psycopg's, which itself
is less than one of Django's, where nothing is prepared and values are bound on this side.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import InterfaceError, OperationalError, connections
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

from audits.queries.disclosure import ALIAS

#: How many wait for the next request; as many are open as requests are under way.
MOST_IDLE = 8
#: How many statements a connection keeps: each combination of filters is one, and nobody is to fill its memory.
MOST_PREPARED = 200
#: Nothing here takes as long; without compiling a plan first, which takes longer than the statement.
_OPTIONS = "-c statement_timeout=10s -c jit=off -c timezone=UTC -c datestyle=ISO"

type Connection = psycopg.Connection[Any]

_idle: deque[Connection] = deque()
_prepared: WeakKeyDictionary[Connection, dict[str, bytes]] = WeakKeyDictionary()
# What a parent opened is not a child's: two would speak over one line.
os.register_at_fork(after_in_child=_idle.clear)


def ask(statement: str, values: Sequence[Any] = ()) -> tuple[bytes | None, ...]:
    """The one row that a statement gives, as PostgreSQL writes it. Values are bound by the server, `$1` and so on."""
    return over_a_connection(lambda connection: ask_over(connection, statement, values))


def over_a_connection[Result](work: Callable[[Connection], Result]) -> Result:
    """What comes of `work`, which only reads. A connection that was lost meanwhile is not noticed: it is done again.

    :raises psycopg.OperationalError: if PostgreSQL does not answer over a new connection either
    """
    while True:
        try:
            connection, is_new = _idle.pop(), False
        except IndexError:
            connection, is_new = _open(), True
        try:
            result = work(connection)
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.NotSupportedError):
            # The last is said of a statement that was prepared before a migration changed its table.
            connection.close()
            if is_new:
                raise
        except BaseException:
            connection.close()
            raise
        else:
            _keep(connection)
            return result


def through_django[Result](work: Callable[[], Result]) -> Result:
    """What comes of `work`, which reads the same by querysets; over again if the connection was lost.

    No request of Django's ends here, with which its connections would be looked after.

    :raises psycopg.OperationalError: if PostgreSQL does not answer over a new connection either
    """
    try:
        return work()
    except (OperationalError, InterfaceError):
        connections[ALIAS].close()
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        connections[ALIAS].close()
        raise psycopg.OperationalError from error


def ask_over(connection: Connection, statement: str, values: Sequence[Any] = ()) -> tuple[bytes | None, ...]:
    """As `ask`, over this connection, in its transaction if it is in one."""
    line = connection.pgconn
    known = _prepared[connection]
    name = known.get(statement)
    if name is None:
        if len(known) >= MOST_PREPARED:
            _checked(connection, line.exec_(b"DEALLOCATE ALL"))
            known.clear()
        name = b"open_%d" % len(known)
        _checked(connection, line.prepare(name, statement.encode()))
        known[statement] = name
    result = _checked(connection, line.exec_prepared(name, [_written(value) for value in values]))
    return tuple(result.get_value(0, column) for column in range(result.nfields))


def _written(value: Any) -> bytes:
    """A value as PostgreSQL reads it."""
    if isinstance(value, list):
        inside = ",".join('"{}"'.format(str(one).replace("\\", r"\\").replace('"', r"\"")) for one in value)
        return f"{{{inside}}}".encode()
    return str(value).encode()


def _checked(connection: Connection, result: Any) -> Any:
    """:raises psycopg.Error: if it is one, `OperationalError` where the connection is lost"""
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if connection.pgconn.status != ConnStatus.OK or not result.error_field(DiagnosticField.SQLSTATE):
        raise psycopg.OperationalError("the connection is lost")
    raise psycopg.errors.error_from_result(result)


def _open() -> Connection:
    settings = connections[ALIAS].settings_dict
    told = settings["OPTIONS"]
    connection = psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"],
        client_encoding="utf8",
        connect_timeout=5,
        autocommit=True,
        **{**told, "options": f"{told.get('options', '')} {_OPTIONS}".strip()},
    )
    # Of several statements in one transaction: each sees the same.
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.prepare_threshold = None
    _prepared[connection] = {}
    return connection


def _keep(connection: Connection) -> None:
    if len(_idle) < MOST_IDLE:
        _idle.append(connection)
    else:
        connection.close()
