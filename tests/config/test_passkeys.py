"""Passkeys: beside the password, alone, and before a change; and what is no passkey's answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from config import adapter
from foundation.limits.addresses import client_network
from ledger import clock
from ledger.models import Event
from officers.actions import users
from officers.models import ApiKey, User
from officers.models.users import Role
from tests import make
from tests.config.test_second_factor import sign_in
from tests.passkeys import Device

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def person(client):
    client.cookies["language"] = "en"
    return make.user(username="dara.kh")


@pytest.fixture
def at_home(client, person):
    """A browser at an address where passkeys work."""
    client.defaults["HTTP_HOST"] = "localhost"
    return client


def add_passkey(client, device, **fields):
    """Register by the page, signed in; gives the answer."""
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    options = client.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    return client.post(reverse("mfa_add_webauthn"), {"credential": device.register(options)} | fields)


@pytest.fixture
def device(at_home, person):
    """The person's telephone, whose passkey is registered; nobody is signed in."""
    device = Device()
    sign_in(at_home)
    assert add_passkey(at_home, device, name="Telephone", passwordless="on").context["codes"]
    at_home.post(reverse("account_logout"))
    return device


def sign_ins():
    return Event.objects.filter(verb="user.signed_in").count()


def test_a_passkey_is_the_second_factor(at_home, device):
    assert sign_in(at_home)["Location"] == reverse("mfa_authenticate")
    options = at_home.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    assert (
        at_home.post(reverse("mfa_authenticate"), {"credential": device.answer(options)}).status_code == 302
    )
    assert at_home.get("/me/").status_code == 200


def alone(client, device, **fields):
    """Sign in by the passkey alone."""
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = device.answer(asked.json()["request_options"])
    return client.post(reverse("mfa_login_webauthn"), {"credential": answer} | fields)


def test_a_passkey_that_verified_its_person_is_both_factors(at_home, device):
    answer = alone(at_home, device, next="/units/")
    assert answer["Location"] == "/units/"
    assert at_home.get("/units/").status_code == 200


def test_a_passkey_that_verified_nobody_is_only_one(at_home, device):
    device.verifies = False
    before = sign_ins()
    assert alone(at_home, device)["Location"] == reverse("account_login")
    assert sign_ins() == before
    sign_in(at_home)
    options = at_home.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    at_home.post(reverse("mfa_authenticate"), {"credential": device.answer(options)})
    assert sign_ins() == before + 1


def test_a_passkey_registered_for_use_alone_must_have_verified_its_person(at_home, person):
    sign_in(at_home)
    page = add_passkey(at_home, Device(verifies=False), passwordless="on")
    assert page.context["form"].errors
    assert not person.authenticator_set.exists()


@pytest.mark.parametrize(
    "origin", ["https://localhost.evil.example", "http://evil.example", "http://127.0.0.1"]
)
def test_an_answer_given_at_another_address_is_worth_nothing(at_home, device, origin):
    device.origin = origin
    before = sign_ins()
    alone(at_home, device)
    sign_in(at_home)
    options = at_home.get(reverse("mfa_authenticate")).context["js_data"]["request_options"]
    at_home.post(reverse("mfa_authenticate"), {"credential": device.answer(options)})
    assert sign_ins() == before


def test_over_http_a_passkey_is_made_at_localhost_only(client, person):
    sign_in(client)
    page = add_passkey(client, Device("http://testserver"))
    assert page.context["form"].errors
    assert not person.authenticator_set.exists()


def test_an_answer_works_once_and_anothers_passkey_not_at_all(at_home, device):
    asked = at_home.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    answer = device.answer(asked["request_options"])
    at_home.post(reverse("mfa_login_webauthn"), {"credential": answer})
    before = sign_ins()
    at_home.post(reverse("account_logout"))
    at_home.post(reverse("mfa_login_webauthn"), {"credential": answer})
    stranger = Device()
    stranger.user = device.user
    alone(at_home, stranger)
    assert sign_ins() == before


def test_a_suspended_user_does_not_get_in_by_a_passkey_alone(at_home, device, person):
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), person.pk, reason="Left.")
    before = sign_ins()
    assert alone(at_home, device)["Location"] == reverse("account_inactive")
    assert sign_ins() == before


def test_a_change_is_confirmed_by_a_passkey_and_what_was_sent_is_done(at_home, device, person):
    alone(at_home, device)
    key = {
        "label": "Laptop",
        "scopes": ["tests:read"],
        "expires_at": f"{clock.today() + timedelta(days=9):%d/%m/%Y}",
    }
    at_home.post(reverse("key_issue"), key)
    address = reverse("mfa_reauthenticate_webauthn")
    options = at_home.get(address).context["js_data"]["request_options"]
    stranger = at_home.post(address, {"credential": Device().answer(options), "next": reverse("key_issue")})
    assert stranger.context["form"].errors
    assert not ApiKey.objects.exists()
    options = stranger.context["js_data"]["request_options"]
    at_home.post(address, {"credential": device.answer(options), "next": reverse("key_issue")})
    assert ApiKey.objects.get().label == "Laptop"


def test_guessing_at_passkeys_is_counted_by_network(at_home, device):
    network = client_network(at_home.get("/healthz").wsgi_request)
    while adapter.SIGN_IN_NETWORK.take(network).remaining:
        pass
    assert alone(at_home, device).status_code == 429


NO_ANSWERS = {
    "empty": "",
    "nothing": "null",
    "an empty object": "{}",
    "a list": "[]",
    "an object": '{"id": "x"}',
    "half an answer": '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "!"}}',
    "no JSON": "not JSON",
    "a long number": "9" * 5000,
    "a deep list": "[" * 20_000,
    "a long text": '{"id": "' + "x" * 60_000 + '"}',
}


@pytest.mark.parametrize("credential", NO_ANSWERS.values(), ids=NO_ANSWERS)
@pytest.mark.parametrize(
    "name", ["mfa_login_webauthn", "mfa_authenticate", "mfa_reauthenticate_webauthn", "mfa_add_webauthn"]
)
def test_what_is_no_passkeys_answer_lets_nobody_in(at_home, device, person, name, credential):
    before = sign_ins()
    if name in ("mfa_reauthenticate_webauthn", "mfa_add_webauthn"):
        at_home.force_login(User.objects.get(pk=person.pk))
        at_home.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    if name == "mfa_authenticate":
        sign_in(at_home)
    at_home.get(reverse(name), headers={"Accept": "application/json"})
    assert at_home.post(reverse(name), {"credential": credential}).status_code in (200, 302)
    assert sign_ins() == before
    assert person.authenticator_set.filter(type="webauthn").count() == 1
