"""The verification of a million events and three million images, beside a bare scan that hashes each image once.

First something small is bent among the million and must be named, then mended: the log is clean again when it counts.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
from django.db import connections

from benchmarks import long_log
from config.embedded import account
from config.embedded.folder import DATABASE, Folder
from config.embedded.postgres import Postgres, program
from ledger.sealing import head
from ledger.verification import verify
from tests.ledger.bending import unguarded

SECONDS, MEGABYTES = 60, 300
_BARE = """
    SELECT count(*) FROM ledger_change WHERE image_hash = sha256(salt || convert_to(image::text, 'UTF8'))
"""
_EVENT = "id = (SELECT event_id FROM ledger_seal WHERE position = 500000)"
_ROW = "id = (SELECT max(row_id) FROM ledger_change WHERE table_name = 'cases_complaint' AND id < 1500000)"
_IMAGE = "table_name = 'officers_drugtest' AND version = 1 AND row_id = 300000"
#: In the middle of the log: a table, what bends something in it, what mends it.
_BENT = {
    "an edited image": (
        "ledger_change",
        f"UPDATE ledger_change SET image = replace(image::text, 'NEGATIVE', 'Negative')::json WHERE {_IMAGE}",
        f"UPDATE ledger_change SET image = replace(image::text, 'Negative', 'NEGATIVE')::json WHERE {_IMAGE}",
    ),
    "an edited row": (
        "cases_complaint",
        f"UPDATE cases_complaint SET finding = 'unfounded' WHERE {_ROW}",
        f"UPDATE cases_complaint SET finding = 'substantiated' WHERE {_ROW}",
    ),
    "a deleted event": (
        "ledger_event",
        f"DELETE FROM ledger_event WHERE {_EVENT}",
        "INSERT INTO ledger_event SELECT * FROM kept",
    ),
}


def report() -> None:
    """Print what was named, and what the verification took."""
    long_log.fill()
    with connections["auditor"].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_event), (SELECT count(*) FROM ledger_change), "
            "pg_total_relation_size('ledger_change'), count(DISTINCT table_name) FROM ledger_change"
        )
        events, images, size, tables = cursor.fetchone()
    print(
        f"The log: {events:,} events, {images:,} images ({size / 1e9:.1f} GB) of {tables} tables", flush=True
    )
    with _bent():
        print("  bent, each once: " + ", ".join(_BENT), flush=True)
        for finding in verify():
            print(f"    {finding}", flush=True)
    bare = _timed(_scan)
    against, memory = [head("auditor")], _memory()
    findings: list[Any] = []
    worked = _processor_seconds()
    seconds = _timed(lambda: findings.extend(verify(against=against)))
    worked = _processor_seconds() - worked
    print(f"  a bare scan, each image hashed {bare:8.1f} s    by PostgreSQL, on one connection")
    print(
        f"  the verification               {seconds:8.1f} s    {seconds / bare:5.2f} x bare (aim: {SECONDS} s)"
    )
    print(f"    it kept a processor busy for {worked:8.1f} s    two that do nothing else take half of it")
    print(f"  findings                       {len(findings):8}      (aim: 0)")
    print(f"  memory of this process         {_memory():8.0f} MB   ({memory:.0f} before; aim: {MEGABYTES})")


def _scan() -> None:
    with connections["auditor"].cursor() as cursor:
        cursor.execute(_BARE)


@contextmanager
def _bent() -> Iterator[None]:
    """As the superuser, without a trace."""
    folder = Folder.of_this_checkout()
    with Postgres(folder, account.choose(folder.root, program("initdb"))).connect(DATABASE) as superuser:
        superuser.execute(f"CREATE TEMPORARY TABLE kept AS SELECT * FROM ledger_event WHERE {_EVENT}")
        try:
            for table, bend, _mend in _BENT.values():
                with unguarded(superuser, table):
                    superuser.execute(bend.encode())
            yield
        finally:
            for table, _bend, mend in _BENT.values():
                with unguarded(superuser, table):
                    superuser.execute(mend.encode())


def _processor_seconds() -> float:
    """Of this process and of the database, whatever else the machine does."""
    folder = Folder.of_this_checkout()
    server = Postgres(folder, account.choose(folder.root, program("initdb"))).postmaster()
    if server is None:
        raise RuntimeError("the database does not run")
    times = server.cpu_times()
    seconds = time.process_time() + times.children_user + times.children_system
    for backend in server.children():
        with suppress(psutil.Error):
            seconds += backend.cpu_times().user + backend.cpu_times().system
    return seconds


def _memory() -> float:
    """The most this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
