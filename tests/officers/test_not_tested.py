"""Officers who were not tested for too long."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ledger import clock
from ledger.models import Read
from officers.actions import drug_tests, settings
from officers.models import Unit
from officers.models.users import Role
from officers.queries.not_tested import not_tested, period_begins
from officers.reckoning import defaults
from tests import make
from tests.officers.calling import by_key
from tests.results import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def sign_in(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in


class Place:
    """A unit with officers tested today, long ago, never, and whose test counts for nothing."""

    def __init__(self) -> None:
        self.unit = make.unit()
        self.below: Unit = make.unit(self.unit)
        self.administrator = make.user(unit=self.unit)
        with clock.at(clock.now() - timedelta(days=400)):
            old = make.sheet(self.administrator, self.unit)
            self.long_ago = make.test(self.administrator, old, of=self._officer(self.below)).officer
        sheet = make.sheet(self.administrator, self.unit)
        self.tested = make.test(self.administrator, sheet).officer
        self.absent = make.test(self.administrator, sheet, not_taken="absent", excuse="medical_leave").officer
        void = make.test(self.administrator, sheet)
        drug_tests.void(self.administrator, void.pk, reason="Another officer.")
        self.void, self.never = void.officer, make.officer(self.below)

    def _officer(self, unit: Unit):
        return make.officer(unit, since=clock.today() - timedelta(days=1))


def test_who_was_not_tested_in_the_period_is_found_with_the_day_of_his_last_test():
    place = Place()

    found = {one.pk: one.last_test for one in not_tested(place.administrator, period_begins())}

    long_ago = clock.today() - timedelta(days=400)
    assert found == {
        place.long_ago.pk: long_ago,
        place.absent.pk: None,
        place.void.pk: None,
        place.never.pk: None,
    }
    assert place.long_ago.pk not in {one.pk for one in not_tested(place.administrator, long_ago)}


def test_a_cancelled_test_counts_for_nothing_and_one_under_way_counts():
    way = Way()
    under_way, cancelled = way.received(), way.received()
    from officers.actions import laboratory

    laboratory.reject(way.chemist, cancelled.pk, flaw="no_form", certified_by="A chemist")

    found = {one.pk for one in not_tested(way.administrator, period_begins())}

    assert cancelled.test.officer_id in found
    assert under_way.test.officer_id not in found


def test_the_period_is_a_setting():
    place = Place()
    rows = [row | {"length": 500} if row["clock"] == "test_period" else row for row in defaults.DEADLINES]
    settings.put(
        make.user(Role.SYSTEM_ADMINISTRATOR),
        kind="deadlines",
        effective_from=clock.today(),
        content={"deadlines": rows},
        reason="Longer.",
    )

    assert place.long_ago.pk not in {one.pk for one in not_tested(place.administrator, period_begins())}


def test_the_page_lists_them_counts_them_by_unit_and_the_table_says_the_same(client, sign_in):
    place = Place()
    sign_in(place.administrator)

    page = client.get(reverse("not_tested"))

    assert page.context["number"] == 4
    assert [(unit.pk, number) for unit, number in page.context["units"]] == [(place.below.pk, 2)]
    never = client.get(reverse("not_tested"), {"never": "on", "unit": place.below.code})
    assert [officer.pk for officer, _rank in never.context["rows"]] == [place.never.pk]
    table = b"".join(client.get(reverse("not_tested_export")).streaming_content).decode()
    assert len(table.strip().splitlines()) == 5
    assert place.never.number in table
    assert place.tested.number not in table
    assert Read.objects.filter(actor_id=place.administrator.pk, what="exported").exists()


def test_who_sees_no_tests_has_no_such_page(client, sign_in):
    place = Place()
    for role in (Role.REGISTRAR, Role.CASE_OFFICER, Role.LABORATORY, Role.SYSTEM_ADMINISTRATOR):
        user = sign_in(make.user(role))
        assert client.get(reverse("not_tested")).status_code == 404
        assert client.get(reverse("not_tested_export")).status_code == 404
        assert by_key(user).get("officers/not-tested/").json()["results"] == []
    elsewhere = sign_in(make.user(unit=make.unit()))
    assert client.get(reverse("not_tested")).context["number"] == 0
    assert by_key(elsewhere).get("officers/not-tested/").json()["results"] == []
    assert by_key(place.administrator, "officers:read").get("officers/not-tested/").status_code == 403


def test_the_api_lists_them_by_unit():
    place = Place()

    listed = by_key(place.administrator).get("officers/not-tested/", unit=place.below.pk).json()["results"]

    assert {one["id"]: one["last_test"] for one in listed} == {
        place.long_ago.pk: (clock.today() - timedelta(days=400)).isoformat(),
        place.never.pk: None,
    }
