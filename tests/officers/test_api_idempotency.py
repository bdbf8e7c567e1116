"""The same Idempotency-Key has one effect and one answer."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ledger.models import Event
from officers.actions import imports, notices, specimen_numbers, users
from officers.models import DrugTest, Officer, Sheet
from officers.models.users import Role
from tests import make
from tests.audits.prepared import PREPARED as OF_AUDITS
from tests.cases.prepared import PREPARED as OF_COMPLAINTS
from tests.cases.prepared_cases import PREPARED as OF_CASES
from tests.officers.calling import ROUTES, Caller, Prepared, address_of, by_key, errors, header
from tests.officers.importing import FILES, HEADER, at_the_time_of_the_files, checked, work, world
from tests.officers.prepared import PREPARED as OF_RESULTS

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
@pytest.mark.parametrize("key", ["", " ", "two words", "k" * 256, "ឃ", "a\tb", "a\x00b"])
def test_a_key_that_is_none_is_refused_at_every_door_before_anything_else(key: str) -> None:
    caller = Caller(make.user())
    for door in writing_doors():
        method, path = door.split()
        answer = getattr(caller.client, method)(
            path.replace("{id}", "1").replace("{number}", "L-1"), headers={"Idempotency-Key": key}
        )
        assert answer.status_code == 400, door
        assert errors(answer) == {("Idempotency-Key", "idempotency_key")}, door
        assert "1 to 255" in answer.json()["detail"]


def writing_doors() -> list[str]:
    """Every door of `/api/v1/` that writes, from the addresses themselves."""
    return sorted(
        f"{method} {address_of(route)}"
        for route in ROUTES
        for method in route.callback.actions  # type: ignore[attr-defined]
        if method not in ("get", "head", "options")
    )


#: A read, by POST to keep the receipt out of the address: there is nothing to do twice.
READS = {"post /api/v1/complaints/status/"}
#: Its answer is a receipt and has no address, since it is not for whoever hands it in.
WITHOUT_ADDRESS = {
    "post /api/v1/complaints/files/",
    "post /api/v1/complaints/",
    "post /api/v1/cases/files/",
}
#: Read or not is kept on the notice, and no act of its own.
WITHOUT_EVENT = {"patch /api/v1/notices/{id}/", "post /api/v1/notices/read/"}


def on_sheet(step: str, body: dict[str, Any], other: dict[str, Any]) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        sheet = make.sheet()
        return Prepared(sheet.administrator, f"sheets/{sheet.pk}/{step}", lambda: body, other)

    return prepare


def on_test(step: str, body: Callable[[DrugTest], dict[str, Any]]) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        test = make.non_negative()
        sent = body(test)
        by = test.sheet.administrator
        return Prepared(by, f"drug-tests/{test.pk}/{step}/", lambda: sent, sent | {"version": 1})

    return prepare


def on_officer(step: str, body: Callable[[Officer], dict[str, Any]]) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        officer = make.officer()
        sent = body(officer)
        return Prepared(
            make.user(Role.REGISTRAR), f"officers/{officer.pk}/{step}/", lambda: sent, sent | {"version": 1}
        )

    return prepare


def on_file(step: str, body: dict[str, Any], *states: str) -> Callable[[], Prepared]:
    """On a file of that kind and step, brought as far as the step needs it."""
    kind, verb = step.split("/")

    def prepare() -> Prepared:
        here = world(enrolled=kind != "rosters")
        if kind == "rosters":
            file = checked(here.registrar, here.unit.parent, "roster.csv", kind="ROSTER")
        else:
            said = HEADER | {"tested_on": date(2026, 11, 16)}
            of_kind = "SHEET" if kind == "sheets" else "CAMPAIGN"
            file = checked(here.administrator, here.unit, "sheet_plain.xlsx", kind=of_kind, **said)
        if states:
            file = imports.take(file.uploaded_by, file.pk)
        if "taken" in states:
            file = work(file)
        return Prepared(
            file.uploaded_by,
            f"imports/{kind}/{file.pk}/{verb}/",
            lambda: body,
            body | {"version": file.version},
        )

    return prepare


def upload(kind: str, name: str) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        here = world()
        unit = here.unit.parent if kind == "rosters" else here.unit
        content = (FILES / name).read_bytes()

        def form(more: bytes = b"", called: str = name) -> dict[str, Any]:
            return {"file": SimpleUploadedFile(called, content + more), "unit": str(unit.pk)}

        by = here.registrar if kind == "rosters" else here.administrator
        return Prepared(by, f"imports/{kind}/", form, form(called=f"another-{name}"), "multipart")

    return prepare


def register() -> Prepared:
    unit = make.unit()
    body = {
        "service_number": "771122",
        "name_km": "កែវ ដារា",
        "name_latin": "Keo Dara",
        "sex": "M",
        "birth_year": 1990,
        "unit": unit.pk,
        "rank": "R01",
    }
    return Prepared(make.user(Role.REGISTRAR), "officers/", lambda: body, body | {"birth_year": 1991})


def whole_sheet() -> Prepared:
    unit = make.unit()
    body = {"header": header(unit.pk), "lines": [{"number": make.officer(unit).number}]}
    return Prepared(make.user(unit=unit), "drug-tests/sheet/", lambda: body, body | {"all_or_nothing": True})


def single_line() -> Prepared:
    sheet = make.sheet()
    body = {"sheet": sheet.pk, "number": make.officer(sheet.unit).number}
    return Prepared(sheet.administrator, "drug-tests/", lambda: body, body | {"remark": "x"})


def finished_sheet() -> Prepared:
    sheet = make.test().sheet
    body = {"stated_taken": 1}
    return Prepared(sheet.administrator, f"sheets/{sheet.pk}/send/", lambda: body, {})


def open_sheet() -> Prepared:
    unit = make.unit()
    return Prepared(
        make.user(unit=unit), "sheets/", lambda: header(unit.pk), header(unit.pk) | {"site": "Elsewhere"}
    )


def told() -> Prepared:
    """Somebody who was told of something, which of what a set clock dates nobody is."""
    keeper, by = make.user(Role.SYSTEM_ADMINISTRATOR), make.user()
    granted = users.grant(keeper, by.pk, role="auditor", unit_id=make.unit().pk)
    notices.give(Event.objects.get(pk=granted.last_event.id), [by], can_wait=True)
    return Prepared(by, f"notices/{by.notices.get().pk}/", lambda: {"read": True}, {"read": False})


def told_all() -> Prepared:
    by = told().by
    newest = by.notices.get().pk
    return Prepared(by, "notices/read/", lambda: {"until": newest}, {"until": newest + 1})


def choosing() -> Prepared:
    body = {"by_mail": "daily"}
    return Prepared(make.user(), "notices/choice/", lambda: body, {"by_mail": "weekly"})


def issued() -> Prepared:
    keeper, unit = make.user(Role.SYSTEM_ADMINISTRATOR), make.unit()
    body = {"unit": unit.pk, "number": 5}
    return Prepared(keeper, "specimen-numbers/", lambda: body, body | {"number": 6})


def spoiled() -> Prepared:
    unit = make.unit()
    labels = specimen_numbers.issue(make.user(Role.SYSTEM_ADMINISTRATOR), unit_id=unit.pk, number=5)
    body = {"number": labels.first_label, "reason": "Torn."}
    return Prepared(
        make.user(unit=unit), "specimen-numbers/spoiled/", lambda: body, body | {"reason": "Wet."}
    )


REASON = {"reason": "Because."}
#: A request for every door that writes. Whoever adds a door says here what it takes.
PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/sheets/": open_sheet,
    "patch /api/v1/sheets/{id}/": on_sheet("", {"site": "Hall"}, {"site": "Roof"}),
    "post /api/v1/sheets/{id}/send/": finished_sheet,
    "post /api/v1/sheets/{id}/void/": on_sheet("void/", REASON, {"reason": "For another."}),
    "post /api/v1/drug-tests/": single_line,
    "post /api/v1/drug-tests/sheet/": whole_sheet,
    "post /api/v1/drug-tests/{id}/correct/": on_test(
        "correct", lambda test: {"number": test.officer.number, **REASON}
    ),
    "post /api/v1/drug-tests/{id}/void/": on_test("void", lambda test: REASON),
    "post /api/v1/drug-tests/{id}/dispatch/": on_test(
        "dispatch",
        lambda test: {"laboratory": "Central", "received_by": "A Courier", "place": "Yard", "seal": "S-1"},
    ),
    "post /api/v1/specimen-numbers/": issued,
    "post /api/v1/specimen-numbers/spoiled/": spoiled,
    "post /api/v1/imports/sheets/": upload("sheets", "sheet_plain.xlsx"),
    "post /api/v1/imports/sheets/{id}/describe/": on_file("sheets/describe", {"site": "Yard"}),
    "post /api/v1/imports/sheets/{id}/take/": on_file("sheets/take", {}),
    "post /api/v1/imports/sheets/{id}/cancel/": on_file("sheets/cancel", {}),
    "post /api/v1/imports/sheets/{id}/undo/": on_file("sheets/undo", REASON, "taken"),
    "post /api/v1/imports/campaigns/": upload("campaigns", "sheet_plain.xlsx"),
    "post /api/v1/imports/campaigns/{id}/describe/": on_file("campaigns/describe", {"site": "Yard"}),
    "post /api/v1/imports/campaigns/{id}/take/": on_file("campaigns/take", {}),
    "post /api/v1/imports/campaigns/{id}/stop/": on_file("campaigns/stop", {}, "taking"),
    "post /api/v1/imports/campaigns/{id}/cancel/": on_file("campaigns/cancel", {}),
    "post /api/v1/imports/campaigns/{id}/undo/": on_file("campaigns/undo", REASON, "taken"),
    "post /api/v1/imports/rosters/": upload("rosters", "roster.csv"),
    "post /api/v1/imports/rosters/{id}/take/": on_file("rosters/take", {}),
    "post /api/v1/imports/rosters/{id}/stop/": on_file("rosters/stop", {}, "taking"),
    "post /api/v1/imports/rosters/{id}/cancel/": on_file("rosters/cancel", {}),
    "post /api/v1/imports/rosters/{id}/undo/": on_file("rosters/undo", REASON, "taken"),
    "post /api/v1/officers/": register,
    "post /api/v1/officers/{id}/correct/": on_officer(
        "correct",
        lambda officer: {
            "name_km": "កែវ ដារា",
            "name_latin": "Keo Dara",
            "sex": "M",
            "birth_year": 1980,
            **REASON,
        },
    ),
    "post /api/v1/officers/{id}/renumber/": on_officer(
        "renumber", lambda officer: {"number": "88776", **REASON}
    ),
    "post /api/v1/officers/{id}/post/": on_officer(
        "post", lambda officer: {"unit": make.unit().pk, "rank": "R01", **REASON}
    ),
    "post /api/v1/officers/{id}/leave/": on_officer("leave", lambda officer: {"status": "RETIRED", **REASON}),
    "patch /api/v1/notices/{id}/": told,
    "post /api/v1/notices/read/": told_all,
    "patch /api/v1/notices/choice/": choosing,
    **OF_COMPLAINTS,
    **OF_CASES,
    **OF_RESULTS,
    **OF_AUDITS,
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", sorted({*writing_doors()} - READS))
def test_every_door_that_writes_does_it_once_and_gives_the_same_answer_again(door: str) -> None:
    with at_the_time_of_the_files():
        by, path, body, other, form = PREPARED[door]()
        client = by_key(by).client
        send = partial(getattr(client, door.split()[0]), f"/api/v1/{path}", format=form, headers=KEY)
        before = Event.objects.count()
        first = send(body())
        events = Event.objects.count() - before
        second = send(body())
        another = send(other)

    assert first.status_code in (200, 201), first.content
    assert second.status_code == first.status_code
    assert second.content == first.content, "byte for byte"
    for name in ("ETag", "Location", "Content-Type"):
        assert first.get(name) == second.get(name)
    assert ("Location" in first) == (first.status_code == 201 and door not in WITHOUT_ADDRESS)
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert another.status_code == 422
    assert another.json()["type"] == "urn:probity:problem:idempotency-key-reused"
    assert (events == 0) if door in WITHOUT_EVENT else (events >= 1)
    assert Event.objects.count() - before == events + 1, "the refusal, and nothing else"
    if "Location" in first and door not in OF_AUDITS:  # read over a connection that has committed rows alone
        assert client.get(first["Location"]).status_code == 200


@pytest.mark.django_db
def test_a_new_key_of_the_same_account_gets_the_answer_of_the_old_one() -> None:
    prepared = single_line()
    answers = [by_key(prepared.by).post(prepared.path, prepared.body(), headers=KEY) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotency-Replayed"] == "true"
