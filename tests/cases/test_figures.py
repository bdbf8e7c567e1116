"""Figures of measures and tests: as effective and as known by two days, for whom, and the list behind each."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cases.models import Measure
from cases.queries.figures import AsOf, Narrowed, drug_tests_of, earlier_of, figures, measures_of
from ledger import clock
from officers.models.users import Role
from tests import make
from tests.dismissals import Road
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db


def now() -> AsOf:
    return AsOf(clock.today(), clock.today())


@pytest.fixture
def road():
    return Road(make.Province().commune)


def test_a_measure_counts_from_its_day_and_from_the_day_it_became_known(road):
    case = road.in_force()
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    inspector = make.user(Role.INSPECTOR)

    def dismissed(effective_by: date, known_by: date) -> int:
        return figures(inspector, AsOf(effective_by, known_by)).measures["dismissed"].through

    assert dismissed(today, today) == 1
    assert dismissed(yesterday, today) == 0
    assert dismissed(today, yesterday) == 0
    assert [one.case_id for one in measures_of(inspector, now(), Narrowed("dismissed_drugs"))] == [case.pk]
    assert not measures_of(inspector, now(), Narrowed("dismissed_discipline")).exists()
    assert not measures_of(inspector, now(), Narrowed("demoted")).exists()


def test_every_line_of_every_table_has_the_list_behind_it(road):
    road.in_force()
    inspector = make.user(Role.INSPECTOR)
    found = figures(inspector, now())
    names = {table.dimension: table.lines for table in found.tables}

    assert {name: len(lines) for name, lines in names.items()} == dict.fromkeys(names, 1)
    assert names["province"][0].value == "07"
    for dimension, (line,) in names.items():
        assert line.cells["dismissed"].through == 1
        for figure, said in line.cells.items():
            behind = measures_of(inspector, now(), Narrowed(figure, dimension, line.value))
            assert behind.count() == said.through, (dimension, figure)
            assert not measures_of(inspector, now(), Narrowed(figure, dimension, "none")).exists()


def test_what_an_appeal_overturned_counts_as_known_before_it_and_no_more_after(road):
    appeal = road.appealed()
    later = clock.now() + timedelta(days=3)
    with clock.at(later):
        road.decide_appeal(appeal)
    inspector = make.user(Role.INSPECTOR)
    then, since = AsOf(clock.today(), clock.today()), AsOf(later.date(), later.date() + timedelta(days=1))

    assert figures(inspector, then).measures["dismissed"].through == 1
    assert figures(inspector, since).measures["dismissed"].through == 0
    assert Measure.objects.get().reversed_on is not None


def test_others_get_the_figures_of_their_units_and_nobody_those_of_a_case_that_is_none_of_his(road):
    case = road.in_force()
    elsewhere = make.unit(road.unit.parent.parent.parent)
    there = {
        road.registrar: 1,
        make.user(Role.SUPERVISOR, case.unit): 1,
        make.user(Role.SUPERVISOR, elsewhere): 0,
        make.user(Role.ADMINISTRATOR): 0,
        make.user(Role.APPEAL_MEMBER): 0,
        make.user(Role.INSPECTOR, officer=make.officer(road.unit)): 0,
    }
    for user, number in there.items():
        assert figures(user, now()).measures["dismissed"].through == number, user.held_roles
    assert figures(make.user(Role.INSPECTOR), now()).is_nationwide
    assert not figures(make.user(Role.SUPERVISOR, case.unit), now()).is_nationwide


def later() -> AsOf:
    """Some weeks on: a final positive takes its time."""
    return AsOf(clock.today(), clock.today() + timedelta(days=30))


def test_every_final_positive_is_dismissed_or_ended_or_under_way(road):
    case = road.of_test()
    test = case.grounds.get().test
    inspector = make.user(Role.INSPECTOR)
    behind = {
        code: drug_tests_of(inspector, later(), code).count()
        for code in ("tested", "positive", "test_under_investigation", "test_in_procedure", "test_dismissed")
    }
    assert behind == {
        "tested": 1,
        "positive": 1,
        "test_under_investigation": 1,
        "test_in_procedure": 0,
        "test_dismissed": 0,
    }
    assert figures(inspector, later()).tests["positive"] == 1
    assert figures(inspector, later(), order_number="another").tests["tested"] == 0
    assert figures(road.supervisor, later()).tests == {}

    with clock.at(clock.now() + timedelta(days=20)):
        road.investigated(case)
    assert drug_tests_of(inspector, later(), "test_in_procedure").get() == test
    assert not drug_tests_of(inspector, later(), "test_under_investigation").exists()
    assert earlier_of(inspector, later()).count() == 0


def test_the_figures_are_on_a_page_in_a_file_and_in_the_api_with_the_lists_behind(client, sign_in, road):
    case = road.in_force()
    inspector = sign_in(make.user(Role.INSPECTOR))
    page = client.get(reverse("figures"))
    listed = client.get(f"{reverse('figure_measures')}?figure=dismissed_drugs&dimension=province&value=07")
    file = b"".join(client.get(reverse("figures_export"))).decode()

    assert "Of the whole country." in page.text
    assert case.reference in listed.text
    assert '"Dismissed for drugs","","","1","0"' in file
    assert client.get(reverse("figure_tests")).status_code == 200
    caller = Caller(inspector, scopes=["cases:read", "tests:read"])
    said = caller.get("figures/", effective_by=clock.today().isoformat()).json()
    (dismissed,) = (one for one in said["figures"] if one["code"] == "dismissed")
    assert dismissed["number"] == {"through": 1, "found": 0}
    assert set(dismissed["words"]) == {"km", "en"}
    assert [
        one["case_id"] for one in caller.get(dismissed["list"].removeprefix("/api/v1/")).json()["results"]
    ] == [case.pk]
    assert caller.get("figures/measures/", figure="demoted").json()["results"] == []
    assert caller.get("figures/tests/").json()["results"] == []
    assert caller.get("earlier-measures/", figure="dismissed").json()["results"] == []
    assert caller.get("figures/", known_by="yesterday").status_code == 400
    sign_in(make.user(Role.ADMINISTRATOR))
    assert client.get(reverse("figures")).status_code == 404
