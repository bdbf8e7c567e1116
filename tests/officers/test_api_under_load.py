"""Many callers at once, over HTTP, at a real server with several processes, each with several threads."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from config.embedded import valkey
from ledger.models import Answer, Event
from officers.actions import api_keys
from officers.models import DrugTest, User
from tests import make
from tests.officers.calling import by_key
from tests.serving import Answered, Request, Server, serving

pytestmark = pytest.mark.django_db(transaction=True)
ME = "/api/v1/me/"


def bearer(user: User) -> dict[str, str]:
    """The header of a new key that may do everything its owner may."""
    return {"Authorization": by_key(user).client._credentials["HTTP_AUTHORIZATION"]}


def statuses(answers: list[Answered]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def test_of_320_at_once_against_a_limit_of_20_exactly_20_pass() -> None:
    headers = bearer(make.user())
    with serving(workers=3, API_LIMIT_PER_KEY="20/5min") as server:
        answers = server.ask_at_once([Request("GET", ME, headers)] * 320)

    assert statuses(answers) == {200: 20, 429: 300}
    left = sorted(int(answer.headers["ratelimit-remaining"]) for answer in answers if answer.status == 200)
    assert left == list(range(20))
    for answer in answers:
        assert answer.headers["ratelimit-policy"].startswith('"api-key";q=20;w=300')
        if answer.status == 429:
            seconds = answer.headers["retry-after"]
            assert answer.headers["ratelimit"] == f'"api-key";r=0;t={seconds}'
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:probity:problem:too-many-requests"


def test_two_keys_of_one_account_and_its_session_share_the_accounts_limit(client: Any) -> None:
    user = make.user()
    client.force_login(user)
    ways = [bearer(user), bearer(user), {"Cookie": f"session={client.cookies['session'].value}"}]
    other = bearer(make.user())
    with serving(workers=2, API_LIMIT_PER_ACCOUNT="20/5min") as server:
        answers = server.ask_at_once([Request("GET", ME, headers) for headers in ways * 20])
        neighbour = server.ask("GET", ME, other)

    assert statuses(answers) == {200: 20, 429: 40}
    assert neighbour.status == 200


def test_what_may_not_be_done_and_what_is_not_there_counts_too() -> None:
    headers = bearer(make.user())
    with serving(API_LIMIT_PER_KEY="4/5min") as server:
        answers = [
            server.ask(method, f"/api/v1/{path}", headers)
            for method, path in (
                ("GET", "sheets/999/"),
                ("DELETE", "sheets/"),
                ("GET", "units/?colour=red"),
                ("POST", "sheets/"),
                ("GET", "me/"),
            )
        ]

    assert [answer.status for answer in answers] == [404, 405, 400, 400, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["3", "2", "1", "0", "0"]


def test_a_revoked_key_is_limited_by_network_and_locks_nobody_else_out() -> None:
    user = make.user()
    right = bearer(user)
    caller = by_key(make.user())
    revoked = {"Authorization": caller.client._credentials["HTTP_AUTHORIZATION"]}
    api_keys.revoke(caller.user, caller.key.pk)
    guess = {"Authorization": right["Authorization"][:-3] + "xyz"}
    with serving(workers=2, API_LIMIT_OF_STRANGERS="20/5min", API_LIMIT_PER_KEY="100/5min") as server:
        invented = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(120)]
        answers = server.ask_at_once([Request("GET", ME, revoked | forged) for forged in invented])
        guesses = server.ask_at_once([Request("GET", ME, guess)] * 120)
        nobody = server.ask("GET", ME)
        neighbour = server.ask("GET", ME, right)

    assert statuses(answers) == {401: 20, 429: 100}
    assert statuses(guesses) == {429: 120}
    assert nobody.status == 429
    assert neighbour.status == 200, (
        "from the same network, and with the key whose public part was guessed with"
    )
    assert neighbour.headers["ratelimit"].startswith('"api-key";r=99;')


def test_behind_a_proxy_each_client_has_its_own_count_and_none_can_take_anothers() -> None:
    with serving(API_LIMIT_OF_STRANGERS="2/5min", TRUSTED_PROXIES="127.0.0.1") as server:

        def ask(forwarded: str) -> int:
            return server.ask("GET", ME, {"X-Forwarded-For": forwarded}).status

        assert [ask("198.51.100.1") for _ in range(3)] == [401, 401, 429]
        assert ask("198.51.100.2") == 401
        assert ask("198.51.100.99, 198.51.100.1") == 429, "what stands left of one's own address is invented"
        assert ask("198.51.100.2, 198.51.100.3") == 401
        assert ask("198.51.100.2") == 401, "and takes nothing from whom it names"


def twin_of(user: User, key: str) -> Request:
    sheet = make.sheet(user)
    body = {"sheet": sheet.pk, "number": make.officer(sheet.unit).number}
    return Request("POST", "/api/v1/drug-tests/", {**bearer(user), "Idempotency-Key": key}, body)


def test_fifty_twins_at_once_have_one_effect() -> None:
    request = twin_of(make.user(), "fifty")
    with serving(workers=3) as server:
        answers = server.ask_at_once([request] * 50)
        after = server.ask(*request)

    done = [answer for answer in answers if answer.status == 201]
    assert set(statuses(answers)) <= {201, 409}
    assert [("idempotency-replayed" in answer.headers) for answer in done].count(False) == 1
    for answer in answers:
        if answer.status == 409:
            assert answer.json()["type"] == "urn:probity:problem:request-under-way"
            assert answer.headers["retry-after"] == "1"
    assert after.headers["idempotency-replayed"] == "true"
    for answer in [*done, after]:
        assert (answer.status, answer.content) == (201, done[0].content)
        assert answer.headers["location"] == done[0].headers["location"]
        assert answer.headers["etag"] == done[0].headers["etag"]
    assert DrugTest.objects.count() == Answer.objects.count() == 1
    assert Event.objects.filter(verb="drug_test.entered").count() == 1


def test_who_hears_no_answer_because_the_server_was_killed_gets_it_when_he_asks_again() -> None:
    request = twin_of(make.user(), "unheard")
    with serving() as server, closing(server.send_and_hear_nothing(request)):
        while not Answer.objects.exists():
            assert server.process.poll() is None
            time.sleep(0.005)  # between two looks; the loop ends by what it sees
        server.end(signal.SIGKILL)
    with serving() as server:
        answer = server.ask(*request)

    assert (answer.status, answer.headers["idempotency-replayed"]) == (201, "true")
    assert answer.json()["id"] == DrugTest.objects.get().pk
    assert Event.objects.filter(verb="drug_test.entered").count() == 1


@contextmanager
def own_valkey(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A Valkey of this test's, empty, which it may stop."""
    command = [
        "--port",
        "0",
        "--unixsocket",
        str(folder / "valkey.sock"),
        "--save",
        "",
        "--loglevel",
        "warning",
    ]
    process = subprocess.Popen([valkey.program(), *command], cwd=folder)
    try:
        client = redis.Redis(unix_socket_path=str(folder / "valkey.sock"))
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                assert process.poll() is None
                time.sleep(0.02)  # until it listens there is nothing to wait on
            else:
                break
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def test_without_redis_everybody_passes_and_once_it_is_back_the_count_is_exact(tmp_path: Path) -> None:
    headers = bearer(make.user())
    address = {"REDIS_URL": f"unix://{tmp_path}/valkey.sock", "API_LIMIT_PER_KEY": "20/5min"}

    def passed(server: Server, times: int) -> int:
        return statuses(server.ask_at_once([Request("GET", ME, headers)] * times))[200]

    with serving(**address) as server:
        assert passed(server, 40) == 40
        assert "ratelimit" not in server.ask("GET", ME, headers).headers, "nobody counts, so nothing is said"
        with own_valkey(tmp_path) as process:
            counted = until_counted(server, headers)
            assert passed(server, 40) == 20 - counted
            process.send_signal(signal.SIGSTOP)
            assert passed(server, 40) == 40, "a Redis that says nothing holds nobody up"
        with own_valkey(tmp_path):
            counted = until_counted(server, headers)
            assert passed(server, 40) == 20 - counted


def until_counted(server: Server, headers: dict[str, str]) -> int:
    """How many were counted once the server has found its Redis again; it tries once a second."""
    while True:
        answer = server.ask("GET", ME, headers)
        if (
            answer.headers.get("ratelimit-limit") == "20"
        ):  # the account's may be counted a moment before the key's
            return 20 - int(answer.headers["ratelimit-remaining"])
