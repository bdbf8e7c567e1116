"""Callers over HTTP that cost little themselves: a socket kept open, the request sent as bytes, the answer counted."""

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    length: int
    body: bytes = b""


class Caller:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, request: bytes, *, keep: bool = False) -> Answer:
        """Send, and read the answer to its end; the body is only kept if asked."""
        self.socket.sendall(request)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._read()
        head, rest = got[:end].decode("latin-1").split("\r\n"), got[end + 4 :]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        status = int(head[0].split(" ", 2)[1])
        parts, length = [rest], len(rest)
        if headers.get("transfer-encoding") == "chunked":
            tail = rest
            while not tail.endswith(b"0\r\n\r\n"):
                part = self._read()
                length += len(part)
                tail = (tail + part)[-5:]
                parts += [part] * keep
        else:
            wanted = 0 if status == 304 else int(headers.get("content-length", 0))
            while length < wanted:
                part = self._read()
                length += len(part)
                parts += [part] * keep
        return Answer(status, headers, length, b"".join(parts) if keep else b"")

    def _read(self) -> bytes:
        part = self.socket.recv(262144)
        if not part:
            raise ConnectionError("the server hung up")
        return part


def request(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rate(port: int, wanted: bytes, *, status: int, seconds: float, callers: int) -> float:
    """Answers a second, of so many callers who each ask as soon as they were answered."""
    counts = [0] * callers
    wrong: list[int] = []
    until = time.perf_counter() + seconds

    def ask(place: int) -> None:
        with Caller(port) as caller:
            while time.perf_counter() < until:
                found = caller.ask(wanted).status
                if found != status:
                    wrong.append(found)
                    return
                counts[place] += 1

    begun = time.perf_counter()
    threads = [threading.Thread(target=ask, args=[place]) for place in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"answered {wrong[0]}")
    return sum(counts) / (time.perf_counter() - begun)


def waits(port: int, requests: Sequence[bytes], *, a_second: int, callers: int = 16) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, from when each was due, asked or not: a queue counts."""
    found: list[float] = []
    places = iter(range(len(requests)))
    lock = threading.Lock()
    begun = time.perf_counter() + 0.1

    def work() -> None:
        with Caller(port) as caller:
            while True:
                with lock:
                    place = next(places, None)
                if place is None:
                    return
                due = begun + place / a_second
                time.sleep(
                    max(0.0, due - time.perf_counter())
                )  # each request has its moment, answered or not
                if caller.ask(requests[place]).status != 200:
                    raise RuntimeError("not answered")
                found.append((time.perf_counter() - due) * 1000)

    threads = [threading.Thread(target=work) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) < len(requests):
        raise RuntimeError(f"{len(requests) - len(found)} of {len(requests)} were not answered")
    return statistics.median(found), statistics.quantiles(found, n=20)[-1]
