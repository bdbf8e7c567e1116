"""A copy kept by the feed while several publish at once is what a full pull gives.

`PROBITY_MIRROR_ACTS=10000` does so many acts instead of a hundred, on units and places too, and takes half an hour;
`PROBITY_MIRROR_SEED` does others:

    PROBITY_MIRROR_ACTS=10000 make test ARGS="-n 0 -s tests/audits/test_mirror_at_once.py"
"""

import contextlib
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from audits.models import OpenChange
from audits.queries.disclosure import COLLECTIONS
from tests.audits.acting_at_random import SELDOM, ended, publishing_at_random
from tests.audits.test_mirror import PROGRAM, run
from tests.serving import Server, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])

ACTS = int(os.environ.get("PROBITY_MIRROR_ACTS") or 120)
SEED = int(os.environ.get("PROBITY_MIRROR_SEED") or 8)
LIMITS = (1, 7, 100, 1000)
WRITERS = 3


def test_a_copy_kept_while_others_publish_is_what_a_full_pull_gives(tmp_path):
    random, copy = Random(SEED), tmp_path / "kept.sqlite"
    begun, kills = time.monotonic(), 0
    with serving(OPEN_LIMIT_ANONYMOUS="1000000/min") as server:
        address = f"{server.address}/api/open/v1/"
        publishers = publishing_at_random(WRITERS, ACTS, SEED, also=SELDOM if ACTS > 1000 else {})
        while not ended(publishers):
            kills += _kept_for_a_while(address, copy, random)
        written = time.monotonic() - begun
        assert run(address, copy).returncode == 0
        for limit in LIMITS:
            fresh = tmp_path / f"{limit}.sqlite"
            assert run(address, fresh, "--limit", limit).returncode == 0
            assert _dump(fresh) == _dump(copy), limit
            assert _pulled(server, limit) == _dump(copy), limit
        checked = run(address, copy, "--check")
        assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "OK"), checked.stdout
        assert _downloaded(server) == _dump(copy)
    assert _dump(copy) == _tables()
    assert kills
    print(
        f"{ACTS} acts of {WRITERS} writers in {written:.0f} s, {OpenChange.objects.count()} lines of the feed, "
        f"{sum(map(len, _tables().values()))} rows; the mirror was killed {kills} times"
    )


def _kept_for_a_while(address: str, copy: Path, random: Random) -> bool:
    """Follow the feed with pages of some size, and be killed in the middle, whatever that is."""
    limit = random.choice(LIMITS)
    command = [sys.executable, "-I", "-S", str(PROGRAM), address, str(copy), "--limit", str(limit)]
    process = subprocess.Popen([*command, "--every", "0.01"], stdout=subprocess.DEVNULL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(random.uniform(0.2, 1.5))
        raise AssertionError(f"the mirror ended with {process.returncode}")
    process.send_signal(signal.SIGKILL)
    process.wait()
    return True


def _dump(file: Path) -> dict[str, dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(file)) as base:
        base.row_factory = sqlite3.Row
        return {
            name: {row["id"]: dict(row) for row in base.execute(f'SELECT * FROM "{name}"')}
            for name in COLLECTIONS
        }


def _tables() -> dict[str, dict[str, Any]]:
    """What the tables themselves hold, a day as JSON has it."""
    return {
        one.name: {
            row["id"]: {
                name: value if isinstance(value, str | int | None) else value.isoformat()
                for name, value in row.items()
            }
            for row in one.model._base_manager.values(*one.model.columns)
        }
        for one in COLLECTIONS.values()
    }


def _pulled(server: Server, limit: int) -> dict[str, dict[str, Any]]:
    """Page by page; every row once, in order."""
    found: dict[str, dict[str, Any]] = {}
    with contextlib.closing(server.connection()) as connection:
        for name in COLLECTIONS:
            path, rows = f"/api/open/v1/{name}/?limit={limit}", []
            while path:
                connection.request("GET", path)
                page = json.loads(connection.getresponse().read())
                rows += page["data"]
                path = page["next"] and page["next"].removeprefix(server.address)
            keys = [row["id"] for row in rows]
            assert keys == sorted(set(keys)), (name, limit)
            found[name] = {row["id"]: row for row in rows}
    return found


def _downloaded(server: Server) -> dict[str, dict[str, Any]]:
    """By the files: as many lines of CSV, and the rows of NDJSON."""
    found = {}
    for name in COLLECTIONS:
        lines = server.ask("GET", f"/api/open/v1/{name}.ndjson").content.decode().splitlines()
        rows = [json.loads(line) for line in lines]
        table = list(
            csv.DictReader(io.StringIO(server.ask("GET", f"/api/open/v1/{name}.csv").content.decode()))
        )
        assert [row["id"] for row in table] == [row["id"] for row in rows], name
        found[name] = {row["id"]: row for row in rows}
    return found
