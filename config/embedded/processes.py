"""Keeping processes: started, shown line by line, started again when they end, stopped in order."""

import contextlib
import datetime
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from honcho.colour import get_colours
from honcho.printer import Message, Printer

FIRST_WAIT = 0.2  # seconds before a process that ended is started again; doubled each time it ends early
LONGEST_WAIT = 20.0
SETTLED = 30.0  # a process that lived this long begins again with the first wait
MARK = "PROBITY_LAUNCHER"


@dataclass
class Process:
    """One program to be kept, in a session of its own: Ctrl-C reaches the launcher alone."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 20.0  # seconds between asking it to stop and killing it
    wait: float = FIRST_WAIT
    started: float = 0.0
    due: float | None = None
    running: "subprocess.Popen[bytes] | None" = None
    relay: threading.Thread | None = None
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=50))

    def final_output(self) -> str | None:
        """The last lines of a process that has ended; None while it runs."""
        if self.running is None or self.running.poll() is None:
            return None
        if self.relay is not None:
            self.relay.join(timeout=2)
        return "\n".join(self.last_lines)


class Keeper:
    """Keeps processes running until told to stop; what was started first is stopped last."""

    def __init__(self, names: Sequence[str]) -> None:
        self.ended: queue.SimpleQueue[tuple[Process, subprocess.Popen[bytes]]] = queue.SimpleQueue()
        self.kept: list[Process] = []
        self.printer = Printer(sys.stdout, width=max(map(len, names)))
        self.colours = dict(zip(names, get_colours(), strict=False))
        self.printing = threading.Lock()

    def say(self, name: str, text: str) -> None:
        now = datetime.datetime.now()  # noqa: DTZ005 - the wall clock of whoever watches
        with self.printing:
            with contextlib.suppress(OSError, ValueError):  # nobody reads any more; go on working
                self.printer.write(Message("line", text, now, name, self.colours.get(name)))

    def start(self, process: Process) -> None:
        """Start a process and keep it from now on."""
        if process not in self.kept:
            self.kept.append(process)
        process.due = None
        process.started = time.monotonic()
        process.running = subprocess.Popen(
            process.command,
            cwd=process.folder,
            env=process.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        process.relay = threading.Thread(target=self._relay, args=[process, process.running], daemon=True)
        process.relay.start()
        threading.Thread(target=self._wait, args=[process, process.running], daemon=True).start()

    def _relay(self, process: Process, running: "subprocess.Popen[bytes]") -> None:
        for line in running.stdout or ():
            text = line.decode("utf-8", "replace").rstrip()
            process.last_lines.append(text)
            self.say(process.name, text)

    def _wait(self, process: Process, running: "subprocess.Popen[bytes]") -> None:
        running.wait()
        self.ended.put((process, running))

    def forget(self, process: Process) -> None:
        """Do not keep a process that has ended."""
        self.kept.remove(process)

    def keep(self) -> None:
        """Start again whatever ends, each after a wait that grows; returns only by an exception."""
        while True:
            due = [process.due for process in self.kept if process.due is not None]
            with contextlib.suppress(queue.Empty):
                self._plan(*self.ended.get(timeout=max(0.0, min(due) - time.monotonic()) if due else None))
            for process in self.kept:
                if process.due is not None and process.due <= time.monotonic():
                    self.start(process)

    def _plan(self, process: Process, ended: "subprocess.Popen[bytes]") -> None:
        if process not in self.kept or process.running is not ended:
            return
        status = ended.returncode
        _kill_group(ended.pid)  # what it left behind would hold its port or its work
        process.running = None
        if time.monotonic() - process.started > SETTLED:
            process.wait = FIRST_WAIT
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        self.say(process.name, f"{how}; starting it again in {process.wait:.1f} s")
        process.due = time.monotonic() + process.wait
        process.wait = min(process.wait * 2, LONGEST_WAIT)

    def stop(self, processes: Sequence[Process]) -> None:
        """Ask these to stop together, and kill what has not stopped when its grace is over."""
        asked = []
        for process in processes:
            if process in self.kept:
                self.forget(process)
            if process.running is not None:
                with contextlib.suppress(ProcessLookupError):
                    process.running.send_signal(process.stop_signal)
                asked.append((process, process.running))
        begun = time.monotonic()
        for process, running in asked:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(max(0.1, process.grace - (time.monotonic() - begun)))
            _kill_group(running.pid)
            running.wait()
            process.running = None

    def stop_all(self) -> None:
        """Stop everything, the latest started first."""
        while self.kept:
            self.stop([self.kept[-1]])


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def marked(folder: Path) -> dict[str, str]:
    """The mark by which the processes of a launcher that was killed are found again."""
    return {MARK: str(folder)}


def end_left_over(folder: Path) -> None:
    """End what a killed launcher of this folder left running; to be called holding the folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid == os.getpid() or process.name() == "postgres":  # PostgreSQL ends by its own rules
                continue
            if process.environ().get(MARK) == str(folder):
                process.terminate()
                found.append(process)
    _, alive = psutil.wait_procs(found, timeout=20)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
