"""Measures become public rows: generalised, in batches, and gone when they are reversed."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.references import publish_references
from audits.models import OpenChange, OpenMeasure, OpenPlace, OpenUnit, PublishedMeasure
from cases.models import EarlierMeasure
from ledger import clock
from ledger.acting import record, record_all
from ledger.actors import CLOCK
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


def found_in_a_list(number: int, **said):
    """Measures of an older list."""
    about = {
        "kind": "dismissal",
        "ground": "confirmed_positive",
        "is_about_drugs": True,
        "effective_on": date(2024, 1, 15),
        "instrument": "prakas",
        "province": "12",
        "rank": "",
        "source": "A list",
        "known_at": clock.now(),
    } | said
    rows = [EarlierMeasure(service_number=f"S{next(NUMBERS)}", **about) for _ in range(number)]
    record_all(rows, "earlier_measure.entered", actor=CLOCK)
    return rows


NUMBERS = iter(range(10**9))


def feed() -> list[tuple[str, str, object]]:
    return list(
        OpenChange.objects.filter(collection="measures").order_by("seq").values_list("kind", "row", "record")
    )


def test_what_enough_share_is_shown_whole_and_the_feed_has_it():
    found_in_a_list(10)
    assert publish_measures(CLOCK) == {"added": 10, "retracted": 0, "final": 0}
    row = OpenMeasure.objects.first()
    assert (row.month, row.province, row.ground, row.instrument) == (
        "2024-01",
        "12",
        "confirmed_positive",
        "prakas",
    )
    lines = feed()
    assert {kind for kind, _, _ in lines} == {"added"}
    assert {key for _, key, _ in lines} == set(OpenMeasure.objects.values_list("id", flat=True))
    assert set(lines[0][2]) == set(OpenMeasure.columns)
    assert publish_measures(CLOCK)["added"] == 0


def test_fewer_than_the_threshold_wait_for_more():
    found_in_a_list(9)
    assert publish_measures(CLOCK)["added"] == 0
    found_in_a_list(1, province="03", effective_on=date(2024, 2, 1))
    publish_measures(CLOCK)
    assert Counter(OpenMeasure.objects.values_list("province", "year")) == {(None, 2024): 10}


def test_only_what_is_over_by_the_delay_comes_out():
    found_in_a_list(12, effective_on=clock.today().replace(day=1) - timedelta(days=1))
    assert publish_measures(CLOCK)["added"] == 0


def test_what_is_voided_is_gone_and_nothing_of_it_is_repeated():
    rows = found_in_a_list(11)
    publish_measures(CLOCK)
    gone = PublishedMeasure.objects.get(earlier=rows[0]).row
    rows[0].refresh_from_db()
    rows[0].void = True

    record(rows[0], "earlier_measure.voided", actor=CLOCK)
    assert publish_measures(CLOCK)["retracted"] == 1
    assert not OpenMeasure.objects.filter(pk=gone).exists()
    lines = OpenChange.objects.filter(row=gone).order_by("seq")
    assert [(line.kind, line.record, line.revision) for line in lines] == [
        ("added", None, 1),
        ("retracted", None, 2),
    ]
    assert lines[0].superseded_by == lines[1].seq


def test_a_pinned_day_is_counted_exactly():
    found_in_a_list(20, effective_on=date(2024, 1, 23))
    found_in_a_list(10, effective_on=date(2024, 1, 29))
    publish_measures(CLOCK, pins=[date(2024, 1, 23)])
    assert OpenMeasure.objects.filter(through__lte=date(2024, 1, 23)).count() == 20


def test_nobody_but_the_clock_publishes_and_nothing_is_written_without_an_event():
    with pytest.raises(PermissionDenied):
        publish_measures(make.user(Role.AUDITOR))
    with pytest.raises(ProgrammingError, match="without an event"), transaction.atomic():
        OpenPlace.objects.create(id="01", kind="province", name_km="ក", name_en="A")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE audits_openchange SET record = NULL")


def test_units_and_places_follow_the_record():
    unit = make.unit()
    publish_references(CLOCK)
    assert OpenUnit.objects.get(pk=unit.code).name_km == unit.name_km
    assert OpenPlace.objects.filter(kind="province").count() == 25
    before = OpenChange.objects.count()
    assert publish_references(CLOCK) == {"lines": 0}
    assert OpenChange.objects.count() == before
