"""Starting the launcher as a person would, and reading what it leaves."""

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil

from config.embedded.processes import MARK

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds


def bare_environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of somebody who never ran a test."""
    own = ("PROBITY_", "PYTEST_", "DJANGO_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(own) and not name.endswith("DATABASE_URL") and name != "REDIS_URL"
    }
    return {**kept, "PROBITY_DATA": str(data), "DEMO_OFFICERS": "100", "DEMO_COMPLAINTS": "30", **more}


class Launched:
    """A launcher in a session of its own, with its lines as they come."""

    def __init__(self, command: str, environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.queue: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.embedded", command],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.queue.put(line.rstrip("\n"))
        self.queue.put(None)

    def wait_for(self, *words: str) -> str:
        """The next line that holds all of these words."""
        while True:
            line = self.queue.get(timeout=PATIENCE)
            assert line is not None, "\n".join([f"the launcher ended before it said {words}", *self.lines])
            self.lines.append(line)
            if all(word in line for word in words):
                return line

    def said(self) -> list[str]:
        """Every line until now."""
        while not self.queue.empty():
            self.lines.append(self.queue.get() or "")
        return self.lines

    def interrupt(self) -> int:
        self.process.send_signal(2)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def launched(command: str, environment: dict[str, str]) -> Iterator[Launched]:
    one = Launched(command, environment)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.interrupt()


def refused(command: str, environment: dict[str, str]) -> str:
    """What a launcher says that must not start: one line, exit status 1."""
    done = subprocess.run(
        [sys.executable, "-m", "config.embedded", command],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stdout
    return done.stderr.strip()


def processes_of(data: Path) -> dict[int, str]:
    """Every process that belongs to a data folder, by its command line."""
    found = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            mine = process.environ().get(MARK) == str(data) or process.cwd() == str(data / "postgres")
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = " ".join(process.cmdline())
    return found


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
