"""Why somebody was signed out is said, once, and of requests at once none keeps its session."""

from threading import Barrier, Thread

import pytest
from allauth.usersessions.models import UserSession
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse

from ledger.models import Event
from officers.actions import second_factors, users
from officers.models.users import Role
from tests import make
from tests.config.test_second_factor import SECRET, set_up_app, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def person(client):
    client.cookies["language"] = "en"
    return make.user(username="dara.kh")


@pytest.fixture
def signed_in(client, person, settings):
    settings.MFA_REQUIRED = False
    sign_in(client)
    assert client.get("/me/").status_code == 200
    return person


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda boss, who: users.grant(boss, who.pk, role=Role.AUDITOR, unit_id=make.root().pk),
            "Your roles were changed",
        ),
        (
            lambda boss, who: users.end_role(boss, who.held_roles[0].pk, reason="Moved."),
            "Your roles were changed",
        ),
        (lambda boss, who: users.suspend(boss, who.pk, reason="Left."), "Your account was suspended"),
        (
            lambda boss, who: users.set_password(who, who.pk, password="a quiet river at night"),
            "Your password was set anew",
        ),
        (lambda boss, who: second_factors.add_app(who, secret=SECRET), "Your second factor was changed"),
    ],
    ids=["grant", "end_role", "suspend", "password", "factor"],
)
def test_the_next_page_asks_to_sign_in_again_and_says_why(client, signed_in, act, said):
    act(make.user(Role.SYSTEM_ADMINISTRATOR), signed_in)
    answer = client.get("/units/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/units/"
    assert said in answer.content.decode()
    assert "was not saved" not in answer.content.decode()


def test_it_is_said_in_khmer_too(client, signed_in):
    users.end_role(make.user(Role.SYSTEM_ADMINISTRATOR), signed_in.held_roles[0].pk, reason="Moved.")
    client.cookies["language"] = "km"
    assert "តួនាទី" in client.get("/units/", follow=True).content.decode()


def test_what_was_sent_by_a_page_left_open_is_said_to_be_lost(client, signed_in):
    users.end_role(make.user(Role.SYSTEM_ADMINISTRATOR), signed_in.held_roles[0].pk, reason="Moved.")
    answer = client.post("/me/", {"language": "en"}, follow=True)
    assert "What you sent last was not saved." in answer.content.decode()
    assert not Event.objects.filter(verb="user.language_chosen").exists()


def test_a_request_behind_the_page_does_not_use_the_sentence_up(client, signed_in):
    users.end_role(make.user(Role.SYSTEM_ADMINISTRATOR), signed_in.held_roles[0].pk, reason="Moved.")
    behind = client.get("/units/suggestions/", headers={"HX-Request": "true"})
    assert (behind.status_code, behind["HX-Refresh"]) == (204, "true")
    client.get("/units/suggestions/", headers={"Accept": "application/json"}, follow=True)
    assert "Your roles were changed" in client.get("/units/", follow=True).content.decode()


def test_the_sentence_goes_with_the_next_sign_in(client, signed_in):
    users.end_role(make.user(Role.SYSTEM_ADMINISTRATOR), signed_in.held_roles[0].pk, reason="Moved.")
    client.get("/units/", follow=True)
    sign_in(client)
    client.get("/units/")
    client.post(reverse("account_logout"))
    assert "Your roles were changed" not in client.get(reverse("account_login")).content.decode()


def test_a_cookie_of_somebodys_own_making_says_nothing(client):
    client.cookies["signed-out"] = "<script>alert(1)</script>"
    assert "alert(1)" not in client.get(reverse("account_login")).content.decode()


def test_who_changed_his_own_factor_or_password_goes_on_here_and_nowhere_else(client, signed_in):
    elsewhere = Client()
    sign_in(elsewhere)
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    set_up_app(client)
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert UserSession.objects.filter(session_key=client.session.session_key).exists()

    app = signed_in.authenticator_set.get(type="totp")
    client.post(reverse("second_factor_remove", args=[app.pk]))
    assert not signed_in.authenticator_set.exists()
    assert client.get("/me/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_once_with_a_change_of_roles_none_keeps_its_session():
    """Threads go on asking while the role ends; whatever was under way finishes, and then nobody is let in."""
    person, boss = make.user(username="dara.kh"), make.user(Role.SYSTEM_ADMINISTRATOR)
    clients = [Client() for _thread in range(4)]
    with override_settings(MFA_REQUIRED=False):
        for client in clients:
            sign_in(client)
        start, answers = Barrier(len(clients) + 1), []

        def ask(client):
            try:
                start.wait()
                for _request in range(5):
                    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
                    answers.append(client.get("/me/").status_code)
            finally:
                connections.close_all()

        threads = [Thread(target=ask, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        start.wait()
        users.end_role(boss, person.held_roles[0].pk, reason="Moved.")
        for thread in threads:
            thread.join()

        assert set(answers) <= {200, 302}
        assert [client.get("/me/").status_code for client in clients] == [302] * len(clients)
