"""The open data beside a bare handler, a plain serializer and COPY, all in one run and behind the same server."""

import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import psutil
import psycopg
from django.db import connections

from audits.actions.publishing.measures import publish_measures
from audits.management.commands.load_demo_open_data import written
from audits.models import OpenMeasure
from audits.queries.disclosure import ALIAS
from audits.queries.provinces import provinces_of_units
from audits.reckoning import years
from benchmarks import asking
from benchmarks.importing import user_of
from cases.actions import earlier
from config.embedded.launch import commands
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.models.users import Role

ROWS = 50_000
PAGE, PLAIN, BARE = "/api/open/v1/measures/?limit=100", "/plain/", "/bare/"
CALLERS = 4
#: What is wanted: shares and multiples of the other side, milliseconds, megabytes.
OF_BARE, OF_PLAIN, LAST, UNCHANGED, OF_COPY, P95, MEGABYTES = 0.70, 5, 0.80, 1.5, 0.60, 200, 150


def fill(rows: int = ROWS) -> None:
    """Measures of older lists, by the act that enters lists, until so many are public."""
    missing = rows - OpenMeasure.objects.count()
    if missing <= 0:
        return
    begun, registrar = time.perf_counter(), user_of(Role.REGISTRAR)
    provinces = sorted(set(provinces_of_units().values()))
    made = years.earlier(missing, provinces, (date(2016, 1, 1), date(2025, 12, 31)), seed=missing % 90)
    for start in range(0, len(made), earlier.MOST):
        lines = [written(row) for row in made[start : start + earlier.MOST]]
        earlier.enter_all(registrar, lines, source=f"List {start}", filename="earlier.csv", sha256="")
    entered = time.perf_counter()
    publish_measures(CLOCK)
    print(
        f"{missing:,} measures entered in {entered - begun:.1f} s and published in "
        f"{time.perf_counter() - entered:.1f} s"
    )
    seal()


def report(*, rounds: int = 5, seconds: float = 2.0) -> None:
    fill()
    with _serving() as (port, process):
        memory = _Memory(process)
        _rates(port, rounds, seconds)
        _downloads(port, rounds)
        _waits(port)
        print(
            f"  memory of the server          {memory.most():7.0f} MB of {MEGABYTES}, {memory.first:.0f} at first"
        )


def _rates(port: int, rounds: int, seconds: float) -> None:
    keys = list(OpenMeasure.objects.order_by("id").values_list("id", flat=True))
    last = f"{PAGE}&after={keys[-101]}"
    with asking.Caller(port) as caller:
        ours, bare = (json.loads(caller.ask(asking.request(path), keep=True).body) for path in (PAGE, BARE))
        if ours["data"] != bare["data"] or len(ours["data"]) != 100:
            raise RuntimeError("the two sides do not give the same rows")
        tag = caller.ask(asking.request(PAGE)).headers["etag"]
    candidates = {
        "bare": (asking.request(BARE), 200),
        "page": (asking.request(PAGE), 200),
        "plain": (asking.request(PLAIN), 200),
        "last": (asking.request(last), 200),
        "unchanged": (asking.request(PAGE, If_None_Match=tag), 304),
    }
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds + 1):  # the first warms up
        for name, (wanted, status) in candidates.items():
            one = asking.rate(port, wanted, status=status, seconds=seconds, callers=CALLERS)
            if number:
                found[name].append(one)
    rates = {name: statistics.median(several) for name, several in found.items()}
    # Each round's own ratio: what else the machine does weighs on both sides of it alike.
    share = {name: statistics.median(map(lambda a, b: a / b, found["page"], found[name])) for name in rates}
    lines = {
        "bare": ("bare handler, same JSON", ""),
        "page": ("a page of 100 rows", f"{share['bare']:6.0%} of bare (aim: {OF_BARE:.0%})"),
        "plain": ("plain ModelSerializer", f"a page is {share['plain']:.1f} x as fast (aim: {OF_PLAIN})"),
        "last": ("the last page", f"{1 / share['last']:6.0%} of the first (aim: {LAST:.0%})"),
        "unchanged": ("304, the limiter on", f"{1 / share['unchanged']:6.2f} x a page (aim: {UNCHANGED})"),
    }
    print(f"{len(keys):,} public rows; requests a second of {CALLERS} callers, medians of {rounds}")
    for name, (what, beside) in lines.items():
        print(f"  {what:28}{rates[name]:8.0f}   {beside}")


