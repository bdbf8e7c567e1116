"""Pages of officers and units: each leads to its action, and shows nothing more than it may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation.web.templatetags.web import day
from ledger import clock
from ledger.models import Event, Read
from officers.actions import officers
from officers.models import Officer, Unit
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    """Signs somebody in, in English."""

    def sign_in(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in


@pytest.fixture
def registrar(sign_in):
    return sign_in(make.user(Role.REGISTRAR))


def text_of(response):
    return response.content.decode()


def test_the_box_finds_a_khmer_name_without_its_space_and_the_search_is_noted(client, registrar):
    officer = make.officer(name_km="សុខ ដារា", name_latin="Sok Dara")
    make.officer(name_km="ជា វុទ្ធី", name_latin="Chea Vuthy")
    page = client.get(reverse("officers"), {"q": "សុខដារា"})
    assert [row["officer"] for row in page.context["rows"]] == [officer]
    read = Read.objects.get(what="searched")
    assert (read.actor_id, read.table_name, read.detail["q"]) == (registrar.pk, "officers_officer", "សុខដារា")


def test_an_old_number_is_shown_as_such(client, registrar):
    officer = make.officer(service_number="610001")
    officers.renumber(registrar, officer.pk, number="620001", reason="New card.")
    assert "formerly 610001" in text_of(client.get(reverse("officers"), {"q": "៦១០០០១"}))


def test_the_list_is_filtered_by_unit_with_all_below_and_by_status(client, registrar):
    province = make.unit(code="P-77", name_latin="Commissariat of Thmey")
    inside = make.officer(make.unit(province))
    make.officer()
    gone = make.officer(province)
    officers.leave(registrar, gone.pk, status="RETIRED", reason="Age.")

    def found(**parameters):
        return {row["officer"].pk for row in client.get(reverse("officers"), parameters).context["rows"]}

    assert found(unit="p-77") == {inside.pk, gone.pk}
    assert found(unit="thmei", status="RETIRED") == {gone.pk}
    assert "No unit has this code" in text_of(client.get(reverse("officers"), {"unit": "nowhere at all"}))


def test_pages_follow_one_another_and_a_damaged_marker_leads_to_the_first(client, registrar):
    unit = make.unit()
    made = [make.officer(unit) for _one in range(52)]
    first = client.get(reverse("officers"), {"unit": unit.code})
    second = client.get(reverse("officers"), {"unit": unit.code, "after": first.context["page"].next})
    rows = first.context["rows"] + second.context["rows"]
    assert {row["officer"] for row in rows} == set(made)
    assert len(rows) == 52
    assert client.get(reverse("officers"), {"after": "x"}).headers["Location"] == reverse("officers")


def test_opening_an_officers_page_leaves_a_trace_with_the_fields_shown(client, registrar):
    officer = make.officer()
    page = client.get(reverse("officer", args=[officer.pk]))
    assert officer.number in text_of(page)
    read = Read.objects.get(what="opened")
    assert read.row_id == officer.pk
    assert "name_km" in read.fields


def test_an_officer_of_another_command_does_not_exist(client, sign_in):
    officer = make.officer(make.unit())
    sign_in(make.user(Role.SUPERVISOR, make.unit()))
    for name in ("officer", "officer_correct", "officer_post", "officer_renumber", "officer_leave"):
        assert client.get(reverse(name, args=[officer.pk])).status_code == 404
    assert not Read.objects.exists()


def test_who_does_not_keep_the_roll_has_no_buttons_and_no_pages_to_change_it(client, sign_in):
    officer = make.officer()
    sign_in(make.user(Role.SUPERVISOR))
    page = text_of(client.get(reverse("officer", args=[officer.pk])))
    for name in ("officer_correct", "officer_post", "officer_renumber", "officer_leave"):
        assert reverse(name, args=[officer.pk]) not in page
        assert client.get(reverse(name, args=[officer.pk])).status_code == 404
    assert client.get(reverse("officer_register")).status_code == 404


def test_tests_are_asked_for_only_on_the_page_of_who_may_see_them(client, sign_in):
    officer = make.officer()
    address = reverse("officer_tests", args=[officer.pk])
    sign_in(make.user(Role.SUPERVISOR))
    assert address not in text_of(client.get(reverse("officer", args=[officer.pk])))
    sign_in(make.user(Role.ADMINISTRATOR))
    assert address in text_of(client.get(reverse("officer", args=[officer.pk])))


def test_an_officer_is_registered_by_the_form(client, registrar):
    unit = make.unit(code="P-77")
    fields = {
        "service_number": "៧០០១",
        "name_km": "សុខ ដារា",
        "name_latin": "Sok Dara",
        "sex": "M",
        "birth_year": "២៥៣៣",
        "unit": "P-77",
        "rank": "R01",
        "since": "១/២/២៥៦៩",
    }
    response = client.post(reverse("officer_register"), fields)
    officer = Officer.objects.get(service_number="7001")
    assert response.headers["Location"] == reverse("officer", args=[officer.pk])
    assert (officer.birth_year, officer.unit) == (1990, unit)
    assert officer.postings.get().held.lower.isoformat() == "2026-02-01"


def test_what_the_action_finds_wrong_stands_beside_its_field_and_what_was_typed_stays(client, registrar):
    officer = make.officer(service_number="610001")
    fields = {"number": "610099", "since": "1/1/2001", "reason": "A very good reason."}
    page = client.post(reverse("officer_renumber", args=[officer.pk]), fields)
    assert page.status_code == 200
    assert "since" in page.context["form"].errors
    assert "A very good reason." in text_of(page)
    assert not Event.objects.filter(verb="officer.renumbered").exists()


def test_every_act_of_the_page_leads_to_its_action(client, registrar):
    officer, unit = make.officer(), make.unit(code="P-77")
    today = clock.today().strftime("%d/%m/%Y")
    steps = {
        "officer_correct": {
            "name_km": "ជា វុទ្ធី",
            "name_latin": "Chea Vuthy",
            "sex": "F",
            "birth_year": "1985",
        },
        "officer_renumber": {"number": "888", "since": today},
        "officer_post": {"unit": "P-77", "rank": "R13", "since": today, "title": "Clerk"},
    }
    for version, (name, fields) in enumerate(steps.items(), 1):
        response = client.post(
            reverse(name, args=[officer.pk]), fields | {"reason": "Order No. 3.", "version": version}
        )
        assert response.headers["Location"] == reverse("officer", args=[officer.pk])
    officer.refresh_from_db()
    assert (officer.name_latin, officer.service_number, officer.unit) == ("Chea Vuthy", "888", unit)
    page = text_of(client.get(reverse("officer", args=[officer.pk])))
    for words in ("Order No. 3.", "Posted", "Given another service number", "Clerk"):
        assert words in page


def test_leaving_is_recorded_by_the_form(client, registrar):
    officer = make.officer()
    fields = {"status": "RETIRED", "on": clock.today().strftime("%d/%m/%Y"), "reason": "Age."}
    client.post(reverse("officer_leave", args=[officer.pk]), fields)
    officer.refresh_from_db()
    assert officer.status == Officer.Status.RETIRED


def test_a_form_filled_in_before_somebody_else_changed_the_record_is_a_conflict(client, registrar):
    officer = make.officer()
    officers.renumber(registrar, officer.pk, number="888", reason="New card.")
    fields = {"number": "999", "since": clock.today().strftime("%d/%m/%Y"), "reason": "Mine.", "version": "1"}
    answer = client.post(reverse("officer_renumber", args=[officer.pk]), fields)
    assert answer.status_code == 409
    assert "Mine." in text_of(answer)


def test_what_is_wrong_with_a_day_stands_beside_it_and_says_the_day_in_words(client, registrar):
    officer = make.officer(since=clock.today() - timedelta(days=300))
    began = officer.service_numbers.get().held.lower
    url = reverse("officer_renumber", args=[officer.pk])
    early = client.post(url, {"number": "999", "since": "1/1/2001", "reason": "Mine."})
    assert f"began on {day(began)}." in early.context["form"].errors["since"][0]
    tomorrow = (clock.today() + timedelta(days=1)).strftime("%d/%m/%Y")
    leaving = {"status": "RETIRED", "on": tomorrow, "reason": "Age."}
    answer = client.post(reverse("officer_leave", args=[officer.pk]), leaving)
    assert "on" in answer.context["form"].errors


def test_nobody_is_shown_the_acts_on_his_own_entry(client, sign_in):
    officer = make.officer()
    sign_in(make.user(Role.REGISTRAR, officer=officer))
    assert client.get(reverse("officer", args=[officer.pk])).context["verbs"] == []
    assert client.get(reverse("officer_correct", args=[officer.pk])).status_code == 404


@pytest.fixture
def keeper(sign_in):
    return sign_in(make.user(Role.SYSTEM_ADMINISTRATOR))


def test_the_tree_is_walked_from_the_root_down(client, registrar):
    province = make.unit(name_latin="The Province")
    post = make.unit(province, name_latin="The Post")
    assert "The Province" in text_of(client.get(reverse("units")))
    page = text_of(client.get(reverse("unit", args=[province.pk])))
    assert "The Post" in page
    below = text_of(client.get(reverse("unit", args=[post.pk])))
    for above in (make.root(), province):
        assert reverse("unit", args=[above.pk]) in below


def test_a_unit_is_suggested_while_one_types(client, registrar):
    make.unit(code="P-77", name_latin="Commissariat of Thmey")
    page = text_of(client.get(reverse("unit_suggestions"), {"any_field": "thme"}))
    assert '<option value="P-77 · Commissariat of Thmey">' in page
    assert "<option" not in text_of(client.get(reverse("unit_suggestions"), {"any_field": "t"}))


def test_every_act_on_a_unit_leads_to_its_action(client, keeper):
    new = {"code": "P-77", "kind": "PROVINCIAL_COMMISSARIAT", "name_km": "ថ្មី", "name_latin": "New"}
    day = clock.today().strftime("%d/%m/%Y")
    client.post(reverse("unit_open", args=[make.root().pk]), new | {"valid_from": day})
    unit, other = Unit.objects.get(code="P-77"), make.unit(code="D-7701")
    because = {"reason": "Order."}
    client.post(reverse("unit_rename", args=[unit.pk]), {"name_km": "ថ្មី", "name_latin": "Newer"} | because)
    client.post(reverse("unit_move", args=[other.pk]), {"parent": "P-77"} | because)
    refused = client.post(reverse("unit_close", args=[unit.pk]), {"valid_to": day} | because)
    assert "Close or move the units below this one first." in text_of(refused)
    client.post(reverse("unit_close", args=[other.pk]), {"valid_to": day} | because)
    unit.refresh_from_db()
    other.refresh_from_db()
    assert unit.name_latin == "Newer"
    assert other.parent == unit
    assert other.valid_to == clock.today()


def test_who_does_not_keep_a_unit_has_no_pages_to_change_it(client, registrar):
    unit = make.unit()
    page = text_of(client.get(reverse("unit", args=[unit.pk])))
    for name in ("unit_open", "unit_rename", "unit_move", "unit_close"):
        assert reverse(name, args=[unit.pk]) not in page
        assert client.get(reverse(name, args=[unit.pk])).status_code == 404


def test_the_numbers_of_a_units_page_count_only_whom_one_may_see(client, sign_in):
    here, elsewhere = make.unit(), make.unit()
    make.officer(elsewhere)
    sign_in(make.user(Role.SUPERVISOR, here))
    rows = dict(client.get(reverse("unit", args=[elsewhere.pk])).context["rows"])
    assert rows["Officers serving here whom you may see"] == "0"


def test_the_defects_of_the_place_list_are_shown(client, registrar):
    page = client.get(reverse("unit_defects"))
    assert {str(flaw): rows for flaw, _text, rows, _list in page.context["kinds"]}[
        "duplicate_village_code"
    ] == 80


@pytest.mark.parametrize(
    "name", ["officers", "units", "users", "settings", "keys", "me", "outbox", "unit_defects"]
)
def test_nobody_sees_a_page_without_signing_in(client, name):
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


def test_a_day_too_far_back_is_refused_by_the_database_in_words(client, registrar):
    officer = make.officer(since=clock.today() - timedelta(days=5))
    day = (clock.today() - timedelta(days=9)).strftime("%d/%m/%Y")
    page = client.post(
        reverse("officer_leave", args=[officer.pk]), {"status": "RETIRED", "on": day, "reason": "Age."}
    )
    assert "The present posting began on" in text_of(page)
