"""A partner organisation hands in reports through the API and reaches nothing of the staff's, whatever is added."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from config.middleware import PUBLIC, TO_PARTNERS
from ledger import clock
from officers.actions import api_keys, users
from officers.models import SettingVersion, Unit, User
from officers.models.api_keys import Scope
from officers.models.users import Role
from officers.web.forms.keys import Issue
from tests import make
from tests.config.test_second_factor import ADDRESSES
from tests.officers.calling import Caller, by_key

pytestmark = pytest.mark.django_db
#: For machines: they ask nobody who he is.
TO_MACHINES = ("/healthz", "/readyz", "/metrics")


@pytest.fixture
def partner():
    return make.user(Role.PARTNER)


def test_no_page_of_the_staff_is_there_for_a_partner(client, partner):
    client.force_login(partner)
    pages = [address for address in ADDRESSES if not address.startswith((*TO_PARTNERS, *TO_MACHINES, PUBLIC))]
    assert {"/units/", "/complaints/", "/settings/", "/sheets/1/"} <= set(pages)
    for address in set(pages) - {"/"}:
        for ask in (client.get, client.post):
            assert ask(address).status_code == 404, address
    assert client.get("/").headers["Location"] == reverse("me")


def test_a_partner_has_an_account_and_keys(client, partner):
    client.force_login(partner)
    for name in ("me", "keys", "key_issue", "mfa_index", "report", "receipt"):
        answer = client.get(reverse(name), follow=True)
        assert answer.status_code == 200, name
        assert answer.context.get("navigation", []) == []


def test_the_form_of_a_key_offers_a_partner_the_one_scope(partner):
    choices = Issue(partner).fields["scopes"].choices
    assert [value for value, _label in choices] == [Scope.COMPLAINTS_HAND_IN]


def test_the_key_of_a_partner_hands_in_and_does_no_more(partner):
    until = clock.now() + timedelta(days=9)
    with pytest.raises(ValidationError, match="hands in reports and no more"):
        api_keys.issue(partner, label="All", scopes=Scope.values, expires_at=until)
    place = make.Province()
    body = {"category": "drug_dealing", "narrative": "There.", "place_code": place.commune.admin_code}
    caller = by_key(partner, Scope.COMPLAINTS_HAND_IN)
    receipt = caller.post("complaints/", body).json()["receipt"]
    assert caller.post("complaints/status/", {"receipt": receipt}).json()["entered"]


@pytest.mark.parametrize("path", ["units/", "settings/", "complaints/", "officers/", "sheets/", "users/"])
def test_the_api_shows_a_partner_who_is_signed_in_no_record(partner, path):
    answer = Caller(partner).get(path)
    assert answer.status_code in (403, 404) or answer.json()["results"] == []
    assert not Unit.objects.visible_to(partner).exists()
    assert not SettingVersion.objects.visible_to(partner).exists()


def test_who_is_of_the_police_too_is_no_mere_partner(client, partner):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    users.grant(keeper, partner.pk, role=Role.CASE_OFFICER, unit_id=make.root().pk)
    client.force_login(User.objects.get(pk=partner.pk))
    assert client.get(reverse("units")).status_code == 200
