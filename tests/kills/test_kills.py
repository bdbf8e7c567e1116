"""A short run in which every role is killed once; `make kills` is the long one."""

import subprocess
import sys

from tests.config.launching import CHECKOUT, bare_environment
from tests.kills.system import ROLES


def test_nothing_acknowledged_is_lost_or_doubled_when_each_process_is_killed_under_load(tmp_path):
    words = ["--kills", str(len(ROLES)), "--seed", "11", "--collectors", "2", "--importers", "1"]
    words += ["--officers", "100", "--rows", "300", "--pause", "2"]

    run = subprocess.run(
        [sys.executable, "-m", "tests.kills", *words],
        cwd=CHECKOUT,
        env=bare_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert all(f"of {role}:" in run.stdout for role in ROLES)
