"""Where a second factor is required: nothing else is reached without one, and why somebody was signed out is said."""

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config import settings as made
from config.middleware import PUBLIC, WITHOUT_SECOND_FACTOR
from ledger import clock
from ledger.models import Event
from officers.actions import api_keys, second_factors
from officers.models import ApiKey, KeyUse, User
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def person(client):
    client.cookies["language"] = "en"
    return make.user(username="dara.kh")


def sign_in(client, password=make.PASSWORD, to=""):
    fields = {"login": "dara.kh", "password": password} | ({"next": to} if to else {})
    return client.post(reverse("account_login"), fields)


def code_for(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_app(client) -> Any:
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})


# What every address answers.

SAMPLES = {
    "int:pk": "1",
    "int:referral": "1",
    "int:file": "1",
    "int:number": "1",
    "pk": "1",
    "slug:kind": "sheet",
    "slug:table": "cases_case",
    "slug:about": "case",
    "slug:place": "coming",
    "slug:verb": "take",
    "slug:number": "L-1",
    "slug:code": "read_night",
    "slug:key": "0123456789abcdef",
    "str:kind": "ranks",
    "str:code": "P-07",
    "slug:form": "csv",
    "str:name": "x.eml",
    "uidb36": "1",
    "key": "x-y",
}


