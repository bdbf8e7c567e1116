"""A server that is not ours: its superuser runs the printed SQL, the owner migrates, the roles serve."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from config.embedded import account
from config.embedded.folder import SUPERUSER, Folder
from config.embedded.postgres import Postgres, program
from tests.config.launching import CHECKOUT, bare_environment, free_port, launched
from tests.config.test_backup import until


@pytest.fixture
def server(tmp_path):
    """A bare cluster that asks everybody for a password, and nothing in it."""
    folder = Folder(tmp_path / "server", durable=False)
    folder.make()
    chosen = account.choose(folder.root, program("initdb"))
    sockets = folder.make_socket_folder(chosen)
    bare = Postgres(folder, chosen)
    bare.make(sockets)
    running = subprocess.Popen(
        bare.command(sockets), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(bare.is_up)
    yield folder
    bare.end()
    running.wait()
    folder.drop_socket_folder()


@pytest.fixture
def environment(server, tmp_path):
    """The addresses that an operator writes into files."""
    addresses = {
        name: value
        for name, value in server.addresses(database="the police's").items()
        if name != "PROBITY_EMBEDDED"
    }
    given = bare_environment(tmp_path / "data", REDIS_URL=os.environ["REDIS_URL"])
    for name in addresses.keys() - {"REDIS_URL"}:
        file = tmp_path / name.lower()
        file.write_text(addresses[name] + "\n")
        given[f"{name}_FILE"] = str(file)
    return given


def manage(environment, *words):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def run_as_superuser(server, sql: Path):
    access = {
        "PGHOST": str(server.socket_folder()),
        "PGUSER": SUPERUSER,
        "PGPASSWORD": server.passwords()[SUPERUSER],
    }
    command = [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", sql]
    return subprocess.run(command, env={**os.environ, **access}, capture_output=True, text=True, check=True)


def ask(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_a_bare_server_becomes_ours_by_the_printed_sql_and_the_system_runs_on_it(
    server, environment, tmp_path
):
    sql = tmp_path / "roles.sql"
    for _ in range(2):  # whoever runs it again changes nothing
        sql.write_text(manage(environment, "roles", "--sql"))
        run_as_superuser(server, sql)
    with psycopg.connect(Path(environment["DATABASE_URL_FILE"]).read_text().strip()) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE public.sneak (id int)")

    port = free_port()
    running = {**environment, "PORT": str(port), "METRICS_TOKEN": "a-token"}
    with launched("run", running) as one:
        one.wait_for("answers at", str(port))
        assert ask(port, "readyz")[0] == 200
        assert ask(port, "nowhere/canary-4711")[0] == 404
        line = one.wait_for('"event": "request"')
        assert "canary" not in line
        assert json.loads(line[line.index("{") :])["status"] == 404
        status, figures = ask(port, "metrics", Authorization="Bearer a-token")
        assert status == 200
        assert "probity_events_sealed" in figures
        until(
            lambda: "probity_events_unsealed 0.0" in ask(port, "metrics", Authorization="Bearer a-token")[1]
        )
        said = manage(environment, "verify_log", "--against", str(tmp_path / "data" / "heads" / "heads.log"))
        assert "The log is whole" in said
        assert manage(environment, "shell", "-c", "print(User.objects.count())").splitlines()[-1] == "0"
    run_as_superuser(server, sql)
    assert "The log is whole" in manage(environment, "verify_log")


def test_an_address_of_another_role_is_refused(environment, tmp_path):
    environment["AUDITOR_DATABASE_URL_FILE"] = environment["MIGRATOR_DATABASE_URL_FILE"]
    done = subprocess.run(
        [sys.executable, "manage.py", "roles", "--sql"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "auditor names migrator" in done.stderr
