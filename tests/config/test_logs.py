"""What a log may hold: fields of a list, and of what was said only what stands in the code."""

import ast
import json
import logging
import logging.config
import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from config import logs
from ledger.context import leaves_no_trace, request_id
from officers.models import User
from tests import make
from tests.config.launching import CHECKOUT

CANARY = "canary-4711"
SAYING = {"debug", "info", "warning", "error", "exception", "critical"}


def fails(request, **kwargs):
    raise ValueError(f"{CANARY} {request.body!r}")


def asks_the_database(request):
    User.objects.extra(where=[f"'{CANARY}'::int = 1"]).count()


def answers(request, **kwargs):
    return HttpResponse(request_id.get() or "none")


urlpatterns = [
    path("fails/<str:what>/", fails),
    path("asks/", asks_the_database),
    path("secret/<str:what>/", leaves_no_trace(answers)),
    path("secret-failure/<str:what>/", leaves_no_trace(fails)),
    path("", include("config.urls")),
]


@pytest.fixture
def lines():
    """What goes to the output of a real server, as parsed lines."""
    written = []

    class Kept(logging.StreamHandler):
        def emit(self, record):
            written.append(json.loads(self.format(record)))

    handler = Kept()
    handler.setFormatter(logs.Json())
    handler.addFilter(logs.Traced())
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def bare(client):
    """A browser that is shown the page of a failure, as people are."""
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_nothing_that_somebody_sends_or_a_message_quotes_is_written(bare, lines):
    bare.cookies["session"] = CANARY
    sent = {
        "headers": {"User-Agent": CANARY, "Authorization": f"Bearer {CANARY}", "Referer": f"http://{CANARY}/"}
    }

    bare.post(f"/fails/{CANARY}/?q={CANARY}", {"name": CANARY}, **sent)
    bare.get(f"/nowhere/{CANARY}/?q={CANARY}", **sent)
    bare.get("/", headers={"Host": CANARY})
    bare.post("/accounts/login/", {"login": CANARY, "password": CANARY}, REMOTE_ADDR="203.0.113.77")
    bare.generic(CANARY, "/healthz/")

    text = json.dumps(lines)
    assert CANARY not in text
    assert "203.0.113.77" not in text
    failed = next(line for line in lines if line.get("error") == "ValueError")
    assert failed["stack"] == [f"tests/config/test_logs.py:{fails.__code__.co_firstlineno + 1}"]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(one["method"], one.get("route"), one["status"]) for one in requests][:2] == [
        ("POST", "/fails/<str:what>/", 500),
        ("GET", None, 404),
    ]
    assert requests[-1]["method"] == "OTHER"


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_what_postgresql_quotes_stays_behind(bare, lines):
    bare.get("/asks/")

    (failed,) = [line for line in lines if "DataError" in line.get("error", "")]
    assert failed["error"] == "DataError < InvalidTextRepresentation"
    assert CANARY not in json.dumps(lines)


@pytest.mark.django_db
def test_a_request_is_told_with_its_id_its_route_and_who_asked(client, lines):
    user = make.user()
    client.force_login(user)

    answer = client.get("/")

    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["actor"] == user.pk
    assert line["request_id"] == answer["X-Request-Id"]
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "INFO")
    assert set(line) <= {"time", "level", "logger", "event", "request_id", *logs.FIELDS}


@pytest.mark.django_db
def test_what_machines_ask_every_few_seconds_is_told_only_when_it_fails(client, lines):
    client.get("/healthz")
    client.get("/metrics")

    assert [(line["route"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("/metrics", 404)
    ]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_view_that_leaves_no_trace_has_no_id_no_line_and_no_figure(bare, lines):
    from prometheus_client import REGISTRY, generate_latest

    answer = bare.get(f"/secret/{CANARY}/")
    failed = bare.post(f"/secret-failure/{CANARY}/", {"name": CANARY})
    bare.get("/healthz")

    assert answer.content == b"none"
    assert failed.status_code == 500
    assert "X-Request-Id" not in answer.headers
    assert "X-Request-Id" not in failed.headers
    assert lines == []
    assert b"secret" not in generate_latest(REGISTRY)


def test_of_others_only_templates_are_written():
    def said(name, message, *args):
        return logs.told(logging.LogRecord(name, logging.WARNING, "f.py", 7, message, args, None))["event"]

    assert said("django.request", "Not Found: %s", CANARY) == "Not Found: %s"
    assert said("elsewhere", f"connected to {CANARY}") == "f:7"
    assert said("ledger.sealing", "sealing waits") == "sealing waits"


def test_every_word_of_ours_stands_in_the_code_and_every_fact_in_the_list():
    found = 0
    for floor in sorted(logs.FLOORS):
        for source in (CHECKOUT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text())):
                is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                if not is_call or ast.unparse(node.func.value) != "logger" or node.func.attr not in SAYING:
                    continue
                found += 1
                (message,) = node.args
                words = [message.body, message.orelse] if isinstance(message, ast.IfExp) else [message]
                assert all(isinstance(word, ast.Constant) for word in words), f"{source}:{node.lineno}"
                for keyword in node.keywords:
                    if isinstance(keyword.value, ast.Dict):
                        names = {key.value for key in keyword.value.keys}
                        assert names <= set(logs.FIELDS), f"{source}:{node.lineno}"
    assert found > 10


@pytest.mark.parametrize("how", ["json", "lines", ""])
def test_a_process_writes_as_it_is_told_to(how):
    say = "import django; django.setup(); import logging; logging.getLogger('ledger').error('said', extra={'job': 'j'})"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_FORMAT": how}
    environment.pop("PROBITY_EMBEDDED", None)
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    if how == "lines":
        assert done.stderr == "ERROR ledger said job=j\n"
    else:
        assert json.loads(done.stderr)["job"] == "j"
