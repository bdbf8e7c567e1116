"""What the demonstration has public, and a database of ten years, small."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audits.management.commands.load_demo_open_data import MEASURES
from audits.models import OpenChange, OpenMeasure, OpenUnit
from cases.models import Complaint, EarlierMeasure, Measure
from ledger.models import Event
from ledger.verification import verify
from officers.models import DrugTest, Officer
from tests import make

ROLES = ["default", "migrator", "sequencer"]


def command(name: str, **options: object) -> str:
    said = StringIO()
    call_command(name, stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True, databases=ROLES)
def test_the_demonstration_has_measures_of_years_public_verifies_and_loads_once():
    command("load_demo", officers=300, seed=5)
    command("load_demo_open_data")

    assert OpenMeasure.objects.count() == EarlierMeasure.objects.count() == MEASURES
    shown = OpenMeasure.objects.exclude(month=None)
    assert shown.count() >= MEASURES / 3
    assert shown.values("year").distinct().count() >= 2
    assert OpenUnit.objects.count() > 1000
    assert OpenChange.objects.filter(collection="measures").count() == MEASURES
    assert Complaint.objects.filter(status="CLOSED").count() > 6000
    assert not Complaint.objects.filter(next_due__isnull=False).exists()
    assert DrugTest.objects.values("tested_on__year").distinct().count() == 2
    assert not Event.objects.filter(verb="act.refused").exists()
    assert verify(using="default") == []
    assert "nothing was changed" in command("load_demo_open_data")


@pytest.mark.django_db(transaction=True, databases=ROLES)
def test_ten_years_are_loaded_whole_in_any_size():
    command("load_million", part=0.004)
    assert Officer.objects.count() == 400
    assert DrugTest.objects.count() == 4000
    assert Complaint.objects.count() == 4000
    assert (Measure.objects.count(), EarlierMeasure.objects.count()) == (4, 196)
    assert Complaint.objects.values("category").distinct().count() == 16
    assert 100 < OpenMeasure.objects.count() <= 196  # fewer than the threshold of a kind wait for others
    assert verify(using="default") == []
    with pytest.raises(CommandError, match="knows people already"):
        command("load_demo", scale="million")


def test_a_database_that_is_no_demonstration_is_given_nothing_public(db):
    make.unit()
    with pytest.raises(CommandError, match="none"):
        command("load_demo_open_data")
