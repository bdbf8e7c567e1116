"""The pages of the sheet and its lines lead to the actions, and say what happened."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ledger import clock
from ledger.models import Event, Read
from officers.actions import drug_tests, sheets
from officers.models import DrugTest, Sheet
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def signed_in(user: Any, client: Client | None = None) -> Client:
    client = client or Client()
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def administrator(unit):
    return make.user(Role.ADMINISTRATOR, unit)


@pytest.fixture
def page(administrator):
    return signed_in(administrator)


@pytest.fixture
def sheet(administrator, unit):
    return make.sheet(administrator, unit)


def write(page: Client, sheet: Sheet, **line: Any) -> Any:
    return page.post(reverse("sheet_lines", args=[sheet.pk]), line, **JSON)


def test_opening_a_sheet_offers_the_users_unit_and_the_drugs_in_force(page, unit):
    form = page.get(reverse("open_sheet")).context["form"]

    assert form["unit"].value() == unit
    assert form["drugs"].value() == list(make.DRUGS)


def test_a_sheet_is_opened_from_its_header(page, unit):
    answer = page.post(
        reverse("open_sheet"),
        {
            "unit": unit.code,
            "site": "Yard",
            "tested_on": f"{clock.today():%d/%m/%Y}",
            "witness": "Somebody Else",
            "reason": "random",
            "kit_lot": "L-1",
            "kit_expires_on": f"{clock.today() + timedelta(days=30):%d/%m/%Y}",
            "drugs": ["methamphetamine", "mdma"],
        },
    )

    sheet = Sheet.objects.get()
    assert answer.url == reverse("sheet", args=[sheet.pk])
    assert (sheet.unit, sheet.site, sheet.drugs) == (unit, "Yard", ["methamphetamine", "mdma"])


def test_a_refused_header_keeps_what_was_typed(page, unit):
    answer = page.post(reverse("open_sheet"), {"unit": unit.code, "site": "Yard", "tested_on": "31/2/2026"})

    assert answer.status_code == 200
    assert 'value="Yard"' in answer.text
    assert "There is a problem" in answer.text


def test_whoever_administers_nothing_opens_no_sheet(unit):
    assert signed_in(make.user(Role.AUDITOR, unit)).get(reverse("open_sheet")).status_code == 403


def test_a_sheet_of_another_unit_is_not_there(page):
    other = make.sheet(unit=make.unit())

    assert page.get(reverse("sheet", args=[other.pk])).status_code == 404
    assert write(page, other, number="1").status_code == 404


def test_a_number_alone_is_a_negative_line(page, sheet, unit):
    officer = make.officer(unit)

    answer = write(page, sheet, number=officer.service_number)

    test = DrugTest.objects.get()
    assert (test.officer, test.status, test.line) == (officer, DrugTest.Status.NEGATIVE, 1)
    assert officer.name_latin in answer.json()["html"]
    assert answer.json()["totals"]["negative"] == 1


def test_a_line_sent_again_under_its_key_is_the_same_line(page, sheet, unit):
    line = {"number": make.officer(unit).service_number, "entry_key": "6f9b1fd6-3f0f-4c8e-9d3c-6b6a0f6f0c11"}

    first, second = write(page, sheet, **line), write(page, sheet, **line)

    assert first.json()["line"] == second.json()["line"] == 1
    assert DrugTest.objects.count() == 1


def test_a_refused_line_says_why_by_field(page, sheet):
    answer = write(page, sheet, number="999999")

    assert answer.status_code == 400
    assert answer.json() == {
        "problems": [{"field": "number", "message": "No officer has the number “999999”."}]
    }


def test_a_line_for_a_sheet_that_was_sent_is_a_conflict(page, sheet, unit, administrator):
    make.test(administrator, sheet)
    sheets.send(administrator, sheet.pk)

    answer = write(page, sheet, number=make.officer(unit).service_number)

    assert answer.status_code == 409
    assert "Sent" in answer.json()["message"]


def test_without_script_a_line_goes_by_a_plain_form(page, sheet, unit):
    officer = make.officer(unit)
    url = reverse("sheet_lines", args=[sheet.pk])

    answer = page.post(url, {"number": officer.service_number}, follow=True)
    refused = page.post(url, {"number": officer.service_number, "specimen_number": "SP-KEPT"})

    assert f"{officer.service_number} {officer.name_latin}, Negative" in answer.text
    assert refused.status_code == 400
    assert "stands on the sheet already" in refused.text
    assert 'value="SP-KEPT"' in refused.text


def test_without_script_a_name_offers_whoever_may_be_meant(page, sheet, unit):
    officer = make.officer(unit, name_latin="Sok Dara", birth_year=1984)

    answer = page.post(reverse("sheet_lines", args=[sheet.pk]), {"number": "Sokh Dara"})

    assert answer.status_code == 400
    assert f'name="number" value="{officer.service_number}"' in answer.text
    assert "1984" in answer.text
    assert not DrugTest.objects.exists()


def found(page: Client, sheet: Sheet, text: str) -> list[str]:
    answer = page.get(reverse("sheet_officers", args=[sheet.pk]), {"q": text})
    return [officer["number"] for officer in answer.json()["officers"]]


def test_an_officer_is_found_by_number_or_name_in_both_scripts(page, sheet, unit):
    officer = make.officer(unit, service_number="310042", name_km="សុខ ដារ៉ា", name_latin="Sok Dara")

    for text in ("310042", "៣១០០៤២", "3100", "សុខដារ៉ា", "Sokh Dara", officer.number):
        assert found(page, sheet, text) == ["310042"], text


def test_a_seconded_officer_is_found_by_exact_number_only(page, sheet):
    make.officer(make.unit(), service_number="320042", name_latin="Keo Rattana")

    assert found(page, sheet, "320042") == ["320042"]
    assert found(page, sheet, "32004") == []
    assert found(page, sheet, "Keo Rattana") == []


def test_the_roster_of_the_unit_comes_in_khmer_order(page, sheet, unit):
    for name in ("ហេង បូរី", "កែវ បូរី", "សុខ បូរី"):
        make.officer(unit, name_km=name)
    make.officer(make.unit())

    answer = page.get(reverse("sheet_officers", args=[sheet.pk]))

    assert [officer["km"] for officer in answer.json()["officers"]] == ["កែវ បូរី", "សុខ បូរី", "ហេង បូរី"]
    assert Read.objects.filter(what="listed", table_name="officers_officer").exists()


def test_only_who_writes_on_the_sheet_looks_officers_up(sheet, unit):
    auditor = signed_in(make.user(Role.AUDITOR, unit))

    assert auditor.get(reverse("sheet_officers", args=[sheet.pk])).status_code == 403


def test_looking_at_a_sheet_leaves_a_trace(page, sheet, administrator):
    page.get(reverse("sheet", args=[sheet.pk]))

    read = Read.objects.get(what="opened", table_name="officers_sheet")
    assert (read.row_id, read.actor_id) == (sheet.pk, administrator.pk)


def test_the_sheet_is_sent_when_the_paper_agrees(page, sheet, administrator):
    make.test(administrator, sheet)
    url = reverse("send_sheet", args=[sheet.pk])

    refused = page.post(url, {"stated_taken": "២", "version": sheet.version})
    sent = page.post(url, {"stated_taken": "១", "version": sheet.version})

    assert "The paper says 2, the lines make 1." in refused.text
    assert sent.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.stated_taken) == (Sheet.Status.SENT, 1)


def test_what_somebody_else_changed_meanwhile_is_said_and_what_was_typed_stays(page, sheet, administrator):
    make.test(administrator, sheet)
    sheets.amend(administrator, sheet.pk, site="Elsewhere")
    url = reverse("send_sheet", args=[sheet.pk])

    answer = page.post(url, {"totals_remark": "Two papers.", "version": 1})

    assert answer.status_code == 409
    assert "Somebody changed this record" in answer.text
    assert "Two papers." in answer.text
    assert f'href="{reverse("sheet", args=[sheet.pk])}"' in answer.text
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert page.post(url, again).status_code == 302


def test_a_step_that_comes_too_late_is_a_page_of_its_own(page, sheet, administrator):
    make.test(administrator, sheet)
    sheets.send(administrator, sheet.pk)

    answer = page.post(reverse("send_sheet", args=[sheet.pk]), {})

    assert answer.status_code == 409
    assert "Someone else was faster" in answer.text


def test_a_sheet_for_a_unit_of_others_is_refused_and_what_was_typed_stays(page, sheet):
    header = {
        "unit": make.unit().code,
        "site": "At the river",
        "tested_on": "1/1/2026",
        "witness": "Somebody",
        "reason": "random",
        "kit_lot": "L",
        "kit_expires_on": "1/1/2030",
        "drugs": ["mdma"],
    }

    answer = page.post(reverse("open_sheet"), header)

    assert answer.status_code == 403
    assert "You do not administer tests for this unit." in answer.text
    assert "At the river" in answer.text
    assert Event.objects.filter(verb="act.refused").exists()


def test_a_look_up_of_what_cannot_be_a_name_finds_nobody(page, sheet):
    answer = page.get(reverse("sheet_officers", args=[sheet.pk]), {"q": "\0"})

    assert answer.json() == {"officers": []}


def test_ones_own_line_is_neither_counted_nor_told_by_the_totals(client, unit, sheet, administrator):
    officer = make.officer(unit)
    tested = make.user(Role.ADMINISTRATOR, unit, officer=officer)
    make.non_negative(administrator, sheet, of=officer)
    make.test(administrator, sheet)
    client.force_login(tested)

    (row,) = client.get(reverse("sheets")).context["rows"]

    assert (row["sheet"].lines, row["sheet"].to_confirm) == (1, 0)
    answer = client.post(reverse("send_sheet", args=[sheet.pk]), {"stated_taken": "9"})
    assert answer.status_code == 403
    sheet.refresh_from_db()
    assert sheet.status == Sheet.Status.OPEN


def test_the_header_is_amended_and_a_sheet_without_lines_voided(page, sheet):
    amend, void = reverse("amend_sheet", args=[sheet.pk]), reverse("void_sheet", args=[sheet.pk])
    form = page.get(amend).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {name: f"{typed[name]:%d/%m/%Y}" for name in ("tested_on", "kit_expires_on")}

    page.post(amend, typed | {"site": "Behind the house"})
    sheet.refresh_from_db()
    assert sheet.site == "Behind the house"

    page.post(void, {"reason": "Opened twice.", "version": sheet.version})
    sheet.refresh_from_db()
    assert sheet.status == Sheet.Status.VOID


def test_all_lines_of_a_sheet_are_voided_as_one_act(page, sheet, administrator):
    for _ in range(3):
        make.test(administrator, sheet)

    page.post(reverse("void_sheet_lines", args=[sheet.pk]), {"reason": "Another day's sheet."})

    assert not DrugTest.objects.standing().exists()
    assert Event.objects.filter(verb="drug_test.voided").count() == 1


def test_sheets_are_filtered_by_unit_status_and_period(page, sheet, administrator, unit):
    today = f"{clock.today():%d/%m/%Y}"
    yesterday = f"{clock.today() - timedelta(days=1):%d/%m/%Y}"

    def listed(**asked: str) -> bool:
        return sheet.reference in page.get(reverse("sheets"), asked).text

    assert listed()
    assert listed(unit=unit.code, status="OPEN", since=yesterday, until=today)
    assert not listed(status="SENT")
    assert not listed(until=yesterday)
    assert not listed(unit=make.unit().code)
    assert page.get(reverse("sheets"), {"since": "never"}).status_code == 200
    assert page.get(reverse("sheets"), {"after": "made up"}).status_code == 302


def test_a_blank_sheet_names_the_unit_in_khmer_order(page, sheet, unit):
    for name in ("ហេង បូរី", "កែវ បូរី"):
        make.officer(unit, name_km=name)

    for answer in (
        page.get(reverse("blank_sheet"), {"unit": unit.code}),
        page.get(reverse("blank_of_sheet", args=[sheet.pk])),
    ):
        assert answer.text.index("កែវ បូរី") < answer.text.index("ហេង បូរី")
        assert "MDMA" in answer.text
    assert Read.objects.filter(what="exported").count() == 2
    assert page.get(reverse("blank_sheet"), {"unit": make.unit().code}).status_code == 403


def test_what_was_entered_can_be_printed(page, sheet, administrator):
    test = make.non_negative(administrator, sheet)

    text = page.get(reverse("print_sheet", args=[sheet.pk])).text

    assert test.officer.service_number in text
    assert "Confirmation needed: Methamphetamine" in text


def test_a_line_entered_for_oneself_is_not_shown_to_oneself(unit, administrator, sheet):
    officer = make.officer(unit)
    tested = make.user(Role.ADMINISTRATOR, unit, officer=officer)
    make.non_negative(administrator, sheet, of=officer)

    page = signed_in(tested).get(reverse("sheet", args=[sheet.pk]))

    assert officer.service_number not in page.text
    assert page.context["totals"]["lines"] == 0


def test_home_shows_an_administrator_what_waits(page, administrator, unit, sheet):
    to_confirm = make.non_negative(administrator, sheet)
    to_repeat = make.test(administrator, sheet, invalid_for=["mdma"])
    other = make.user(Role.ADMINISTRATOR, unit)
    left = make.sheet(other, unit)
    with clock.at(clock.now() + timedelta(days=2)):
        text = page.get(reverse("home")).text

    for row, name in ((sheet, "sheet"), (to_confirm, "test"), (to_repeat, "test"), (left, "sheet")):
        assert reverse(name, args=[row.pk]) in text
    assert "Work that runs by itself" not in text


def test_a_repeated_test_waits_no_longer(page, administrator, sheet):
    failed = make.test(administrator, sheet, invalid_for=["mdma"])
    drug_tests.enter(administrator, sheet.pk, make.line(failed.officer))

    assert reverse("test", args=[failed.pk]) not in page.get(reverse("home")).text


def test_home_shows_those_who_run_the_system_how_its_jobs_are():
    answer = signed_in(make.user(Role.SYSTEM_ADMINISTRATOR)).get(reverse("home"))

    assert "Work that runs by itself" in answer.text


def test_home_has_something_to_say_to_everybody(unit):
    assert "You have no role yet" in signed_in(make.user(None, unit)).get("/").text
    assert Client().get("/").status_code == 302
