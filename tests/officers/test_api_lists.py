"""Lists of the API: filters, pages, what stays hidden, and the trace a look leaves."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger.models import Read
from officers.models import DrugTest, Sheet
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key, errors

pytestmark = pytest.mark.django_db


def test_a_parameter_nobody_knows_or_given_twice_is_refused() -> None:
    caller = Caller(make.user())

    assert errors(caller.get("drug-tests/", stauts="VOID")) == {("stauts", "unknown")}
    assert errors(caller.get("me/", key="pk_x")) == {("key", "unknown")}
    assert errors(caller.client.get("/api/v1/units/?code=a&code=b")) == {("code", "twice")}
    assert errors(caller.get("drug-tests/", status="")) == {("status", "blank")}
    assert errors(caller.get("drug-tests/", status="GONE")) == {("status", "invalid_choice")}


def test_lists_are_filtered_and_never_tell_of_what_is_hidden() -> None:
    here, elsewhere = make.unit(), make.unit()
    user = make.user(unit=here)
    sheet = make.sheet(user)
    make.test(user, sheet)
    found = make.non_negative(user, sheet)
    hidden = make.test(unit_sheet(elsewhere).administrator, unit_sheet(elsewhere))
    caller = Caller(user)

    assert len(caller.get("drug-tests/").json()["results"]) == 2
    for query in (
        {"status": "CONFIRMATION_NEEDED"},
        {"drug": "methamphetamine"},
        {"officer": found.officer_id},
        {"sheet": sheet.pk, "drug": "methamphetamine", "unit": here.pk, "tested_from": found.tested_on},
    ):
        assert [row["id"] for row in caller.get("drug-tests/", **query).json()["results"]] == [found.pk]
    for query in ({"officer": hidden.officer_id}, {"unit": elsewhere.pk}, {"sheet": hidden.sheet_id}):
        assert caller.get("drug-tests/", **query).json()["results"] == []
    assert caller.get(f"drug-tests/{hidden.pk}/").json() == caller.get("drug-tests/999999/").json()


def unit_sheet(unit: Any) -> Sheet:
    return Sheet.objects.filter(unit=unit).first() or make.sheet(unit=unit)


def test_nobody_reads_his_own_test() -> None:
    test = make.test()
    user = make.user(Role.INSPECTOR)
    user.officer_id = test.officer_id

    assert not DrugTest.objects.visible_to(user).exists()


def test_pages_neither_repeat_nor_drop_rows_while_others_are_written() -> None:
    unit = make.unit()
    user = make.user(unit=unit)
    sheet = make.sheet(user)
    for _line in range(7):
        make.test(user, sheet)
    caller = Caller(user)
    before = set(DrugTest.objects.values_list("pk", flat=True))

    seen: list[int] = []
    url: str | None = "/api/v1/drug-tests/?limit=2"
    while url:
        page = caller.client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        make.test(user, sheet)
        url = page["next"]

    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_looks_at_people_and_tests_are_noted() -> None:
    test = make.test()
    caller = by_key(test.sheet.administrator)

    caller.get(f"drug-tests/{test.pk}/")
    caller.get("drug-tests/", status="NEGATIVE")
    caller.get("officers/", q=test.officer.service_number)
    caller.get(f"officers/{test.officer_id}/")
    caller.get(f"officers/{test.officer_id}/history/")
    caller.get("units/")

    reads = list(Read.objects.order_by("id").values_list("what", "table_name", "row_id"))
    assert reads == [
        ("opened", "officers_drugtest", test.pk),
        ("listed", "officers_drugtest", None),
        ("searched", "officers_officer", None),
        ("opened", "officers_officer", test.officer_id),
        ("opened", "officers_officer", test.officer_id),
    ]
    noted = Read.objects.earliest("id")
    assert noted.actor_role == f"administrator via key {caller.key.prefix}"
    assert "non_negative_for" in noted.fields
    assert Read.objects.get(what="searched").detail == {"query": {"q": test.officer.service_number}}


def test_addresses_that_lead_nowhere_are_problems_too() -> None:
    caller = Caller(make.user())

    for path in ("nothing/", "drug-tests/x/", "drug-tests/1/explode/", "settings/moods/"):
        answer = caller.get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert caller.client.delete("/api/v1/sheets/1/").status_code == 405


@pytest.mark.parametrize("path", ["drug-tests/", "sheets/", "officers/", "units/", "officers/?q=Dara"])
def test_a_longer_page_asks_the_database_no_more_often(path: str, django_assert_num_queries: Any) -> None:
    user = make.user()
    sheet = make.sheet(user)
    caller = by_key(user)
    for _ in range(3):
        make.test(user, sheet)
        make.sheet(user)
        make.unit()
    caller.get(path)  # a key's first use in an hour is written down
    with CaptureQueriesContext(connection) as few:
        before = caller.get(path).json()["results"]
    for _ in range(9):
        make.test(user, sheet, of=make.officer(name_latin="Dara"))
        make.sheet(user)
        make.unit()
    with django_assert_num_queries(len(few)):
        after = caller.get(path).json()["results"]

    assert len(after) > len(before)


def test_a_refusal_is_wholly_in_khmer_when_khmer_is_asked_for() -> None:
    caller = Caller(make.user())
    said = []
    for body in (
        {"site": 1, "tested_on": "x", "drugs": "x", "reason": "zz", "unit": "x", "colour": 1, "witness": ""},
        {"site": "x" * 300, "tested_on": None, "drugs": [], "unit": 0, "kit_expires_on": 5},
        [],
    ):
        answer = caller.client.post("/api/v1/sheets/", body, format="json", headers={"Accept-Language": "km"})
        said += [error["message"] for error in answer.json()["errors"]]
    for answer in (
        caller.client.put("/api/v1/sheets/", headers={"Accept-Language": "km"}),
        caller.client.get("/api/v1/sheets/", headers={"Accept-Language": "km", "Accept": "text/xml"}),
        caller.client.post("/api/v1/sheets/", "x", content_type="a/b", headers={"Accept-Language": "km"}),
        APIClient().get("/api/v1/me/", headers={"Accept-Language": "km"}),
        caller.client.post("/api/v1/sheets", headers={"Accept-Language": "km"}),
    ):
        said.append(answer.json()["detail"])

    assert len(said) > 18
    for message in said:
        assert re.search("[\u1780-\u17b3]", message), message
