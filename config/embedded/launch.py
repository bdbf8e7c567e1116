"""`make run`: the servers, what the database needs, then web, worker, beat and sealer, until Ctrl-C."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from config.embedded.folder import ADDRESSES, CHECKOUT, Folder
from config.embedded.processes import Keeper, Process, end_left_over, marked
from config.embedded.refusal import Refusal
from config.embedded.servers import start_kept

APPLICATION = ("web", "worker", "beat", "sealer")
SERVERS = ("postgres", "valkey")
LONGEST_START = 120  # seconds for the first answer; a slow machine imports slowly
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OWNER = {
    "MIGRATOR_DATABASE_URL",
    "MIGRATOR_DATABASE_URL_FILE",
}  # never handed to a process that serves people


def run(folder: Folder) -> None:
    """Run the whole system in the foreground; ends by Ctrl-C or SIGTERM.

    :raises Refusal: in one sentence, if it cannot start
    """
    given = real_servers()
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    folder.make()
    keeper = Keeper([*SERVERS, *APPLICATION])
    with folder.held(), _stoppable(), contextlib.ExitStack() as stack:
        try:
            end_left_over(folder.root)
            stack.enter_context(reserved(host, port))
            environment = {name: value for name, value in os.environ.items() if name != "PROBITY_EMBEDDED"}
            if not given:
                start_kept(folder, keeper)
                environment |= {**folder.addresses(), "PROBITY_DATA": str(folder.root)}
            environment |= marked(folder.root)
            environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1"}
            _prepare(environment)
            serving = {name: value for name, value in environment.items() if name not in OWNER}
            processes = [Process(name, command, serving, CHECKOUT) for name, command in commands(host, port)]
            for process in processes:
                keeper.start(process)
            threading.Thread(target=_announce, args=[keeper, host, port], daemon=True).start()
            keeper.keep()
        except KeyboardInterrupt:
            keeper.say("web", "stopping")
        finally:
            with _undisturbed():
                keeper.stop([process for process in keeper.kept if process.name in APPLICATION])
                keeper.stop_all()
                folder.drop_socket_folder()


def serve_servers(folder: Folder) -> None:
    """Run the two servers alone in the foreground and print their addresses as `NAME=value`."""
    folder.make()
    keeper = Keeper(SERVERS)
    with folder.held(), _stoppable():
        try:
            end_left_over(folder.root)
            start_kept(folder, keeper)
            for name, value in {**folder.addresses(), "PROBITY_DATA": str(folder.root)}.items():
                print(f"{name}={value}", flush=True)
            keeper.keep()
        except KeyboardInterrupt:
            pass
        finally:
            with _undisturbed():
                keeper.stop_all()
                folder.drop_socket_folder()


def real_servers() -> bool:
    """Whether the environment names real servers.

    :raises Refusal: if it names only some of what is needed: half of it would be the embedded ones
    """
    named = [name for name in ADDRESSES if os.environ.get(name) or os.environ.get(f"{name}_FILE")]
    if not {"DATABASE_URL", "REDIS_URL"} & set(named):
        return False
    missing = [name for name in ADDRESSES if name not in named]
    if missing:
        raise Refusal(
            f"To run on real servers set {', '.join(missing)} as well (`manage.py roles --sql` prints the "
            "roles that the database needs); to run on the embedded ones set none of them."
        )
    return True


def _announce(keeper: Keeper, host: str, port: int) -> None:
    """Print the address once somebody answers there."""
    deadline = time.monotonic() + LONGEST_START
    shown = f"[{host}]" if ":" in host else host
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            keeper.say("web", f"Probity answers at http://{shown}:{port}/ (Ctrl-C stops everything)")
            return
        time.sleep(0.1)  # a server that is not there yet gives nothing to wait on


def commands(host: str, port: int) -> list[tuple[str, list[str]]]:
    """The processes of the application, by name; deploy/compose.yaml starts the same."""
    python = sys.executable
    web = ["--interface", "wsgi", "--host", host, "--port", str(port), "--respawn-failed-workers"]
    web += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    web += ["--log-config", "config/granian.json"]
    # Started by root the whole system runs as root: Celery need not say so at each start.
    celery = [
        python,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "-q",
        "-A",
        "config.celery:app",
    ]
    quiet = ["--loglevel", "warning"]
    return [
        ("web", [python, "-m", "granian", *web, "config.wsgi:application"]),
        ("worker", [*celery, "worker", *quiet, "--without-mingle", "--without-gossip"]),
        ("beat", [*celery, "beat", *quiet, "--pidfile="]),
        ("sealer", [python, "manage.py", "seal", "--loop"]),
    ]


def _prepare(environment: dict[str, str]) -> None:
    """Migrate, and what else needs Django: in one process, which is started once."""
    done = subprocess.run(
        [sys.executable, "-m", "config.embedded.prepare"],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    if done.returncode:
        raise Refusal("The database could not be brought up to date: the reason stands above.")


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT is {text!r}: give a number from 1 to 65535.")
    return int(text)


def reserved(host: str, port: int) -> socket.socket:
    """Keep the port for the web server of this run, which comes later and lets others of its account join in.

    :raises Refusal: if somebody listens there, or another run has reserved it
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        reservation = socket.socket(family, kind, protocol)
        try:
            # Past connections that still linger do not count; after the bind only the web server may join in.
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reservation.bind(address)
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        except OSError:
            reservation.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"Port {port} is in use: stop what listens there, or choose another: "
                f"PORT={port + 1} make run."
            ) from None
        raise Refusal(f"Nothing can listen on {host}, port {port}: {error.strerror}.") from None
    return reservation


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C, SIGTERM, a closed terminal and the end of `make` all end the run in the same orderly way."""

    asked, over = threading.Event(), threading.Event()

    def stop(number: int, frame: object) -> None:
        asked.set()
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, stop) for sign in SIGNALS}
    threading.Thread(target=_insist, args=[asked, over], daemon=True).start()
    try:
        yield
    finally:
        over.set()
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _insist(asked: threading.Event, over: threading.Event) -> None:
    """Interrupt this run until it ends, once it was asked to and has not, or the `make` around it is no more.

    What a signal's handler raises is lost where it meets a finaliser, so asking once is not enough. And `make`
    hands SIGINT to nobody, since Ctrl-C reaches everybody, and then waits for us; all that shows is that it no
    longer catches the signal.
    """
    make = os.getppid() if "MAKELEVEL" in os.environ else None
    catching = make is not None and _catches_interrupt(make)
    unheard = False
    while not over.wait(0.5):
        left_alone = make is not None and (
            os.getppid() != make or (catching and not _catches_interrupt(make))
        )
        if unheard or (left_alone and not asked.is_set()):
            os.kill(os.getpid(), signal.SIGINT)
        unheard = asked.is_set()


def _catches_interrupt(pid: int) -> bool:
    """Whether a process has a handler for SIGINT; False where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """An impatient second Ctrl-C must not break the order of stopping, which has its own limits."""
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    yield
