"""Files through the API."""

from typing import Any

import pytest

from officers.models import Import
from officers.models.users import Role
from tests import make
from tests.officers.calling import V1, Caller, by_key
from tests.officers.importing import FILES, HEADER, World, at_the_time_of_the_files, checked, work, world

pytestmark = pytest.mark.django_db
SHEETS, ROSTERS = "imports/sheets/", "imports/rosters/"


@pytest.fixture(autouse=True)
def _then() -> Any:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world()


def send(caller: Caller, path: str, name: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    with (FILES / name).open("rb") as file:
        return caller.client.post(V1 + path, {"file": file, **fields}, format="multipart", headers=headers)


def header() -> dict[str, str]:
    return {name: str(value) for name, value in HEADER.items()}


def test_a_sheet_goes_from_upload_to_undo(here):
    caller = by_key(here.administrator)
    answer = send(caller, SHEETS, "sheet_bad_rows.csv", unit=here.unit.pk)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["verbs"]) == ("CHECKING", ["cancel"])
    one = f"{SHEETS}{body['id']}/"
    assert answer["Location"].endswith(f"{V1}{one}")
    assert answer["Retry-After"] == caller.get(one)["Retry-After"] == "2"

    work(Import.objects.get())
    assert "Retry-After" not in caller.get(one)
    body = caller.get(one).json()
    assert (body["status"], body["rows"], body["bad_rows"]) == ("CHECKED", 30, 10)
    assert body["progress"] == {"read": 30, "judged": 30, "taken": 0}
    problems = caller.get(f"{one}problems/", limit=3).json()
    assert [row["line"] for row in problems["results"]] == [4, 7, 10]
    assert problems["results"][2]["problems"][0] | {"message": ""} == {
        "field": "methamphetamine",
        "column": "F",
        "title": "Methamphetamine",
        "value": "maybe",
        "code": "unknown_choice",
        "message": "",
    }
    refused = caller.post(f"{one}take/", {"version": body["version"]})
    assert refused.status_code == 400
    assert "reason" in {error["field"] for error in refused.json()["errors"]}

    caller.post(f"{one}describe/", header() | {"version": body["version"]})
    file = work(Import.objects.get())
    assert caller.post(f"{one}take/", {"version": file.version, "all_or_nothing": True}).status_code == 400
    assert caller.post(f"{one}take/", {"version": file.version}).json()["status"] == "TAKING"
    assert caller.post(f"{one}take/", {"version": file.version}).status_code == 409
    work(file)
    body = caller.get(one).json()
    assert body["status"] == "TAKEN"
    assert body["sheet"]
    assert caller.post(f"{one}undo/", {"reason": "Wrong day."}).json()["status"] == "UNDONE"


def test_an_upload_with_a_key_is_one_upload(here):
    caller = by_key(here.administrator)
    key = {"Idempotency-Key": "paper-1"}
    first = send(caller, SHEETS, "sheet_plain.xlsx", key, unit=here.unit.pk)
    again = send(caller, SHEETS, "sheet_plain.xlsx", key, unit=here.unit.pk)
    other = send(caller, SHEETS, "sheet_utf8.csv", key, unit=here.unit.pk)

    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert Import.objects.count() == 1


def test_scopes_and_kinds_are_kept_apart(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx")
    tests = by_key(here.administrator, "tests:read", "tests:write")
    people = by_key(here.administrator, "officers:read", "officers:write")

    assert tests.get(f"{SHEETS}{file.pk}/").status_code == 200
    assert people.get(f"{SHEETS}{file.pk}/").status_code == 403
    assert people.get(f"{ROSTERS}{file.pk}/").status_code == 404
    assert people.post(f"{ROSTERS}{file.pk}/cancel/").status_code == 404
    assert tests.get(SHEETS).json()["results"][0]["id"] == file.pk


def test_a_roster_is_uploaded_by_who_keeps_the_roll(here):
    province = here.unit.parent
    assert send(by_key(here.administrator), ROSTERS, "roster.csv", unit=province.pk).status_code == 403
    body = send(by_key(here.registrar), ROSTERS, "roster.csv", unit=province.pk).json()
    assert body["verbs"] == ["cancel"]
    answer = by_key(here.registrar).post(f"{ROSTERS}{body['id']}/cancel/", {"version": 1})
    assert answer.json()["status"] == "CANCELLED"


def test_hidden_files_are_not_found(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx")
    for role in (Role.ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.INSPECTOR):
        caller = Caller(make.user(role, here.unit))
        assert caller.get(f"{SHEETS}{file.pk}/").status_code == 404
        assert caller.get(f"{SHEETS}{file.pk}/problems/").status_code == 404
        assert caller.post(f"{SHEETS}{file.pk}/take/").status_code == 404
        assert caller.get(SHEETS).json()["results"] == []


def test_a_body_that_is_no_form_and_fields_nobody_knows_are_refused(here):
    caller = by_key(here.administrator)

    assert caller.post(SHEETS, {"unit": here.unit.pk}).status_code == 415
    answer = send(caller, SHEETS, "sheet_plain.xlsx", unit=here.unit.pk, status="TAKEN")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "status"
