"""The API's doors: what comes in by them, what they refuse, and in whose name."""

from datetime import timedelta
from typing import Any

import pytest

from ledger import clock
from ledger.models import Event, Read
from officers.actions import api_keys, drug_tests, sheets, users
from officers.models import DrugTest, Officer, Sheet
from officers.models.users import Role
from officers.reckoning.lines import Line
from tests import make
from tests.officers.calling import Caller, by_key, header

pytestmark = pytest.mark.django_db


def errors(response: Any) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in response.json()["errors"]}


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


def test_without_a_language_in_the_request_the_users_own_is_spoken() -> None:
    user = make.user()
    users.speak(user, language="en")
    caller = by_key(type(user).objects.get(pk=user.pk))
    del caller.client.defaults["HTTP_ACCEPT_LANGUAGE"]

    assert caller.get("me/")["Content-Language"] == "en"


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


def test_a_parameter_nobody_knows_or_given_twice_is_refused() -> None:
    caller = Caller(make.user())

    assert errors(caller.get("drug-tests/", stauts="VOID")) == {("stauts", "unknown")}
    assert errors(caller.get("me/", key="pk_x")) == {("key", "unknown")}
    assert errors(caller.client.get("/api/v1/units/?code=a&code=b")) == {("code", "twice")}
    assert errors(caller.get("drug-tests/", status="GONE")) == {("status", "invalid_choice")}


def test_lists_are_filtered_and_never_tell_of_what_is_hidden() -> None:
    here, elsewhere = make.unit(), make.unit()
    user = make.user(unit=here)
    sheet = make.sheet(user)
    make.test(user, sheet)
    found = make.non_negative(user, sheet)
    hidden = make.test(unit_sheet(elsewhere).administrator, unit_sheet(elsewhere))
    caller = Caller(user)

    assert len(caller.get("drug-tests/").json()["results"]) == 2
    for query in (
        {"status": "CONFIRMATION_NEEDED"},
        {"drug": "methamphetamine"},
        {"officer": found.officer_id},
        {"sheet": sheet.pk, "drug": "methamphetamine", "unit": here.pk, "tested_from": found.tested_on},
    ):
        assert [row["id"] for row in caller.get("drug-tests/", **query).json()["results"]] == [found.pk]
    for query in ({"officer": hidden.officer_id}, {"unit": elsewhere.pk}, {"sheet": hidden.sheet_id}):
        assert caller.get("drug-tests/", **query).json()["results"] == []
    assert caller.get(f"drug-tests/{hidden.pk}/").json() == caller.get("drug-tests/999999/").json()


def unit_sheet(unit: Any) -> Sheet:
    return Sheet.objects.filter(unit=unit).first() or make.sheet(unit=unit)


def test_nobody_reads_his_own_test() -> None:
    test = make.test()
    user = make.user(Role.INSPECTOR)
    user.officer_id = test.officer_id

    assert not DrugTest.objects.visible_to(user).exists()


def test_pages_neither_repeat_nor_drop_rows_while_others_are_written() -> None:
    unit = make.unit()
    user = make.user(unit=unit)
    sheet = make.sheet(user)
    for _line in range(7):
        make.test(user, sheet)
    caller = Caller(user)
    before = set(DrugTest.objects.values_list("pk", flat=True))

    seen: list[int] = []
    url: str | None = "/api/v1/drug-tests/?limit=2"
    while url:
        page = caller.client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        make.test(user, sheet)
        url = page["next"]

    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_looks_at_people_and_tests_are_noted() -> None:
    test = make.test()
    caller = by_key(test.sheet.administrator)

    caller.get(f"drug-tests/{test.pk}/")
    caller.get("drug-tests/", status="NEGATIVE")
    caller.get("officers/", q=test.officer.service_number)
    caller.get(f"officers/{test.officer_id}/")
    caller.get(f"officers/{test.officer_id}/history/")
    caller.get("units/")

    reads = list(Read.objects.order_by("id").values_list("what", "table_name", "row_id"))
    assert reads == [
        ("opened", "officers_drugtest", test.pk),
        ("listed", "officers_drugtest", None),
        ("searched", "officers_officer", None),
        ("opened", "officers_officer", test.officer_id),
        ("opened", "officers_officer", test.officer_id),
    ]
    noted = Read.objects.earliest("id")
    assert noted.actor_role == f"administrator via key {caller.key.prefix}"
    assert "non_negative_for" in noted.fields
    assert Read.objects.get(what="searched").detail == {"query": {"q": test.officer.service_number}}


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
    assert {row["kind"] for row in caller.get("settings/").json()["results"]} == {"ranks", "drugs"}
    assert caller.get("settings/drugs/").json()["content"]["drugs"][0]["code"] == "methamphetamine"
    assert caller.get("settings/drugs/", on="1999-12-31").status_code == 404
    assert errors(caller.get("settings/", on="tomorrow")) == {("on", "date")}


