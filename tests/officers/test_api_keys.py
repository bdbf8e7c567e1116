"""Who is let in at the API's doors, in whose name, and how often."""

from datetime import timedelta
from typing import Any

import pytest

from foundation.limits.rates import rate
from ledger import clock
from ledger.models import Event
from officers.actions import api_keys, users
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key

pytestmark = pytest.mark.django_db


def test_without_a_language_in_the_request_the_users_own_is_spoken() -> None:
    user = make.user()
    users.speak(user, language="en")
    caller = by_key(type(user).objects.get(pk=user.pk))
    del caller.client.defaults["HTTP_ACCEPT_LANGUAGE"]

    assert caller.get("me/")["Content-Language"] == "en"


def test_who_am_i() -> None:
    user = make.user(Role.AUDITOR)

    by_session, with_key = Caller(user).get("me/").json(), by_key(user, "tests:read").get("me/").json()

    assert by_session["roles"][0]["role"] == "auditor"
    assert by_session["key"] is None
    assert with_key["key"]["scopes"] == ["tests:read"]


def test_a_session_writes_only_with_its_csrf_token() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator, enforce_csrf_checks=True)
    body = {"reason": "Opened twice."}

    assert caller.get("me/").status_code == 200
    assert caller.post(f"sheets/{sheet.pk}/void/", body).status_code == 403
    caller.client.get("/api/docs/")
    token = caller.client.cookies["csrf"].value
    voided = caller.post(f"sheets/{sheet.pk}/void/", body, headers={"X-CSRFToken": token})
    assert voided.status_code == 200, voided.json()


def test_a_key_needs_no_csrf_token_and_is_named_in_the_log() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator, scopes=["tests:write"], enforce_csrf_checks=True)

    assert caller.post(f"sheets/{sheet.pk}/void/", {"reason": "Opened twice."}).status_code == 200
    event = Event.objects.get(verb="sheet.voided")
    assert event.actor_role == f"administrator via key {caller.key.prefix}"


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("tests:read", "get", "sheets/", True),
        ("tests:read", "get", "drug-tests/", True),
        ("tests:read", "post", "drug-tests/", False),
        ("tests:read", "get", "officers/", False),
        ("tests:write", "post", "drug-tests/", True),
        ("tests:write", "post", "drug-tests/sheet/", True),
        ("tests:write", "get", "drug-tests/", False),
        ("officers:read", "get", "officers/", True),
        ("officers:read", "get", "units/", True),
        ("officers:read", "post", "officers/", False),
        ("officers:write", "post", "officers/", True),
        ("officers:write", "get", "officers/", False),
        ("officers:write", "get", "sheets/", False),
        ("officers:write", "get", "me/", True),
        ("tests:read", "get", "settings/", True),
    ],
)
def test_a_key_does_what_its_scopes_name(scope: str, method: str, path: str, allowed: bool) -> None:
    answer = getattr(by_key(make.user(), scope), method)(path)
    if allowed:
        assert answer.status_code in (200, 400)
    else:
        assert answer.status_code == 403
        assert "scope" in answer.json()["detail"]


def test_verbs_promise_no_more_than_the_keys_scopes() -> None:
    test = make.test()
    user = test.sheet.administrator

    assert by_key(user, "tests:read").get(f"drug-tests/{test.pk}/").json()["verbs"] == []
    both = by_key(user, "tests:read", "tests:write")
    assert both.get(f"drug-tests/{test.pk}/").json()["verbs"] == ["correct", "void"]


def test_a_key_that_is_expired_revoked_wrong_or_its_owners_no_more_opens_nothing() -> None:
    user = make.user()
    caller = by_key(user)
    assert caller.get("me/").status_code == 200

    with clock.at(clock.now() + timedelta(days=31)):
        assert caller.get("me/").status_code == 401
    right = caller.client._credentials["HTTP_AUTHORIZATION"]
    caller.client.credentials(HTTP_AUTHORIZATION=right[:-2] + ("xx" if right[-2:] != "xx" else "yy"))
    answer = caller.get("me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    caller.client.credentials(HTTP_AUTHORIZATION=right)
    api_keys.revoke(user, caller.key.pk)
    assert caller.get("me/").status_code == 401

    other = by_key(user)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, reason="Left.")
    assert other.get("me/").status_code == 401


def test_nobody_gets_in_without_signing_in_or_with_a_key_in_the_address() -> None:
    caller = by_key(make.user())
    secret = caller.client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    caller.client.credentials()

    assert caller.get("me/").status_code == 401
    assert caller.get("me/", key=secret).status_code == 401
    assert caller.get("me/", headers={"Authorization": "Basic " + secret}).status_code == 401


def test_who_is_nobody_is_counted_by_network_and_the_right_key_is_not_held_up(settings: Any) -> None:
    settings.API_LIMIT_OF_STRANGERS = rate("3/5min")
    caller = by_key(make.user())
    right = caller.client._credentials["HTTP_AUTHORIZATION"]
    answers = []
    for shown in ("Bearer pk_nobody00_" + "x" * 43, "", right[:-2] + "!!", "Bearer "):
        caller.client.credentials(HTTP_AUTHORIZATION=shown)
        answers.append(caller.get("me/").status_code)
    caller.client.credentials(HTTP_AUTHORIZATION=right)

    assert answers == [401, 401, 401, 429]
    assert caller.get("me/").status_code == 200


def test_a_session_whose_token_is_missing_counts_for_its_network(settings: Any) -> None:
    settings.API_LIMIT_OF_STRANGERS = rate("1/5min")
    caller = Caller(make.user(), enforce_csrf_checks=True)

    assert [caller.post("sheets/").status_code for _ in range(2)] == [403, 429]


def test_one_call_too_many_costs_the_database_nothing(settings: Any, django_assert_num_queries: Any) -> None:
    settings.API_LIMIT_PER_KEY = rate("1/5min")
    caller = by_key(make.user())
    caller.get("me/")

    with django_assert_num_queries(0):
        assert caller.get("me/").status_code == 429
        assert caller.post("sheets/", {"site": "Yard"}).status_code == 429


def test_an_answer_says_how_much_is_left_of_every_limit(settings: Any) -> None:
    settings.API_LIMIT_PER_KEY, settings.API_LIMIT_PER_ACCOUNT = rate("9/min"), rate("5/h")
    caller = by_key(make.user())

    first, second = caller.get("me/"), caller.get("nothing-here/")
    third = caller.get("me/")

    assert first["RateLimit-Policy"] == '"api-key";q=9;w=60, "api-account";q=5;w=3600'
    assert first["RateLimit"] == '"api-key";r=8;t=60, "api-account";r=4;t=3600'
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"], first["RateLimit-Reset"]) == (
        "5",
        "4",
        "3600",
    )
    assert "RateLimit" not in second, "an address that leads nowhere asks for nobody"
    assert third["RateLimit-Remaining"] == "3"
