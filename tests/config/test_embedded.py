"""The launcher on folders of its own: started, killed, damaged and stopped as people and machines do it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import psutil
import psycopg
import pytest

from config.embedded.folder import ADDRESSES
from config.embedded.launch import reserved
from config.embedded.refusal import Refusal
from tests.config.launching import CHECKOUT, bare_environment, free_port, launched, processes_of, refused

KEPT = ("granian", "worker --loglevel", "beat --loglevel", "manage.py seal")


def addresses_of(one):
    one.wait_for("PROBITY_DATA=")
    return dict(line.split("=", 1) for line in one.lines if line.partition("=")[0] in ADDRESSES)


def one_of(data, words):
    """The first process of a kind: the one the launcher itself started."""
    found = [pid for pid, command in processes_of(data).items() if words in command]
    return min(found) if found else None


def test_both_servers_survive_a_kill_and_a_second_start_finds_everything(tmp_path):
    data = tmp_path / "a folder with spaces"
    environment = bare_environment(data)

    with launched("services", environment) as one:
        addresses = addresses_of(one)
        with psycopg.connect(addresses["MIGRATOR_DATABASE_URL"]) as owner:
            owner.execute("CREATE TABLE kept (words text)")
        with psycopg.connect(addresses["DATABASE_URL"]) as app:
            app.execute("INSERT INTO kept VALUES ('acknowledged')")
        for server in ("valkey-server", "postgres"):
            os.kill(one_of(data, server), signal.SIGKILL)
            one.wait_for("was ended by signal 9")
        os.kill(one.process.pid, signal.SIGKILL)  # and now the launcher, which leaves its servers behind
        one.process.wait()

    with launched("services", environment) as one:
        assert addresses_of(one) == addresses
        with psycopg.connect(addresses["DATABASE_URL"]) as app:
            assert app.execute("SELECT words FROM kept").fetchall() == [("acknowledged",)]
        assert "already running" in refused("services", environment)
        assert one.interrupt() == 0
    assert processes_of(data) == {}


def test_the_servers_listen_on_no_port_and_their_passwords_are_private(tmp_path):
    data = tmp_path / "data"
    with launched("services", bare_environment(data)) as one:
        addresses_of(one)
        for pid in processes_of(data):
            with contextlib.suppress(psutil.NoSuchProcess):  # PostgreSQL's own workers come and go
                assert psutil.Process(pid).net_connections(kind="inet") == []
        assert (data / "keys" / "servers.json").stat().st_mode & 0o777 == 0o600
        for pid, command in processes_of(data).items():
            with contextlib.suppress(psutil.NoSuchProcess):
                assert psutil.Process(pid).uids().real != 0, command


def test_a_run_answers_keeps_its_processes_and_leaves_none(tmp_path):
    data, port = tmp_path / "data", free_port()
    with launched("run", bare_environment(data, PORT=str(port))) as one:
        one.wait_for("answers at", str(port))
        for words in KEPT:
            first = one_of(data, words)
            assert "MIGRATOR_DATABASE_URL" not in psutil.Process(first).environ()
            os.kill(first, signal.SIGKILL)
            one.wait_for("was ended by signal 9")
        assert one.interrupt() == 0
    assert processes_of(data) == {}
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", port))


def test_a_port_in_use_is_said_before_anything_starts(tmp_path):
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is in use" in refused("run", bare_environment(data, PORT=str(port)))
    assert not (data / "postgres").exists()


def test_a_run_that_has_not_answered_yet_keeps_its_port_for_its_own_web_server():
    port = free_port()
    with reserved("127.0.0.1", port):
        with pytest.raises(Refusal, match=f"Port {port} is in use"):
            reserved("127.0.0.1", port)
        with socket.socket() as web:
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # as granian has them
                web.setsockopt(socket.SOL_SOCKET, option, 1)
            web.bind(("127.0.0.1", port))
            web.listen()
            with socket.create_connection(("127.0.0.1", port)), web.accept()[0]:
                pass
    reserved("127.0.0.1", port).close()


def test_a_port_that_is_no_port_is_said(tmp_path):
    assert "PORT is 'eighty'" in refused("run", bare_environment(tmp_path / "data", PORT="eighty"))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_stops_everything(tmp_path, sign):
    data, makefile = tmp_path / "data", tmp_path / "Makefile"
    makefile.write_text(f'run:\n\t@exec "{sys.executable}" -m config.embedded services\n')
    make = subprocess.Popen(
        ["make", "-f", str(makefile), "run"],
        cwd=CHECKOUT,
        env=bare_environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A suite run in the background (`make test &`) has its shell ignore this one, and so would every child.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert make.stdout
    started = next(line for line in make.stdout if line.startswith("PROBITY_DATA="))
    assert str(data) in started

    make.send_signal(sign)

    make.stdout.read()  # to the end of the last process that could write there
    make.wait()
    assert processes_of(data) == {}


def test_a_damaged_folder_is_named_and_left_alone(tmp_path):
    data = tmp_path / "data"
    environment = bare_environment(data)
    with launched("services", environment) as one:
        addresses_of(one)
    control, version = data / "postgres" / "global" / "pg_control", data / "postgres" / "PG_VERSION"

    whole = control.read_bytes()
    control.write_bytes(b"not what it was")
    assert "is damaged" in refused("services", environment)
    assert control.read_bytes() == b"not what it was"
    control.write_bytes(whole)

    version.write_text("12\n")
    assert "was made by PostgreSQL 12" in refused("services", environment)
    version.unlink()
    assert "is damaged" in refused("services", environment)
    version.write_text("18\n")

    passwords = data / "keys" / "servers.json"
    passwords.write_text("{")
    assert "passwords" in refused("services", environment)
    passwords.unlink()
    assert "are missing" in refused("services", environment)
    assert (data / "postgres" / "base").is_dir()


def test_a_damaged_dump_of_valkey_costs_no_start(tmp_path):
    data = tmp_path / "data"
    environment = bare_environment(data)
    with launched("services", environment) as one:
        addresses_of(one)
    (data / "valkey" / "dump.rdb").write_bytes(b"not a dump")
    with launched("services", environment) as one:
        addresses_of(one)
    assert (data / "valkey" / "dump.damaged").read_bytes() == b"not a dump"


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "data").write_text("")
    assert "cannot be used" in refused("services", bare_environment(tmp_path / "data"))


def test_half_of_the_real_servers_is_refused(tmp_path):
    environment = bare_environment(tmp_path / "data", DATABASE_URL="postgresql://app@elsewhere/probity")
    assert "REDIS_URL" in refused("run", environment)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "config.embedded.prepare"],
        ["-m", "celery", "-A", "config.celery:app", "worker", "--concurrency", "1"],
        ["-c", "import config.wsgi"],
    ],
    ids=["start", "worker", "web"],
)
def test_nothing_starts_as_a_role_that_could_switch_the_log_off(db, command):
    owner = os.environ["MIGRATOR_DATABASE_URL"]
    environment = {**os.environ, "DATABASE_URL": owner, "DJANGO_SETTINGS_MODULE": "config.settings"}

    done = subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "could switch the log off" in done.stderr.splitlines()[-1]
