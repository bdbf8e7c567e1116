"""Lists of the API: filters, pages, what stays hidden, and the trace a look leaves."""

from typing import Any

import pytest

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
