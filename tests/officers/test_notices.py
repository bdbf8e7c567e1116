"""Who is told what by mail, once the log is sealed."""

import re
from datetime import timedelta
from socket import socket

import pytest
from django.core import mail
from django.urls import reverse

from foundation.jobs.runs import run
from ledger import clock, sealing
from officers import notices, tasks
from officers.actions import api_keys, second_factors, users
from officers.models import Notice, User
from officers.models.users import Role
from tests import make
from tests.posting import through

pytestmark = pytest.mark.django_db(databases=["default", "sequencer"], transaction=True)


@pytest.fixture
def boss():
    return make.user(Role.SYSTEM_ADMINISTRATOR, name_latin="Keeper One")


def told() -> list[mail.EmailMessage]:
    """Seal what happened, run the follower, and take what was sent."""
    mail.outbox.clear()
    sealing.seal()
    tasks.tell.job.function(period=clock.now())
    tasks.mail_notices.job.function(period=clock.now())
    return list(mail.outbox)


def new_user(boss, **given):
    fields = {"username": "new.one", "name_km": "ថ្មី", "name_latin": "New One", "email": "new@example.org"}
    return users.create(boss, **fields | {"language": "en"} | given)


def test_who_gets_an_account_gets_a_link_that_sets_the_password(boss, client):
    told()
    made = new_user(boss)
    (message,) = told()
    assert message.to == ["new@example.org"]
    assert "new.one" in message.body
    path = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    form = client.get(path, follow=True)
    password = "a quiet river at night"
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert User.objects.get(pk=made.pk).check_password(password)
    assert [one.subject for one in told()] == ["Your password was set"]
    assert (
        client.post(reverse("account_login"), {"login": "new.one", "password": password}).status_code == 302
    )


def test_mails_speak_the_language_of_whom_they_are_for(boss):
    told()
    new_user(boss, language="km")
    (message,) = told()
    assert "ថ្មី" in message.body


def test_a_mail_is_text_and_shows_signs_as_they_are(boss):
    told()
    new_user(boss, name_latin="One & 'Two' <Three>")
    assert "One & 'Two' <Three>," in told()[0].body


def test_a_role_given_and_ended_is_told_to_its_holder(boss):
    made, unit = new_user(boss), make.unit(name_latin="Post of the Lake")
    told()
    held = users.grant(boss, made.pk, role=Role.AUDITOR, unit_id=unit.pk)
    users.end_role(boss, held.pk, reason="A secret reason.")
    given, ended = told()
    for message in (given, ended):
        assert message.to == ["new@example.org"]
        assert "Keeper One" in message.body
        assert "Post of the Lake" in message.body
        assert "secret reason" not in message.body


def test_a_changed_address_is_told_to_the_old_one_too(boss):
    made = new_user(boss)
    told()
    users.update(boss, made.pk, name_km="ថ្មី", name_latin="New", email="other@example.org", language="en")
    assert sorted(message.to[0] for message in told()) == ["new@example.org", "other@example.org"]


def test_suspension_restoring_and_keys_are_told(boss):
    made = new_user(boss)
    told()
    users.suspend(boss, made.pk, reason="Under inquiry.")
    users.restore(boss, made.pk, reason="Cleared.")
    users.invite(boss, made.pk)
    in_a_month = clock.now() + timedelta(days=30)
    api_keys.issue(User.objects.get(pk=made.pk), label="x", scopes=["tests:read"], expires_at=in_a_month)
    assert len(told()) == 4


def test_every_change_of_second_factors_is_told_without_a_secret(boss):
    made = User.objects.get(pk=new_user(boss).pk)
    told()
    codes = second_factors.add_app(made, secret="JBSWY3DPEHPK3PXP")
    second_factors.add_passkey(made, name="Telephone", credential={})
    second_factors.remove(made, made.authenticator_set.get(type="totp").pk)
    codes += second_factors.make_codes(made)
    messages = told()
    assert [one.subject for one in messages] == [
        "A second factor was added to your account",
        "A second factor was added to your account",
        "A second factor of your account was removed",
        "New recovery codes were made for your account",
    ]
    assert "authenticator app" in messages[0].body
    assert "passkey" in messages[1].body
    for message in messages:
        assert not [code for code in (*codes, "JBSWY3DPEHPK3PXP") if code in message.body]


def test_a_used_recovery_code_is_told_with_what_is_left_and_from_three_on_to_make_new_ones(boss):
    made = User.objects.get(pk=new_user(boss).pk)
    codes = second_factors.add_app(made, secret="JBSWY3DPEHPK3PXP")
    told()
    kept = made.authenticator_set.get(type="recovery_codes").wrap()
    for code in codes[:7]:
        kept.validate_code(code)
        second_factors.use_code(made)
    messages = told()
    assert [int(re.search(r"(\d+) codes are left", one.body)[1]) for one in messages] == [9, 8, 7, 6, 5, 4, 3]
    assert ["Make new ones" in one.body for one in messages] == [False] * 6 + [True]


def test_a_reset_is_told_with_who_did_it_and_without_the_reason(boss):
    made = User.objects.get(pk=new_user(boss).pk)
    second_factors.add_app(made, secret="JBSWY3DPEHPK3PXP")
    told()
    second_factors.reset(boss, made.pk, reason="A secret reason.")
    (message,) = told()
    assert "Keeper One reset the second factor" in message.body
    assert "secret reason" not in message.body


def test_a_key_revoked_by_a_keeper_is_told_to_its_owner_and_by_himself_to_nobody(boss):
    made = User.objects.get(pk=new_user(boss).pk)
    in_a_month = clock.now() + timedelta(days=30)
    first, second = (
        api_keys.issue(made, label=label, scopes=["tests:read"], expires_at=in_a_month)[0] for label in "AB"
    )
    told()
    api_keys.revoke(made, first.pk)
    api_keys.revoke(boss, second.pk, reason="Seen in a script.")
    (message,) = told()
    assert message.to == ["new@example.org"]
    assert "“B”" in message.body


def test_nobody_is_told_twice_and_nothing_of_what_the_command_line_did(boss):
    assert told() == []
    new_user(boss)
    assert len(told()) == 1
    assert told() == []


def test_history_of_a_demonstration_is_told_to_nobody(boss):
    told()
    with clock.at(clock.now() - timedelta(days=40)):
        new_user(boss)
    assert told() == []


def test_a_user_without_an_address_is_told_nothing(boss):
    told()
    new_user(boss, email="")
    assert told() == []


def test_an_address_that_is_refused_does_not_keep_other_mails(boss, post, settings):
    through(settings, post.server_address[1])
    new_user(boss, username="bad", email="bad@example.org")
    new_user(boss)
    sealing.seal()
    assert run(tasks.tell.job) is True
    assert run(tasks.mail_notices.job) is True
    assert [re.search("<(.*)>", line)[1] for line in post.asked] == ["BAD@EXAMPLE.ORG", "NEW@EXAMPLE.ORG"]


def test_while_the_mail_server_is_away_the_event_waits(boss, post, settings):
    new_user(boss)
    sealing.seal()
    with socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # a port at which nobody listens
        through(settings, nobody.getsockname()[1])
        assert run(tasks.tell.job) is True
        assert run(tasks.mail_notices.job) is False
    assert Notice.objects.get().mailed_at is None
    through(settings, post.server_address[1])
    tasks.mail_notices.job.function(period=clock.now())
    assert len(post.asked) == 1


@pytest.mark.parametrize("verb", sorted(notices.NOTICES))
def test_every_verb_of_the_table_is_one_that_actions_record(verb):
    from officers.queries.timelines import VERBS

    assert verb in VERBS
