"""Every role at every door, for what lies within its units and outside of them."""

from typing import Any

import pytest

from officers.models import Unit
from officers.models.officers import SEES_OFFICERS
from officers.models.sheets import SEES_TESTS
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, header

pytestmark = pytest.mark.django_db

KEEPS_OFFICERS = (Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR)

STEPS_OF_TESTS = {
    "correct": lambda test: {
        "number": test.officer.service_number,
        "specimen_number": test.specimen_number,
        "non_negative_for": ["mdma"],
        "reason": "Misread.",
    },
    "void": lambda test: {"reason": "Never taken."},
    "dispatch": lambda test: {
        "laboratory": "Central",
        "received_by": "A Courier",
        "place": "Yard",
        "seal": "S-1",
    },
}
STEPS_OF_OFFICERS = {
    "correct": {
        "name_km": "ចំប៉ា",
        "name_latin": "Champa",
        "sex": "F",
        "birth_year": 1990,
        "reason": "Certificate.",
    },
    "renumber": {"number": "X-1", "reason": "Order."},
    "post": {"rank": "R01", "reason": "Order."},
    "leave": {"status": "RETIRED", "reason": "Age."},
}


def expected(role: str, inside: bool, sees: tuple[str, ...], may: tuple[str, ...]) -> int:
    """What a step on a record answers: hidden before forbidden."""
    if not inside or role not in sees:
        return 404
    return 200 if role in may else 403


@pytest.fixture(params=[True, False], ids=["inside", "outside"])
def inside(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def place(inside: bool) -> tuple[Unit, Unit]:
    """The unit of the caller, and that of the records: below it, or elsewhere."""
    held = make.unit()
    return held, make.unit(held if inside else None)


@pytest.mark.parametrize("role", Role.values)
def test_reads(role: str, inside: bool, place: tuple[Unit, Unit]) -> None:
    held, unit = place
    test = make.test(None, make.sheet(unit=unit))
    caller = Caller(make.user(role, held))

    for path, sees in (
        (f"sheets/{test.sheet_id}/", SEES_TESTS),
        (f"drug-tests/{test.pk}/", SEES_TESTS),
        (f"officers/{test.officer_id}/", SEES_OFFICERS),
        (f"officers/{test.officer_id}/history/", SEES_OFFICERS),
    ):
        seen = inside and role in sees
        assert caller.get(path).status_code == (200 if seen else 404), path
        collection = path.split("/")[0]
        assert len(caller.get(f"{collection}/").json()["results"]) == (1 if seen else 0), collection
    partner = role == Role.PARTNER  # to whom the police's own tree and rules are not open
    for path in ("me/", "units/", "settings/"):
        assert caller.get(path).status_code == 200, path
    for path in (f"units/{unit.pk}/", "settings/ranks/"):
        assert caller.get(path).status_code == (404 if partner else 200), path


@pytest.mark.parametrize("role", Role.values)
def test_steps_of_sheets(role: str, inside: bool, place: tuple[Unit, Unit]) -> None:
    held, unit = place
    caller = Caller(make.user(role, held))
    wanted = expected(role, inside, SEES_TESTS, (Role.ADMINISTRATOR,))
    filled, empty = make.test(None, make.sheet(unit=unit)).sheet, make.sheet(unit=unit)

    assert caller.patch(f"sheets/{filled.pk}/", {"witness": "Other"}).status_code == wanted
    assert caller.post(f"sheets/{filled.pk}/send/").status_code == wanted
    assert caller.post(f"sheets/{empty.pk}/void/", {"reason": "Opened twice."}).status_code == wanted


@pytest.mark.parametrize("role", Role.values)
def test_steps_of_tests(role: str, inside: bool, place: tuple[Unit, Unit]) -> None:
    held, unit = place
    caller = Caller(make.user(role, held))
    wanted = expected(role, inside, SEES_TESTS, (Role.ADMINISTRATOR,))

    sheet = make.sheet(unit=unit)
    for verb, body in STEPS_OF_TESTS.items():
        test = make.non_negative(None, sheet)
        answer = caller.post(f"drug-tests/{test.pk}/{verb}/", body(test))
        assert answer.status_code == wanted, (verb, answer.json())


@pytest.mark.parametrize("role", Role.values)
def test_steps_of_officers(role: str, inside: bool, place: tuple[Unit, Unit]) -> None:
    held, unit = place
    caller = Caller(make.user(role, held))
    wanted = expected(role, inside, SEES_OFFICERS, KEEPS_OFFICERS)

    for verb, body in STEPS_OF_OFFICERS.items():
        officer = make.officer(unit)
        given: dict[str, Any] = {**body, "unit": unit.pk} if verb == "post" else dict(body)
        answer = caller.post(f"officers/{officer.pk}/{verb}/", given)
        assert answer.status_code == wanted, (verb, answer.json())


@pytest.mark.parametrize("role", Role.values)
def test_beginnings(role: str, inside: bool, place: tuple[Unit, Unit]) -> None:
    """Units are no secret among staff: who may not begin anything in one hears so."""
    held, unit = place
    caller = Caller(make.user(role, held))
    refused = 404 if role == Role.PARTNER else 403
    administers = 201 if inside and role == Role.ADMINISTRATOR else refused
    keeps = 201 if inside and role in KEEPS_OFFICERS else refused
    officer = make.officer(unit)
    line = {"number": officer.service_number}

    assert caller.post("sheets/", header(unit.pk)).status_code == administers
    assert caller.post("drug-tests/", {"header": header(unit.pk), **line}).status_code == administers
    whole = {"header": header(unit.pk), "lines": [line]}
    assert caller.post("drug-tests/sheet/", whole).status_code == administers
    person = {
        "service_number": "N-1",
        "name_km": "ចំប៉ា",
        "name_latin": "",
        "sex": "F",
        "birth_year": 1990,
        "rank": "R01",
        "unit": unit.pk,
    }
    assert caller.post("officers/", person).status_code == keeps
    on_sheet = expected(role, inside, SEES_TESTS, (Role.ADMINISTRATOR,))
    entered = caller.post("drug-tests/", {"sheet": make.sheet(unit=unit).pk, **line})
    assert entered.status_code == (201 if on_sheet == 200 else on_sheet)
