"""A server that speaks clamd's protocol and knows the one signature that everybody tests with."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import override_settings

from tests.files.hostile import EICAR


class _Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self._until_zero()
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.asked.append(content)  # type: ignore[attr-defined]
        if command != b"zINSTREAM" or self.server.refuses:  # type: ignore[attr-defined]
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        elif EICAR in content:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")

    def _until_zero(self) -> bytes:
        said = b""
        while (sign := self.rfile.read(1)) not in (b"\0", b""):
            said += sign
        return said


class Server(socketserver.ThreadingTCPServer):
    """`asked` is every file it was shown; while it `refuses` it gives no answer about any."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Clamd)
        self.asked: list[bytes] = []
        self.refuses = False

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def antivirus() -> Iterator[Server]:
    """One that answers, and is in the settings."""
    with Server() as server, override_settings(CLAMD=server.url):
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def absent() -> Iterator[None]:
    """One in the settings that is not there: its port was free a moment ago."""
    with Server() as server:
        url = server.url
    with override_settings(CLAMD=url):
        yield
