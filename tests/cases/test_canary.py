"""SECURITY 16: somebody reports, and whatever tells who he is and when he came is looked for everywhere.

Only what he wrote may be found, and only where it belongs: in the complaint, and in its image in the log.
"""

import contextlib
import http.client
import io
import json
import logging
import os
import re
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from cases.actions import intake
from cases.actions.files import content_of
from cases.models import Complaint, IntakeItem
from cases.tasks import enter_reports
from config import logs
from config.embedded import launch
from ledger import sealing
from ledger.clock import now, today
from ledger.models import Event
from tests.cases.walking import Walker
from tests.config.launching import CHECKOUT, free_port
from tests.files.hostile import CANARY as PICTURE
from tests.files.hostile import telling_picture
from tests.serving import PATIENCE

pytestmark = pytest.mark.django_db(databases=["default", "sequencer"], transaction=True)

TEXT = "canary-text-4711"
WORD = "canary-word-4712"
ADDRESS, FORWARDED = "203.0.113.77", "198.51.100.88"
AGENT, REFERER, LANGUAGE, COOKIE = (
    f"canary-{what}-4713" for what in ("agent", "referer", "language", "cookie")
)
FILE = "canary-name-4716"
#: What no place may hold.
NOWHERE = (ADDRESS, FORWARDED, AGENT, REFERER, LANGUAGE, COOKIE, PICTURE, FILE)


class Canary(Walker):
    """A reporter about whom everything could be told."""

    def __init__(self) -> None:
        super().__init__(
            "km",
            **{
                "User-Agent": AGENT,
                "Referer": f"http://{REFERER}/",
                "Accept-Language": f"en-{LANGUAGE}, en;q=0.9, x-{LANGUAGE}",
                "X-Forwarded-For": FORWARDED,
                "Cookie": f"language=en; visitor={COOKIE}; session={COOKIE}",
            },
        )
        self.about["REMOTE_ADDR"] = ADDRESS


def tables(superuser: "psycopg.Connection") -> dict[str, str]:
    """Every table of the database, written out; what is binary also as the text it may hold."""
    found = superuser.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    dumped = {}
    for schema, table in found:
        rows = superuser.execute(f'SELECT t::text FROM "{schema}"."{table}" AS t').fetchall()
        text = "\n".join(row[0] or "" for row in rows)
        binary = (bytes.fromhex(found) for found in re.findall(r"\\x((?:[0-9a-f]{2})+)", text))
        dumped[table] = text + "".join(part.decode("utf-8", "replace") for part in binary)
    return dumped


def in_valkey() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL)
    said = []
    for key in client.scan_iter("*"):
        kind = client.type(key).decode()
        read = {
            "string": client.get,
            "list": lambda name: client.lrange(name, 0, -1),
            "set": client.smembers,
            "hash": client.hgetall,
            "zset": lambda name: client.zrange(name, 0, -1, withscores=True),
        }[kind]
        said.append(f"{key!r} {read(key)!r}")
    return "\n".join(said)


#: It says in all its parts where it was taken and by whom.
PHOTOGRAPH = telling_picture()


def photograph() -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{FILE}.jpg", PHOTOGRAPH, content_type=f"image/{FILE}")


def on_the_disk(root: Path) -> int:
    """How many files lie there: none says anything, and the time of none is told but by the day."""
    found = [path for path in root.rglob("*") if path.is_file()]
    for path in found:
        assert not any(canary.encode() in path.read_bytes() for canary in (TEXT, WORD, *NOWHERE))
        assert not any(canary in str(path) for canary in NOWHERE)
    for path in (*found, *(path.parent for path in found)):
        assert time.localtime(path.stat().st_mtime)[3:6] == (0, 0, 0)
    return len(found)


