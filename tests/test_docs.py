"""The documents say what is: their commands are run, their numbers are held against the settings."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from audits.api.open.asking import MOST, USUAL
from audits.api.open.limits import DOWNLOAD, FIGURES
from audits.queries.dictionary import LICENCE
from audits.queries.disclosure import COLLECTIONS
from foundation.api.deprecation import NOTICE
from foundation.api.pagination import KeysetPagination
from foundation.api.parsers import DEEPEST, LONGEST_NUMBER
from foundation.limits.rates import rate
from officers.api.deprecated import DEPRECATED
from tests.config.launching import CHECKOUT, bare_environment, free_port, launched

API = CHECKOUT / "docs" / "api.md"
OPEN = CHECKOUT / "docs" / "open-data.md"
#: A curl that ends the script at a refusal, as a reader would stop there.
STRICT = 'set -euo pipefail\ncurl() { command curl --fail-with-body "$@"; }\n'
GIVE_KEYS = """
import os, django
from config.embedded.folder import Folder
os.environ |= Folder.of_this_checkout().addresses() | {"DJANGO_SETTINGS_MODULE": "config.settings"}
django.setup()
from datetime import timedelta
from ledger import clock
from officers.actions import api_keys
from officers.models import User
from officers.models.api_keys import Scope
for name in ("admin.kandal", "case.kandal", "inspector", "auditor"):
    owner = User.objects.get(username=name)
    print(api_keys.issue(owner, label="Docs", scopes=Scope.values, expires_at=clock.now() + timedelta(days=1))[1])
"""


def commands(document: Path) -> str:
    """Every block of a document that is for a shell, in order."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", document.read_text(), re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The whole system as `make run` starts it, and a key made for each account the document names."""
    data, port = tmp_path_factory.mktemp("docs"), str(free_port())
    environment = bare_environment(data, PORT=port, DEMO_OFFICERS="300")
    with launched("run", environment) as run:
        run.wait_for("Probity answers at")
        keys = subprocess.run(
            [sys.executable, "-c", GIVE_KEYS],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        yield f"http://localhost:{port}", keys


@pytest.mark.skipif(
    not shutil.which("curl"), reason="the document's commands are for curl, which is not here"
)
def test_every_command_of_the_document_does_what_it_says(
    running: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, keys = running
    script = commands(API).replace("http://localhost:8000", address)
    for name, key in zip(("KEY", "CASES", "INSPECTOR", "AUDITOR"), keys, strict=True):
        script, pasted = re.subn(rf"^{name}=pk_….*$", f"{name}={key}", script, flags=re.MULTILINE)
        assert pasted == 1
    assert script.count("api ") + script.count("post ") > 15
    (readme,) = re.findall(r"^ +(curl .*)$", (CHECKOUT / "README.md").read_text(), re.MULTILINE)
    script += f"\n{readme.replace('http://127.0.0.1:8000', address)}\n"

    done = subprocess.run(
        ["bash", "-x", "-c", STRICT + script],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    for said in (
        '"code":"officer_unknown"',
        '"status":"UNDONE"',
        '"status":"AT_LABORATORY"',
        '"status":"CLOSED"',
        '"status":"STAYED"',
    ):
        assert said in done.stdout


@pytest.mark.skipif(
    not shutil.which("curl"), reason="the document's commands are for curl, which is not here"
)
def test_every_command_about_open_data_does_what_it_says(
    running: tuple[str, list[str]], tmp_path: Path
) -> None:
    done = subprocess.run(
        ["bash", "-x", "-c", STRICT + commands(OPEN).replace("http://localhost:8000", running[0])],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    assert "CC-BY-4.0" in done.stdout
    assert (tmp_path / "dismissals.csv").read_text().startswith("id,year,month,")
    assert len((tmp_path / "places.ndjson").read_text().splitlines()) > 1000


def test_every_number_about_open_data_in_its_document_is_the_one_that_is_set() -> None:
    text = OPEN.read_text()

    for name in ("OPEN_LIMIT_ANONYMOUS", "OPEN_LIMIT_PER_KEY"):
        (written,) = re.findall(rf"`{name}=(\S+)`", text)
        assert rate(written) == getattr(settings, name)
    assert f"count 1, figures {FIGURES}, a download {DOWNLOAD}." in text
    assert f"`limit` is 1 to {MOST}, {USUAL} if" in text
    assert f"at least **{NOTICE.days} days**" in text
    assert all(f"`{name}`" in text for name in COLLECTIONS)
    assert LICENCE["url"] in text


def test_every_limit_in_the_document_is_the_one_that_is_set() -> None:
    text = API.read_text()

    for name in ("API_LIMIT_PER_KEY", "API_LIMIT_PER_ACCOUNT", "API_LIMIT_OF_STRANGERS"):
        (written,) = re.findall(rf"`{name}=(\S+)`", text)
        assert rate(written) == getattr(settings, name)
    assert f"`limit` is 1 to {KeysetPagination.most}" in text
    assert f"at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MB" in text
    assert f"more than {LONGEST_NUMBER} digits, anything nested deeper than {DEEPEST} levels" in text
    assert f"at least **{NOTICE.days} days**" in text


def test_what_is_to_go_is_named_in_the_document() -> None:
    text = API.read_text().partition("Deprecated now:")[2]

    assert all(f"`{name}`" in text for name in DEPRECATED)
    assert ("nothing" in text) == (not DEPRECATED)
