"""Officers, units and settings by API."""

from datetime import timedelta

import pytest

from ledger import clock
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, errors

pytestmark = pytest.mark.django_db


def test_an_officer_is_registered_corrected_renumbered_posted_and_leaves() -> None:
    unit, other = make.unit(), make.unit()
    caller = Caller(make.user(Role.REGISTRAR))
    begin = (clock.today() - timedelta(days=60)).isoformat()
    body = {
        "service_number": "៩០០១",
        "name_km": "ចំប៉ា សុវណ្ណរ៉ា",
        "name_latin": "Champa Sovannara",
        "sex": "F",
        "birth_year": 1991,
        "rank": "R01",
        "unit": unit.pk,
        "since": begin,
    }

    made = caller.post("officers/", body)
    assert made.status_code == 201, made.json()
    url = f"officers/{made.json()['id']}"
    assert made.json()["service_number"] == "9001"
    assert made.json()["verbs"] == ["correct", "renumber", "post", "leave"]
    person = {name: body[name] for name in ("name_km", "name_latin", "sex")}
    steps = [
        ("correct", {**person, "birth_year": 1992, "reason": "Certificate."}),
        ("renumber", {"number": "9002", "reason": "Order."}),
        ("post", {"unit": other.pk, "rank": "R01", "title": "Deputy", "reason": "Order."}),
        ("leave", {"status": "RETIRED", "reason": "Age."}),
    ]
    for version, (verb, given) in enumerate(steps[:3], start=1):
        answer = caller.post(f"{url}/{verb}/", {**given, "version": version})
        assert answer.status_code == 200, (verb, answer.json())
    refused = caller.post(f"{url}/leave/", steps[3][1])
    officer = Officer.objects.get(pk=made.json()["id"])

    assert (officer.birth_year, officer.service_number, officer.unit_id) == (1992, "9002", other.pk)
    assert errors(refused) == {("on", "invalid")}  # the present posting began today
    history = caller.get(f"{url}/history/").json()
    assert [held["number"] for held in history["service_numbers"]] == ["9002", "9001"]
    assert [(held["title"], held["until"]) for held in history["postings"]] == [
        ("Deputy", None),
        ("", clock.today().isoformat()),
    ]
    assert history["events"][-1]["verb"] == "officer.registered"


def test_who_has_left_is_not_posted_again() -> None:
    officer = make.officer()
    caller = Caller(make.user(Role.REGISTRAR))

    left = caller.post(f"officers/{officer.pk}/leave/", {"status": "DECEASED", "reason": "Certificate."})
    posted = caller.post(
        f"officers/{officer.pk}/post/", {"unit": officer.unit_id, "rank": "R01", "reason": "Order."}
    )

    assert left.json()["verbs"] == ["correct"]
    assert posted.status_code == 409


def test_officers_are_searched_the_best_match_first() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    longer = make.officer(unit, service_number="77120", name_km="កក ខខ")
    exact = make.officer(unit, service_number="7712", name_km="អអ អអ")
    make.officer(unit, service_number="5000")

    found = caller.get("officers/", q="៧៧១២", limit=1).json()
    assert [row["id"] for row in found["results"]] == [exact.pk]
    following = caller.client.get(found["next"]).json()
    assert [row["id"] for row in following["results"]] == [longer.pk]


def test_units_and_settings_are_read() -> None:
    ministry = make.root()
    unit = make.unit()
    caller = Caller(make.user(Role.LABORATORY, unit))

    below = caller.get("units/", below=ministry.pk, open="true").json()["results"]
    assert {row["id"] for row in below} == {ministry.pk, unit.pk}
    assert [row["id"] for row in caller.get("units/", parent=ministry.pk).json()["results"]] == [unit.pk]
    assert [row["id"] for row in caller.get("units/", q=unit.code).json()["results"]] == [unit.pk]
    assert caller.get(f"units/{unit.pk}/").json()["parent"] == ministry.pk
    assert {row["kind"] for row in caller.get("settings/").json()["results"]} == {"drugs", "panels", "ranks"}
    assert caller.get("settings/drugs/").json()["content"]["drugs"][0]["code"] == "methamphetamine"
    assert caller.get("settings/drugs/", on="1999-12-31").status_code == 404
    assert errors(caller.get("settings/", on="tomorrow")) == {("on", "date")}
