"""The demonstration's cases: invented, one in every state, by different people, and seen by who signs in."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import Appeal, Case, EarlierMeasure, Measure, Order, Suspension
from ledger import clock
from ledger.models import Event
from ledger.verification import verify
from officers.models import Officer, User
from officers.reckoning import demo
from tests import make


def command(name: str, **options: object) -> str:
    said = StringIO()
    call_command(name, stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True, databases=["default", "migrator", "sequencer"])
def test_the_demonstration_has_a_case_in_every_state_verifies_and_loads_once():
    command("load_demo", officers=300, seed=5)
    said = command("load_demo_cases")

    assert "cases:" in said
    assert set(Case.objects.values_list("status", flat=True)) == set(Case.Status.values)
    assert {"no_case", "overturned", "measure"} <= set(Case.objects.values_list("outcome", flat=True))
    assert Order.objects.filter(lines__isnull=False).distinct().count() == Order.objects.count()
    assert max(order.lines.count() for order in Order.objects.all()) == 10
    assert Case.objects.get(rank="BG").decisions.get().instrument == "royal_decree"
    assert Case.objects.filter(officer__status=Officer.Status.RETIRED, status=Case.Status.PROPOSED).exists()
    assert Case.objects.filter(ground_fell=True).exists()
    assert set(Appeal.objects.values_list("status", flat=True)) == {"LODGED", "DECIDED"}
    assert Measure.objects.filter(kind="demotion").exists()
    assert Suspension.objects.filter(review_by__lt=clock.today() - timedelta(days=1), ended_on=None).exists()
    assert EarlierMeasure.objects.count() == len(demo.EARLIER)
    assert not Event.objects.filter(verb="act.refused").exists()
    assert verify(using="default") == []
    for name in (
        "case.kandal",
        "supervisor.kandal",
        "inspector",
        "legal",
        "authority",
        "registrar",
        "appeal",
    ):
        user = User.objects.get(username=name)
        assert user.check_password(demo.PASSWORD)
        assert Case.objects.visible_to(user).exists(), name

    assert "nothing was changed" in command("load_demo_cases")


def test_a_database_that_is_no_demonstration_gets_no_cases(db):
    make.root()
    with pytest.raises(CommandError, match="is none"):
        command("load_demo_cases")

    assert not Case.objects.exists()