@pytest.fixture
def output():
    """All that a process of ours would say, through the handler that a real one has, at its most talkative."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Json())
    handler.addFilter(logs.Traced())
    root, level = logging.getLogger(), logging.getLogger().level
    # Not django.request, which tells of an answer after the request is over; `config.logs` lets it tell errors alone.
    quiet = {name: logging.getLogger(name).level for name in ("django", "django.security", "django.template")}
    root.addHandler(handler)
    for name in ("", *quiet):
        logging.getLogger(name or None).setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


@override_settings(METRICS_TOKEN="token-of-the-test")
def test_of_a_reporter_only_what_he_wrote_is_found_and_only_where_it_belongs(
    place, superuser, output, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    mail.outbox.clear()
    walker = Canary()
    walker.to_check(story={"narrative": TEXT}, keep={"hidden_from": "district"})
    walker.press("to:files").press("add", file=photograph()).press("go")
    first = output.tell()
    assert "/report" not in output.getvalue()
    walker.press("send")
    receipt = walker.receipt
    walker.press(last="0000").press(last=receipt[-4:])
    walker.open("receipt").press(receipt="1234").press(receipt=receipt).press(
        "word", word=WORD, file=photograph()
    )
    walker.response = Client().get(f"/report/{COOKIE}/", **walker.about)
    assert walker.response.status_code == 404
    Client().get("/receipt", **walker.about)
    Client().generic("BREW", "/report/", **walker.about)
    assert output.getvalue()[first:].strip() == ""

    waiting = tables(superuser)
    for canary in (TEXT, WORD, receipt, *NOWHERE):
        assert [name for name, text in waiting.items() if canary in text] == [], canary
    assert [name for name, text in waiting.items() if name == "cases_intakeitem" and text.strip()]

    assert on_the_disk(tmp_path) == 2
    enter_reports.job.function(period=now())
    row = Complaint.objects.get()
    assert on_the_disk(tmp_path) == row.files.count() == 2
    for file in row.files.all():
        assert not any(canary.encode() in content_of(file) for canary in NOWHERE)
    sealing.seal()
    dumped = tables(superuser)
    where = {canary: {name for name, text in dumped.items() if canary in text} for canary in (TEXT, WORD)}
    assert where == {
        TEXT: {"cases_complaint", "ledger_change"},
        WORD: {"cases_message", "ledger_change"},
    }
    for canary in (receipt, *NOWHERE):
        assert [name for name, text in dumped.items() if canary in text] == [], canary
    images = superuser.execute(
        "SELECT DISTINCT table_name FROM ledger_change WHERE image::text LIKE %s", [f"%{TEXT}%"]
    ).fetchall()
    assert images == [("cases_complaint",)]
    assert not IntakeItem.objects.exists()

    said = in_valkey() + output.getvalue() + json.dumps([str(one.message()) for one in mail.outbox])
    figures = Client().get("/metrics", headers={"Authorization": "Bearer token-of-the-test"})
    assert figures.status_code == 200
    said += figures.content.decode()
    for canary in (TEXT, WORD, receipt, *NOWHERE):
        assert canary not in said, canary
    assert 'route="/report/"' not in said
    assert 'route="/receipt/"' not in said
    assert row.received_on == today()


def test_the_events_of_a_report_have_no_request_and_nothing_of_its_coming_but_the_day(place):
    walker = Canary()
    walker.to_check(story={"narrative": TEXT}).press("send")
    before = Event.objects.count()
    intake.enter_waiting()
    row = Complaint.objects.get()
    (event,) = list(Event.objects.all().order_by("pk"))[before:]
    assert (event.verb, event.request_id, event.actor_id) == ("complaint.received", "", None)
    assert TEXT not in json.dumps(event.facts)
    kept = [getattr(row, field.attname) for field in row._meta.concrete_fields]
    assert not any(isinstance(value, datetime) for value in kept)


def test_what_waits_tells_neither_its_order_nor_its_time(place):
    for number in range(3):
        intake.drop(intake.Report("other", f"{TEXT} {number}"), token=f"{number:032d}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM cases_intakeitem t")
        rows = [row[0] for row in cursor.fetchall()]
    this_minute = f"{int(now().timestamp()):x}"[:6]
    assert not any(TEXT in row or this_minute in row for row in rows)
    columns = {type(getattr(IntakeItem.objects.first(), field.attname)) for field in IntakeItem._meta.fields}
    assert datetime not in columns


@pytest.fixture
def served(place, tmp_path):
    """The web server as `make run` starts it, and what it says."""
    port, said = free_port(), tmp_path / "said"
    command = dict(launch.commands("127.0.0.1", port))["web"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with said.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=CHECKOUT, env=environment, start_new_session=True
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)  # between two attempts: there is nothing to wait on before it listens
        yield port, said
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        return _ask(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def _ask(port: int, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    about = {
        "User-Agent": AGENT,
        "Referer": f"http://{REFERER}/",
        "Accept-Language": f"en-{LANGUAGE}",
        "X-Forwarded-For": FORWARDED,
        "Cookie": f"visitor={COOKIE}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, body or None, about | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


def test_the_real_server_says_nothing_of_who_comes_to_report_and_tells_of_others(served):
    port, said = served
    status, page = _ask(port, "GET", "/report/")
    state = re.findall(r'name="state" value="([^"]*)"', page)[0]
    assert status == 200
    asked = [
        ("POST", "/report/", urlencode({"state": state, "step": "start", "do": "go"})),
        ("POST", "/report/", urlencode({"state": TEXT, "step": "story", "narrative": TEXT})),
        ("POST", "/receipt/", urlencode({"receipt": "1234"})),
        ("GET", f"/report/{TEXT}/", ""),
        ("GET", "/receipt", ""),
        ("POST", "/treatment/", urlencode({"number": TEXT, "birth_year": "1980", "words": TEXT})),
        ("BREW", "/report/", ""),
        ("POST", "/report/", "&".join(f"a{n}=1" for n in range(6000))),  # more fields than are read
    ]
    assert [_ask(port, *one)[0] for one in asked] == [200, 400, 200, 404, 301, 200, 405, 400]
    assert _ask(port, "GET", "/report/", Host=f"{TEXT}.example")[0] == 400
    _ask(port, "GET", "/nowhere/")

    lines = [line for line in said.read_text().splitlines() if "request" in line]
    assert len(lines) == 1
    assert "status=404" in lines[0] or '"status": 404' in lines[0]
    for canary in (TEXT, "report", "receipt", "treatment", *NOWHERE):
        assert canary not in said.read_text(), canary
