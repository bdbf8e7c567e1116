"""The door to complaints: each step leads to its action, wrong bodies are refused, receipts are kept nowhere."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import closing, complaints, flags, intake
from cases.models import Complaint, Reporter
from ledger import clock
from ledger.models import Answer, Event, Read
from officers.models.users import Role
from tests import make
from tests.cases.prepared import (
    CLOSING,
    STEPS,
    case,
    disputed,
    moved_up,
    pause_asked,
    referred,
)
from tests.officers.calling import Caller, errors

pytestmark = pytest.mark.django_db
S = Complaint.Status


@pytest.mark.parametrize("verb", STEPS)
def test_each_step_leads_to_its_action_and_says_the_version_it_left(verb: str) -> None:
    by, path, body, *_other = STEPS[verb]()
    pk = int(path.split("/")[1])
    before = Complaint.objects.get(pk=pk).version
    caller = Caller(by)

    answer = caller.post(path, body(), headers={"If-Match": f'"{before}"'})

    assert answer.status_code == 200, answer.content
    said = answer.json()
    event = Event.objects.filter(subject_table="cases_complaint", subject_id=pk).latest("id")
    assert (event.actor_id, event.verb.split(".")[0]) == (by.pk, "complaint")
    if said.get("gone"):
        assert set(said) == {"id", "reference", "gone"}
        assert caller.get(f"complaints/{pk}/").status_code == 404
    else:
        row = Complaint.objects.get(pk=pk)
        assert (said["version"], said["status"]) == (row.version, row.status)
        assert answer["ETag"] == f'"{row.version}"'
        assert row.version == before + 1
    stale = caller.post(path, body(), headers={"If-Match": f'"{before}"'})
    assert stale.status_code in (404, 409)


@pytest.mark.parametrize("verb", STEPS)
def test_no_answer_to_a_step_has_a_word_of_the_report(verb: str) -> None:
    by, path, body, *_other = STEPS[verb]()
    narrative = Complaint.objects.get(pk=int(path.split("/")[1])).narrative

    Caller(by).post(path, body(), headers={"Idempotency-Key": "k"})

    assert narrative not in json.dumps(Answer.objects.get().body)


@pytest.mark.parametrize("verb", STEPS)
def test_what_is_not_the_callers_to_say_is_refused(verb: str) -> None:
    by, path, body, *_other = STEPS[verb]()
    before = Complaint.objects.values().get(pk=int(path.split("/")[1]))
    theirs = ("status", "unit_id", "closed_by", "level", "handler_id", "acted_on", "flagged", "disputed_on")

    answer = Caller(by).post(path, body() | dict.fromkeys(theirs, 1))

    assert answer.status_code == 400
    assert errors(answer) >= {(name, "unknown") for name in theirs}
    assert Complaint.objects.values().get(pk=before["id"]) == before


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("take_action", {"kind": "phoned", "text": "x"}, "kind"),
        ("take_action", {"kind": "visited", "text": "  "}, "text"),
        ("take_action", {"kind": "visited", "text": "x", "done_on": "2199-01-01"}, "done_on"),
        ("take_action", {"kind": "visited", "text": "x", "done_on": "1999-01-01"}, "done_on"),
        ("assign", {"handler": 2**62}, "handler"),
        ("assign", {"handler": -1}, "handler"),
        ("note", {}, "text"),
        ("write", {"text": "x" * 20_001}, "text"),
        ("instruct", {"instruction": ""}, "instruction"),
        ("offer", {"unit": 2**62, "reason": "x"}, "unit"),
        ("match", {"accused": 1, "officer": 1, "evidence": "x"}, "officer"),
        ("link", {"original": 2**62}, "original"),
        ("refer", {"authority": "nobody", "text": "x", "letter": "1"}, "authority"),
        ("hear_from", {"referral": 2**62}, ""),
        ("pause", {"reason": "holiday", "text": "x", "until": "2199-01-01"}, "reason"),
        ("pause", {"reason": "court", "text": "x", "until": "2199-01-01"}, "until"),
        ("pause", {"reason": "court", "text": "x", "until": "tomorrow"}, "until"),
        ("close", {**CLOSING, "finding": "guilty"}, "finding"),
        ("close", {**CLOSING, "closure_reason": "resolved_action_taken"}, "closure_reason"),
        ("close", {**CLOSING, "answer": " "}, "answer"),
        ("close", [], ""),
    ],
)
def test_a_wrong_body_is_refused_by_field_in_the_callers_language(verb: str, body: Any, field: str) -> None:
    here = case()
    client = Caller(here.officer).client

    answer = client.post(
        f"/api/v1/complaints/{here.row.pk}/{verb}/", body, format="json", headers={"Accept-Language": "km"}
    )

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert Complaint.objects.get(pk=here.row.pk).version == here.row.version


def test_a_step_from_another_state_is_a_conflict_and_one_of_anothers_role_forbidden() -> None:
    here = case()
    caller = Caller(here.officer)

    assert caller.post(f"complaints/{here.row.pk}/agree/").status_code == 403
    assert Caller(here.supervisor).post(f"complaints/{here.row.pk}/agree/").status_code == 409
    auditor = Caller(make.user(Role.AUDITOR, here.place.district))
    assert auditor.get(f"complaints/{here.row.pk}/").json()["verbs"] == []
    assert auditor.post(f"complaints/{here.row.pk}/note/", {"text": "x"}).status_code == 403


def test_reading_shows_report_clocks_flags_and_verbs_and_opens_nothing() -> None:
    here = case(named=[intake.Named("officer", "The tall one")], how_known="saw", contact="012 345 678")
    with clock.at(clock.now() + timedelta(days=20)):
        flags.sweep()
        answer = Caller(here.officer).get(f"complaints/{here.row.pk}/")

    said = answer.json()
    assert answer["ETag"] == f'"{here.row.version}"'
    assert said["report"]["narrative"] == here.row.narrative
    assert [one["said"] for one in said["report"]["named"]] == ["The tall one"]
    assert said["clocks"]["act_by"] == here.row.act_by.isoformat()
    assert said["clocks"]["overdue"]
    assert said["flagged"]
    assert "no_action" in {flag["kind"] for flag in said["flags"]}
    assert {"open", "acknowledge", "take_action", "match"} <= set(said["verbs"])
    assert not {"agree", "escalate", "hear", "settle", "decide_pause"} & set(said["verbs"])
    assert Reporter.objects.filter(complaint=here.row).exists()
    assert b"012 345 678" not in answer.content
    here.row.refresh_from_db()
    assert here.row.opened_on is None


def test_every_verb_is_an_address_and_those_on_a_pause_and_a_dispute_are_among_them() -> None:
    here = case()
    disputed(here)
    pause_asked(here)
    referred(here)

    officers = Caller(here.officer).get(f"complaints/{here.row.pk}/").json()["verbs"]
    said = Caller(here.supervisor).get(f"complaints/{here.row.pk}/").json()["verbs"]

    assert {"settle", "decide_pause", "hear_from"} <= set(said)
    assert not {"settle", "decide_pause"} & set(officers)
    assert set(said) <= set(STEPS)


def test_a_commune_post_gets_the_task_and_nothing_that_points_at_the_reporter() -> None:
    here = case(category="drug_dealing", place_text="Beside my house", named=[intake.Named("person", "Sok")])
    assert here.row.unit == here.place.commune
    complaints.instruct(here.officer, here.row.pk, text="Look behind the market.")
    complaints.note(here.officer, here.row.pk, text="The reporter is the baker.")
    complaints.write(here.officer, here.row.pk, text="Dear baker.")
    post = Caller(make.user(Role.CASE_OFFICER, here.place.commune))
    address = f"complaints/{here.row.pk}/"

    said = post.get(address)
    assert said.json()["task"] == "Look behind the market."
    assert "report" not in said.json()
    assert post.get(f"{address}messages/").status_code == 404
    assert post.get(f"{address}notes/").json()["results"] == []
    history = post.get(f"{address}history/")
    assert {event["verb"] for event in history.json()["events"]} >= {"complaint.received", "complaint.noted"}
    for answer in (said, history, post.get("complaints/")):
        for word in ("baker", "my house", "Sok", "blue house", "desk", "phone"):
            assert word not in answer.content.decode()
    assert post.post(f"{address}write/", {"text": "x"}).status_code == 403
    assert post.post(f"{address}note/", {"text": "Was there."}).status_code == 200
    assert [note["text"] for note in post.get(f"{address}notes/").json()["results"]] == ["Was there."]


def test_below_a_complaint_stand_its_actions_thread_notes_handovers_pauses_misses_and_flags() -> None:
    here = case()
    disputed(here)
    pause_asked(here)
    referred(here)
    complaints.note(here.officer, here.row.pk, text="Seen.")
    with clock.at(clock.now() + timedelta(days=100)):
        flags.sweep()
        moved_up(here)
    caller = Caller(make.user(Role.CASE_OFFICER, here.place.province))
    address = f"complaints/{here.row.pk}/"

    listed = {
        name: caller.get(f"{address}{name}/").json()["results"]
        for name in ("deeds", "messages", "notes", "handovers", "pauses", "referrals", "misses", "flags")
    }

    assert [deed["disputed"] for deed in listed["deeds"]] == ["Nobody came."]
    assert [(line["kind"], line["from_reporter"]) for line in listed["messages"]] == [("dispute", True)]
    assert [note["text"] for note in listed["notes"]] == ["Seen."]
    assert [one["why"] for one in listed["handovers"]] == ["routed", "escalated"]
    assert [one["letter"] for one in listed["referrals"]] == ["112/26"]
    assert [pause["status"] for pause in listed["pauses"]] == ["ASKED"]
    assert [miss["unit"]["id"] for miss in listed["misses"]] == [here.place.district.pk]
    assert {flag["kind"] for flag in listed["flags"]} >= {"unacknowledged", "disputed"}
    history = caller.get(f"{address}history/").json()
    assert [one["why"] for one in history["handovers"]] == ["escalated", "routed"]
    assert history["events"][0]["verb"] == "complaint.escalated"
    first = caller.get(f"{address}handovers/", limit=1).json()
    assert caller.client.get(first["next"]).json()["results"] == listed["handovers"][1:]


def test_the_list_begins_with_the_most_overdue_and_ends_with_what_has_no_day() -> None:
    here = case()
    rows = [make.complaint(at=here.place.commune, category="trafficking_place") for _ in range(4)]
    late = make.complaint(
        at=here.place.commune,
        category="trafficking_place",
        received_on=clock.today() - timedelta(days=30),
    )
    closing.close(here.officer, rows[0].pk, **CLOSING | {"closure_reason": "referred_prosecutor"})
    caller = Caller(here.officer)

    seen, url = [], "/api/v1/complaints/?limit=2"
    while url:
        page = caller.client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert seen[0] == late.pk
    assert seen[-1] == rows[0].pk
    assert sorted(seen) == sorted(row.pk for row in [here.row, late, *rows])


def test_the_list_is_narrowed_by_each_filter() -> None:
    here = case()
    late = make.complaint(
        at=here.place.commune,
        category="drug_dealing",
        received_on=clock.today() - timedelta(days=30),
    )
    flags.sweep()
    complaints.acknowledge(here.officer, here.row.pk)
    caller = Caller(make.user(Role.INSPECTOR))
    mine = Caller(here.officer)

    def found(of: Caller = caller, **query: Any) -> list[int]:
        return [row["id"] for row in of.get("complaints/", **query).json()["results"]]

    assert sorted(found()) == sorted([here.row.pk, late.pk])
    for query in (
        {"overdue": "true"},
        {"flagged": "true"},
        {"status": "RECEIVED"},
        {"category": "drug_dealing"},
        {"unit": late.unit_id, "level": late.level},
        {"received_until": clock.today() - timedelta(days=30)},
    ):
        assert found(**query) == [late.pk], query
    for query in (
        {"overdue": "false"},
        {"flagged": "false"},
        {"status": "ACKNOWLEDGED"},
        {"unit": here.place.district.pk, "category": "trafficking_place"},
        {"received_since": clock.today()},
    ):
        assert found(**query) == [here.row.pk], query
    assert found(mine, mine="true") == [here.row.pk]
    assert here.row.pk not in found(mine, mine="false")
    assert sorted(found(mine="false")) == sorted([here.row.pk, late.pk])
    assert errors(caller.get("complaints/", level="9")) == {("level", "invalid_choice")}
    assert errors(caller.get("complaints/", q="house")) == {("q", "unknown")}


def test_a_longer_page_asks_the_database_no_more_often(django_assert_num_queries: Any) -> None:
    here = case()
    caller = Caller(here.officer)
    with CaptureQueriesContext(connection) as few:
        caller.get("complaints/")
    for _ in range(8):
        row = make.complaint(at=here.place.commune, category="trafficking_place")
        complaints.acknowledge(here.officer, row.pk)
    with django_assert_num_queries(len(few)):
        assert len(caller.get("complaints/").json()["results"]) == 9


def test_looks_are_noted_with_what_was_shown() -> None:
    here = case(category="drug_dealing")
    reader, post = Caller(here.officer), Caller(make.user(Role.CASE_OFFICER, here.place.commune))

    reader.get(f"complaints/{here.row.pk}/")
    post.get(f"complaints/{here.row.pk}/")
    reader.get(f"complaints/{here.row.pk}/messages/")
    reader.get(f"complaints/{here.row.pk}/history/")
    reader.get("complaints/", category="drug_dealing")
    reader.get("misses/")

    noted = Read.objects.order_by("id")
    assert [(one.what, one.row_id) for one in noted] == [("opened", here.row.pk)] * 4 + [("listed", None)] * 2
    assert "narrative" in noted[0].fields
    assert "narrative" not in noted[1].fields
    assert noted[2].fields == ["messages"]
    assert noted[4].detail == {"query": {"category": "drug_dealing"}}


def test_a_repeat_is_named_only_to_whoever_may_see_what_it_repeats() -> None:
    here = case()
    first = make.complaint(at=here.place.commune, category="trafficking_place")
    complaints.link(here.officer, here.row.pk, original_id=first.pk)
    caller = Caller(here.officer)
    assert caller.get(f"complaints/{here.row.pk}/").json()["same_as"] == first.pk

    complaints.declare_conflict(here.officer, first.pk, reason="My cousin.")

    assert caller.get(f"complaints/{here.row.pk}/").json()["same_as"] is None


def test_misses_are_listed_for_the_unit_and_explained_once() -> None:
    here = case()
    miss = moved_up(here)
    caller = Caller(here.officer)

    (listed,) = caller.get("misses/").json()["results"]
    assert (listed["id"], listed["unit"]["id"], listed["explained_on"]) == (
        miss,
        here.place.district.pk,
        None,
    )
    assert caller.get("misses/", explained="true").json()["results"] == []
    assert caller.get(f"complaints/{here.row.pk}/").status_code == 404
    stale = caller.post(f"misses/{miss}/explain/", {"explanation": "x", "version": 9})
    told = caller.post(f"misses/{miss}/explain/", {"explanation": "No car.", "version": listed["version"]})
    assert (stale.status_code, told.status_code) == (409, 200)
    assert told.json()["explained_by"]["id"] == here.officer.pk
    again = caller.post(f"misses/{miss}/explain/", {"explanation": "No fuel."})
    assert again.status_code == 400
    assert caller.get("misses/", explained="true").json()["results"] == [told.json()]
    other = Caller(make.user(Role.CASE_OFFICER, here.place.other_commune))
    assert other.get(f"misses/{miss}/").status_code == 404
    assert other.post(f"misses/{miss}/explain/", {"explanation": "x"}).status_code == 404
