import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction

from foundation.limits import counting
from foundation.limits.addresses import client_address, client_network
from foundation.limits.counting import Limit, Limited
from foundation.limits.models import Counter
from foundation.limits.rates import rate
from foundation.limits.tasks import clear_counters

TWENTY = Limit("twenty", 20, timedelta(minutes=5), fallback="database")


@pytest.fixture(autouse=True)
def fresh():
    """A client of this test's Redis, whatever the one before had."""
    forget_clients()
    yield
    forget_clients()


def forget_clients() -> None:
    counting._client.cache_clear()
    counting._resting_until = 0.0


@pytest.fixture
def without_redis(settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"


def take_at_once(limit: Limit, times: int) -> int:
    """How many of so many simultaneous calls passed."""
    together = threading.Barrier(times)

    def take(_number) -> bool:
        together.wait()
        try:
            limit.take("somebody")
        except Limited:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(take, range(times)))


def test_exactly_as_many_as_allowed_pass_at_once():
    assert take_at_once(TWENTY, 60) == 20


@pytest.mark.django_db(transaction=True)
def test_exactly_as_many_as_allowed_pass_at_once_without_redis(without_redis):
    assert take_at_once(TWENTY, 30) == 20
    assert Counter.objects.get().count == 30


def test_what_is_left_is_told_and_then_how_long_to_wait():
    two = Limit("two", 2, timedelta(minutes=5))

    assert [two.take("a").remaining, two.take("a").remaining] == [1, 0]
    with pytest.raises(Limited) as refused:
        two.take("a")
    assert 295 <= refused.value.retry_after <= 300
    assert two.take("b").remaining == 1


@pytest.mark.parametrize(
    ("text", "count", "seconds"),
    [("600/min", 600, 60), ("20/5min", 20, 300), ("1/s", 1, 1), ("9/2h", 9, 7200)],
)
def test_a_limit_is_set_as_people_write_it(text, count, seconds):
    assert rate(text) == (count, timedelta(seconds=seconds))


@pytest.mark.parametrize("text", ["", "600", "0/min", "-1/min", "1.5/min", "600/day", "600 / min", "6e2/min"])
def test_a_limit_that_is_none_stops_the_start_with_a_sentence(text):
    with pytest.raises(ImproperlyConfigured, match="write one as 600/min"):
        rate(text)


def test_a_window_ends_and_refused_attempts_do_not_lengthen_it(settings):
    one = Limit("one", 1, timedelta(minutes=5))
    one.take("a")
    with pytest.raises(Limited):
        one.take("a")

    client = redis.Redis.from_url(settings.REDIS_URL)
    (key,) = client.keys("limit:one:*")
    assert 0 < client.pttl(key) <= 300_000
    client.delete(key)

    assert one.take("a").remaining == 0


@pytest.mark.django_db
def test_a_window_ends_without_redis_too(without_redis):
    one = Limit("one", 1, timedelta(minutes=5), fallback="database")
    one.take("a")
    with pytest.raises(Limited):
        one.take("a")

    Counter.objects.update(expires_at="2020-01-01T00:00Z")

    assert one.take("a").reset == 300


@pytest.mark.django_db
def test_a_success_starts_the_count_anew():
    one = Limit("one", 1, timedelta(minutes=5), fallback="database")
    one.take("a")
    one.forget("a")

    assert one.take("a").remaining == 0


def test_an_address_is_never_kept_in_clear(settings):
    TWENTY.take("203.0.113.7", "somebody")

    (key,) = redis.Redis.from_url(settings.REDIS_URL).keys("limit:*")
    assert b"203.0.113.7" not in key
    assert b"somebody" not in key


def test_two_parts_are_not_another_pair_run_together():
    assert TWENTY._key(("ab", "c")) != TWENTY._key(("a", "bc"))


def test_a_limit_that_may_let_everyone_through_does_so_without_redis(without_redis):
    lenient = Limit("lenient", 1, timedelta(minutes=5), fallback="allow")

    assert [lenient.take("a") for _ in range(3)] == [None] * 3, (
        "nobody counts, so nothing is said of what is left"
    )


@pytest.mark.django_db(transaction=True)
def test_a_count_that_a_rollback_would_take_back_is_refused(without_redis):
    with pytest.raises(RuntimeError), transaction.atomic():
        TWENTY.take("a")


def test_a_redis_that_does_not_answer_costs_one_request_its_patience_and_the_next_nothing(settings, tmp_path):
    lenient = Limit("lenient", 1, timedelta(minutes=5))
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"

        silent.setblocking(False)

        lenient.take("a")
        silent.accept()
        lenient.take("a")

        with pytest.raises(BlockingIOError):  # nobody has called again
            silent.accept()


@pytest.mark.django_db
def test_counters_that_ran_out_are_cleared(without_redis):
    TWENTY.take("a")
    assert clear_counters.job.function() == 0

    Counter.objects.update(expires_at="2020-01-01T00:00Z")

    assert clear_counters.job.function() == 1


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.7", "", [], "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", [], "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", ["10.0.0.0/8"], "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.9", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:4711", ["10.0.0.1"], "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::7]:443", ["10.0.0.1"], "2001:db8::7"),
        ("10.0.0.1", "198.51.100.1, nonsense", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
        ("::ffff:203.0.113.7", "", [], "203.0.113.7"),
        ("", "198.51.100.1", ["unix"], "198.51.100.1"),
        ("", "198.51.100.1", [], "unknown"),
        ("", "", ["unix"], "unknown"),
    ],
)
def test_a_client_cannot_invent_its_address(rf, settings, remote, forwarded, proxies, expected):
    settings.TRUSTED_PROXIES = proxies

    request = rf.get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded} if forwarded else {})

    assert client_address(request) == expected


def test_a_subscriber_with_many_addresses_is_one(rf):
    one, other = (rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{end}") for end in ("7", "ffff"))

    assert client_network(one) == client_network(other) == "2001:db8:1:2::/64"
