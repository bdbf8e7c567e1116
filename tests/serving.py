"""The real web server in processes of its own, on the test's database, and callers over HTTP."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from tests.config.launching import CHECKOUT, free_port

PATIENCE = 60  # seconds: for a start, and for any answer


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: Any = None


class Server:
    """One granian, with its workers in a process group of their own."""

    def __init__(self, workers: int, environment: dict[str, str]) -> None:
        self.port = free_port()
        command = ["--interface", "wsgi", "--port", str(self.port), "--workers", str(workers), "--no-ws"]
        command += ["--blocking-threads", "4", "--log-level", "error", "config.wsgi:application"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", *command],
            cwd=CHECKOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
            start_new_session=True,
        )

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                assert self.ask("GET", "/healthz").status == 200
            except OSError:
                assert self.process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)  # between two attempts: there is nothing to wait on before it listens
            else:
                return

    def end(self, sign: int = signal.SIGTERM) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, sign)
        self.process.wait(PATIENCE)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None
    ) -> Answered:
        with contextlib.closing(self.connection()) as connection:
            return _send(connection, Request(method, path, headers or {}, body))

    def ask_at_once(self, requests: Sequence[Request]) -> list[Answered]:
        """All of them connected first, then sent at the same moment."""
        together = threading.Barrier(len(requests))

        def one(request: Request) -> Answered:
            with contextlib.closing(self.connection()) as connection:
                connection.connect()
                together.wait(PATIENCE)
                return _send(connection, request)

        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(one, requests))

    def send_and_hear_nothing(self, request: Request) -> socket.socket:
        """Send, and leave the answer unread: as when a line breaks."""
        connection = self.connection()
        _request(connection, request)
        heard_by_nobody: socket.socket = connection.sock
        return heard_by_nobody


def _send(connection: http.client.HTTPConnection, request: Request) -> Answered:
    _request(connection, request)
    answer = connection.getresponse()
    return Answered(
        answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    )


def _request(connection: http.client.HTTPConnection, request: Request) -> None:
    headers = {"Accept-Language": "en", **request.headers}
    body = None if request.body is None else json.dumps(request.body).encode()
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(request.method, request.path, body, headers)


@contextlib.contextmanager
def serving(workers: int = 1, **environment: str) -> Iterator[Server]:
    """A server that answers. What it reads must have been committed."""
    server = Server(workers, environment)
    try:
        server.wait()
        yield server
    finally:
        server.end()