def _downloads(port: int, rounds: int) -> None:
    columns = ", ".join(f'"{name}"' for name in OpenMeasure.columns)
    rows = f"SELECT {columns} FROM audits_openmeasure ORDER BY id"
    statements = {
        "csv": f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)",
        "ndjson": f"COPY (SELECT row_to_json(r) FROM ({rows}) r) TO STDOUT",
    }
    for kind, statement in statements.items():
        ratios, speeds = [], []
        wanted = asking.request(f"/api/open/v1/measures.{kind}")
        with asking.Caller(port) as caller, _direct() as connection:
            for number in range(rounds + 1):
                begun = time.perf_counter()
                with connection.cursor().copy(statement) as copy:
                    there = sum(len(part) for part in copy)
                copied = time.perf_counter()
                answer = caller.ask(wanted)
                ended = time.perf_counter()
                if answer.status != 200 or answer.length < there * 0.9:
                    raise RuntimeError(f"{answer.status}, {answer.length} bytes of {there}")
                if number:
                    ratios.append((copied - begun) / (ended - copied))
                    speeds.append(there / (ended - copied) / 1e6)
        print(
            f"  all rows as {kind:6}            {statistics.median(speeds):7.1f} MB/s "
            f"{statistics.median(ratios):6.0%} of COPY (aim: {OF_COPY:.0%})"
        )


def _waits(port: int, a_second: int = 50, seconds: int = 20) -> None:
    random = Random(8)
    keys = list(OpenMeasure.objects.order_by("id").values_list("id", flat=True))
    words = (
        "",
        "&province=12",
        "&year=2024",
        "&measure=dismissal",
        "&ground=absence&fields=id,month,province",
    )
    requests = [
        asking.request(
            f"{PAGE}&after={random.choice(keys[:-200])}{random.choice(words)}", Accept_Encoding="gzip"
        )
        for _ in range(a_second * seconds)
    ]
    median, p95 = asking.waits(port, requests, a_second=a_second)
    print(
        f"  {a_second} requests a second          {median:7.1f} ms median, {p95:.1f} ms p95 (aim: {P95} ms)"
    )


@contextlib.contextmanager
def _direct() -> Iterator["psycopg.Connection[object]"]:
    told = connections[ALIAS].settings_dict
    about = {"host": told["HOST"], "port": told["PORT"] or None, "user": told["USER"]}
    with psycopg.connect(
        **about, password=told["PASSWORD"], dbname=told["NAME"], autocommit=True
    ) as connection:
        yield connection


@contextlib.contextmanager
def _serving() -> Iterator[tuple[int, psutil.Process]]:
    """As in production, with the limiter on and its rates out of reach."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [*dict(commands("127.0.0.1", port))["web"][:-1], "benchmarks.open_wsgi:application"]
    server = subprocess.Popen(
        command,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "OPEN_LIMIT_ANONYMOUS": "100000000/min"},
        stdout=subprocess.DEVNULL,  # a line for each request
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), asking.Caller(port) as caller:
                caller.ask(asking.request("/healthz"))
                break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server does not answer")
            time.sleep(0.1)  # a server that is not there yet gives nothing to wait on
        yield port, psutil.Process(server.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


class _Memory:
    """What the largest process of the server has for itself, looked at a few times a second until asked."""

    def __init__(self, server: psutil.Process) -> None:
        self.workers = server.children(recursive=True) or [server]
        self.first = self._now()
        self.seen = [self.first]
        self.done = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _now(self) -> float:
        # Pages that it shares with its parent, and those of libraries, are not its own.
        return max(one.memory_full_info().uss for one in self.workers) / 2**20

    def _look(self) -> None:
        while not self.done.wait(0.3):
            self.seen.append(self._now())

    def most(self) -> float:
        self.done.set()
        return max(self.seen)
