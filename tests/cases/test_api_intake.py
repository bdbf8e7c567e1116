"""Handing in by partner organisations, and what a receipt tells them: nothing of a receipt is kept."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cases.actions import intake
from cases.models import Complaint
from cases.reckoning.receipts import receipt_of
from ledger import clock
from ledger.models import Answer, Event, Read
from officers.models.users import Role
from tests import make
from tests.cases.prepared import REPORT, TOKEN, case, disputed
from tests.officers.calling import Caller, by_key, errors

pytestmark = pytest.mark.django_db


def partner() -> Caller:
    return by_key(make.user(Role.PARTNER), "complaints:hand_in")


def test_a_partner_gets_the_receipt_and_nothing_else_and_does_not_see_what_it_handed_in() -> None:
    place = make.Province()
    caller = partner()
    body = REPORT | {
        "place_code": place.commune.admin_code,
        "named": [{"kind": "unit", "unit": place.commune.pk}],
    }

    answer = caller.post("complaints/", body)

    row = Complaint.objects.get()
    assert answer.status_code == 201
    assert set(answer.json()) == {"receipt"}
    assert re.fullmatch("[0-9]{16}", answer.json()["receipt"])
    assert "Location" not in answer
    assert (row.channel, row.written_by, row.unit) == ("referral", caller.user, place.district)
    session = Caller(caller.user)
    assert session.get("complaints/").json()["results"] == []
    assert session.get(f"complaints/{row.pk}/").status_code == 404


def test_the_same_request_under_the_same_key_gets_the_same_receipt_of_which_nothing_is_kept() -> None:
    caller = partner()
    key = {"Idempotency-Key": "report-1"}

    first, second = (caller.post("complaints/", REPORT, headers=key) for _ in range(2))
    Answer.objects.all().delete()  # as after 24 hours
    third = caller.post("complaints/", REPORT, headers=key)
    others = (
        caller.post("complaints/", REPORT, headers={"Idempotency-Key": "report-2"}),
        partner().post("complaints/", REPORT, headers=key),
        caller.post("complaints/", REPORT),
        caller.post("complaints/", REPORT),
    )
    changed = caller.post("complaints/", REPORT | {"happened": "Today"}, headers=key)

    receipts = [answer.json()["receipt"] for answer in (first, second, third, *others)]
    assert len(set(receipts[:3])) == 1
    assert len(set(receipts)) == 5
    assert changed.status_code == 422
    assert Complaint.objects.count() == 5
    assert second["Idempotency-Replayed"] == "true"
    assert {answer.body for answer in Answer.objects.all()} == {None}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {connection.ops.quote_name(table)} t")
            text = cursor.fetchone()[0] or ""
        assert receipts[0] not in text, table


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"narrative": " "}, "narrative"),
        ({"narrative": "x" * 20_001}, "narrative"),
        ({"place_code": "12345"}, "place_code"),
        ({"channel": "web"}, "channel"),
        ({"received_on": "2199-01-01"}, "received_on"),
        ({"received_on": "1066-10-14"}, "received_on"),
        ({"hidden_from": "everybody"}, "hidden_from"),
        ({"named": [{"kind": "unit", "unit": 2**62}]}, "named"),
        ({"named": [{"kind": "ghost"}]}, "named.kind"),
        ({"named": [{"kind": "officer", "officer": 1}]}, "named.officer"),
        ({"named": [{"kind": "unknown"}] * 11}, "named"),
        ({"status": "CLOSED"}, "status"),
        ({"unit": 1}, "unit"),
        ({"receipt": "1" * 16}, "receipt"),
        ({"written_by": 1}, "written_by"),
    ],
)
def test_a_report_that_is_wrong_is_refused_by_field(given: dict[str, Any], field: str) -> None:
    answer = partner().post("complaints/", REPORT | given)

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Complaint.objects.exists()


def test_only_who_handles_complaints_hands_in_and_only_by_a_key_of_that_scope() -> None:
    make.root()
    administrator = Caller(make.user(Role.ADMINISTRATOR))
    assert administrator.post("complaints/", REPORT).status_code == 403
    assert administrator.post("complaints/status/", {"receipt": "1" * 16}).status_code == 403
    worker = by_key(make.user(Role.CASE_OFFICER), "complaints:read", "complaints:write")
    assert worker.post("complaints/", REPORT).status_code == 403
    caller = partner()
    assert caller.get("complaints/").status_code == 403
    assert caller.post("complaints/1/note/", {"text": "x"}).status_code == 403
    reader = by_key(make.user(Role.CASE_OFFICER), "complaints:read")
    assert reader.get("complaints/").status_code == 200
    assert reader.post("complaints/1/note/", {"text": "x"}).status_code == 403


def test_a_receipt_tells_the_state_without_names_and_leaves_no_trace() -> None:
    here = case()
    disputed(here)
    receipt = receipt_of(TOKEN, settings.PEPPER)
    caller = partner()
    reads, events = Read.objects.count(), Event.objects.count()

    answer = caller.post("complaints/status/", {"receipt": f"{receipt[:4]} {receipt[4:8]}-{receipt[8:]}"})

    said = answer.json()
    assert answer.status_code == 200
    assert (said["entered"], said["level"], said["may_dispute"]) == (True, 1, False)
    assert said["deeds"] == [{"kind": "visited", "done_on": str(clock.today())}]
    assert [line["text"] for line in said["messages"]] == ["Nobody came."]
    for hidden in (
        here.officer.name_latin,
        str(here.row.pk),
        here.row.narrative,
        here.place.district.name_latin,
    ):
        assert hidden not in answer.content.decode()
    assert (Read.objects.count(), Event.objects.count()) == (reads, events)


def test_a_report_in_the_box_is_told_as_waiting_and_a_wrong_receipt_as_nothing() -> None:
    make.root()
    receipt = intake.drop(intake.Report("drug_use", "He needs help."), token="anonymous")
    caller = partner()

    assert caller.post("complaints/status/", {"receipt": receipt}).json()["entered"] is False
    assert caller.post("complaints/status/", {"receipt": "0" * 16}).status_code == 404
    assert errors(caller.post("complaints/status/", {"receipt": "123"})) == {("receipt", "invalid")}
    assert caller.get("complaints/status/").status_code in (403, 405)


def test_looks_by_receipt_are_limited_for_the_account_and_not_for_others() -> None:
    caller, other = partner(), partner()
    body = {"receipt": "0" * 16}

    answers = [caller.post("complaints/status/", body).status_code for _ in range(61)]

    assert answers == [404] * 60 + [429]
    assert other.post("complaints/status/", body).status_code == 404
