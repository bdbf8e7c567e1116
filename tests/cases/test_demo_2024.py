"""The history of 2024 gives the reported figures, by query, by page and by API; here at a hundredth of its size."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cases.queries.figures import AsOf, drug_tests_of, measures_of
from cases.reckoning.demo_2024 import ORDER_NUMBER, Reported
from ledger.verification import verify
from officers.models import User
from tests import make
from tests.officers.calling import Caller

SCALE = 0.01


def test_the_reported_figures_are_those_of_the_press():
    reported = Reported()
    assert reported.january_positive + reported.january_discipline == 70
    assert reported.january_positive == 40
    assert reported.january_positive + reported.march_positive > 160
    assert reported.january_discipline + reported.march_discipline > 50
    assert reported.march_demoted > 20
    assert (reported.tested, reported.positive) == (99_300, 97)
    assert (reported.dismissed, reported.in_procedure, reported.under_investigation) == (89, 7, 1)


@pytest.mark.django_db(transaction=True, databases=["default", "migrator", "sequencer"])
def test_as_effective_and_known_by_those_days_the_figures_are_as_reported(client):
    said = StringIO()
    call_command("load_demo_2024", scale=SCALE, stdout=said)
    reported = Reported().scaled(SCALE)
    inspector = User.objects.get(username="inspector")
    by_january, by_march, by_july = date(2024, 1, 23), date(2024, 3, 28), date(2024, 7, 22)

    january = Caller(inspector).get(
        "figures/", effective_by=by_january.isoformat(), known_by=by_january.isoformat()
    )
    dismissed = next(one for one in january.json()["figures"] if one["code"] == "dismissed")
    assert dismissed["number"]["through"] == reported.january_positive + reported.january_discipline
    assert measures_of(inspector, AsOf(by_january, by_january)).count() == dismissed["number"]["through"]

    client.force_login(inspector)
    client.cookies["language"] = "en"
    days = {"effective_by": "28/03/2024", "known_by": "28/03/2024"}
    march = client.get(reverse("figures"), days).context["found"].measures
    assert march["dismissed_drugs"].through == reported.january_positive + reported.march_positive
    assert march["dismissed_discipline"].through == reported.january_discipline + reported.march_discipline
    assert march["demoted"].through == reported.march_demoted

    july = AsOf(by_july, by_july)
    for code, number in (
        ("tested", reported.tested),
        ("positive", reported.positive),
        ("test_dismissed", reported.dismissed),
        ("test_in_procedure", reported.in_procedure),
        ("test_under_investigation", reported.under_investigation),
    ):
        assert drug_tests_of(inspector, july, code, ORDER_NUMBER).count() == number, code
    assert not drug_tests_of(inspector, AsOf(by_march, by_march), "positive", ORDER_NUMBER).exists()
    assert verify(using="default") == []

    with pytest.raises(CommandError, match="one of its own"):
        call_command("load_demo_2024", scale=SCALE, stdout=said)


def test_it_is_for_an_embedded_database_alone(db, settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="this one is real"):
        call_command("load_demo_2024", scale=SCALE)
    settings.EMBEDDED = True
    make.user()
    with pytest.raises(CommandError, match="one of its own"):
        call_command("load_demo_2024", scale=SCALE)
