"""The log by API: whole for auditors of the Ministry, record by record for others, in pages and as lines."""

import json
import tracemalloc

import pytest
from django.db import connection

from audits.actions import recusals
from ledger.models import Event, Read, Seal
from ledger.sealing import seal
from officers.actions import api_keys
from officers.models.api_keys import Scope
from officers.models.users import Role
from tests import make
from tests.dismissals import Road
from tests.officers.calling import Caller, by_key

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "sequencer"])
LINES = {"Accept": "application/x-ndjson"}
LOG = ("events", "changes", "reads")


def results(caller, path, **query):
    answer = caller.get(f"audits/{path}/", **query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def of_lines(answer):
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


@pytest.fixture
def auditor():
    return Caller(make.user(Role.AUDITOR))


def test_events_are_given_in_their_sealed_order_page_by_page(auditor):
    Road().decided()
    seal()

    found, page = [], auditor.get("audits/events/", limit=7).json()
    while True:
        found += page["results"]
        if page["next"] is None:
            break
        page = auditor.client.get(page["next"]).json()

    positions = [one["position"] for one in found]
    assert positions == sorted(positions)
    assert positions == list(Seal.objects.order_by("position").values_list("position", flat=True))
    first = Seal.objects.select_related("event").get(position=positions[0])
    assert (found[0]["id"], found[0]["digest"]) == (first.event_id, bytes(first.digest).hex())


def test_what_is_not_sealed_yet_is_not_there_and_comes_at_its_place(auditor):
    seal()
    last = Seal.objects.order_by("-position").first().position
    make.unit()
    assert results(auditor, "events", position_from=last + 1) == []
    seal()
    assert results(auditor, "events", position_from=last + 1)[0]["position"] == last + 1


def test_events_are_found_by_row_verb_actor_and_day(auditor):
    road = Road()
    case = road.decided()
    seal()
    about = results(auditor, "events", table="cases_case", row=case.pk, limit=200)
    assert {one["verb"] for one in about} >= {"case.opened", "case.decided"}
    assert {one["id"] for one in about} == set(Event.objects.about(case).values_list("pk", flat=True))
    opened = results(auditor, "events", verb="case.opened")
    assert [one["subject"] for one in opened] == [{"table": "cases_case", "id": case.pk}]
    mine = results(auditor, "events", actor=road.case_officer.pk)
    assert {one["actor"]["id"] for one in mine} == {road.case_officer.pk}
    assert results(auditor, "events", recorded_until="2020-01-01") == []
    assert len(results(auditor, "events", recorded_since="2020-01-01", limit=3)) == 3
    assert auditor.get("audits/events/", last_id=3).status_code == 400


def test_an_image_has_no_closed_column_and_a_closed_table_has_no_image(auditor):
    row = make.complaint(contact="Call 012 345 678.", category="extortion")
    owner = make.user(Role.CASE_OFFICER)
    by_key(owner)
    seal()

    images = results(auditor, "changes", table="officers_apikey")
    assert images[0]["closed"] == ["digest", "prefix"]
    assert images[0]["image"]["user_id"] == owner.pk
    assert "digest" not in images[0]["image"]
    assert results(auditor, "changes", table="cases_reporter") == []
    complaint = results(auditor, "changes", table="cases_complaint", row=row.pk)
    assert "receipt" not in complaint[0]["image"]
    everything = of_lines(auditor.client.get("/api/v1/audits/changes/", headers=LINES))
    assert "cases_reporter" not in {one["table"] for one in everything}
    assert len(everything) > 10


def test_looks_are_listed_and_each_answer_is_a_look_itself(auditor):
    reader = Caller(make.user(Role.INSPECTOR))
    case = Road().opened()
    reader.get(f"cases/{case.pk}/")

    (look,) = results(auditor, "reads", table="cases_case", row=case.pk)

    assert (look["actor"]["id"], look["what"]) == (reader.user.pk, "opened")
    assert "officer" in look["fields"]
    mine = Read.objects.filter(actor_id=auditor.user.pk).latest("id")
    assert (mine.what, mine.table_name) == ("listed", "ledger_read")
    assert mine.detail == {"query": {"table": "cases_case", "row": str(case.pk)}}
    of_lines(auditor.client.get("/api/v1/audits/events/?verb=case.opened", headers=LINES))
    mine = Read.objects.filter(actor_id=auditor.user.pk).latest("id")
    assert (mine.what, mine.table_name, mine.detail) == (
        "exported",
        "ledger_event",
        {"query": {"verb": "case.opened"}},
    )


@pytest.mark.parametrize("path", LOG)
def test_for_all_others_there_is_no_log(path):
    case = Road().opened()
    for role in set(Role.values) - {Role.AUDITOR}:
        caller = Caller(make.user(role))
        assert caller.get(f"audits/{path}/").status_code in (403, 404), role
        assert caller.get(f"audits/{path}/", table="cases_case", row=case.pk).status_code in (403, 404), role
    assert by_key(make.user(Role.AUDITOR), Scope.CASES_READ).get(f"audits/{path}/").status_code == 403
    assert by_key(make.user(Role.AUDITOR), Scope.AUDITS_READ).get(f"audits/{path}/").status_code == 200


@pytest.mark.parametrize("path", LOG)
def test_an_auditor_of_a_part_reads_the_log_of_a_record_he_sees_and_no_other(path):
    place = make.Province()
    mine = make.complaint(at=place.commune, category="trafficking_place")
    other = Road().opened()
    caller = Caller(make.user(Role.AUDITOR, place.province))
    Caller(make.user(Role.INSPECTOR)).get(f"complaints/{mine.pk}/")
    seal()

    assert caller.get(f"audits/{path}/").status_code == 403
    assert caller.get(f"audits/{path}/", table="cases_complaint").status_code == 403
    assert results(caller, path, table="cases_complaint", row=mine.pk)
    for table, row in (("cases_case", other.pk), ("cases_reporter", 1), ("ledger_event", 1), ("x", 1)):
        assert caller.get(f"audits/{path}/", table=table, row=row).status_code == 404, table


def test_what_an_auditor_is_kept_from_is_not_in_his_log():
    """Recused from an officer, named in a complaint: neither the records nor what belongs to them."""
    road = Road()
    case, other = road.decided(), Road().decided()
    auditor = make.user(Role.AUDITOR)
    recusals.declare(auditor, kind="relative", officer_id=case.officer_id, reason="My cousin.")
    seal()
    caller = Caller(auditor)

    events = of_lines(caller.client.get("/api/v1/audits/events/", headers=LINES))
    subjects = {(one["subject"]["table"], one["subject"]["id"]) for one in events}
    assert ("cases_case", other.pk) in subjects
    assert ("cases_case", case.pk) not in subjects
    changes = of_lines(caller.client.get("/api/v1/audits/changes/", headers=LINES))
    of_cases = {one["image"]["case_id"] for one in changes if "case_id" in (one["image"] or {})}
    assert other.pk in of_cases
    assert case.pk not in of_cases


def test_a_complaint_that_names_the_auditors_unit_is_not_in_his_log():
    place = make.Province()
    officer = make.officer(place.commune)
    auditor = make.user(Role.AUDITOR, officer=officer)
    barred = make.complaint(at=place.commune, category="extortion", named=[place.commune])
    seal()

    changes = of_lines(Caller(auditor).client.get("/api/v1/audits/changes/", headers=LINES))

    assert barred.pk not in {one["row"] for one in changes if one["table"] == "cases_complaint"}
    assert barred.pk not in {one["image"].get("complaint_id") for one in changes if one["image"]}
    caller = Caller(make.user(Role.AUDITOR))
    assert results(caller, "changes", table="cases_complaint", row=barred.pk)


def test_a_refusal_is_a_problem_for_who_asks_for_lines_too(auditor):
    answer = auditor.client.get("/api/v1/audits/events/?row=x&table=cases_case", headers=LINES)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    html = auditor.client.get("/api/v1/audits/events/", headers={"Accept": "text/html"})
    assert html.status_code == 406


def test_fifty_thousand_events_are_sent_without_being_held(auditor):
    """What all of them would take in memory is measured first: the stream takes a small part of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_event (actor_name, actor_role, verb, subject_table, reason, facts, request_id) "
            "SELECT 'psql', 'psql', 'many.made', '', 'one of many', '{\"number\": 1}', '' "
            "FROM generate_series(1, 50000)"
        )
    while Seal.objects.count() < Event.objects.count():
        seal()
    answer = auditor.client.get("/api/v1/audits/events/?verb=many.made", headers=LINES)

    tracemalloc.start()
    try:
        sent = count = 0
        for line in answer.streaming_content:
            sent, count = sent + len(line), count + line.count(b"\n")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    print(f"{count} events, {sent / 2**20:.1f} MB sent, at most {most / 2**20:.1f} MB held")
    assert count == 50_000
    assert sent > 15 * 2**20
    assert most < 8 * 2**20


def test_an_answer_that_is_not_read_to_its_end_leaves_no_transaction_behind(auditor):
    from django.db import connections

    seal()
    answer = auditor.client.get("/api/v1/audits/events/", headers=LINES)
    next(iter(answer.streaming_content))
    assert connections["auditor"].in_atomic_block
    answer.close()
    assert not connections["auditor"].in_atomic_block


def test_a_key_without_its_scope_writes_nothing(auditor):
    key, _secret = api_keys.issue(
        auditor.user, label="Read", scopes=[Scope.AUDITS_READ], expires_at=_in_a_month()
    )
    assert key.scopes == [Scope.AUDITS_READ]
    reads_only = by_key(auditor.user, Scope.AUDITS_READ)
    assert reads_only.post("audits/findings/", {}).status_code == 403


def _in_a_month():
    from datetime import timedelta

    from ledger import clock

    return clock.now() + timedelta(days=30)
