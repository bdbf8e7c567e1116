"""The public's API at a real server: exact limits under load, keys, lost connections, and what is described."""

import contextlib
import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from audits.actions import open_keys
from audits.api.open.limits import DOWNLOAD
from ledger.actors import NOBODY
from tests.audits.opened import API, filled
from tests.serving import Answered, Request, serving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])
PAGE = f"{API}measures/?limit=2"
#: As in tests/officers/test_api_fuzz.py.
EXAMPLES, SEED = int(os.environ.get("FUZZ_EXAMPLES") or 4), int(os.environ.get("FUZZ_SEED") or 1)


def statuses(answers: list[Answered]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def key() -> tuple[Any, dict[str, str]]:
    row, secret = open_keys.issue(
        NOBODY, open_keys.ask("mirror@example.org", label="A mirror", language="en")
    )
    return row, {"Authorization": f"Bearer {secret}"}


def test_of_100_at_once_exactly_as_many_pass_as_the_limit_says_and_the_headers_agree():
    filled(10)
    _row, keyed = key()
    wrong = {"Authorization": "Bearer ok_12345678_" + "x" * 43}
    with serving(workers=2, OPEN_LIMIT_ANONYMOUS="30/5min", OPEN_LIMIT_PER_KEY="40/5min") as server:
        download = server.ask("GET", f"{API}measures.csv")
        assert (download.status, download.headers["ratelimit-remaining"]) == (200, str(30 - DOWNLOAD))
        answers = server.ask_at_once([Request("GET", PAGE, {}), Request("HEAD", PAGE, {})] * 50)
        again = server.ask("GET", f"{API}measures.csv")
        same = server.ask("GET", PAGE, {"If-None-Match": "*"})
        nobodys = server.ask("GET", PAGE, wrong)
        with_key = server.ask_at_once([Request("GET", PAGE, keyed)] * 100)

    assert statuses(answers) == {200: 10, 429: 90}
    left = sorted(int(one.headers["ratelimit-remaining"]) for one in answers if one.status == 200)
    assert left == list(range(10))
    for one in (*answers, again, same, nobodys):
        if one.status != 200:
            assert one.status == 429
            assert one.headers["ratelimit-limit"] == "30"
            assert one.headers["retry-after"] == one.headers["ratelimit-reset"]
            assert one.headers["content-type"] == "application/problem+json"
            assert one.headers["access-control-allow-origin"] == "*"
    assert statuses(with_key) == {200: 40, 429: 60}
    assert {one.headers["ratelimit-limit"] for one in with_key} == {"40"}


def test_a_key_that_opens_nothing_is_refused_and_counts_for_its_network():
    filled(2)
    row, keyed = key()
    with serving(OPEN_LIMIT_ANONYMOUS="3/5min", OPEN_LIMIT_PER_KEY="5/5min") as server:
        assert server.ask("GET", PAGE, keyed).headers["ratelimit-remaining"] == "4"
        open_keys.give_up(NOBODY, keyed["Authorization"].removeprefix("Bearer "))
        for shown in (keyed["Authorization"], "Bearer ok_", "Basic abc"):
            refused = server.ask("GET", PAGE, {"Authorization": shown})
            assert refused.status == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")
        assert server.ask("GET", PAGE).status == 429
    assert row.pk


def test_connections_that_are_killed_under_load_are_noticed_by_nobody(superuser):
    filled(50)
    requests = [
        Request("GET", f"{API}{path}", {}) for path in ("measures/", "measures.csv", "changes/", "")
    ] * 5
    with serving(workers=2, OPEN_LIMIT_ANONYMOUS="100000/min") as server:
        for _ in range(3):
            assert statuses(server.ask_at_once(requests)) == {200: len(requests)}
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'open_data'"
            )


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_what_is_described_is_what_happens(mode: GenerationMode, subtests: Any):
    rows = filled(20)
    with serving(workers=2, OPEN_LIMIT_ANONYMOUS="999999/min", OPEN_LIMIT_PER_KEY="999999/min") as server:
        api = schemathesis.openapi.from_url(f"{server.address}{API}openapi.json")
        for found in api.get_all_operations():
            operation = found.ok()
            # What takes a word as its only parameter cannot be asked wrongly.
            with subtests.test(operation.label), contextlib.suppress(Unsatisfiable):
                fuzz(operation, mode, [row.id for row in rows])


def fuzz(operation: Any, mode: GenerationMode, known: list[str]) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def requests(case: Any) -> None:
        if len(str(case.path_parameters.get("id", ""))) % 2:
            case.path_parameters["id"] = known[0]  # one that was invented nearly always leads nowhere
        case.headers.pop("Authorization", None)
        # Which day a figure is of, and where a list of names goes on, is no matter of form alone.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    requests()
