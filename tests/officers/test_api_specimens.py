"""Specimens, custody and results of a laboratory through the API: who reaches what, and with which key."""

from typing import Any

import pytest

from officers.actions import laboratory
from officers.models import CustodyProblem, LaboratoryReport, Specimen
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key, errors
from tests.results import Way

pytestmark = pytest.mark.django_db

RESULT: dict[str, Any] = {
    "certified_by": "A Chemist",
    "method": "lc_ms_ms",
    "initial": [{"group": "Amphetamine/Methamphetamine", "value": "900"}],
    "values": [{"analyte": "Methamphetamine", "value": "1200.5"}, {"analyte": "Amphetamine", "value": "0"}],
    "creatinine": "85.2",
}
HANDED = {"handed_over_by": "Courier", "received_by": "Second", "place": "Gate", "seal": "x"}
OTHERS = [role for role in Role.values if role != Role.LABORATORY]


def test_a_laboratory_receives_reports_and_corrects_by_number() -> None:
    way = Way()
    specimen = way.sent()
    caller = by_key(way.chemist, "laboratory:read", "laboratory:write")
    (listed,) = caller.get("specimens/", number=specimen.number.lower()).json()["results"]
    path = f"specimens/{listed['id']}/"
    assert listed["verbs"] == ["hand_over", "receive", "reject"]

    received = caller.post(
        f"{path}receive/", {"handed_over_by": "Courier", "seal": specimen.seal_a, "is_whole": True}
    )
    assert received.json()["verbs"] == ["hand_over", "redesignate", "reject", "report"]
    assert [one["id"] for one in caller.get("specimens/", awaiting="true").json()["results"]] == [specimen.pk]
    reported = caller.post(f"{path}report/", RESULT, headers={"If-Match": received["ETag"]})
    (report,) = reported.json()["reports"]
    assert (report["result"], [one["value"] for one in report["values"]]) == (
        "positive",
        ["900.000", "1200.500", "0.000"],
    )
    assert caller.get("specimens/", awaiting="true").json()["results"] == []

    assert errors(caller.post(f"{path}report/", RESULT)) == {("reason", "invalid")}
    corrected = caller.post(f"{path}report/", RESULT | {"reason": "A slip.", "result": "negative"})
    assert errors(corrected) == {("result", "invalid")}
    low = [{"analyte": "Methamphetamine", "value": "249.999"}, RESULT["values"][1]]
    corrected = caller.post(f"{path}report/", RESULT | {"reason": "A slip.", "values": low})
    assert [one["result"] for one in corrected.json()["reports"]] == ["positive", "negative"]


@pytest.mark.parametrize("value", ["-1", "1e30", "NaN", "a lot", "1.23456"])
def test_a_value_is_a_decimal_of_a_size_that_is_kept(value: str) -> None:
    way = Way()
    specimen = way.received()
    body = RESULT | {"values": [{"analyte": "Methamphetamine", "value": value}]}

    assert Caller(way.chemist).post(f"specimens/{specimen.pk}/report/", body).status_code == 400
    assert not LaboratoryReport.objects.exists()


