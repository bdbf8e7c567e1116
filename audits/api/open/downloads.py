"""Everything in one pull: CSV and lines of JSON, by COPY.

Written into a file without a name first and sent from there. So a connection is not held for as long as somebody
reads, memory stays flat, and what breaks off half way is noticed before the first byte has gone out.
"""

import tempfile
import threading
import zlib
from collections.abc import Iterator
from typing import IO, Any

import psycopg
from django.utils.translation import gettext_lazy as _

from audits.api.open import asking, statements
from audits.api.open.answers import (
    CSV,
    LEVEL,
    LINES,
    Answer,
    Environ,
    State,
    encoding_of,
    is_conditional,
    not_modified,
    validators,
)
from audits.api.open.asking import Asked, query_of
from audits.api.open.connections import ask_over, over_a_connection
from audits.api.open.refusals import Refused

_AT_ONCE = 256 * 1024
#: Up to so many bytes an answer is kept in memory until it is sent.
_WHOLE = 2 * 1024 * 1024
_BLOCK = 128 * 1024
_places = threading.BoundedSemaphore(2)


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
            return _download(state, asked.address, encoding, asked.path, file, content_type)

    return over_a_connection(work)


def _written(
    connection: psycopg.Connection[Any], rows: tuple[str, tuple[Any, ...]], encoding: str
) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        writer, block = _Writer(file, encoding), bytearray()
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


def _download(
    state: State, address: str, encoding: str, name: str, file: IO[bytes] | None, content_type: str
) -> Answer:
    """A file that was written before; None for the headers alone.

    A small one goes to the server in one piece. A large one is read while it is sent, for as long as its reader takes,
    and no more than so many keep a thread of this process busy that way.

    :raises Refused: if as many are being read already
    """
    headers = validators(state, state.tag(address, encoding))
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if encoding:
        headers["Content-Encoding"] = encoding
    headers["Content-Type"] = content_type
    if file is None:
        return Answer(200, headers)
    size = file.tell()
    headers["Content-Length"] = str(size)
    file.seek(0)
    if size <= _WHOLE:
        with file:
            return Answer(200, headers, file.read())
    if not _places.acquire(blocking=False):
        file.close()
        raise Refused(
            429,
            "busy",
            _("Two large downloads are under way. Ask again in a moment, or with Accept-Encoding: gzip."),
            headers={"Retry-After": "5"},
        )
    return Answer(200, headers, blocks=_Blocks(file))


class _Blocks:
    """A file in blocks; closed with the answer."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        try:
            while block := self._file.read(_BLOCK):
                yield block
        finally:
            self.close()

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            _places.release()


class _Writer:
    """Writes rows into a file, compressed if asked, a block at a time."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._gzip = zlib.compressobj(LEVEL, wbits=31) if encoding else None

    def write(self, block: bytes) -> None:
        self._file.write(self._gzip.compress(block) if self._gzip else block)

    def end(self) -> None:
        if self._gzip:
            self._file.write(self._gzip.flush())
