"""The drill: backed up while people work, everything lost, restored on an empty host, and people go on."""

import http.cookiejar
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

from allauth.mfa.totp.internal.auth import generate_totp_secret

from officers.reckoning import demo
from tests.config.launching import CHECKOUT, bare_environment, free_port, launched
from tests.config.test_sign_in import code_for

KEEPER, SECOND = [username for _, username, _ in demo.ACCOUNTS[:2]]


class Browser:
    """Somebody's browser, with his cookies."""

    def __init__(self, port):
        self.root = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path):
        """Where a page leads to in the end."""
        with self.opener.open(self.root + path) as answer:
            answer.read()
            return urllib.parse.urlsplit(answer.url).path

    def post(self, path, **fields):
        self.get(path)
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrf")
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        with self.opener.open(
            urllib.request.Request(self.root + path, data, {"Referer": self.root})
        ) as answer:
            answer.read()
            return urllib.parse.urlsplit(answer.url).path

    def sign_in(self, username):
        return self.post("/accounts/login/", login=username, password=demo.PASSWORD)


def backup(environment, *words):
    return subprocess.run(
        [sys.executable, "-m", "config.backup", *map(str, words)],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def drill(environment, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.config.drilling", *words],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_everything_acknowledged_before_the_backup_is_there_after_everything_was_lost(tmp_path):
    data, kept, keys = tmp_path / "data", tmp_path / "kept", tmp_path / "keys"
    port, secret = free_port(), generate_totp_secret()
    environment = bare_environment(data, PORT=str(port))
    signed_in = Browser(port)
    with launched("run", environment) as one:
        one.wait_for("answers at")
        assert signed_in.sign_in(KEEPER) == "/"
        assert drill(environment, "enrol", SECOND, secret).wait() == 0
        writing = drill(environment, "write")
        acknowledged = [writing.stdout.readline() for _ in range(6)]
        assert "Backup: " in backup(environment, "backup", "--to", kept, "--keys", keys)
        writing.terminate()
        after = writing.stdout.read()
        writing.wait()
        assert "already running" in restore_refused(environment, kept)
        assert one.interrupt() == 0
    shutil.rmtree(data)

    said = backup(environment, "restore", "--from", kept, "--keys", keys)

    assert "The log is whole" in said
    with launched("run", environment) as one:
        one.wait_for("answers at")
        sheets, files = drill(environment, "check").communicate()[0].splitlines()
        expected = [line.split()[1] for line in acknowledged if line.startswith("sheet")]
        assert sheets.split()[: len(expected)] == expected
        assert len(set(files.split())) == 1, files  # each row has its file, as it was
        assert "file" in after  # it went on while the backup was made
        assert signed_in.get("/") == "/"  # the session of before
        somebody = Browser(port)
        assert somebody.sign_in(SECOND) == "/accounts/2fa/authenticate/"
        assert somebody.post("/accounts/2fa/authenticate/", code=code_for(secret)) == "/"
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_log", "--against", str(data / "heads" / "heads.log")],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert re.match(r"The log is whole\. Head \d+:", done.stdout), done.stdout + done.stderr


def restore_refused(environment, kept):
    done = subprocess.run(
        [sys.executable, "-m", "config.backup", "restore", "--from", str(kept)],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr
