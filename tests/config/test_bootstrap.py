import ast
import os
import subprocess
import sys

import pytest

from config import bootstrap
from tests.config.launching import CHECKOUT

PROGRAM = CHECKOUT / "config" / "bootstrap.py"


def test_a_python_that_is_too_old_says_so_in_one_sentence():
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 1); "
        f"sys.argv = ['bootstrap.py', 'run']; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "needs Python 3.12 or newer" in done.stderr
    assert "3.9.1" in done.stderr


def test_a_python_far_too_old_can_still_read_the_program():
    ast.parse(PROGRAM.read_text(), feature_version=(3, 6))


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty checkout with one requirement that no index needs to be asked for."""
    root = tmp_path / "a check out"
    (root / "requirements").mkdir(parents=True)
    for name in (bootstrap.RUN, bootstrap.DEVELOP):
        (root / "requirements" / name).write_text("")
    monkeypatch.setattr(bootstrap, "CHECKOUT", str(root))
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", str(root / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(root / ".venv" / "bin" / "python"))
    monkeypatch.setattr(bootstrap, "STAMP", str(root / ".venv" / "probity.json"))
    monkeypatch.chdir(root)
    return root


def test_an_environment_is_made_once_and_remade_when_it_moved(checkout, monkeypatch):
    bootstrap.make_environment(bootstrap.RUN)
    kept = checkout / ".venv" / "kept"
    kept.touch()

    bootstrap.make_environment(bootstrap.RUN)
    assert kept.exists()

    (checkout / "requirements" / bootstrap.RUN).write_text("# another lock\n")
    bootstrap.make_environment(bootstrap.RUN)
    assert kept.exists()
    assert bootstrap.read_stamp()["locks"] == {bootstrap.RUN: bootstrap.digest_of(bootstrap.RUN)}

    moved = checkout.with_name("moved")
    os.rename(checkout, moved)
    monkeypatch.chdir(moved)
    for name in ("CHECKOUT", "ENVIRONMENT", "PYTHON", "STAMP"):
        monkeypatch.setattr(bootstrap, name, getattr(bootstrap, name).replace(str(checkout), str(moved)))
    bootstrap.make_environment(bootstrap.RUN)
    assert not (moved / ".venv" / "kept").exists()
    assert subprocess.call([bootstrap.PYTHON, "-c", ""]) == 0
