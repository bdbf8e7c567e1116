"""The demonstration's audits: invented, every state there is, by different people, and seen by who signs in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audits.models import Audit, Finding, FindingEntry, OpenSeries, Recusal, Review, Sample
from ledger.models import Event
from ledger.verification import verify
from officers.models import User
from officers.reckoning import demo
from tests import make


def command(name: str, **options: object) -> str:
    said = StringIO()
    call_command(name, stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True, databases=["default", "migrator", "sequencer"])
def test_the_demonstration_has_audits_in_every_state_verifies_and_loads_once():
    command("load_demo", officers=300, seed=5)
    with pytest.raises(CommandError, match="no decided case"):
        command("load_demo_audits")
    command("load_demo_cases")
    said = command("load_demo_audits")

    assert "audits:" in said
    for model in (Audit, Sample, Review, Finding):
        assert set(model.objects.values_list("status", flat=True)) == set(model.Status.values), model
    assert set(Sample.objects.values_list("kind", flat=True)) == {"random", "directed"}
    assert set(FindingEntry.objects.values_list("kind", flat=True)) >= {
        "contested",
        "closed",
        "reopened",
        "escalated",
        "withdrawn",
    }
    assert Finding.objects.filter(status="ISSUED", escalated_to__isnull=False).exists()
    assert Review.objects.filter(times_reopened=1).exists()
    assert Recusal.objects.in_force().count() == 1
    assert Recusal.objects.count() == 2
    assert len(set(Audit.objects.values_list("year", flat=True))) == 2
    assert str(OpenSeries.objects.get(pk="drug_cases.2019.1").change_percent) == "22.56"
    assert list(
        OpenSeries.objects.filter(series="drug_suspects", period="2022").values_list("status", "is_latest")
    ) == [
        ("preliminary", 0),
        ("revised", 1),
    ]
    assert not Event.objects.filter(verb="act.refused").exists()
    assert verify(using="default") == []
    for name in ("auditor", "auditor2"):
        user = User.objects.get(username=name)
        assert user.check_password(demo.PASSWORD)
        assert Review.objects.visible_to(user).filter(reviewer=user).exists()

    assert "nothing was changed" in command("load_demo_audits")


def test_a_database_that_is_no_demonstration_gets_no_audits(db):
    make.root()
    with pytest.raises(CommandError, match="is none"):
        command("load_demo_audits")

    assert not Audit.objects.exists()
