"""The demonstration's complaints: invented, the same each time, in every state, and seen by who signs in."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Complaint, Deed, Flag, Message, Miss, Pause
from cases.models.vocabulary import Category, HowKnown, Level
from cases.reckoning import demo
from ledger import clock
from ledger.models import Event, Pending
from ledger.verification import verify
from officers.models import User
from officers.reckoning import demo as force
from tests import make

COMMUNES = ["080101", "080102", "080201", "120101", "070101"]


def command(name: str, **options: object) -> str:
    said = StringIO()
    call_command(name, stdout=said, **options)
    return said.getvalue()


def test_the_same_seed_invents_the_same_reports_and_another_seed_others():
    assert demo.reports(200, 3, COMMUNES) == demo.reports(200, 3, COMMUNES)
    assert demo.reports(200, 3, COMMUNES) != demo.reports(200, 4, COMMUNES)


def test_what_is_invented_is_of_listed_kinds_and_of_days_gone_by():
    planned = demo.reports(120, 1, COMMUNES)

    assert {one.category for one in planned} <= set(Category.values)
    assert {one.how_known for one in planned} <= {"", *HowKnown.values}
    assert {one.fate for one in planned} == set(demo.FATES)
    assert all(1 <= one.age <= demo.OLDEST for one in planned)
    assert [one.age for one in planned] == sorted((one.age for one in planned), reverse=True)
    assert all(one.place_code.startswith(demo.HOME) for one in planned if one.fate in demo.BY_TWO)


@pytest.mark.django_db(transaction=True, databases=["default", "migrator", "sequencer"])
def test_the_demonstration_has_complaints_in_every_state_verifies_and_loads_once():
    command("load_demo", officers=force.FEWEST, seed=5)
    said = command("load_demo_complaints", seed=1)

    assert "Loaded 120 complaints" in said
    states = Counter(Complaint.objects.values_list("status", flat=True))
    assert set(states) == set(Complaint.Status.values)
    assert set(Complaint.objects.values_list("level", flat=True)) == set(Level.values)
    assert Complaint.objects.filter(received_on=clock.today() - timedelta(days=1)).exists()
    assert not Complaint.objects.filter(received_on__gte=clock.today()).exists()
    for model in (Deed, Message, Miss, Pause):
        assert model.objects.exists(), model
    assert Flag.objects.filter(cleared_at=None).exists()
    assert Flag.objects.exclude(cleared_by=None).exists()
    assert not Event.objects.filter(verb="act.refused").exists()
    assert not Pending.objects.exists()
    assert verify(using="default") == []
    for name in ("case.kandal", "supervisor.kandal", "inspector"):
        user = User.objects.get(username=name)
        assert user.check_password(force.PASSWORD)
        assert Complaint.objects.visible_to(user).count() > 30, name

    assert "nothing was changed" in command("load_demo_complaints", seed=1)
    assert Complaint.objects.count() == 120


def test_a_database_that_is_no_demonstration_gets_no_complaints(db, settings):
    make.root()
    with pytest.raises(CommandError, match="is none"):
        command("load_demo_complaints")
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="is none"):
        command("load_demo_complaints")

    assert not Complaint.objects.exists()
