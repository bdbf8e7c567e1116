"""Decisions by API: one of two at one moment, and the password is left nowhere."""

import hmac
import io
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from cases.models import Decision
from config import logs
from ledger.answering import fingerprint
from ledger.models import Answer, Event
from officers.models.users import Role
from tests import make
from tests.cases.test_canary import in_valkey, tables
from tests.dismissals import Road, again
from tests.officers.calling import V1, Caller

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD, WRONG = "canary-password-4711", "canary-password-4712"
BODY = {"measure": "dismissal", "reasons": "Proved.", "no_conflict": True}
KEY = {"Idempotency-Key": "one-decision"}


def test_of_two_deciders_at_one_moment_one_decides_and_the_other_is_told_so() -> None:
    road = Road()
    case = road.checked()
    deciders = [road.authority, make.user(Role.DECIDING_AUTHORITY)]
    together = threading.Barrier(2)

    def decide(number: int) -> Any:
        try:
            caller = Caller(deciders[number])
            together.wait(10)
            return caller.post(f"cases/{case.pk}/decide/", BODY | {"password": make.PASSWORD})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(decide, range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["type"] == "urn:probity:problem:conflict"
    assert Decision.objects.count() == 1
    assert again(case).status == "AWAITING_INSTRUMENT"


def test_the_password_of_a_decision_is_kept_nowhere_nor_can_it_be_tried_out(superuser: Any) -> None:
    road = Road()
    case = road.checked()
    road.authority.set_password(PASSWORD)
    caller, path = Caller(road.authority), f"cases/{case.pk}/decide/"
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.Json())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        answers = [
            caller.post(path, BODY | {"password": WRONG}, headers=KEY),
            caller.post(path, BODY | {"password": f"{WRONG}\x00"}, headers=KEY),
            caller.post(path, BODY | {"password": WRONG * 20}, headers=KEY),
            caller.post(path, BODY | {"password": PASSWORD, "measure": "demotion"}, headers=KEY),
            caller.post(path, BODY | {"password": PASSWORD, "status": "x"}, headers=KEY),
            caller.post(path, BODY | {"password": PASSWORD}, headers=KEY),
            caller.post(path, BODY | {"password": PASSWORD}, headers=KEY),
            caller.post(path, BODY | {"password": WRONG}, headers=KEY),
        ]
    finally:
        root.removeHandler(handler)

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 400, 200, 200, 422], [
        answer.content for answer in answers
    ]
    assert answers[6]["Idempotency-Replayed"] == "true"
    dumped = tables(superuser) | {"valkey": in_valkey(), "log": said.getvalue()}
    dumped |= {f"answer {number}": answer.content.decode() for number, answer in enumerate(answers)}
    assert not [name for name, text in dumped.items() if "canary-password" in text]
    refused = Event.objects.filter(verb="act.refused").order_by("id").first()
    assert refused is not None
    assert refused.facts["fields"] == ["password"]

    # The body is known but for the password: by a plain hash of it that could be found from the database alone.
    sent = json.dumps(BODY | {"password": PASSWORD}, separators=(",", ":")).encode()
    plain = fingerprint(b"POST", f"{V1}{path}".encode(), b"", sent)
    kept = bytes(Answer.objects.get().fingerprint)
    assert len(kept) == len(plain)
    assert kept != plain
    assert kept == hmac.digest(settings.PEPPER, b"body " + plain, "sha256")


def test_guessing_the_password_comes_to_an_end() -> None:
    road = Road()
    case = road.checked()
    caller, path = Caller(road.authority), f"cases/{case.pk}/decide/"

    tries = [caller.post(path, BODY | {"password": f"guess {number}"}) for number in range(11)]

    assert [answer.status_code for answer in tries] == [400] * 10 + [429]
    assert tries[-1]["Retry-After"]
    assert caller.post(path, BODY | {"password": make.PASSWORD}).status_code == 429
