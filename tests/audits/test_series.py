"""Official statistics: entered by one auditor, confirmed by another, corrected by a further release."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from audits.actions import series as actions
from audits.models import OpenChange, OpenSeries, SeriesRelease
from audits.queries.pins import pinned_days
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db

SERIES = {
    "code": "drug_cases",
    "title_km": "សំណុំរឿងគ្រឿងញៀន",
    "title_en": "Drug cases",
    "unit": "cases",
    "definition_km": "សំណុំរឿងដែលបានបង្ក្រាប។",
    "definition_en": "Cases that were cracked down on.",
    "source": "The authority",
}


@pytest.fixture
def first():
    return make.user(Role.AUDITOR)


@pytest.fixture
def second():
    return make.user(Role.AUDITOR)


@pytest.fixture
def series(first):
    return actions.enter_series(first, **SERIES)


@pytest.fixture
def release(first, second, series):
    """Enters a release and has it confirmed."""

    def release(period, value, stat_status="final", **said):
        about = {"source": "Its yearly report", "stat_status": stat_status, "value": value} | said
        row = actions.enter(first, series.pk, period=period, **about)
        return actions.confirm(second, row.pk)

    return release


def test_a_confirmed_release_is_public_with_its_change(release):
    release("2018", 8001)
    release("2019", 9806, released_on=date(2020, 1, 15))
    row = OpenSeries.objects.get(pk="drug_cases.2019.1")
    assert (row.value, row.change_percent, row.is_latest, row.unit) == (9806, Decimal("22.56"), 1, "cases")
    assert OpenSeries.objects.get(pk="drug_cases.2018.1").change_percent is None
    line = OpenChange.objects.get(collection="series", row="drug_cases.2019.1")
    assert set(line.record) == set(OpenSeries.columns)
    assert line.record["change_percent"] == 22.56


def test_a_correction_is_a_further_release_and_both_stay(release):
    release("2022", 14784, "preliminary")
    release("2023", 14784, "preliminary")
    release("2022", None, "revised", note="The source says more than 15,000.")
    assert list(OpenSeries.objects.order_by("id").values_list("id", "value", "status", "is_latest")) == [
        ("drug_cases.2022.1", 14784, "preliminary", 0),
        ("drug_cases.2022.2", None, "revised", 1),
        ("drug_cases.2023.1", 14784, "preliminary", 1),
    ]
    assert OpenSeries.objects.get(pk="drug_cases.2023.1").change_percent is None
    release("2022", 15100, "final")
    assert OpenSeries.objects.get(pk="drug_cases.2023.1").change_percent == Decimal("-2.09")


def test_nothing_is_public_before_a_second_auditor_confirms(first, second, series):
    row = actions.enter(first, series.pk, period="2019", value=9806, stat_status="final", source="A report")
    assert not OpenSeries.objects.exists()
    for actor in (first, make.user(Role.INSPECTOR)):
        with pytest.raises(Exception) as refused:
            actions.confirm(actor, row.pk)
        assert refused.type.__name__ in ("PermissionDenied", "Http404")
    assert actions.reject(second, row.pk, reason="It is of another year.").status == "REJECTED"
    with pytest.raises(Conflict):
        actions.confirm(second, row.pk)
    assert not OpenSeries.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.AUDITOR])
def test_nobody_but_an_auditor_enters(role, series):
    user = make.user(role)
    with pytest.raises(PermissionDenied):
        actions.enter_series(user, **SERIES | {"code": "another"})
    with pytest.raises(PermissionDenied):
        actions.enter(user, series.pk, period="2019", value=1, stat_status="final", source="A report")


def put(row) -> None:
    """Past the actions, with an event declared; and what a commit would ask is asked."""
    with transaction.atomic():
        with recording("series_release.confirmed", actor=CLOCK, subject=row):
            row.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_wants_two_auditors(first, second, series):
    row = actions.enter(first, series.pk, period="2019", value=9806, stat_status="final", source="A report")
    for who, number, match in (
        (first, 1, "another_person_confirms_a_release"),
        (make.user(Role.INSPECTOR), 1, "confirmed and rejected by auditors"),
        (second, 2, "without a gap"),
    ):
        row.refresh_from_db()
        row.status, row.confirmed_by, row.confirmed_at, row.number = "CONFIRMED", who, clock.now(), number
        with pytest.raises(IntegrityError, match=match):
            put(row)


def test_a_release_is_never_rewritten(release):
    row = release("2019", 9806)
    row.value = 1
    with pytest.raises(IntegrityError), transaction.atomic(), recording("x.y", actor=CLOCK, subject=row):
        row.save()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"period": "2019-13"}, "period"),
        ({"period": "2019-02-30"}, "period"),
        ({"period": "19"}, "period"),
        ({"period": "2100"}, "period"),
        ({"value": None}, "note"),
        ({"source": ""}, "source"),
        ({"source": "=1+1"}, "begin with"),
        ({"note": "@here"}, "begin with"),
        ({"stat_status": "good"}, "stat_status"),
        ({"stat_status": "retracted", "value": None, "note": "Wrong."}, "stat_status"),
        ({"stat_status": "retracted"}, "retraction"),
        ({"released_on": date(2200, 1, 1)}, "released_on"),
        ({"value": 10**15}, "large"),
    ],
)
def test_what_is_wrong_with_a_release_is_said(first, series, said, field):
    about = {"period": "2019", "value": 1, "stat_status": "final", "source": "A report"} | said
    with pytest.raises(ValidationError) as refused:
        actions.enter(first, series.pk, **about)
    found = refused.value
    names = list(getattr(found, "error_dict", {}))
    assert field in names or any(field in text for text in found.messages) or field in ("period", "note")
    assert not SeriesRelease.objects.exists()


def test_a_retraction_needs_a_reason_and_leaves_what_was_there(first, second, release):
    row = release("2019", 9806)
    with pytest.raises(ValidationError):
        actions.retract(first, row.pk, source="A letter", reason=" ")
    gone = actions.retract(first, row.pk, source="A letter", reason="It was counted twice.")
    with pytest.raises(ValidationError, match="waits already"):
        actions.retract(first, row.pk, source="A letter", reason="It was counted twice.")
    actions.confirm(second, gone.pk)
    assert list(OpenSeries.objects.order_by("id").values_list("value", "status", "note", "is_latest")) == [
        (9806, "final", "", 0),
        (None, "retracted", "It was counted twice.", 1),
    ]
    for pk in (row.pk, gone.pk):
        with pytest.raises((Conflict, ValidationError)):
            actions.retract(first, pk, source="A letter", reason="Again.")


def test_days_of_confirmed_releases_are_pinned(first, second, release, series):
    release("2019", 9806)
    row = release("2024-01-23", 40)
    release("2024-03-28", None, note="More than 160.")
    actions.enter(first, series.pk, period="2024-07-22", value=97, stat_status="final", source="A report")
    assert pinned_days() == [date(2024, 1, 23), date(2024, 3, 28)]
    actions.confirm(second, actions.retract(first, row.pk, source="A letter", reason="Wrong.").pk)
    assert pinned_days() == [date(2024, 3, 28)]


def test_a_period_that_has_not_begun_has_no_number(first, series):
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(ValidationError, match="not begun"):
        actions.enter(first, series.pk, period=str(tomorrow), value=1, stat_status="final", source="A report")
