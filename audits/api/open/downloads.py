"""Everything in one pull: CSV and lines of JSON, by COPY.

Written into a file without a name first and sent from there. So a connection is not held for as long as somebody
reads, memory stays flat, and what breaks off half way is noticed before the first byte has gone out.
"""

import tempfile
from typing import IO, Any

import psycopg

from audits.api.open import asking, statements
from audits.api.open.answers import (
    CSV,
    LINES,
    Answer,
    Environ,
    State,
    Writer,
    download,
    encoding_of,
    is_conditional,
    not_modified,
)
from audits.api.open.asking import Asked, query_of
from audits.api.open.connections import ask_over, over_a_connection

_AT_ONCE = 256 * 1024


def collection(environ: Environ, name: str, kind: str) -> Answer:
    asked = asking.rows(name, f"{name}.{kind}", query_of(environ), paged=False)
    return _all(
        environ,
        asked,
        statements.last_of(name),
        statements.all_rows(name, asked, kind),
        CSV if kind == "csv" else LINES,
    )


def changes(environ: Environ) -> Answer:
    asked = asking.changes("changes.ndjson", query_of(environ), paged=False)
    return _all(environ, asked, statements.LAST_OF_ALL, statements.all_changes(asked), LINES)


def _all(
    environ: Environ,
    asked: Asked,
    last: str,
    rows: tuple[str, tuple[Any, ...]],
    content_type: str,
) -> Answer:
    encoding = encoding_of(environ)

    def work(connection: psycopg.Connection[Any]) -> Answer:
        with connection.transaction():
            state = State(*ask_over(connection, last))
            if is_conditional(environ) and (known := not_modified(environ, state, asked.address, encoding)):
                return known
            is_head = environ["REQUEST_METHOD"] == "HEAD"
            file = None if is_head else _written(connection, rows, encoding)
            return download(state, asked.address, encoding, asked.path, file, content_type)

    return over_a_connection(work)


def _written(
    connection: psycopg.Connection[Any], rows: tuple[str, tuple[Any, ...]], encoding: str
) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        writer, block = Writer(file, encoding), bytearray()
        with connection.cursor().copy(*rows) as copy:
            for line in copy:
                block += line
                if len(block) >= _AT_ONCE:
                    writer.write(bytes(block))
                    block.clear()
        writer.write(bytes(block))
        writer.end()
    except BaseException:
        file.close()
        raise
    return file
