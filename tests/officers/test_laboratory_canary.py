"""No page, answer, error, file or message that a laboratory can get says whose a specimen is."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from officers import imports as reading
from officers.actions import imports, laboratory
from officers.models import CustodyProblem, Import, LaboratoryReport, Specimen
from officers.models.users import Role
from tests import make
from tests.officers.calling import ROUTES, Caller
from tests.officers.importing import csv
from tests.results import Way

pytestmark = pytest.mark.django_db

NAME, NAME_KM, NUMBER = "Canary Bophakanary", "ចាបមាស កាណារី", "774411990"
UNIT, UNIT_KM, SITE = "Canary Post Of Nowhere", "ប៉ុស្តិ៍កាណារី", "Yard of the canary"


@pytest.fixture
def way() -> Way:
    """A specimen of each state, all of the officer whom nothing may name."""
    unit = make.unit(code="CANARY-1", name_latin=UNIT, name_km=UNIT_KM)
    way = Way(unit)
    collector = way.administrator
    officer = make.officer(unit, name_latin=NAME, name_km=NAME_KM, service_number=NUMBER)
    for n, state in enumerate(("sent", "received", "reported", "retest", "canary")):
        sheet = make.sheet(collector, unit, site=SITE)
        said = {"specimen_number": f"SP-9{n}", "non_negative_for": ["methamphetamine"]}
        test = make.test(collector, sheet, officer, **said)
        specimen = way.sent(test)
        if state == "sent":
            continue
        wrong = "Somebody" if state == "canary" else "Courier"
        laboratory.receive(way.chemist, specimen.pk, handed_over_by=wrong, seal=specimen.seal_a)
        specimen = Specimen.objects.get(pk=specimen.pk)
        if state == "reported":
            way.reported(specimen=specimen)
        if state == "retest":
            way.retest(specimen=specimen)
    return way


def secrets(way: Way) -> list[str]:
    """What names the officer, his unit, his sheets and tests, and who collected."""
    found = {NAME, NAME_KM, NUMBER, UNIT, UNIT_KM, SITE, "CANARY-1", "Canary"}
    found |= {way.administrator.name_latin, way.administrator.name_km, way.administrator.username}
    for specimen in Specimen.objects.select_related("test__sheet", "test__officer"):
        found |= {specimen.test.sheet.reference, specimen.test.officer.number}
    return sorted(found)


def told(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers} {body.decode()}"


def ids(way: Way) -> set[int]:
    """Of every row there is to ask for, whatever it is of."""
    found = {way.unit.pk, way.administrator.pk}
    for specimen in Specimen.objects.select_related("test"):
        found |= {specimen.pk, specimen.test_id, specimen.test.sheet_id, specimen.test.officer_id}
    found |= set(CustodyProblem.objects.values_list("pk", flat=True))
    found |= set(LaboratoryReport.objects.values_list("pk", flat=True))
    found |= set(Import.objects.values_list("pk", flat=True))
    return found


def addresses(pks: set[int]) -> list[str]:
    """Every page, with every id; what is put in an address by hand too."""
    found = []
    for one in get_resolver().url_patterns:
        for route in getattr(one, "url_patterns", [one]):
            path = f"/{one.pattern}{route.pattern}" if route is not one else f"/{one.pattern}"
            if path.startswith(("/api/", "/accounts/", "/^", "/static")) or "reset" in path:
                continue
            path = re.sub("<slug:place>", "reported", path)
            if "<int:pk>" in path and path.count("<") == 1:
                found += [path.replace("<int:pk>", str(pk)) for pk in sorted(pks)]
            elif "<" not in path:
                found.append(path)
    return found


#: Units are public, and so is which there are; who serves there is not.
OPEN = ("/units/", "/api/v1/units/")


@pytest.mark.django_db(transaction=True, databases=["default", "auditor", "open_data"])
def test_no_page_and_no_answer_names_the_officer(way: Way) -> None:
    number = Specimen.objects.order_by("pk")[1].number
    rows = csv(["Specimen number", "Certified by"], [number, "A"], ["SP-90", "A"], ["SP-NONE", "A"])
    file = imports.upload(
        way.chemist, kind="LABORATORY", unit_id=way.first.pk, file=io.BytesIO(rows), filename="r.csv"
    )
    reading.proceed(file.pk)
    pks, hidden = ids(way), secrets(way)
    for user in (way.chemist, way.second_chemist):
        browser = Client()
        browser.force_login(user)
        for language in ("en", "km"):
            browser.cookies["language"] = language
            pages = addresses(pks) if language == "en" else [p for p in addresses(pks) if "/laboratory/" in p]
            for path in [*pages, f"{reverse('laboratory')}?q=SP-9", f"{reverse('laboratory')}?q={NUMBER}"]:
                if not path.startswith(OPEN):
                    text = told(browser.get(path))
                    if NUMBER in path:
                        text = text.replace(NUMBER, "")  # what was looked for stands in the field again
                    assert not [secret for secret in hidden if secret in text], path
        caller = Caller(user)
        for route in ROUTES:
            if "get" not in route.callback.actions:  # type: ignore[attr-defined]
                continue
            path = str(route.pattern).replace("<slug:kind>", "panels")
            for pk in sorted(pks) if "<int:pk>" in path else [0]:
                if not f"/api/v1/{path}".startswith(OPEN):
                    text = told(caller.get(path.replace("<int:pk>", str(pk))))
                    assert not [secret for secret in hidden if secret in text], path


def test_no_refusal_of_a_laboratory_s_act_names_the_officer(way: Way) -> None:
    hidden = secrets(way)
    bodies: list[dict[str, Any]] = [
        {},
        {"version": 1, "reason": "x", "flaw": "too_little", "certified_by": "A", "handed_over_by": NAME[:3]},
        {
            "seal": "x",
            "is_whole": "no",
            "handed_over_by": "x",
            "handed_over_at": "1/1/2020 10:00",
            "version": 99,
        },
    ]
    for user in (way.chemist, way.second_chemist):
        browser, caller = Client(), Caller(user)
        browser.force_login(user)
        for specimen in Specimen.objects.order_by("pk"):
            for body in bodies:
                for step in ("receive", "redesignate", "report", "report-second", "reject"):
                    address = f"{reverse('laboratory_specimen', args=[specimen.pk])}{step}/"
                    text = told(browser.post(address, body, follow=True))
                    assert not [secret for secret in hidden if secret in text], (address, body)
                for step in (
                    "receive",
                    "redesignate",
                    "report",
                    "report_second",
                    "hand_over",
                    "direct",
                    "reject",
                ):
                    text = told(caller.post(f"specimens/{specimen.pk}/{step}/", body))
                    assert not [secret for secret in hidden if secret in text], (step, body)


def test_the_fields_of_an_answer_lead_to_no_test(way: Way) -> None:
    for user in (way.chemist, way.second_chemist):
        assert Role.LABORATORY in {held.role for held in user.held_roles}
        for row in Caller(user).get("specimens/").json()["results"]:
            opened = Caller(user).get(f"specimens/{row['id']}/").json()
            assert not {"test", "sheet", "unit", "officer", "collected_by"} & opened.keys()
            for report in opened["reports"]:
                assert not {"test", "specimen", "officer"} & report.keys()
