"""Pages of suspensions, delegations, measures in force and the barred register."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions import suspensions
from cases.models import Delegation, Suspension
from ledger import clock
from ledger.models import Read
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def test_an_officer_is_suspended_and_the_suspension_reviewed_by_pages(client, road, sign_in):
    case = road.opened()
    sign_in(road.supervisor)
    assert "Nobody is suspended" in text_of(client.get(reverse("suspensions")))
    address = reverse("case-suspend", args=[case.pk])
    assert "reasons" in client.post(address, {"with_pay": "on"}).context["form"].errors
    client.post(address, {"reasons": "He carries a weapon.", "version": again(case).version})
    row = Suspension.objects.get()
    assert (row.with_pay, again(case).officer.status) == (False, Officer.Status.SUSPENDED)
    address = reverse("case-review-suspension", args=[case.pk])
    assert address in text_of(client.get(reverse("suspensions")))
    assert "He carries a weapon." in text_of(client.get(address))
    assert "goes_on" in client.post(address, {"reasons": "R."}).context["form"].errors
    client.post(address, {"goes_on": "no", "reasons": "He handed it in.", "version": again(case).version})
    assert again(case).officer.status == Officer.Status.SERVING
    assert client.get(address).status_code == 409


def test_a_suspension_is_for_a_second_person(client, road, sign_in):
    case = road.opened()
    suspensions.suspend(road.supervisor, case.pk, reasons="He carries a weapon.")
    for user, status in ((road.case_officer, 403), (road.legal, 404)):
        sign_in(user)
        for verb in ("suspend", "review-suspension"):
            assert client.get(reverse(f"case-{verb}", args=[case.pk])).status_code == status, (user, verb)
    sign_in(make.user(Role.LABORATORY))
    for name in ("suspensions", "measures", "register", "delegations", "orders", "appeals"):
        assert client.get(reverse(name)).status_code == 404, name


def test_a_suspension_whose_review_is_late_is_found(client, road, sign_in):
    case = road.opened()
    suspensions.suspend(road.supervisor, case.pk, reasons="He carries a weapon.")
    sign_in(road.supervisor)
    assert client.get(reverse("suspensions"), {"late": "on"}).context["rows"] == []
    with clock.at(clock.now() + timedelta(days=60)):
        assert len(client.get(reverse("suspensions"), {"late": "on"}).context["rows"]) == 1


def test_a_delegation_is_given_and_ended_by_pages(client, sign_in):
    authority, other = make.user(Role.DECIDING_AUTHORITY), make.user(Role.LEGAL_CHECKER)
    sign_in(authority)
    today = clock.today()
    about = {
        "unit": make.root().pk,
        "taker": "nobody-of-this-name",
        "paper": "77 MOI",
        "starts_on": f"{today:%d/%m/%Y}",
        "ends_on": f"{today + timedelta(days=5):%d/%m/%Y}",
    }
    address = reverse("delegation-give")
    assert set(client.post(address, about).context["form"].errors) == {"taker"}
    about["taker"] = authority.username
    assert set(client.post(address, about).context["form"].errors) == {"taker"}
    about["taker"] = other.username
    client.post(address, about)
    row = Delegation.objects.get()
    assert (row.taker, row.paper) == (other, "77 MOI")
    end = reverse("delegation-end", args=[row.pk])
    assert end in text_of(client.get(reverse("delegations")))
    sign_in(other)
    assert client.get(end).status_code == 403
    assert client.get(address).status_code == 403
    sign_in(authority)
    client.post(end, {"reason": "He is back.", "version": row.version})
    row.refresh_from_db()
    assert row.ended_at is not None


def test_the_register_is_searched_by_number_and_name_and_says_what_an_entry_is_worth(client, road, sign_in):
    registrar = sign_in(road.registrar)
    assert "Nobody stands in the register." in text_of(client.get(reverse("register")))
    case = road.in_force()
    page = text_of(client.get(reverse("register"), {"q": case.officer.service_number}))
    assert case.reference in page
    assert "An entry says nothing by itself." in page
    assert reverse("case", args=[case.pk]) in page
    for q, found in ((case.officer.name_latin, 1), (case.officer.name_km, 1), ("no such name", 0)):
        assert len(client.get(reverse("register"), {"q": q}).context["rows"]) == found, q
    assert client.get(reverse("register"), {"status": "VOIDED"}).context["rows"] == []
    looks = Read.objects.filter(actor_id=registrar.pk, table_name="officers_registerentry")
    assert {look.what for look in looks} == {"listed", "searched"}
    sign_in(make.user(Role.REGISTRAR, make.unit()))
    page = text_of(client.get(reverse("register")))
    assert case.reference in page, "the register is the whole country's"
    assert reverse("case", args=[case.pk]) not in page


def test_the_measures_in_force_are_listed_and_chosen_among(client, road, sign_in):
    sign_in(road.case_officer)
    assert "No measure is in force" in text_of(client.get(reverse("measures")))
    case = road.in_force()

    def listed(**chosen):
        return [row["measure"].case_id for row in client.get(reverse("measures"), chosen).context["rows"]]

    assert listed() == listed(kind="dismissal", drugs="on") == [case.pk]
    assert listed(kind="demotion") == []
    assert listed(since=f"{clock.today() + timedelta(days=1):%d/%m/%Y}") == []
