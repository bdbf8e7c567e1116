"""The commands of a real server's first day."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from config.keys import load_keys
from config.outbox import EmailBackend
from ledger.models import Event
from officers.actions import users
from officers.models import Unit, User
from officers.models.users import Role
from tests import make
from tests.config.launching import CHECKOUT

GIVEN = {"username": "first", "name_km": "ដំបូង", "name_latin": "First", "email": "first@example.org"}


def create(folder, password="a quiet river at night", **options):
    file = folder / "password"
    file.write_text(password + "\n")
    call_command("create_administrator", no_input=True, password_file=file, **GIVEN | options)


@pytest.mark.django_db
def test_the_first_administrator_keeps_the_whole_tree_and_may_sign_in(tmp_path, capsys):
    create(tmp_path)
    first = User.objects.get(username="first")
    assert [(held.role, held.unit.code) for held in first.held_roles] == [(Role.SYSTEM_ADMINISTRATOR, "MOI")]
    assert first.check_password("a quiet river at night")
    assert "first" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_second_is_made_on_the_pages_or_with_a_reason_that_is_recorded(tmp_path):
    create(tmp_path)
    with pytest.raises(CommandError, match="first"):
        create(tmp_path, username="second")
    create(tmp_path, username="second", again="The first lost both factors.")
    assert Event.objects.filter(verb="user.created", reason="The first lost both factors.").count() == 1


@pytest.mark.django_db
def test_where_the_only_administrator_is_suspended_another_is_made_without_further_words(tmp_path):
    create(tmp_path)
    create(tmp_path, username="second", again="Needed.")
    boss = User.objects.get(username="second")
    users.suspend(boss, User.objects.get(username="first").pk, reason="Left.")
    with pytest.raises(CommandError):
        create(tmp_path, username="third")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "says"), [("short", "12"), ("first@example.org", "similar"), ("", "password")]
)
def test_a_poor_password_makes_no_account_and_no_ministry(tmp_path, password, says):
    with pytest.raises(CommandError, match=says):
        create(tmp_path, password)
    assert not User.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_what_is_not_given_is_named_when_nothing_may_be_asked(tmp_path):
    with pytest.raises(CommandError, match="--email"):
        create(tmp_path, email=None)


@pytest.mark.django_db
def test_the_tree_that_is_there_is_used(tmp_path):
    root = make.root()
    create(tmp_path)
    assert User.objects.get(username="first").held_roles[0].unit == root


def test_a_rotated_key_comes_first_and_the_old_one_still_verifies(tmp_path, settings):
    settings.KEYS_DIR = tmp_path
    before = load_keys(tmp_path)
    call_command("rotate_keys")
    after = load_keys(tmp_path)
    assert after.secret_key != before.secret_key
    assert before.secret_key in after.old_secret_keys
    assert after.pepper == before.pepper


def test_mail_of_the_local_outbox_is_for_the_systems_own_user_only(tmp_path, settings):
    from django.core.mail import EmailMessage

    settings.OUTBOX_DIR = tmp_path / "outbox"
    EmailBackend().send_messages(
        [EmailMessage("One", "Text", to=["a@example.org"]), EmailMessage("Nobody", "Text")]
    )
    (file,) = settings.OUTBOX_DIR.iterdir()
    assert (settings.OUTBOX_DIR.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_variable_that_is_set_to_nothing_means_the_usual(tmp_path):
    empty = dict.fromkeys(["PORT", "PUBLIC_URL", "PROBITY_DATA", "PROBITY_HEADS"], "")
    found = subprocess.run(
        [sys.executable, "-c", "from config.settings import *; print(PUBLIC_URL, DATA_DIR, HEADS_FILE)"],
        cwd=CHECKOUT,
        env={**os.environ, **empty, "PROBITY_KEYS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    data = CHECKOUT / ".data"
    assert found.stdout == f"http://localhost:8000 {data} {data / 'heads' / 'heads.log'}\n"