def test_the_second_laboratory_reports_bottle_b() -> None:
    way = Way()
    specimen = Specimen.objects.get(test=way.retest().test_id)
    caller = Caller(way.second_chemist)
    opened = caller.get(f"specimens/{specimen.pk}/").json()
    assert (opened["verbs"], opened["reports"]) == (["hand_over", "report_second"], [])
    answer = caller.post(
        f"specimens/{specimen.pk}/report_second/",
        {"is_present": True, "method": "gc_ms", "certified_by": "B", "values": RESULT["values"][:1]},
    )

    (report,) = answer.json()["reports"]
    assert (report["bottle"], report["result"], report["values"][0]["present"]) == ("B", "reconfirmed", True)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_who_sees_a_specimen_and_who_takes_which_step(role: str, inside: bool) -> None:
    way = Way()
    unit = way.first if role == Role.LABORATORY else way.unit
    held = unit if inside else make.unit()
    caller = Caller(make.user(role, held))
    specimen = way.sent()
    sees = inside and role in (
        Role.LABORATORY,
        Role.ADMINISTRATOR,
        Role.REVIEWING_PHYSICIAN,
        Role.INSPECTOR,
        Role.AUDITOR,
    )
    assert caller.get(f"specimens/{specimen.pk}/").status_code == (200 if sees else 404)
    assert len(caller.get("specimens/").json()["results"]) == int(sees)

    def step(verb: str, body: dict[str, Any]) -> int:
        return caller.post(f"specimens/{specimen.pk}/{verb}/", body).status_code

    def wanted(*may: str) -> int:
        return 404 if not sees else 200 if role in may else 403

    handed = HANDED | {"seal": specimen.seal_a}
    assert step("hand_over", handed) == wanted(Role.ADMINISTRATOR, Role.LABORATORY)
    assert step("direct", {"laboratory": way.first.pk}) == wanted(Role.ADMINISTRATOR)
    received = {"handed_over_by": "Second", "seal": specimen.seal_a, "is_whole": True}
    assert step("receive", received) == wanted(Role.LABORATORY)
    if wanted(Role.LABORATORY) != 200:
        laboratory.receive(way.chemist, specimen.pk, handed_over_by="Second", seal=specimen.seal_a)
    assert step("redesignate", {"reason": "Leaks."}) == wanted(Role.LABORATORY)
    assert step("report", RESULT) == wanted(Role.LABORATORY)
    if wanted(Role.LABORATORY) != 200:
        way.reported(specimen=Specimen.objects.get(pk=specimen.pk))
    seen = caller.get(f"specimens/{specimen.pk}/").json().get("reports", [])
    assert bool(seen) == (sees and role != Role.ADMINISTRATOR)
    second = {"is_present": True, "method": "gc_ms", "certified_by": "B"}
    assert step("report_second", second) == (404 if not sees else 403)
    other = way.received()
    answer = caller.post(f"specimens/{other.pk}/reject/", {"flaw": "too_little", "certified_by": "A"})
    assert answer.status_code == wanted(Role.LABORATORY)


@pytest.mark.parametrize("role", Role.values)
def test_who_sees_what_is_in_question_about_custody_and_who_settles_it(role: str) -> None:
    way = Way()
    specimen = way.sent()
    laboratory.receive(way.chemist, specimen.pk, handed_over_by="Courier", seal="ANOTHER")
    problem = CustodyProblem.objects.get()
    caller = Caller(make.user(role, way.first if role == Role.LABORATORY else way.unit))
    sees = role in (Role.ADMINISTRATOR, Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)

    assert len(caller.get("custody-problems/", open="true").json()["results"]) == int(sees)
    opened = caller.get(f"custody-problems/{problem.pk}/")
    assert opened.status_code == (200 if sees else 404)
    settles = role in (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR)
    assert opened.json().get("verbs", []) == (["settle"] if settles else [])
    answer = caller.post(
        f"custody-problems/{problem.pk}/settle/", {"outcome": "holds", "reason": "A slip of the pen."}
    )
    assert answer.status_code == (200 if settles else 403 if sees else 404)
    again = caller.post(f"custody-problems/{problem.pk}/settle/", {"outcome": "holds", "reason": "Again."})
    assert again.status_code == (409 if settles else answer.status_code)


def test_a_key_opens_what_its_scope_names() -> None:
    way = Way()
    specimen = way.sent()
    path = f"specimens/{specimen.pk}/"
    reads, writes = by_key(way.chemist, "laboratory:read"), by_key(way.chemist, "laboratory:write")
    of_tests = by_key(way.administrator, "tests:read", "tests:write")
    received = {"handed_over_by": "Courier", "seal": specimen.seal_a, "is_whole": True}

    assert (reads.get(path).status_code, reads.get(path).json()["verbs"]) == (200, [])
    assert reads.post(f"{path}receive/", received).status_code == 403
    assert writes.get(path).status_code == 403
    assert of_tests.get(path).status_code == 403
    assert of_tests.get(f"drug-tests/{specimen.test_id}/").json()["specimen"] == specimen.pk
    assert of_tests.post(f"{path}direct/", {"laboratory": way.first.pk}).status_code == 200
    assert of_tests.post(f"{path}receive/", received).status_code == 403
    assert writes.post(f"{path}receive/", received).status_code == 200
    assert reads.get("imports/laboratory/").status_code == 200
    assert of_tests.get("imports/laboratory/").status_code == 403
    assert reads.get("custody-problems/").status_code == 403
    assert reads.get("settings/panels/").status_code == 200
