"""What this installation needs to serve, each asked in a way that answers within two seconds."""

from collections.abc import Callable
from functools import cache

import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 2


def database() -> None:
    """Reach PostgreSQL as the application, past the pool and its queue, and see that it is migrated.

    :raises Exception: if it does not answer, or lacks a migration this code has
    """
    params = {**connections["default"].get_connection_params(), "connect_timeout": SECONDS}
    params["options"] = f"{params.get('options', '')} -c statement_timeout={SECONDS}s"
    del params["cursor_factory"]
    with psycopg.connect(**params) as connection:
        applied = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    missing = _migrations() - applied
    if missing:
        raise LookupError(f"{len(missing)} migrations are not applied")


def queue() -> None:
    """Reach Redis.

    :raises redis.RedisError: if it does not answer
    """
    with _redis() as client:
        client.ping()


def queue_length() -> int:
    """How many hints wait for a worker.

    :raises redis.RedisError: if Redis does not answer
    """
    with _redis() as client:
        return int(client.llen(settings.CELERY_TASK_DEFAULT_QUEUE))


def _redis() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


CHECKS: dict[str, Callable[[], None]] = {"database": database, "queue": queue}


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
