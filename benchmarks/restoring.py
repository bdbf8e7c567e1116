"""The drill at full size: back up, lose everything, restore on an empty host, verify."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from benchmarks import million
from config.embedded.folder import ADDRESSES

MINUTES = 15


def report() -> None:
    million.fill()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM officers_drugtest), (SELECT count(*) FROM ledger_event), "
            "pg_database_size(current_database())"
        )
        tests, events, size = cursor.fetchone()
    print(f"The drill: {tests:,} drug tests, {events:,} events, {size / 1e9:.2f} GB", flush=True)
    lost = Path(settings.DATA_DIR) / "restored"
    shutil.rmtree(lost, ignore_errors=True)
    bare = {name: value for name, value in os.environ.items() if name not in (*ADDRESSES, "PROBITY_EMBEDDED")}
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as place:
        where = ["--to", f"{place}/data"], ["--from", f"{place}/data"]
        keys = ["--keys", f"{place}/keys"]
        figures = {
            "backup": _timed("backup", *where[0], *keys, environment=dict(os.environ)),
            "restore and verify": _timed(
                "restore", *where[1], *keys, environment={**bare, "PROBITY_DATA": str(lost)}
            ),
        }
    shutil.rmtree(lost)
    figures["in all"] = sum(figures.values())
    for name, seconds in figures.items():
        print(f"  {name:24}{seconds:8.1f} s")
    print(f"  (aim: at most {MINUTES * 60} s)")


def _timed(*words: str, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "config.backup", *words], env=environment, check=True)
    return time.perf_counter() - started
