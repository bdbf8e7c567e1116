"""Figures as of a day, from what is published alone."""

from datetime import date

import pytest
from django.db import transaction

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.writing import put
from audits.models import OpenComplaints, OpenCoverage, OpenMeasure
from audits.queries.open_figures import figures
from cases.models import EarlierMeasure
from ledger import clock
from ledger.acting import record_all, recording
from ledger.actors import CLOCK

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])


def found_in_a_list(number: int, **said):
    about = {
        "kind": "dismissal",
        "ground": "confirmed_positive",
        "is_about_drugs": True,
        "source": "A list",
        "known_at": clock.now(),
    }
    rows = [
        EarlierMeasure(service_number=f"L{said['effective_on']:%j}-{place}", **about | said)
        for place in range(number)
    ]
    with transaction.atomic():
        record_all(rows, "earlier_measure.entered", actor=CLOCK)


def said(code: str, as_of: date) -> dict:
    return next(figure for figure in figures(as_of)["figures"] if figure["code"] == code)


def test_measures_count_from_the_end_of_their_batch():
    found_in_a_list(40, effective_on=date(2024, 1, 20))
    found_in_a_list(30, effective_on=date(2024, 1, 21), ground="discipline_breach", is_about_drugs=False)
    found_in_a_list(12, effective_on=date(2024, 1, 30))
    publish_measures(CLOCK, pins=[date(2024, 1, 23)])

    dismissed = said("dismissed", date(2024, 1, 23))
    assert (dismissed["value"], dismissed["found_in_lists"]) == (0, 70)
    assert said("dismissed_positive", date(2024, 1, 23))["found_in_lists"] == 40
    assert dismissed["counted_through"] == "2024-01-23"
    assert said("dismissed", date(2024, 1, 22))["found_in_lists"] == 0
    last = OpenMeasure.objects.order_by("-through").values_list("through", flat=True)[0]
    assert said("dismissed", last)["found_in_lists"] == 82
    assert said("dismissed_positive", last)["found_in_lists"] == 52
    assert said("dismissed_discipline", last)["found_in_lists"] == 30


def test_a_hidden_month_is_named_and_not_added():
    rows = [
        OpenComplaints(
            id=f"2024-{month:02d}.KH",
            month=f"2024-{month:02d}",
            area="KH",
            received=number,
            published_on=date(2024, 9, 1),
        )
        for month, number in ((1, 20), (2, None), (3, 30))
    ]
    with transaction.atomic(), recording("open_data.published", actor=CLOCK, subject=OpenComplaints):
        put(OpenComplaints, rows)
    received = said("complaints", date(2024, 3, 31))
    assert (received["value"], received["left_out"], received["counted_through"]) == (
        50,
        ["2024-02"],
        "2024-03",
    )
    assert said("complaints", date(2024, 3, 30))["value"] == 20


def test_a_year_counts_when_it_is_over_and_words_come_in_both_languages():
    with transaction.atomic(), recording("open_data.published", actor=CLOCK, subject=OpenCoverage):
        put(
            OpenCoverage,
            [
                OpenCoverage(
                    id="2024.KH",
                    year=2024,
                    unit="KH",
                    level=0,
                    strength=100,
                    tested=90,
                    excused=0,
                    not_tested=10,
                    published_on=date(2025, 3, 1),
                )
            ],
        )
    assert said("tested", date(2024, 12, 30))["value"] is None
    tested = said("tested", date(2024, 12, 31))
    assert tested["value"] == 90
    assert tested["label_en"] == "Officers tested"
    assert tested["query"] == "coverage/?unit=KH&fields=year,tested"
