"""Every look at sensitive data leaves a trace: whatever address shows an officer or a complaint has written a read."""

from collections.abc import Iterator

import pytest
from django.test import Client

from cases.models import Order
from ledger.actors import CLOCK
from ledger.models import Read
from officers.actions import users
from officers.models import Review, Specimen, User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.cases.prepared_cases import closed_complaint
from tests.config.test_second_factor import addresses
from tests.dismissals import Road
from tests.results import Way

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "open_data"])

KHMER, LATIN, NUMBER, STORY = "ខានណារី", "Kanari Untold", "774411", "The kanari sang behind the market."
CANARIES = (KHMER, LATIN, NUMBER, STORY)
#: Whose posts let him see most of what there is.
SEES_MUCH = (
    Role.ADMINISTRATOR,
    Role.REVIEWING_PHYSICIAN,
    Role.CASE_OFFICER,
    Role.SUPERVISOR,
    Role.INSPECTOR,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
    Role.SYSTEM_ADMINISTRATOR,
    Role.AUDITOR,
)
#: Names of addresses that show an officer and leave no trace; each with its reason.
WITHOUT_TRACE: dict[str, str] = {}


def of_many_posts() -> User:
    unit = make.root()
    made = users.begin(
        CLOCK,
        roles=[(role, unit.pk) for role in SEES_MUCH],
        username="argus",
        name_km="អ្នកឃើញទាំងអស់",
        name_latin="Argus",
        email="argus@example.org",
        password=make.PASSWORD,
    )
    return User.objects.get(pk=made.pk)


def world() -> dict[str, int]:
    """By the first part of an address: the id of a record of one officer, in a case in force."""
    Bench()
    road = Road()
    officer = make.officer(road.unit, name_km=KHMER, name_latin=LATIN, service_number=NUMBER)
    way = Way(road.unit)
    test = way.final(specimen=way.received(way.screen(of=officer)))
    appeal = road.appealed(road.of_test(test))
    complaint = closed_complaint(officer, narrative=STORY)
    return {
        "cases": appeal.case_id,
        "appeals": appeal.pk,
        "complaints": complaint.pk,
        "officers": officer.pk,
        "tests": test.pk,
        "drug-tests": test.pk,
        "sheets": test.sheet_id,
        "reviews": Review.objects.get(test=test).pk,
        "specimens": Specimen.objects.get(test=test).pk,
        "orders": Order.objects.latest("pk").pk,
    }


def walked(ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every page and door, with an id of the record it is about."""
    for address, name in addresses():
        parts = address.removeprefix("/api/v1").strip("/").split("/")
        of = next((ids[part] for part in parts if part in ids), None)
        if of is not None and "1" in parts:
            address = address.replace("/1/", f"/{of}/", 1)
        if not address.startswith(("/accounts/", "/report", "/receipt", "/door", "/treatment")):
            yield address, name


def test_whatever_shows_an_officer_or_a_complaint_has_written_a_read():
    client = Client()
    client.raise_request_exception = False
    client.cookies["language"] = "km"
    ids = world()
    client.force_login(of_many_posts())
    shown, untraced = set(), {}
    for address, name in walked(ids):
        # What was asked for stands in the page's own links: there only what was found by it counts.
        for asked, telling in ((address, CANARIES), (f"{address}?q={NUMBER}", (KHMER, LATIN, STORY))):
            before = Read.objects.count()
            answer = client.get(asked)
            if answer.status_code != 200:
                break
            body = answer.getvalue().decode(errors="replace")
            if any(canary in body for canary in telling):
                shown.add(name or address)
                if Read.objects.count() == before:
                    untraced[name or address] = asked

    print(untraced)
    assert len(shown) > 30
    assert untraced.keys() == WITHOUT_TRACE.keys()
