"""Sign-in by django-allauth on a user model of our own: each of its pages that we let in really works."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config import adapter
from ledger.models import Change, Event
from officers.actions import users
from officers.models import Credential, User
from officers.models.users import Role
from tests import make

NEW = "another horse, another battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    client.cookies["language"] = "en"
    return make.user(username="dara.kh", email="dara@example.org")


def sign_in(client, password=make.PASSWORD, name="dara.kh"):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def again(client, password=make.PASSWORD):
    """Give the password once more, as a change asks for."""
    return client.post(reverse("account_reauthenticate"), {"password": password})


def code_for(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def test_who_signs_in_is_let_in_and_recorded(client, person):
    assert sign_in(client).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    event = Event.objects.get(verb="user.signed_in")
    assert (event.actor_id, event.subject_id) == (person.pk, person.pk)


def test_a_user_name_is_taken_in_capitals_too(client, person):
    assert sign_in(client, name="Dara.KH").status_code == 302


@pytest.mark.parametrize("name", ["dara.kh", "nobody.at.all"])
def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(client, person, name):
    response = sign_in(client, "not the password", name)
    assert response.status_code == 200
    assert "The username and/or password you specified are not correct." in response.content.decode()
    assert not Event.objects.filter(verb="user.signed_in").exists()
    assert Credential.objects.count() == 1


def test_guessing_is_stopped_for_one_name_and_one_network_and_others_go_on(client, person):
    for _attempt in range(adapter.SIGN_IN.count):
        sign_in(client, "not the password")
    refused = sign_in(client)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    other = make.user(username="somebody.else")
    assert sign_in(client, name=other.username).status_code == 302


def test_a_success_starts_the_count_of_guesses_anew(client, person):
    for _attempt in range(adapter.SIGN_IN.count - 1):
        sign_in(client, "not the password")
    assert sign_in(client).status_code == 302
    client.post(reverse("account_logout"))
    for _attempt in range(adapter.SIGN_IN.count - 1):
        assert sign_in(client, "not the password").status_code == 200


def test_a_suspended_user_cannot_sign_in_and_one_who_is_signed_in_is_out_at_once(client, person):
    sign_in(client)
    users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), person.pk, reason="Left the unit.")
    assert client.get("/me/").status_code == 302
    assert sign_in(client).headers["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200
    assert client.get("/me/").status_code == 302


def test_sign_out_ends_the_session(client, person):
    sign_in(client)
    client.post(reverse("account_logout"))
    assert client.get("/me/").status_code == 302


def test_a_changed_password_is_recorded_without_it_and_ends_other_sessions(client, person, django_user_model):
    sign_in(client)
    from django.test import Client

    elsewhere = Client()
    sign_in(elsewhere)
    fields = {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), fields).status_code == 302
    assert Event.objects.get(verb="user.password_set").subject_id == person.pk
    assert not [change for change in Change.objects.all() if NEW in str(change.image)]
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert sign_in(elsewhere, NEW).status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "dara@example.org"])
def test_a_poor_password_is_refused(client, person, password):
    sign_in(client)
    fields = {"oldpassword": make.PASSWORD, "password1": password, "password2": password}
    assert client.post(reverse("account_change_password"), fields).status_code == 200
    assert not Event.objects.filter(verb="user.password_set").exists()


def ask_for_link(client, email="dara@example.org"):
    return client.post(reverse("account_reset_password"), {"email": email})


def test_a_lost_password_is_set_by_the_link_sent_by_mail_and_the_link_works_once(client, person):
    assert ask_for_link(client).status_code == 302
    (message,) = mail.outbox
    assert message.to == ["dara@example.org"]
    path = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    form = client.get(path, follow=True)
    assert form.status_code == 200
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert client.get(done.headers["Location"]).status_code == 200
    assert sign_in(client, NEW).status_code == 302
    client.post(reverse("account_logout"))
    assert "password1" not in client.get(path, follow=True).content.decode()


def test_the_mail_speaks_the_users_language_not_the_pages(client, person):
    ask_for_link(client)
    assert re.search("[\u1780-\u17b3]", mail.outbox[0].subject + mail.outbox[0].body)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, person):
    known, unknown = ask_for_link(client), ask_for_link(client, "nobody@example.org")
    assert known.status_code == unknown.status_code == 302
    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(mail.outbox) == 1


def test_nobody_is_flooded_with_links(client, person):
    answers = [ask_for_link(client).status_code for _request in range(adapter.RESET_MAILS.count + 2)]
    assert set(answers) == {302}
    assert len(mail.outbox) == adapter.RESET_MAILS.count


def enrol(client) -> str:
    sign_in(client)
    again(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).context["codes"]
    return secret


def test_a_second_factor_is_enrolled_asked_for_and_kept_encrypted(client, person):
    secret = enrol(client)
    kept = Authenticator.objects.get(user=person, type="totp")
    assert secret not in str(kept.data)
    client.post(reverse("account_logout"))

    assert sign_in(client).headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.get("/me/").status_code == 302
    assert not Event.objects.filter(verb="user.signed_in", id__gt=Event.objects.get(verb="user.signed_in").id)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_guessing_codes_is_stopped(client, person):
    secret = enrol(client)
    client.post(reverse("account_logout"))
    sign_in(client)
    for _attempt in range(adapter.CODES.count):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)}).status_code == 429


def test_a_code_of_the_second_factor_works_once(client, person):
    secret = enrol(client)
    code = code_for(secret, 1)
    for answers in ((302,), (200, 429)):
        client.post(reverse("account_logout"))
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code in answers


def test_a_recovery_code_stands_in_for_the_second_factor_once(client, person):
    enrol(client)
    page = client.post(reverse("recovery_codes"))
    assert "no-store" in page.headers["Cache-Control"]
    code = page.context["codes"][0]
    for answer in (302, 200):
        client.post(reverse("account_logout"))
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == answer


@pytest.mark.parametrize("name", ["mfa_index", "mfa_add_webauthn", "usersessions_list"])
def test_the_pages_of_ones_own_sign_in_open(client, person, name):
    sign_in(client)
    again(client)
    assert client.get(reverse(name)).status_code == 200


def test_other_devices_are_listed_and_signed_out(client, person):
    from django.test import Client

    elsewhere = Client(headers={"user-agent": "Another browser"})
    sign_in(elsewhere)
    sign_in(client)
    assert "Another browser" in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert UserSession.objects.filter(user=person).count() == 1
    assert elsewhere.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/email/", "/accounts/", "/accounts/3rdparty/"]
)
def test_accounts_are_given_and_never_taken(client, person, path):
    assert client.get(path).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_a_user_without_a_password_cannot_sign_in(client):
    boss = make.user(Role.SYSTEM_ADMINISTRATOR)
    users.create(boss, username="new.one", name_km="ថ្មី", name_latin="New One", email="new@example.org")
    for password in ("", "x", "None"):
        assert sign_in(client, password, "new.one").status_code == 200
    assert not User.objects.get(username="new.one").has_usable_password()


def test_a_form_older_than_the_session_is_said_to_be_that_and_not_a_lack_of_rights(person):
    client = Client(enforce_csrf_checks=True)
    client.cookies["language"] = "en"
    client.force_login(person)
    answer = client.post("/me/", {"language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This page is too old" in page
    assert "Your role does not allow it" not in page
    assert 'href="/me/"' in page
