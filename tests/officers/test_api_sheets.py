"""Sheets and their lines by API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger import clock
from ledger.models import Event
from officers.actions import drug_tests, sheets
from officers.models import DrugTest, Sheet
from officers.reckoning.lines import Line
from tests import make
from tests.officers.calling import Caller, errors, header

pytestmark = pytest.mark.django_db


def test_a_sheet_is_opened_filled_and_sent_by_api() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    officer = make.officer(unit)

    sheet = caller.post("sheets/", header(unit.pk)).json()
    line = caller.post("drug-tests/", {"sheet": sheet["id"], "number": officer.service_number})
    assert line.status_code == 201, line.json()
    assert line.json()["status"] == "NEGATIVE"
    assert line.json()["verbs"] == ["correct", "void"]
    sent = caller.post(f"sheets/{sheet['id']}/send/", {"stated_taken": 1, "version": 1})

    assert sent.status_code == 200, sent.json()
    assert sent.json()["status"] == "SENT"
    assert sent.json()["counted"]["negative"] == 1
    assert sent["ETag"] == '"2"'
    event = Event.objects.get(verb="drug_test.entered")
    assert (event.actor_id, event.actor_role) == (caller.user.pk, "administrator")


def test_totals_that_differ_from_the_paper_are_refused_until_it_is_said_why() -> None:
    test = make.test()
    caller = Caller(test.sheet.administrator)

    refused = caller.post(f"sheets/{test.sheet_id}/send/", {"stated_taken": 3})
    sent = caller.post(f"sheets/{test.sheet_id}/send/", {"stated_taken": 3, "totals_remark": "Two lost."})

    assert refused.status_code == 400
    assert errors(refused) == {("stated_taken", "totals"), ("totals_remark", "invalid")}
    assert sent.json()["totals_remark"] == "Two lost."


def test_a_single_test_with_a_header_is_a_sheet_of_one_line_sent_at_once() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    officer = make.officer(unit)

    answer = caller.post("drug-tests/", {"header": header(unit.pk), "number": officer.number})

    assert answer.status_code == 201, answer.json()
    sheet = Sheet.objects.get()
    assert sheet.status == Sheet.Status.SENT
    assert answer.json()["sheet"] == sheet.pk


def test_a_single_test_names_its_sheet_either_way_but_not_both() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)

    for given in ({}, {"sheet": sheet.pk, "header": header(sheet.unit_id)}):
        answer = caller.post("drug-tests/", {"number": "1", **given})
        assert errors(answer) == {("", "sheet_or_header")}


def test_a_bad_line_is_named_by_field_and_code_in_the_language_of_the_request() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)
    body = {"sheet": sheet.pk, "number": "999", "non_negative_for": ["mdma"]}

    english = caller.post("drug-tests/", body)
    khmer = caller.post("drug-tests/", body, headers={"Accept-Language": "km"})

    assert english.status_code == khmer.status_code == 400
    assert english["Content-Type"] == "application/problem+json"
    assert errors(english) == {("specimen_number", "specimen_missing"), ("number", "officer_unknown")}
    assert english["Content-Language"] == "en"
    assert khmer["Content-Language"] == "km"


def whole_sheet(unit_id: int, lines: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    return {"header": header(unit_id), "lines": lines, **given}


def test_a_whole_sheet_is_one_act_and_sent() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    numbers = [make.officer(unit).service_number for _ in range(3)]

    answer = caller.post(
        "drug-tests/sheet/",
        whole_sheet(
            unit.pk,
            [
                {"number": numbers[0]},
                {"number": numbers[1], "specimen_number": "A-1", "non_negative_for": ["mdma"]},
                {"number": numbers[2], "not_taken": "absent", "excuse": "approved_leave"},
            ],
            totals={"stated_taken": 2, "stated_non_negative": 1, "stated_not_taken": 1},
        ),
    )

    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert body["problems"] == []
    assert body["sheet"]["status"] == "SENT"
    assert [test["status"] for test in body["tests"]] == ["NEGATIVE", "CONFIRMATION_NEEDED", "NOT_TAKEN"]
    assert Event.objects.filter(verb="drug_test.entered").count() == 1


def test_bad_lines_are_left_out_and_named_and_the_sheet_waits_for_them() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    first, last = make.officer(unit), make.officer(unit)

    answer = caller.post(
        "drug-tests/sheet/",
        whole_sheet(
            unit.pk,
            [{"number": first.service_number}, {"number": "none"}, {"number": last.service_number}],
        ),
    )

    body = answer.json()
    assert answer.status_code == 201, body
    assert [(found["line"], found["field"], found["code"]) for found in body["problems"]] == [
        (2, "number", "officer_unknown")
    ]
    assert [test["line"] for test in body["tests"]] == [1, 3]
    assert body["sheet"]["status"] == "OPEN"


@pytest.mark.parametrize(
    ("lines", "all_or_nothing"),
    [([{"number": "good"}, {"number": "bad"}], True), ([{"number": "bad"}, {"number": "worse"}], False)],
)
def test_a_sheet_of_which_nothing_is_taken_leaves_nothing(
    lines: list[dict[str, Any]], all_or_nothing: bool
) -> None:
    unit = make.unit()
    make.officer(unit, service_number="GOOD")
    caller = Caller(make.user(unit=unit))

    answer = caller.post("drug-tests/sheet/", whole_sheet(unit.pk, lines, all_or_nothing=all_or_nothing))

    assert answer.status_code == 400
    assert {error["line"] for error in answer.json()["errors"]} <= {1, 2}
    assert ("number", "officer_unknown") in errors(answer)
    assert not Sheet.objects.exists()


def test_the_other_line_of_a_doubled_specimen_is_in_the_message_and_not_taken_for_the_line() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))
    lines = [{"number": make.officer(unit).service_number, "specimen_number": "S-1"} for _ in range(3)]
    lines[1]["specimen_number"] = "S-2"

    body = caller.post("drug-tests/sheet/", whole_sheet(unit.pk, lines)).json()

    (problem,) = body["problems"]
    assert problem["line"] == 3
    assert "line 1" in problem["message"]


def test_the_form_of_a_line_in_a_sheet_is_refused_with_its_place() -> None:
    unit = make.unit()
    caller = Caller(make.user(unit=unit))

    answer = caller.post("drug-tests/sheet/", whole_sheet(unit.pk, [{"number": "1"}, {"nomber": "2"}]))

    assert answer.status_code == 400
    assert {(e["field"], e.get("line"), e["code"]) for e in answer.json()["errors"]} == {
        ("lines.number", 2, "required"),
        ("lines.nomber", 2, "unknown"),
    }


def test_the_same_sheet_by_api_and_by_action_gives_the_same_records() -> None:
    unit = make.unit()
    user = make.user(unit=unit)
    said: list[dict[str, Any]] = [
        {"number": make.officer(unit).service_number},
        {"number": make.officer(unit).number, "invalid_for": ["mdma"], "remark": "Strip torn."},
        {"number": make.officer(unit).service_number, "not_taken": "refused"},
    ]

    by_api = Caller(user).post("drug-tests/sheet/", whole_sheet(unit.pk, said)).json()["sheet"]["id"]
    given = header(unit.pk, tested_on=clock.today(), kit_expires_on=clock.today() + timedelta(days=90))
    del given["unit"]
    sheet, _tests, _problems = sheets.take(
        user, unit_id=unit.pk, header=given, lines=[Line(**line) for line in said]
    )

    assert records(by_api) == records(sheet.pk)


def records(sheet_id: int) -> list[tuple[Any, ...]]:
    return list(
        DrugTest.objects.filter(sheet=sheet_id)
        .order_by("line")
        .values_list(
            "line", "officer", "unit", "tested_on", "screened_for", "non_negative_for", "invalid_for",
            "not_taken", "excuse", "remark", "status", "entered_by", "sheet__status", "version",
        )
    )  # fmt: skip


def test_a_line_is_corrected_voided_and_its_specimen_dispatched() -> None:
    test = make.non_negative()
    caller = Caller(test.sheet.administrator)
    said = {
        "number": test.officer.service_number,
        "specimen_number": test.specimen_number,
        "non_negative_for": ["mdma"],
    }

    corrected = caller.post(f"drug-tests/{test.pk}/correct/", {**said, "reason": "Misread.", "version": 1})
    sent = caller.post(
        f"drug-tests/{test.pk}/dispatch/",
        {"laboratory": "Central", "received_by": "A Courier", "place": "Yard", "seal": "S-9"},
        headers={"If-Match": '"2"'},
    )
    again = caller.post(f"drug-tests/{test.pk}/void/", {"reason": "I misread."})
    second = Caller(make.user(unit=test.sheet.unit))
    voided = second.post(f"drug-tests/{test.pk}/void/", {"reason": "Never taken."})

    assert corrected.json()["non_negative_for"] == ["mdma"]
    assert sent.json()["custody"][0]["seal"] == "S-9"
    assert sent.json()["status"] == "AT_LABORATORY"
    assert again.status_code == 403
    assert voided.json()["status"] == "VOID"


def test_a_stale_version_is_a_conflict_however_it_is_told() -> None:
    test = make.test()
    caller = Caller(test.sheet.administrator)
    url = f"drug-tests/{test.pk}/void/"

    assert caller.post(url, {"reason": "x", "version": 7}).status_code == 409
    assert caller.post(url, {"reason": "x"}, headers={"If-Match": '"7"'}).status_code == 409
    assert caller.post(url, {"reason": "x", "version": 1}, headers={"If-Match": '"7"'}).status_code == 400
    etag = caller.get(f"drug-tests/{test.pk}/")["ETag"]
    assert caller.post(url, {"reason": "x"}, headers={"If-Match": etag}).status_code == 200


def test_only_what_changes_of_a_header_is_sent() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)

    amended = caller.patch(f"sheets/{sheet.pk}/", {"witness": "Another Witness"}, headers={"If-Match": '"1"'})

    assert amended.status_code == 200, amended.json()
    assert (amended.json()["witness"], amended.json()["site"]) == ("Another Witness", sheet.site)
    assert caller.patch(f"sheets/{sheet.pk}/", {"unit": 1}).status_code == 400


@pytest.mark.parametrize("name", ["status", "entered_by", "recorded_at", "id", "officer_id", "voided_by"])
def test_what_is_not_for_the_caller_to_say_is_refused(name: str) -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator)

    answer = caller.post("drug-tests/", {"sheet": sheet.pk, "number": "1", name: "1"})
    opened = caller.post("sheets/", header(sheet.unit_id, **{name: "1"}))

    assert errors(answer) == errors(opened) == {(name, "unknown")}


def test_a_new_record_is_not_told_its_version() -> None:
    sheet = make.sheet()
    answer = Caller(sheet.administrator).post("drug-tests/", {"sheet": sheet.pk, "number": "1", "version": 9})
    assert errors(answer) == {("version", "unknown")}


def test_a_database_constraint_comes_out_in_words() -> None:
    test = make.non_negative()
    second = make.sheet(test.sheet.administrator)
    officer = make.officer(test.sheet.unit)
    drug_tests.enter(test.sheet.administrator, second.pk, make.line(officer))

    answer = Caller(test.sheet.administrator).post(
        "drug-tests/",
        {"sheet": second.pk, "number": make.officer().number, "specimen_number": test.specimen_number},
    )

    assert errors(answer) == {("specimen_number", "specimen_used")}


def test_a_specimen_may_be_handed_over_in_the_first_hours_of_its_day_here() -> None:
    for hour in (0, 6, 12):
        with clock.at(timezone.make_aware(datetime(2026, 11, 24, hour, 30))):  # noqa: DTZ001
            test = make.non_negative()
            body = {"laboratory": "Central", "received_by": "A Courier", "place": "Yard", "seal": f"S-{hour}"}
            answer = Caller(test.sheet.administrator).post(f"drug-tests/{test.pk}/dispatch/", body)
            assert answer.json()["status"] == "AT_LABORATORY", hour
