"""The same Idempotency-Key has one effect and one answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from ledger.models import Event
from officers.models import DrugTest, Sheet
from tests import make
from tests.officers.calling import Caller, by_key, header

KEY = {"Idempotency-Key": "8c2b9d1e-1"}


@pytest.mark.django_db
def test_a_repeated_request_gets_the_first_answer_and_does_nothing() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)
    body = {"sheet": sheet.pk, "number": make.officer(sheet.unit).number}

    first = caller.post("drug-tests/", body, headers=KEY)
    second = caller.post("drug-tests/", body, headers=KEY)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first["ETag"] == second["ETag"] == '"1"'
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert DrugTest.objects.count() == 1


@pytest.mark.django_db
def test_a_whole_sheet_and_a_step_are_repeated_alike() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    body = {
        "header": header(unit.pk),
        "lines": [{"number": make.officer(unit).number}, {"number": "nobody"}],
    }

    answers = [caller.post("drug-tests/sheet/", body, headers=KEY) for _ in range(2)]
    test = answers[0].json()["tests"][0]["id"]
    steps = [
        caller.post(f"drug-tests/{test}/void/", {"reason": "x"}, headers={"Idempotency-Key": "other"})
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert Sheet.objects.count() == 1
    assert [answer.json()["status"] for answer in steps] == ["VOID", "VOID"]
    assert Event.objects.filter(verb="drug_test.voided").count() == 1


@pytest.mark.django_db
def test_the_key_of_another_request_is_refused() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)
    officer = make.officer(sheet.unit)
    caller.post("drug-tests/", {"sheet": sheet.pk, "number": officer.number}, headers=KEY)

    other_body = caller.post(
        "drug-tests/", {"sheet": sheet.pk, "number": officer.number, "remark": "x"}, headers=KEY
    )
    other_path = caller.post(f"sheets/{sheet.pk}/send/", headers=KEY)

    assert (other_body.status_code, other_path.status_code) == (422, 422)
    assert other_body.json()["type"] == "urn:probity:problem:idempotency-key-reused"


@pytest.mark.django_db
def test_a_refused_request_may_be_sent_again_under_its_key() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)
    body = {"sheet": sheet.pk, "number": "55501"}

    refused = caller.post("drug-tests/", body, headers=KEY)
    make.officer(sheet.unit, service_number="55501")
    taken = caller.post("drug-tests/", body, headers=KEY)

    assert (refused.status_code, taken.status_code) == (400, 201)


@pytest.mark.django_db
def test_one_account_knows_nothing_of_anothers_keys() -> None:
    sheet = make.sheet()
    first, second = Caller(sheet.administrator), Caller(make.user(unit=sheet.unit))
    for caller in (first, second):
        body = {"sheet": sheet.pk, "number": make.officer(sheet.unit).number}
        assert caller.post("drug-tests/", body, headers=KEY).status_code == 201


@pytest.mark.django_db
def test_a_key_that_is_none_is_refused() -> None:
    answer = Caller(make.user()).post("drug-tests/", {}, headers={"Idempotency-Key": "two words"})
    assert answer.status_code == 400


@pytest.mark.django_db(transaction=True)
def test_fifty_twins_at_once_have_one_effect() -> None:
    sheet = make.sheet()
    caller = by_key(sheet.administrator, "tests:write")
    secret = caller.client._credentials
    body = {"sheet": sheet.pk, "number": make.officer(sheet.unit).number}
    together = Barrier(50)

    def send(_place: int) -> tuple[int, Any]:
        twin = Caller.__new__(Caller)
        twin.client = type(caller.client)()
        twin.client.credentials(**secret)
        together.wait()
        try:
            answer = twin.post("drug-tests/", body, headers=KEY)
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(send, range(50)))

    assert {status for status, _body in answers} <= {201, 409}
    taken = [answer for status, answer in answers if status == 201]
    assert taken
    assert all(answer == taken[0] for answer in taken)
    assert DrugTest.objects.count() == 1
    assert Event.objects.filter(verb="drug_test.entered").count() == 1
