"""Pages of dismissal cases: the list, the overview, what waits, the page of a case, the opening."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions import cases
from cases.models import Case, CaseFile, Paper
from ledger import clock
from ledger.models import Read
from officers.actions import officers
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again, scan

pytestmark = pytest.mark.django_db
S = Case.Status


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def listed(client, **query) -> list[Case]:
    return [row["case"] for row in client.get(reverse("cases"), query).context["rows"]]


# The list.


def test_the_list_has_what_is_overdue_first_and_narrows(client, sign_in, road):
    early, other = road.opened(), road.opened(ground={"kind": "corruption"})
    with clock.at(clock.now() - timedelta(days=40)):
        late = road.opened()
    assessed = road.assessed(other)
    sign_in(road.case_officer)
    assert listed(client) == [late, early, other]
    assert listed(client, overdue="on") == [late]
    assert listed(client, status=["ASSESSED"]) == [other]
    assert listed(client, severity="gross") == [assessed]
    assert listed(client, ground="corruption") == [other]
    assert len(listed(client, mine="on", waiting="on")) == 3
    assert listed(client, ground_fell="on") == listed(client, news="on") == []
    assert listed(client, unit=road.unit.code) == []
    assert listed(client, q=early.reference) == [early]
    assert listed(client, q=late.officer.service_number) == [late]
    assert listed(client, q="DC-000001-00") == []
    page = client.get(reverse("cases"), {"unit": "no such"})
    assert "No unit has this code or name." in text_of(page)
    assert Read.objects.filter(table_name="cases_case", what="searched").count() == 3


def test_the_list_has_pages_and_an_empty_state(client, sign_in, road, monkeypatch):
    sign_in(road.case_officer)
    assert "No case that you may see is open." in text_of(client.get(reverse("cases")))
    rows = [road.opened() for _ in range(3)]
    monkeypatch.setattr("cases.web.views.case_list.PAGE", 2)
    page = client.get(reverse("cases"))
    assert [row["case"] for row in page.context["rows"]] == rows[:2]
    assert listed(client, after=page.context["page"].next) == rows[2:]
    assert client.get(reverse("cases"), {"after": "x"}).status_code == 302
    assert "No case fits." in text_of(client.get(reverse("cases"), {"overdue": "on"}))


def test_cases_of_a_province_are_found(client, sign_in, place):
    road = Road(unit=place.district)
    row = road.opened()
    Road().opened()
    sign_in(road.case_officer)
    assert listed(client, province=place.province.pk) == [row]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.LABORATORY])
def test_who_has_no_part_in_cases_has_none_of_their_pages(client, sign_in, role):
    case = Road().opened()
    sign_in(make.user(role))
    names = [("cases", []), ("cases_overview", []), ("cases_waiting", []), ("case_look_up", [])]
    names += [("case", [case.pk]), ("case_history", [case.pk]), ("officer_cases", [case.officer_id])]
    names += [("case_open", [case.officer_id])]
    for name, args in names:
        assert client.get(reverse(name, args=args)).status_code == 404, name


def test_the_overview_counts_and_each_number_leads_to_its_list(client, sign_in, road, place):
    road.opened()
    with clock.at(clock.now() - timedelta(days=40)):
        Road(unit=place.commune, case_officer=road.case_officer).assessed()
    road.decided()
    sign_in(road.case_officer)
    page = client.get(reverse("cases_overview"))
    counted = [one for _t, _h, rows in page.context["tables"] for one in rows]
    counted += [*page.context["figures"], page.context["decided"]]
    assert {str(one["label"]): one["count"] for one in page.context["figures"]} == {
        "Open": 3,
        "Overdue": 1,
        "The next step is mine": 2,
        "I am in charge": 3,
        "A ground fell": 0,
        "Something new came in": 0,
    }
    assert page.context["days"] == 0
    for one in counted:
        found = client.get(one["url"]).context["rows"]
        assert len(found) == one["count"], one


# What waits, by role.


def test_each_role_is_told_of_the_cases_that_wait_for_it(client, sign_in, road):
    proposed, checked, decided = road.proposed(), road.checked(), road.decided()
    other = Road(unit=road.unit)
    for user, waiting in (
        (other.legal, [proposed]),
        (road.authority, [checked]),
        (road.registrar, [decided]),
        (road.member, []),
    ):
        sign_in(user)
        parts = client.get(reverse("cases_waiting"), headers={"HX-Request": "true"}).context["parts"]
        assert [row["case"] for part in parts for row in part["rows"]] == waiting, user.username
    sign_in(road.legal)
    assert reverse("cases_waiting") in text_of(client.get(reverse("home")))


# A case.


def test_the_page_of_a_case_says_where_it_stands_and_what_is_missing(client, sign_in, road):
    case = road.served()
    sign_in(road.case_officer)
    page = client.get(reverse("case", args=[case.pk]))
    assert [stop.place for stop in page.context["path"]][:5] == ["done"] * 3 + ["current", "coming"]
    assert [one.code for one in page.context["lacks"]] == ["response", "investigation"]
    text = text_of(page)
    for said in ("He kept drugs in the locker", "Record of the search", "opened it himself with his code"):
        assert said in text
    assert 'aria-current="step"' in text
    assert reverse("case-extend", args=[case.pk]) in text
    assert reverse("case-propose", args=[case.pk]) not in text
    assert road.case_officer.name in text
    look = Read.objects.filter(table_name="cases_case", row_id=case.pk, what="opened").latest("id")
    assert {"grounds", "notices", "statements"} <= set(look.fields)
    assert client.get(reverse("case_history", args=[case.pk])).status_code == 200


def test_a_case_that_was_gone_through_shows_its_proposal_decision_order_and_measure(client, sign_in, road):
    case = road.appealed().case
    sign_in(make.user(Role.AUDITOR))
    page = client.get(reverse("case", args=[case.pk]))
    text = text_of(page)
    for said in (
        "A demotion would leave him in service.",
        "As the rules say.",
        "The facts are proved.",
        f"{case.pk} MOI",
        "Dismissal",
        "I was not heard in full.",
        "The measure is under appeal.",
        "An appeal member says whether the appeal is admitted.",
    ):
        assert said in text
    assert page.context["buttons"]["then"] == []  # an auditor who is kept from it declares a recusal
    assert [str(one.status) for one in page.context["path"]][-2:] == ["APPEALED", "FINAL"]
    order = CaseFile.objects.get(order__lines__case=case)
    answer = client.get(reverse("case_file", args=[case.pk, order.pk]))
    assert answer["Content-Disposition"].startswith("attachment;")


def test_warnings_of_a_former_officer_a_stay_and_news(client, sign_in, road):
    case = road.opened()
    officers.leave(make.user(Role.REGISTRAR), case.officer_id, status="RETIRED", reason="His age.")
    cases.stay(road.case_officer, case.pk, reason="The court of Kandal, 12/26.")
    sign_in(road.case_officer)
    text = text_of(client.get(reverse("case", args=[case.pk])))
    assert "The court of Kandal, 12/26." in text
    assert "This is a former officer (Retired)" in text
    assert reverse("case-resume", args=[case.pk]) in text


def test_a_scan_of_a_paper_is_given_out_to_who_has_the_case_and_noted(client, sign_in, road):
    case = road.opened(ground={"paper": {"kind": "record", "title": "A list", "files": [scan()]}})
    row = CaseFile.objects.get(paper=Paper.objects.get(case=case))
    sign_in(road.case_officer)
    answer = client.get(reverse("case_file", args=[case.pk, row.pk]))
    assert (answer.content, answer["Content-Disposition"][:10]) == (
        b"Order No. 12, signed, with seal.",
        "attachment",
    )
    assert Read.objects.filter(table_name="cases_casefile", row_id=row.pk, what="exported").count() == 1
    other = road.opened()
    assert client.get(reverse("case_file", args=[other.pk, row.pk])).status_code == 404
    sign_in(road.legal)
    assert client.get(reverse("case_file", args=[case.pk, row.pk])).status_code == 404


# Opening.


def test_who_serves_beside_the_officer_does_not_learn_by_opening_that_there_is_a_case(client, sign_in, road):
    with_case, without = road.opened().officer, road.officer()
    sign_in(make.user(Role.CASE_OFFICER, officer=make.officer(road.unit)))
    answers = [client.post(reverse("case_open", args=[one.pk]), {}) for one in (with_case, without)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert not client.get(reverse("officer_cases", args=[without.pk])).context["opens"]


def test_a_case_is_opened_after_number_and_year_were_typed(client, sign_in, road):
    officer = road.officer()
    user = sign_in(road.case_officer)
    found = client.get(reverse("case_look_up"), {"q": officer.service_number})
    assert [one for one, _rank in found.context["found"]] == [officer]
    address = reverse("case_open", args=[officer.pk])
    assert address in text_of(found)
    page = text_of(client.get(address))
    assert officer.service_number not in page
    assert str(officer.birth_year) not in page

    said = {"service_number": "1", "birth_year": "1950", "unit": make.root().pk}
    page = client.post(address, said)
    assert set(page.context["form"].errors) == {"service_number", "birth_year"}
    assert 'value="1950"' in text_of(page)
    said |= {"service_number": officer.service_number, "birth_year": str(officer.birth_year)}
    page = client.post(address, said, follow=True)
    row = Case.objects.get()
    assert page.request["PATH_INFO"] == reverse("case", args=[row.pk])
    assert (row.opened_by, row.identified_by, row.case_officer) == (user, user, user)
    again_ = client.post(address, said)
    assert again_.status_code == 409
    assert "has an open case already" in text_of(again_)


def test_the_page_of_an_officer_asks_for_his_cases(client, sign_in, road):
    case = road.opened()
    sign_in(road.case_officer)
    address = reverse("officer_cases", args=[case.officer_id])
    assert address in text_of(client.get(reverse("officer", args=[case.officer_id])))
    part = client.get(address, headers={"HX-Request": "true"})
    assert case.reference in text_of(part)
    assert not part.context["opens"]
    fresh = road.officer()
    assert client.get(reverse("officer_cases", args=[fresh.pk])).context["opens"]
    cases.declare_conflict(road.case_officer, case.pk, reason="My brother.")
    assert case.reference not in text_of(client.get(address))
    assert client.get(reverse("case", args=[case.pk])).status_code == 404
    assert again(case).case_officer is None
