"""What every test stands on: real servers, the real roles, a database as the migrations leave it."""

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import django
import psycopg
import pytest
from django.conf import settings

from tests import database

_servers = contextlib.ExitStack()
SLOT = database.take_environment(_servers)
django.setup()  # after the environment, before any other conftest imports a model
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a third of a second each else
del os.environ[
    "DJANGO_SETTINGS_MODULE"
]  # a worker that inherits it would read its settings before it has a slot

pytest_plugins = ["tests.browsers"]


def pytest_unconfigure() -> None:
    _servers.close()


#: Where the longest tests are: begun last, one of them would run on alone while the other processor waits.
LONGEST = (
    "tests/kills/",
    "tests/config/test_drill.py",
    "tests/config/test_real_servers.py",
    "tests/test_docs.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was read to collect the tests stays to the end: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: `app` may not create databases, and nobody may truncate the log.

    After the last test the log is looked at as a whole: tests that commit nothing leave the definitions to this.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    from ledger.verification import verify

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database.make_database(SLOT)
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.make_database(SLOT))
        yield
        connections.close_all()  # the last test that commits left none that still leads to a database
        assert verify(using="default") == []


@pytest.fixture(autouse=True)
def _speak_english() -> Iterator[None]:
    """What is said outside a request is said in the language the tests are written in."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _empty_valkey() -> Iterator[None]:
    yield
    _valkey().flushdb()


@pytest.fixture(autouse=True)
def verify_after_each_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that used the database the log verifies, unless it is marked `bends_the_log`.

    A test within one transaction works as `app`, which may define nothing: what it could bend is in the rows.
    """
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if not (commits or marker or "db" in request.fixturenames):
        yield
        return
    definitions = bool(commits or (marker and marker.kwargs.get("transaction")))
    request.getfixturevalue("_django_db_helper")  # set up before this, so torn down after it
    yield
    if request.node.get_closest_marker("bends_the_log"):
        return
    from django.db import connection

    from ledger.verification import verify

    if connection.needs_rollback:
        return  # the test left a broken transaction: nothing can be read in it, and nothing of it stays
    assert verify(using="default", definitions=definitions) == []


@pytest.fixture
def as_role(transactional_db: None) -> Iterator[Callable[[str], "psycopg.Connection[Any]"]]:
    """Opens a connection as one of the roles, each statement a transaction; for committing tests."""
    from django.db import connections

    aliases = {"app": "default"}
    with contextlib.ExitStack() as stack:

        def connect(role: str) -> "psycopg.Connection[Any]":
            settings = connections[aliases.get(role, role)].settings_dict
            return stack.enter_context(
                psycopg.connect(
                    host=settings["HOST"],
                    user=settings["USER"],
                    password=settings["PASSWORD"],
                    dbname=settings["NAME"],
                    autocommit=True,
                )
            )

        yield connect


@pytest.fixture
def superuser(transactional_db: None) -> Iterator["psycopg.Connection[Any]"]:
    """The cluster's superuser in this test's database: who can bend anything, and must be found out."""
    with database.superuser(SLOT) as connection:
        yield connection


def _valkey() -> Any:
    import redis
    from django.conf import settings

    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL)
    return _client


_client: Any = None