def addresses(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, str]]:
    """Every address that leads to a view, with samples in place of its parameters, and the view's name."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = str(one.pattern)
        if route.startswith("^"):  # written as an expression
            route = route.strip("^$").replace(r"(?P<uidb36>[0-9A-Za-z]+)", "1").replace("(?P<key>.+)", "x-y")
        for name, sample in SAMPLES.items():
            route = route.replace(f"<{name}>", sample)
        assert "<" not in route, f"no sample for a parameter of {route}"
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + route)
        elif isinstance(one, URLPattern):
            yield before + route, one.name or ""


ADDRESSES = dict(addresses())


def test_the_walk_finds_pages_and_doors():
    assert {
        "/",
        "/sheets/1/",
        "/users/create/",
        "/api/v1/me/",
        "/api/docs/",
        "/accounts/2fa/",
    } <= ADDRESSES.keys()
    assert len(ADDRESSES) > 100
    assert set(ADDRESSES.values()) >= WITHOUT_SECOND_FACTOR


@pytest.mark.parametrize("role", Role.values)
def test_no_address_is_reached_by_any_role_without_its_second_factor(client, role):
    client.force_login(make.user(role))
    for address, name in ADDRESSES.items():
        if name in WITHOUT_SECOND_FACTOR or address.startswith(PUBLIC):
            continue
        for ask in (client.get, client.post, client.delete):
            answer = ask(address)
            if address.startswith("/api/v1/") or name == "schema":
                assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json"), (
                    address
                )
            else:
                assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index")), address
        # Nobody reads here that what he sent was not saved: hundreds of that would be packed and unpacked each time.
        client.cookies.pop("messages", None)


@pytest.mark.parametrize("name", sorted(WITHOUT_SECOND_FACTOR))
def test_what_is_open_without_it_is_open(client, person, name):
    sign_in(client)
    answer = client.get(reverse(name))
    assert answer.status_code in (200, 405) or answer["Location"] != reverse("mfa_index")


def test_who_has_one_or_no_role_or_is_not_signed_in_goes_where_he_likes(client):
    assert client.get(reverse("account_login")).status_code == 200
    assert client.get("/healthz").status_code == 200
    client.force_login(make.user(None))
    assert client.get("/").status_code == 200
    user = make.user()
    second_factors.add_app(user, secret=SECRET)
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/").status_code == 200


def test_in_the_demonstration_it_is_a_choice(client, person, settings):
    settings.MFA_REQUIRED = False
    sign_in(client)
    assert client.get("/").status_code == 200


# Setting up, and back to what one wanted.


def test_after_setting_up_one_goes_on_to_the_page_one_wanted(client, person):
    answer = sign_in(client, to="/units/?q=Kandal")
    assert client.get(answer["Location"])["Location"] == reverse("mfa_index")
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Your role requires a second factor" in page

    shown = set_up_app(client)

    assert len(shown.context["codes"]) == 10
    assert 'href="/units/?q=Kandal"' in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.get("/units/?q=Kandal").status_code == 200
    assert "Go on to the page" not in client.get(reverse("mfa_index")).content.decode()


def test_the_password_just_given_counts_for_the_first_factor_and_for_nothing_else(client, person):
    sign_in(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    set_up_app(client)
    for name in ("recovery_codes", "mfa_add_webauthn", "key_issue"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate")), name


def test_a_password_given_long_ago_is_asked_for_again(client, person, settings):
    sign_in(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


def test_what_was_sent_is_said_to_be_lost_and_nothing_is_done(client, person):
    sign_in(client)
    answer = client.post(reverse("me"), {"language": "en"}, follow=True)
    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "What you sent was not saved" in answer.content.decode()
    assert not Event.objects.filter(verb="user.language_chosen").exists()


def test_a_part_of_a_page_has_the_page_loaded_anew(client, person):
    sign_in(client)
    answer = client.get(reverse("unit_suggestions"), {"unit": "x"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_an_address_of_another_host_is_no_page_one_wanted(client, person):
    sign_in(client)
    client.get("//evil.example/x")
    assert client.session.get("wanted", "/").startswith("/%2Fevil") or "wanted" not in client.session


# Programs.


def test_a_session_at_the_api_is_told_what_it_lacks(person):
    answer = Caller(person).get("me/")
    assert answer.status_code == 403
    assert "requires a second factor" in answer.json()["detail"]
    assert "/accounts/2fa/" in answer.json()["detail"]


def test_a_key_rests_until_its_owner_has_a_second_factor(person):
    caller = by_key(person)
    refused = caller.get("me/")
    assert refused.status_code == 403
    assert "no second factor" in refused.json()["detail"]
    assert not KeyUse.objects.exists()

    second_factors.add_app(person, secret=SECRET)

    assert caller.get("me/").status_code == 200
    second_factors.reset(make.user(Role.SYSTEM_ADMINISTRATOR), person.pk, reason="Lost.")
    assert caller.get("me/").status_code == 403


def test_a_key_and_a_session_together_are_worth_no_more_than_either(person):
    caller = by_key(person)
    caller.client.force_login(person)
    assert caller.get("me/").status_code == 403


# Step-up.


def test_a_change_is_confirmed_by_the_app_alone_where_there_is_no_password(client, person):
    second_factors.add_app(person, secret=SECRET)
    client.force_login(User.objects.get(pk=person.pk))
    from officers.models import Credential

    Credential.objects.filter(user=person).update(password="")
    client.force_login(User.objects.get(pk=person.pk))
    asked = client.get(reverse("key_issue"))
    assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
    wrong = client.post(asked["Location"], {"code": "000000", "next": reverse("key_issue")})
    assert wrong.status_code == 200
    right = client.post(asked["Location"], {"code": code_for(SECRET, 1), "next": reverse("key_issue")})
    assert right["Location"] == reverse("key_issue")
    assert client.get(reverse("key_issue")).status_code == 200


def test_a_recovery_code_used_at_sign_in_and_before_a_change_is_an_event_each(client, person):
    first, second, *_rest = second_factors.add_app(person, secret=SECRET)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": first})
    client.post(reverse("mfa_reauthenticate"), {"code": second})
    used = Event.objects.filter(verb="user.recovery_code_used").order_by("id")
    assert [event.facts for event in used] == [{"left": 9}, {"left": 8}]
    assert client.get(reverse("key_issue")).status_code == 200


@pytest.mark.parametrize("name", ["second_factor_remove", "passkey_rename"])
def test_every_change_of_factors_asks_who_it_is(client, person, name):
    second_factors.add_passkey(person, name="Telephone", credential={})
    client.force_login(User.objects.get(pk=person.pk))
    factor = person.authenticator_set.get(type="webauthn")
    for ask in (client.get, client.post):
        answer = ask(reverse(name, args=[factor.pk]), {"name": "Other"})
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert person.authenticator_set.filter(type="webauthn").exists()


# The one condition.


@pytest.mark.parametrize(
    ("embedded", "asked", "required"),
    [("1", "", False), ("1", "0", False), ("1", "1", True), ("", "", True), ("", "0", True), ("0", "", True)],
)
def test_only_the_demonstration_goes_without_and_the_environment_can_only_ask_for_it(
    monkeypatch, embedded, asked, required
):
    import importlib

    monkeypatch.setenv("PROBITY_EMBEDDED", embedded)
    monkeypatch.setenv("MFA_REQUIRED", asked)
    try:
        assert importlib.reload(made).MFA_REQUIRED is required
    finally:
        monkeypatch.undo()
        importlib.reload(made)


def test_the_check_before_a_deployment_refuses_a_server_without_second_factors(settings):
    settings.MFA_REQUIRED = False
    with pytest.raises(SystemCheckError, match=r"probity\.E001"):
        call_command("check", deploy=True)
    settings.MFA_REQUIRED = settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    with pytest.raises(SystemCheckError, match=r"probity\.E002"):
        call_command("check", deploy=True)


def test_a_keys_use_is_kept_by_the_api_once_an_hour(person):
    second_factors.add_app(person, secret=SECRET)
    caller = by_key(person)
    for _request in range(3):
        assert caller.get("me/").status_code == 200
    assert KeyUse.objects.get(key=caller.key).hour <= clock.now()


@pytest.mark.django_db(transaction=True)
def test_the_first_uses_of_a_key_at_once_leave_one_hour():
    person = make.user()
    key, _secret = api_keys.issue(
        person, label="x", scopes=["tests:read"], expires_at=clock.now() + timedelta(days=30)
    )
    start, failures = Barrier(6), []

    def use():
        try:
            start.wait()
            api_keys.note_use(ApiKey.objects.get(pk=key.pk))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=use) for _thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert KeyUse.objects.count() == 1
