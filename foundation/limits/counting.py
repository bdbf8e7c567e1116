"""A limit: so many of something in a window, counted atomically for all processes together."""

import logging
import math
import os
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha1
from typing import Any, Literal

import redis
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.retry import Retry

from foundation.limits import models

#: Seconds: a limit must not cost a request more than this when Redis is slow.
PATIENCE = 0.25
#: After a failure Redis is left alone for so many seconds, or each request would wait out `PATIENCE` again.
REST = 1.0

# The expiry is set in the same step as the first count: a counter without one would lock its key for ever.
# What does not fit any more is not counted, so that something smaller still may.
_COUNT = """
local cost = tonumber(ARGV[2])
local count = tonumber(redis.call('GET', KEYS[1]) or '0') + cost
if count <= tonumber(ARGV[3]) then
    redis.call('INCRBY', KEYS[1], cost)
    if count == cost then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
end
return {count, redis.call('PTTL', KEYS[1])}
"""

_SHA = sha1(_COUNT.encode(), usedforsecurity=False).hexdigest()
_own = threading.local()

LIMITED = Counter("probity_limited", "Requests refused by a limit", ["limit"])

logger = logging.getLogger(__name__)
_resting_until = 0.0


@dataclass(frozen=True)
class Allowance:
    """What is left of a limit: `remaining`, and the seconds until the count starts anew."""

    limit: "Limit"
    remaining: int
    reset: int


class Limited(Exception):
    """Too many. The doors say it as 429 with `Retry-After`."""

    problem_status = 429
    problem_type = "too-many-requests"

    def __init__(self, exhausted: Allowance) -> None:
        self.exhausted = exhausted
        self.retry_after = exhausted.reset
        super().__init__(
            _("Too many attempts. Try again in %(seconds)d seconds.") % {"seconds": self.retry_after}
        )


@dataclass(frozen=True)
class Limit:
    """So many per key in each window, which begins with the first. Declared once, beside the door it guards.

    :param name: tells limits apart
    :param fallback: without Redis, `database` counts in PostgreSQL, from zero; `allow` lets everyone through
    """

    name: str
    count: int
    window: timedelta
    fallback: Literal["database", "allow"] = "allow"

    def take(self, *subject: str, cost: int = 1) -> Allowance | None:
        """Count one for a subject, such as an address or the name of an account.

        Called by a door, before any transaction. None where nobody counts: what is left is not known then.

        :param cost: for what is worth more than one; PostgreSQL, where it stands in, counts one all the same
        :raises Limited: if that is one too many; exactly `count` of any number of simultaneous calls pass
        """
        key = self._key(subject)
        counted = _count_in_redis(key, self, cost)
        if counted is None:
            if self.fallback == "allow":
                return None
            counted = models.Counter.objects.hit(key, self.window)
        count, seconds = counted
        reset = max(1, math.ceil(seconds))
        if count > self.count:
            LIMITED.labels(self.name).inc()
            raise Limited(Allowance(self, max(0, self.count - (count - cost)), reset))
        return Allowance(self, self.count - count, reset)

    def forget(self, *subject: str) -> None:
        """Start a subject's count anew, as after a sign-in that succeeded."""
        key = self._key(subject)
        _ask_redis(lambda: _client().delete(key))
        if self.fallback == "database":
            models.Counter.objects.filter(key=key).delete()

    def _key(self, subject: tuple[str, ...]) -> str:
        """A key nobody can trace back to the subject once the day is over, when it changes."""
        day = timezone.localdate().isoformat()
        parts = "\x1f".join(subject)
        return f"limit:{self.name}:{salted_hmac(f'limits {day}', parts, algorithm='sha256').hexdigest()}"


def _count_in_redis(key: str, limit: Limit, cost: int) -> tuple[int, float] | None:
    milliseconds = int(limit.window.total_seconds() * 1000)
    answer = _ask_redis(lambda: _evaluate(key, milliseconds, cost, limit.count))
    return None if answer is None else (answer[0], max(answer[1], 0) / 1000)


def _evaluate(*arguments: str | int) -> Any:
    """What the script says, over a line of this thread's own.

    The client's way, through its pool and its retries, took as long as all else that a request for open data needs.
    """
    client = _client()
    known = (os.getpid(), client)
    if getattr(_own, "known", None) != known:
        _own.known, _own.line = known, client.connection_pool.make_connection()
    line: ConnectionInterface = _own.line
    is_new = not line.is_connected
    try:
        return _asked(line, arguments)
    except redis.ConnectionError:
        line.disconnect()
        if is_new:
            raise
        return _asked(line, arguments)  # it was closed while nobody looked, as when Redis started anew
    except BaseException:
        line.disconnect()  # half an answer may still be on its way
        raise


def _asked(line: ConnectionInterface, arguments: tuple[str | int, ...]) -> Any:
    line.send_command("EVALSHA", _SHA, 1, *arguments)
    try:
        return line.read_response()
    except redis.exceptions.NoScriptError:
        line.send_command("EVAL", _COUNT, 1, *arguments)
        return line.read_response()


def _ask_redis(question: Any) -> Any:
    """The answer, or None while Redis does not give one."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return None
    try:
        return question()
    except (redis.RedisError, OSError) as error:
        _resting_until = time.monotonic() + REST
        logger.warning("limits do without Redis", extra={"error": type(error).__name__})
        return None


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
