"""The door to cases: each step leads to its action, wrong bodies are refused, answers hold nothing that was written."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import decisions, hearings
from cases.models import Case
from ledger.models import Answer, Event, Read
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.cases.prepared_cases import PREPARED, STEPS
from tests.dismissals import Road, again, at_door, days_ago
from tests.officers.calling import Caller, by_key, errors

pytestmark = pytest.mark.django_db
THEIRS = ("status", "decided_by", "recorded_at", "decided_at", "severity_x", "outcome_", "due_on", "unit_id")


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_leads_to_its_action_once_and_says_the_version_it_left(verb: str) -> None:
    by, path, body, *_other = STEPS[verb]()
    pk = int(path.split("/")[1])
    before = Case.objects.values().get(pk=pk)
    caller, seen = Caller(by), {"If-Match": f'"{before["version"]}"'}

    refused = caller.post(path, body() | dict.fromkeys(THEIRS, 1), headers=seen)
    assert refused.status_code == 400
    assert errors(refused) >= {(name, "unknown") for name in THEIRS}
    assert Case.objects.values().get(pk=pk) == before

    answer = caller.post(path, body(), headers=seen | {"Idempotency-Key": "k"})

    assert answer.status_code == 200, answer.content
    said, row = answer.json(), Case.objects.get(pk=pk)
    event = Event.objects.exclude(verb="act.refused").latest("id")
    assert event.actor_id == by.pk
    if said.get("gone"):
        assert set(said) == {"id", "reference", "gone"}
        assert caller.get(f"cases/{pk}/").status_code == 404
    else:
        assert (said["version"], said["status"]) == (row.version, row.status)
        assert answer["ETag"] == f'"{row.version}"'
        assert row.version > before["version"]
        read = caller.get(f"cases/{pk}/").json()
        assert {name: read[name] for name in read if name in said} == {
            name: value for name, value in said.items() if name != "made"
        }
    written = [value for value in body().values() if isinstance(value, str) and " " in value]
    assert not [text for text in written if text in json.dumps(Answer.objects.get().body)]
    assert caller.post(path, body(), headers=seen).status_code in (404, 409)


@pytest.mark.parametrize("door", [door for door in PREPARED if "/cases/{id}" not in door])
def test_what_is_not_the_callers_to_say_is_refused_at_every_other_door(door: str) -> None:
    by, path, body, _other, form = PREPARED[door]()
    answer = Caller(by).client.post(f"/api/v1/{path}", body() | dict.fromkeys(THEIRS, 1), format=form)

    assert answer.status_code == 400
    assert errors(answer) >= {(name, "unknown") for name in THEIRS}


def test_a_case_goes_by_api_alone_from_its_opening_to_the_proposal() -> None:
    road = Road()
    officer = road.officer()
    caller = by_key(road.case_officer, "cases:read", "cases:write")
    wrong = caller.post("cases/", {"officer": officer.pk, "service_number": "1", "birth_year": 1950})
    assert errors(wrong) == {("service_number", "invalid"), ("birth_year", "invalid")}
    made = caller.post(
        "cases/",
        {"officer": officer.pk, "service_number": officer.service_number, "birth_year": officer.birth_year},
    )
    assert made.status_code == 201
    case = made.json()["id"]
    assert made["Location"].endswith(f"/api/v1/cases/{case}/")

    def step(verb: str, **body: Any) -> dict[str, Any]:
        answer = caller.post(f"cases/{case}/{verb}/", body)
        assert answer.status_code == 200, answer.content
        said: dict[str, Any] = answer.json()
        return said

    scan = SimpleUploadedFile("record.txt", b"Record of the search.")
    token = caller.client.post("/api/v1/cases/files/", {"file": scan}, format="multipart").json()["token"]
    paper = {"kind": "record", "title": "Record of the search", "files": [token]}
    ground = step("add-ground", kind="drug_involvement", text="He kept drugs.", paper=paper)["made"]
    step("assess", severity="gross", reasons="Grave.")
    step("issue-notice")
    road.tell(again(Case.objects.get(pk=case)))
    step("respond", text="Not mine.")
    hearings.complete(at_door(Case.objects.get(pk=case)), case)
    step("investigate", text="It was his.")
    said = step("propose", measure="dismissal", articles=["DR-01"], reasons="x", lesser="x", no_conflict=True)

    assert (said["status"], said["clocks"]["due_for"]) == ("PROPOSED", "legality_check")
    read = caller.get(f"cases/{case}/").json()
    assert [one["id"] for one in read["grounds"]] == [ground]
    look = Read.objects.filter(table_name="cases_case", row_id=case).latest("id")
    assert {"officer", "grounds", "statements", "opinions"} <= set(look.fields)
    assert read["proposals"][0]["grounds"] == [ground]
    assert [one["kind"] for one in read["statements"]] == ["response", "complete"]
    (notice,) = read["notices"]
    assert (notice["kind"], notice["told_how"]) == ("allegations", "door")
    (file,) = read["papers"][0]["files"]
    opened = caller.get(f"cases/{case}/files/{file['id']}/").json()
    assert (opened["paper"], opened["status"]) == (read["papers"][0]["id"], "CLEARED")
    noted = Read.objects.filter(table_name="cases_casefile", row_id=file["id"]).latest("id")
    assert (noted.what, noted.fields) == ("exported", ["content"])
    assert "case.proposed" in [one["verb"] for one in caller.get(f"cases/{case}/history/").json()["events"]]


def test_a_key_does_what_its_scopes_name() -> None:
    road = Road()
    case = road.opened()
    reads, writes = by_key(road.case_officer, "cases:read"), by_key(road.case_officer, "cases:write")
    other = by_key(make.user(Role.CASE_OFFICER), "complaints:read", "complaints:write", "officers:read")

    read = reads.get(f"cases/{case.pk}/")
    assert (read.status_code, read.json()["verbs"]) == (200, [])
    assert reads.post(f"cases/{case.pk}/stay/", {"reason": "x"}).status_code == 403
    assert writes.get(f"cases/{case.pk}/").status_code == 403
    assert writes.post(f"cases/{case.pk}/stay/", {"reason": "x"}).status_code == 200
    for path in (
        "cases/",
        "orders/",
        "appeals/",
        "extracts/",
        "measures/",
        "barred-register/",
        "delegations/",
    ):
        assert other.get(path).status_code == 403, path
        assert reads.get(path).status_code == 200, path


def test_a_letter_is_written_on_the_page_alone() -> None:
    road = Road()
    case = road.notified()
    caller = Caller(road.case_officer)

    assert "write_letter" not in caller.get(f"cases/{case.pk}/").json()["verbs"]
    assert caller.post(f"cases/{case.pk}/write-letter/").status_code == 404


def test_the_list_is_narrowed_and_begins_with_the_most_overdue() -> None:
    road = Road()
    first, second = road.opened(), road.assessed()
    other = road.opened(make.officer(make.unit()))
    caller = Caller(road.case_officer)

    def found(**query: Any) -> list[int]:
        answer = caller.get("cases/", **query)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["results"]]

    every = [first.pk, second.pk, other.pk]
    assert sorted(found()) == sorted(found(overdue="false")) == sorted(found(mine="true")) == every
    assert found(status="ASSESSED") == found(severity="gross") == [second.pk]
    assert found(officer=first.officer_id) == [first.pk]
    assert sorted(found(officer_unit=road.unit.pk)) == every[:2]
    assert (
        sorted(found(ground="drug_involvement", opened_since=days_ago(1), opened_until=days_ago(-1))) == every
    )
    for none in (
        {"overdue": "true"},
        {"mine": "false"},
        {"ground": "absence"},
        {"ground_fell": "true"},
        {"news": "true"},
        {"outcome": "measure"},
        {"due_until": days_ago(1)},
        {"opened_since": days_ago(-1)},
    ):
        assert found(**none) == []
    page = caller.get("cases/", limit=2).json()
    rest = caller.client.get(page["next"]).json()
    assert [one["id"] for one in (*page["results"], *rest["results"])] == found()


def test_who_verifies_an_order_reads_number_and_days_from_the_scan() -> None:
    road = Road()
    one, other = road.decided(), road.decided()
    order = road.ordered(one, other)
    registrar, verifier = Caller(road.registrar), Caller(road.verifier)

    for read in (verifier.get(f"orders/{order.pk}/").json(), verifier.get("orders/").json()["results"][0]):
        assert [read[name] for name in ("number", "signed_on", "effective_on")] == [None] * 3
    assert registrar.get(f"orders/{order.pk}/").json()["number"] == order.number
    (file,) = verifier.get(f"orders/{order.pk}/files/").json()["results"]
    assert verifier.get(f"orders/{order.pk}/files/{file['id']}/").json()["content"]
    days = {"signed_on": str(order.signed_on), "effective_on": str(order.effective_on)}
    path = f"orders/{order.pk}/verify/"
    wrong = verifier.post(path, {"number": "1", **days})
    assert errors(wrong) == {("number", "invalid")}
    assert order.number not in wrong.content.decode()
    assert registrar.post(path, {"number": order.number, **days}).status_code == 403

    said = verifier.post(path, {"number": order.number, **days}).json()

    assert (said["status"], said["number"], said["verbs"]) == ("IN_FORCE", order.number, [])
    lines = verifier.get(f"orders/{order.pk}/").json()["lines"]
    assert [line["case"] for line in lines] == sorted([one.pk, other.pk])
    assert Officer.objects.filter(status="DISMISSED").count() == 2
    assert [row["id"] for row in verifier.get("orders/", case=one.pk).json()["results"]] == [order.pk]


def test_a_rejected_order_is_there_for_who_sees_its_cases_and_they_wait_for_another() -> None:
    road = Road()
    case = road.decided()
    order = road.ordered(case)
    path = f"orders/{order.pk}/"
    said = Caller(road.verifier).post(f"{path}reject/", {"reason": "Another number."}).json()
    assert (said["status"], said["verbs"]) == ("REJECTED", [])

    read = Caller(road.verifier).get(path).json()
    assert (read["why_rejected"], [line["void"] for line in read["lines"]]) == ("Another number.", [True])
    assert Caller(make.user(Role.REGISTRAR, make.unit())).get(path).status_code == 404
    assert "register" in Caller(road.registrar).get(f"cases/{case.pk}/").json()["verbs"]
    assert road.ordered(again(case), number="13 MOI").status == "REGISTERED"


def test_measures_and_the_barred_register_are_found_by_what_they_say() -> None:
    place = make.Province()
    road = Road(place.commune)
    case = road.in_force()
    caller = Caller(road.authority)
    measure = case.measures.get()
    for query in (
        {},
        {"kind": "dismissal"},
        {"about_drugs": "true", "province": "07"},
        {"ground": "drug_involvement", "unit": place.district.pk, "officer": case.officer_id},
        {"effective_since": days_ago(0), "effective_until": days_ago(0), "reversed": "false"},
    ):
        rows = caller.get("measures/", **query).json()["results"]
        assert [row["id"] for row in rows] == [measure.pk], query
    for query in ({"kind": "demotion"}, {"province": "08"}, {"reversed": "true"}, {"about_drugs": "false"}):
        assert caller.get("measures/", **query).json()["results"] == [], query
    assert caller.get(f"measures/{measure.pk}/").json()["case"] == case.pk

    officer = case.officer
    for number in (officer.service_number, officer.number):
        (entry,) = caller.get("barred-register/", number=number).json()["results"]
        assert (entry["pointer"], entry["status"]) == (case.reference, "ENTERED")
    assert caller.get(f"barred-register/{entry['id']}/").json() == entry
    assert caller.get("barred-register/", number="999").json()["results"] == []
    assert Read.objects.filter(table_name="officers_registerentry", what="listed").exists()


def test_an_appeal_by_api_restores_the_officer() -> None:
    road = Road()
    case = road.told()
    lodged = Caller(road.case_officer).post(
        f"cases/{case.pk}/lodge/", {"ground": "procedure", "text": "Not heard in full."}
    )
    path = f"appeals/{lodged.json()['made']}/"
    first, second = Caller(road.member), Caller(road.second_member)
    assert first.get(path).json()["verbs"] == ["admit", "refuse"]
    assert first.post(f"{path}admit/").json()["status"] == "ADMITTED"
    draft = {"outcome": "overturned", "reasons": "The locker was shared."}
    assert first.post(f"{path}draft/", draft).json()["status"] == "DRAFTED"
    assert first.post(f"{path}agree/", {"no_conflict": True}).status_code == 403

    said = second.post(f"{path}agree/", {"no_conflict": True}).json()

    assert (said["status"], said["outcome"], said["case_status"]) == ("DECIDED", "overturned", "CLOSED")
    assert again(case).officer.status == Officer.Status.SERVING
    assert first.get("appeals/", case=case.pk, status="DECIDED").json()["results"][0]["text"]


def test_who_acts_for_an_authority_decides_until_it_is_ended() -> None:
    road = Road()
    case = road.checked()
    taker = make.user(Role.SUPERVISOR)
    giver, caller = Caller(road.authority), Caller(taker)
    body = {"measure": "dismissal", "reasons": "x", "no_conflict": True, "password": make.PASSWORD}
    assert caller.post(f"cases/{case.pk}/decide/", body).status_code == 403
    paper = {"taker": taker.pk, "unit": make.root().pk, "paper": "31", "starts_on": str(days_ago(0))}
    made = giver.post("delegations/", paper | {"ends_on": str(days_ago(-9))}).json()
    assert [one["id"] for one in caller.get("delegations/", ruling="true").json()["results"]] == [made["id"]]
    assert Caller(make.user(Role.CASE_OFFICER)).get(f"delegations/{made['id']}/").status_code == 404

    giver.post(f"delegations/{made['id']}/end/", {"reason": "Back."})
    assert caller.post(f"cases/{case.pk}/decide/", body).status_code == 403
    giver.post("delegations/", paper | {"ends_on": str(days_ago(-9)), "paper": "32"})
    assert caller.post(f"cases/{case.pk}/decide/", body).status_code == 200
    decision = decisions.decision_of(case)
    assert (decision.decided_by_id, decision.acting_for.paper) == (taker.pk, "32")


def test_what_the_officer_writes_at_his_door_is_read_here() -> None:
    road = Road()
    appeal = road.appealed()
    assert at_door(appeal.case)
    read = Caller(road.member).get(f"appeals/{appeal.pk}/").json()
    assert (read["how"], read["recorded_by"]) == ("door", None)
