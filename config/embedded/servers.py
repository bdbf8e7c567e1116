"""Bringing both servers up and, at the end, down: the order is written once, here."""

import os
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from config.embedded import account, postgres, valkey
from config.embedded.folder import Folder
from config.embedded.processes import Keeper, Process, end_left_over, marked
from config.embedded.refusal import Refusal

LONGEST_START = 600  # seconds: a cluster that recovers from a crash may take its time
PAUSE = 0.03


class Server(Protocol):
    name: str
    data: Path

    def explain(self, output: str) -> str: ...
    def is_up(self) -> bool: ...


def prepare(folder: Folder) -> tuple[postgres.Postgres, valkey.Valkey, Path]:
    """Everything before the first process: account, sockets, both servers' folders, no old server running.

    :raises Refusal: in one sentence, if any of it is not as it should be
    """
    chosen = account.choose(folder.root, postgres.program("initdb"))
    sockets = folder.make_socket_folder(chosen)
    database, queue = postgres.Postgres(folder, chosen), valkey.Valkey(folder, chosen)
    for server in (database, queue):
        server.make(sockets)
    database.end()
    return database, queue, sockets


def environment(folder: Folder) -> dict[str, str]:
    """What the servers are started with: no password, no address."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", **marked(folder.root)}


def start_kept(folder: Folder, keeper: Keeper) -> None:
    """Start both servers under `keeper`, settle the database, and return when they answer.

    :raises Refusal: if one of them does not start
    """
    database, queue, sockets = prepare(folder)
    for server in (database, queue):
        process = Process(
            server.name,
            server.command(sockets),
            environment(folder),
            Path("/"),
            stop_signal=server.stop_signal,
            grace=postgres.LONGEST_STOP,
        )
        keeper.start(process)
        try:
            _wait(server, process.final_output)
        except Refusal:
            keeper.forget(process)
            if server is not queue or not queue.set_aside():
                raise
            keeper.start(process)
            _wait(server, process.final_output)
    database.settle()


def start_detached(folder: Folder) -> None:
    """Start both servers so that they outlive this process; `stop_detached` ends them."""
    database, queue, sockets = prepare(folder)
    for server in (database, queue):
        path = folder.root / f"{server.name}.log"
        with open(path, "wb") as log:
            running = subprocess.Popen(
                server.command(sockets),
                cwd="/",
                env=environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait(server, partial(_output_if_ended, running, path))
        running.returncode = 0  # not waited for: it stays
    database.settle()


def _output_if_ended(running: "subprocess.Popen[bytes]", log: Path) -> str | None:
    return None if running.poll() is None else log.read_text(errors="replace")


def are_up(folder: Folder) -> bool:
    """Whether both servers of the folder answer."""
    if not (folder.root / "postgres").exists():
        return False
    chosen = account.choose(folder.root, postgres.program("initdb"))
    return postgres.Postgres(folder, chosen).is_up() and valkey.Valkey(folder, chosen).is_up()


def stop_detached(folder: Folder) -> None:
    """Stop what `start_detached` started, and what is left of it."""
    chosen = account.choose(folder.root, postgres.program("initdb"))
    end_left_over(folder.root)
    postgres.Postgres(folder, chosen).end()
    folder.drop_socket_folder()


def _wait(server: Server, ended: Callable[[], str | None]) -> None:
    """Wait until the server answers.

    :raises Refusal: with the server's own reason, if it ends instead
    """
    deadline = time.monotonic() + LONGEST_START
    while not server.is_up():
        output = ended()
        if output is not None:
            raise Refusal(server.explain(output))
        if time.monotonic() > deadline:
            raise Refusal(f"{server.name} on {server.data} did not answer within {LONGEST_START} seconds.")
        time.sleep(PAUSE)  # the servers offer nothing to wait on before they answer