def test_who_am_i() -> None:
    user = make.user(Role.AUDITOR)

    by_session, with_key = Caller(user).get("me/").json(), by_key(user, "tests:read").get("me/").json()

    assert by_session["roles"][0]["role"] == "auditor"
    assert by_session["key"] is None
    assert with_key["key"]["scopes"] == ["tests:read"]


def test_a_session_writes_only_with_its_csrf_token() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator, enforce_csrf_checks=True)
    body = {"reason": "Opened twice."}

    assert caller.get("me/").status_code == 200
    assert caller.post(f"sheets/{sheet.pk}/void/", body).status_code == 403
    caller.client.get("/api/docs/")
    token = caller.client.cookies["csrf"].value
    voided = caller.post(f"sheets/{sheet.pk}/void/", body, headers={"X-CSRFToken": token})
    assert voided.status_code == 200, voided.json()


def test_a_key_needs_no_csrf_token_and_is_named_in_the_log() -> None:
    sheet = make.sheet()
    caller = Caller(sheet.administrator, scopes=["tests:write"], enforce_csrf_checks=True)

    assert caller.post(f"sheets/{sheet.pk}/void/", {"reason": "Opened twice."}).status_code == 200
    event = Event.objects.get(verb="sheet.voided")
    assert event.actor_role == f"administrator via key {caller.key.prefix}"


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("tests:read", "get", "sheets/", True),
        ("tests:read", "get", "drug-tests/", True),
        ("tests:read", "post", "drug-tests/", False),
        ("tests:read", "get", "officers/", False),
        ("tests:write", "post", "drug-tests/", True),
        ("tests:write", "post", "drug-tests/sheet/", True),
        ("tests:write", "get", "drug-tests/", False),
        ("officers:read", "get", "officers/", True),
        ("officers:read", "get", "units/", True),
        ("officers:read", "post", "officers/", False),
        ("officers:write", "post", "officers/", True),
        ("officers:write", "get", "officers/", False),
        ("officers:write", "get", "sheets/", False),
        ("officers:write", "get", "me/", True),
        ("tests:read", "get", "settings/", True),
    ],
)
def test_a_key_does_what_its_scopes_name(scope: str, method: str, path: str, allowed: bool) -> None:
    answer = getattr(by_key(make.user(), scope), method)(path)
    if allowed:
        assert answer.status_code in (200, 400)
    else:
        assert answer.status_code == 403
        assert "scope" in answer.json()["detail"]


def test_verbs_promise_no_more_than_the_keys_scopes() -> None:
    test = make.test()
    user = test.sheet.administrator

    assert by_key(user, "tests:read").get(f"drug-tests/{test.pk}/").json()["verbs"] == []
    both = by_key(user, "tests:read", "tests:write")
    assert both.get(f"drug-tests/{test.pk}/").json()["verbs"] == ["correct", "void"]


def test_a_key_that_is_expired_revoked_wrong_or_its_owners_no_more_opens_nothing() -> None:
    user = make.user()
    caller = by_key(user)
    assert caller.get("me/").status_code == 200

    with clock.at(clock.now() + timedelta(days=31)):
        assert caller.get("me/").status_code == 401
    right = caller.client._credentials["HTTP_AUTHORIZATION"]
    caller.client.credentials(HTTP_AUTHORIZATION=right[:-2] + ("xx" if right[-2:] != "xx" else "yy"))
    answer = caller.get("me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    caller.client.credentials(HTTP_AUTHORIZATION=right)
    api_keys.revoke(user, caller.key.pk)
    assert caller.get("me/").status_code == 401

    other = by_key(user)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), user.pk, reason="Left.")
    assert other.get("me/").status_code == 401


def test_nobody_gets_in_without_signing_in_or_with_a_key_in_the_address() -> None:
    caller = by_key(make.user())
    secret = caller.client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    caller.client.credentials()

    assert caller.get("me/").status_code == 401
    assert caller.get("me/", key=secret).status_code == 401
    assert caller.get("me/", headers={"Authorization": "Basic " + secret}).status_code == 401


def test_wrong_keys_are_counted_by_network() -> None:
    client = by_key(make.user()).client
    client.credentials(HTTP_AUTHORIZATION="Bearer pk_nobody00_" + "x" * 43)

    answers = [client.get("/api/v1/me/").status_code for _ in range(62)]

    assert answers == [401] * 60 + [429] * 2


def test_an_answer_says_how_much_is_left() -> None:
    caller = by_key(make.user())

    first, second = caller.get("me/"), caller.get("me/")

    assert int(first["RateLimit-Limit"]) == 600
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    assert 0 < int(second["RateLimit-Reset"]) <= 60


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


def test_addresses_that_lead_nowhere_are_problems_too() -> None:
    caller = Caller(make.user())

    for path in ("nothing/", "drug-tests/x/", "drug-tests/1/explode/", "settings/moods/"):
        answer = caller.get(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert caller.client.delete("/api/v1/sheets/1/").status_code == 405
