"""What samples are drawn from: records between two days, each in its stratum, whoever asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audits.actions import recusals
from audits.queries.populations import members, strata_of
from ledger import clock
from officers.actions import officers
from officers.models import DrugTest, Sheet
from tests import make
from tests.auditing import Bench
from tests.cases.forging import forge
from tests.dismissals import Road
from tests.results import Way

pytestmark = pytest.mark.django_db


def found(about, *strata, unit=None, days=(0, 0)):
    today = clock.today()
    first, last = (today - timedelta(days=number) for number in days)
    return members(about, unit or make.root(), first=first, last=last, strata=strata)


def test_tests_stand_in_their_strata():
    place = make.Province()
    way = Way(place.province)
    sheet = make.sheet(way.administrator, place.province, reason="promotion")
    born = clock.today().year - 34
    of = [make.officer(place.commune, birth_year=born, rank="R01") for _ in range(4)]
    said = [
        {},
        {"specimen_number": "SP-9", "non_negative_for": ["methamphetamine"]},
        {"not_taken": "absent", "excuse": "medical_leave"},
        {"not_taken": "refused"},
    ]
    tests = [
        make.test(way.administrator, sheet, officer, **one) for officer, one in zip(of, said, strict=True)
    ]

    assert found("drug_test", "province", "outcome", "reason", "rank", "age") == [
        (test.pk, f"P-07|{outcome}|promotion|R01|30-39")
        for test, outcome in zip(tests, ("negative", "non_negative", "absent", "refused"), strict=True)
    ]
    assert found("drug_test", days=(5, 1)) == []
    assert found("drug_test", unit=place.other_commune) == []
    assert found("drug_test", unit=place.district) == [(test.pk, "") for test in tests]


def test_a_test_keeps_the_rank_of_its_day():
    way = Way()
    officer = make.officer(way.unit, rank="R01")
    with clock.at(clock.now() - timedelta(days=3)):
        test = make.test(way.administrator, make.sheet(way.administrator, way.unit), officer)
    since = clock.today() - timedelta(days=1)
    officers.post(way.registrar, officer.pk, unit_id=way.unit.pk, rank="R13", since=since, reason="Order 7")

    assert found("drug_test", "rank", days=(9, 0)) == [(test.pk, "R01")]


def test_complaints_stand_in_their_strata_and_by_the_day_they_came():
    place = make.Province()
    row = make.complaint(category="extortion", at=place.commune)
    row.refresh_from_db()
    path = "P-07" if row.unit.path.startswith(place.province.path) else "-"

    assert found("complaint", "province", "category", "channel") == [(row.pk, f"{path}|extortion|phone")]
    assert found("complaint", days=(9, 1)) == []


def test_a_population_is_the_same_whoever_asks_and_only_of_what_was_decided():
    road, bench = Road(), Bench()
    case = road.decided()
    road.checked()
    before = found("case", *strata_of("case"))
    assert [pk for pk, _name in before] == [case.pk]
    recusals.declare(bench.lead, kind="relative", officer_id=case.officer_id, reason="My brother.")

    frozen = bench.frozen(size=1, strata=list(strata_of("case")))

    assert frozen.list.lines == "\t".join(map(str, before[0]))


def test_there_is_no_stratum_that_a_kind_of_record_does_not_have():
    with pytest.raises(LookupError):
        found("complaint", "rank")


def test_many_tests_are_found_in_a_few_seconds():
    way = Way()
    sheet = make.sheet(way.administrator, way.unit)
    for _ in range(100):
        make.test(way.administrator, sheet)

    def columns(model, **other):
        names = [
            field.column
            for field in model._meta.concrete_fields
            if field.name != "id" and not field.generated
        ]
        return ", ".join(names), ", ".join(other.get(name, f"t.{name}") for name in names)

    into, taken = columns(Sheet)
    lines, line = columns(DrugTest, sheet_id="s.id")

    def multiply():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO officers_sheet ({into}) SELECT {taken} FROM officers_sheet t, generate_series(1, 199)"
            )
            cursor.execute(
                f"INSERT INTO officers_drugtest ({lines}) SELECT {line} FROM officers_drugtest t, officers_sheet s "
                "WHERE t.sheet_id = %s AND s.id <> t.sheet_id",
                [sheet.pk],
            )

    forge(multiply)
    begun = timezone.now()

    rows = found("drug_test", "province", "outcome", "rank", "age")

    assert len(rows) == 20_000
    assert timezone.now() - begun < timedelta(seconds=20)
