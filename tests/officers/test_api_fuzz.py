"""What is described is what happens: schemathesis at a real server, by key and by session."""

import os
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cases.actions import escalations
from cases.models import Measure
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import laboratory, users
from officers.models import CustodyProblem, RegisterEntry, User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.audits.prepared import accepted, acted
from tests.cases.prepared import failing
from tests.cases.prepared_cases import drafted
from tests.dismissals import Road
from tests.officers.calling import by_key
from tests.results import Way
from tests.serving import serving

#: Requests for each operation and kind of data: enough to try each kind of bad value, few enough for a suite of
#: minutes. `make fuzz` sends many more, others each time.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 5)
SEED = int(os.environ.get("FUZZ_SEED") or 1)
#: Input of the right form may still be refused for the facts.
FACTS = [positive_data_acceptance]
UNLIMITED = dict.fromkeys(
    ("API_LIMIT_PER_KEY", "API_LIMIT_PER_ACCOUNT", "API_LIMIT_OF_STRANGERS"), "999999/min"
)


def someone() -> tuple[User, dict[str, list[int]]]:
    """Someone who may do everything there is a door for, and records he may do it to."""
    user = make.user(Role.ADMINISTRATOR)
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    for role in (
        Role.REGISTRAR,
        Role.SUPERVISOR,
        Role.REVIEWING_PHYSICIAN,
        Role.LEGAL_CHECKER,
        Role.DECIDING_AUTHORITY,
        Role.APPEAL_MEMBER,
        Role.AUDITOR,
    ):
        users.grant(keeper, user.pk, role=role, unit_id=make.root().pk)
    user = User.objects.get(pk=user.pk)
    place = make.Province()
    cases = [make.complaint(at=place.commune, category=name) for name in ("drug_dealing", "extortion")]
    missed = make.complaint(at=place.commune, category="trafficking_place")
    with clock.at(clock.now() + timedelta(days=30)):
        escalations.escalate(CLOCK, missed.pk)
    way = Way()
    users.grant(keeper, user.pk, role=Role.LABORATORY, unit_id=way.first.pk)
    user = User.objects.get(pk=user.pk)
    specimens = [way.sent(), way.received(), way.reported().specimen]
    laboratory.receive(way.chemist, specimens[0].pk, handed_over_by="A stranger", seal="Another")
    sheet = make.sheet(user)
    tests = [make.non_negative(user, sheet) for _ in range(3)]
    way = Way(physician=user)
    return user, {
        "sheets": [sheet.pk, make.sheet(user).pk],
        "drug-tests": [test.pk for test in tests],
        "officers": [test.officer_id for test in tests],
        "units": [make.root().pk],
        "complaints": [missed.pk, *(case.pk for case in cases)],
        "specimens": [one.pk for one in specimens],
        "custody-problems": list(CustodyProblem.objects.values_list("pk", flat=True)),
        "misses": [missed.misses.get().pk],
        "failures": [failing(place).pk],
        "reviews": [review.pk for review in (way.opened(), way.verified(), way.told(), way.claimed())],
        **of_cases(),
        **of_audits(user),
    }


def of_audits(user: User) -> dict[str, list[int]]:
    """An audit with reviews given to this user, a sample, and findings at each step."""
    bench = Bench(second=user)
    road = Road()
    sample = bench.frozen(bench.running())
    reviews = [bench.assigned(road.decided()), bench.started(road.decided()), bench.answered(road.decided())]
    findings = [bench.drafted(), bench.issued(), accepted(bench), acted(bench)]
    return {
        "audits": [sample.audit_id],
        "audits/samples": [sample.pk],
        "audits/reviews": [one.pk for one in reviews],
        "audits/findings": [one.pk for one in findings],
    }


def of_cases() -> dict[str, list[int]]:
    """Cases at each step that somebody else may take, and what belongs to them."""
    road = Road()
    extract = drafted(road)
    appeal = road.appealed()
    order = road.ordered(road.decided())
    return {
        "cases": [extract.case_id, appeal.case_id, road.checked().pk, road.served().pk],
        "extracts": [extract.pk],
        "appeals": [appeal.pk],
        "orders": [order.pk],
        "measures": list(Measure.objects.values_list("pk", flat=True)),
        "barred-register": list(RegisterEntry.objects.values_list("pk", flat=True)),
    }


def by_session(user: User, client: Any) -> dict[str, str]:
    client.force_login(user)
    client.get("/api/docs/")
    cookies = {name: client.cookies[name].value for name in ("session", "csrf")}
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": cookies["csrf"],
    }


def fuzz(operation: Any, mode: GenerationMode, headers: dict[str, str], known: list[int]) -> int:
    """Send it many requests, and return how many.

    A random id nearly always leads nowhere, so half of them are of records that are there.
    """
    sent = 0

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
        nonlocal sent
        number = case.path_parameters.get("id")
        if known and isinstance(number, int) and number % 2:
            case.path_parameters["id"] = known[number // 2 % len(known)]
        # An invented one is ignored where a session is shown, or where it is of no scheme of ours.
        case.headers.pop("Authorization", None)
        sent += 1
        case.call_and_validate(headers=headers, excluded_checks=FACTS)

    requests()
    return sent


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("way", ["key", "session"])
def test_what_is_described_is_what_happens(
    way: str, mode: GenerationMode, client: Any, subtests: Any
) -> None:
    user, known = someone()
    if way == "key":
        headers = {"Authorization": by_key(user).client._credentials["HTTP_AUTHORIZATION"]}
    else:
        headers = by_session(user, client)
    sent = 0
    with serving(workers=2, **UNLIMITED) as server:
        api = schemathesis.openapi.from_url(f"{server.address}/api/schema/?format=json")
        for found in api.get_all_operations():
            operation = found.ok()
            collection = operation.path.removeprefix("/api/v1/").partition("/{")[0].strip("/")
            with subtests.test(operation.label):
                sent += fuzz(operation, mode, headers, known.get(collection, []))
    print(f"{sent} requests by {way}, {mode.value} data")
