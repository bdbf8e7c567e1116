"""A new sealing key: everything is sealed anew under it, in acts, though the command is killed half way."""

import os
import subprocess
import sys
import time

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.db import transaction

from cases.actions import intake
from cases.models import IntakeItem, Reporter
from config.keys import load_keys
from ledger.models import Event
from officers.actions import self_referrals
from officers.actions.sealing import is_current, unseal
from officers.models import SelfReferral
from tests import make
from tests.config.launching import CHECKOUT

CONTACTS = 5


@pytest.fixture
def rotated(settings, place):
    """Contacts and a report in the box, sealed before the key was changed."""
    officer = make.officer()
    self_referrals.ask(
        None, number=officer.service_number, birth_year=officer.birth_year, contact="At the yard."
    )
    rows = [make.complaint(at=place.commune, contact=f"012 345 67{n}") for n in range(CONTACTS)]
    intake.drop(intake.Report("extortion", "They took money.", contact="By letter."), token="form 1")
    file = settings.KEYS_DIR / "sealing_keys"
    before = file.read_text()
    call_command("rotate_keys", sealing=True, verbosity=0)
    settings.SEALING_KEYS = load_keys(settings.KEYS_DIR).sealing_keys
    yield rows
    file.write_text(before)


def contacts() -> list[str]:
    return [unseal(row.contact) for row in Reporter.objects.order_by("contact")]


def under_the_new_key() -> int:
    return sum(is_current(row.contact) for row in Reporter.objects.all())


@pytest.mark.django_db
def test_after_resealing_the_old_key_can_be_dropped(rotated, settings, capsys):
    assert under_the_new_key() == 0
    call_command("reseal", at_once=2)
    assert "5 contacts, 1 requests for treatment, 1 in the box" in capsys.readouterr().out
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]

    assert sorted(contacts()) == [f"012 345 67{n}" for n in range(CONTACTS)]
    assert unseal(IntakeItem.objects.get().content)["contact"] == "By letter."
    assert unseal(SelfReferral.objects.get().sealed)["contact"] == "At the yard."
    told = Event.objects.filter(verb="reporter.resealed").order_by("pk")
    assert [event.facts["rows"] for event in told] == [2, 2, 1]
    call_command("reseal")
    assert told.count() == 3


@pytest.mark.django_db
def test_a_key_dropped_too_early_opens_nothing_and_changes_nothing(rotated, settings):
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    with pytest.raises(InvalidToken):
        call_command("reseal")
    assert not Event.objects.filter(verb="reporter.resealed").exists()


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_it_goes_on_where_it_was(rotated):
    last = Reporter.objects.order_by("pk").last()
    with transaction.atomic():
        Reporter.objects.select_for_update().get(pk=last.pk)  # it comes to this one and waits
        running = subprocess.Popen(
            [sys.executable, "manage.py", "reseal", "--at-once", "2"], cwd=CHECKOUT, env=os.environ
        )
        limit = time.monotonic() + 60
        while Event.objects.filter(verb="reporter.resealed").count() < 2:
            assert running.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.01)  # between two looks; the loop ends by what it sees
        running.kill()
        running.wait()
    assert under_the_new_key() == 4

    call_command("reseal", at_once=2)

    assert under_the_new_key() == CONTACTS
    assert Event.objects.filter(verb="reporter.resealed").count() == 3
    assert sorted(contacts()) == [f"012 345 67{n}" for n in range(CONTACTS)]
