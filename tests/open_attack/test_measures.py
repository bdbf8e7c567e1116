"""Rows of measures: an attacker who kept everything finds nobody among fewer than the threshold."""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest

from audits.actions.publishing.measures import publish_measures
from audits.models import OpenChange, OpenMeasure, OpenRelease, PublishedMeasure
from audits.queries.disclosure import rules_in_force
from audits.reckoning.classes import FIELDS
from cases.models import EarlierMeasure
from cases.models.deciding import MeasureKind
from ledger import clock
from ledger.actors import CLOCK
from tests.open_attack.collector import Collector
from tests.open_attack.listed import found_in_a_list, void

pytestmark = pytest.mark.django_db

LEAST, LEAST_OF_THE_COUNTRY = 10, 5


def whom() -> dict[str, str]:
    """Whom each row was ever about, which the public does not know."""
    return dict(PublishedMeasure.objects.values_list("row", "earlier__service_number"))


def groups(rows, names) -> dict[tuple, set[str]]:
    """The people that each answer to a filter is about."""
    about = whom()
    found = defaultdict(set)
    for row in rows:
        found[tuple(row[name] for name in names)].add(about[row["id"]])
    return found


def assert_nobody_is_found(collector: Collector) -> None:
    """All rows that say the same are of enough people, so each filter finds enough or nobody.

    Where fewer than the threshold were left of a source, measure and group of grounds, they say no more than that.
    """
    rows = collector.rows["measures"].values()
    everything = [*(name for name in OpenMeasure.columns if name != "id"), "through"]
    for said, people in groups(rows, everything).items():
        row = dict(zip(everything, said, strict=True))
        if len(people) < LEAST:
            assert len(people) >= LEAST_OF_THE_COUNTRY, f"{len(people)} say {row}"
            assert {row[name] for name in FIELDS} == {None}, f"{len(people)} say {row}"


def assert_no_day_tells(collector: Collector, taken_back: int) -> None:
    """What came or changed in a day is of enough people, too; and no line repeats what was taken back.

    Rows that lost company to one taken back may change with it, being known already.
    """
    new = {line["row"]: line for line in collector.days[-1] if line["collection"] == "measures"}
    added = [line["record"] for line in new.values() if line["kind"] == "added"]
    names = [name for name in OpenMeasure.columns if name != "id"]
    assert all(len(people) >= LEAST for people in groups(added, names).values())
    for line in OpenChange.objects.filter(collection="measures"):
        assert (line.record is None) == (line.kind == "retracted" or line.superseded_by is not None)
    assert taken_back or not [line for line in new.values() if line["kind"] == "retracted"]


def released(collector: Collector, *, taken_back: int = 0, **asked) -> None:
    publish_measures(CLOCK, **asked)
    collector.collect()
    assert_nobody_is_found(collector)
    assert_no_day_tells(collector, taken_back)


def test_the_thresholds_are_those_in_force():
    assert (rules_in_force().unit_threshold, rules_in_force().national_threshold) == (
        LEAST,
        LEAST_OF_THE_COUNTRY,
    )


def test_ten_warnings_to_one_man_do_not_come_out():
    found_in_a_list(12, about="S-one", kind="written_warning")
    assert publish_measures(CLOCK)["added"] == 0
    found_in_a_list(9, kind="written_warning", province="03")
    released(Collector())
    assert OpenMeasure.objects.filter(province="12").count() == 0


@pytest.mark.parametrize("kind", MeasureKind.values[1:])
def test_each_kind_of_measure_comes_out(kind):
    for ground in ("confirmed_positive", "evidence_tampering"):
        found_in_a_list(10, kind=kind, ground=ground)
    released(Collector())
    assert OpenMeasure.objects.count() == 20


def test_a_man_with_many_does_not_make_a_pinned_day():
    found_in_a_list(10, about="S-many", effective_on=date(2024, 1, 10))
    found_in_a_list(20, effective_on=date(2024, 1, 25))
    released(Collector(), pins=[date(2024, 1, 20)])
    assert not OpenMeasure.objects.filter(through=date(2024, 1, 20)).exists()


def test_those_left_by_one_taken_back_say_less_with_company():
    collector = Collector()
    rows = found_in_a_list(10)
    found_in_a_list(10, province="03")
    found_in_a_list(15, province="04", effective_on=date(2024, 2, 1))
    released(collector)
    assert OpenMeasure.objects.filter(province="12").count() == 10
    void(rows[0])
    released(collector, taken_back=1)
    assert OpenMeasure.objects.filter(province="12").count() == 0
    assert OpenMeasure.objects.count() == 34


def test_few_left_in_the_country_say_nothing_more_and_fewer_are_withdrawn_in_one_line_with_the_last():
    collector = Collector()
    rows = found_in_a_list(10)
    released(collector)
    for row in rows[:4]:
        void(row)
        released(collector, taken_back=1)
    assert OpenMeasure.objects.count() == 6
    assert not OpenMeasure.objects.filter(year__isnull=False).exists()
    void(rows[4])
    void(rows[5])
    released(collector, taken_back=2)
    assert not OpenMeasure.objects.exists()
    last = collector.days[-1]
    assert len(last) == 6
    assert {(line["kind"], line["record"]) for line in last} == {("retracted", None)}
    assert PublishedMeasure.objects.standing().count() == 0
    released(collector)  # and they do not come back by themselves
    assert not OpenMeasure.objects.exists()


def test_what_is_taken_back_and_what_lost_company_stand_in_the_order_of_their_keys():
    rows = found_in_a_list(30)
    collector = Collector()
    released(collector)
    for row in rows[:12]:
        void(row)
    released(collector, taken_back=12)
    keys = [line["row"] for line in collector.days[-1] if line["kind"] == "retracted"]
    assert keys == sorted(keys)
    assert len(keys) == 12


def test_neither_keys_nor_lines_tell_the_order_of_the_record():
    found_in_a_list(400)
    collector = Collector()
    released(collector)
    record = list(PublishedMeasure.objects.order_by("earlier_id").values_list("row", flat=True))
    seq = {
        line["row"]: number for number, line in collector.lines.items() if line["collection"] == "measures"
    }
    for public in (sorted(record), sorted(record, key=seq.__getitem__)):
        rank = {row: place for place, row in enumerate(public)}
        distance = sum((rank[row] - place) ** 2 for place, row in enumerate(record))
        # Spearman's rho of independent orders is within 0.3 but once in many millions.
        assert abs(1 - 6 * distance / (400 * (400**2 - 1))) < 0.3
    assert [row["id"] for row in collector.rows["measures"].values()] != record


def test_a_release_counts_the_rows_of_every_kind_that_came_out_with_its_month():
    found_in_a_list(10)
    found_in_a_list(11, kind="demotion")
    publish_measures(CLOCK)
    assert [release.rows for release in OpenRelease.objects.filter(of="measures")] == [21]


def test_of_what_changed_before_it_came_out_nothing_is_ever_told():
    rows = found_in_a_list(11)
    void(rows[0])
    collector = Collector()
    released(collector)
    assert len(collector.rows["measures"]) == 10
    assert rows[0].service_number not in whom().values()


PROVINCES = ("01", "02", "12")
#: Few of some: what is rare must not be found for being so.
KINDS = ("dismissal",) * 6 + ("demotion",) * 2 + ("pension_measure",)


@pytest.mark.parametrize("seed", range(6))
def test_in_no_random_world_is_anybody_found_over_many_releases(seed):
    chance = random.Random(seed)
    collector, standing = Collector(), []
    today = clock.now()
    for month in range(6):
        with clock.at(today + timedelta(days=31 * month)):
            for _ in range(chance.randrange(2, 12)):
                standing += found_in_a_list(
                    chance.choice((1, 1, 3, 9, 10, 14)),
                    about=chance.choice(("", "", f"P{chance.randrange(4)}")),
                    kind=chance.choice(KINDS),
                    province=chance.choice(PROVINCES),
                    instrument=chance.choice(("prakas", "royal_decree")),
                    ground=chance.choice(("confirmed_positive", "refusal", "absence")),
                    effective_on=date(2024, chance.randrange(1, 4), chance.randrange(1, 29)),
                )
            gone = chance.sample(standing, min(len(standing), chance.choice((0, 0, 1, 2, 15))))
            for row in gone:
                void(row)
            standing = [row for row in standing if row not in gone]
            released(collector, taken_back=len(gone), pins=[date(2024, 2, 14)])
    assert EarlierMeasure.objects.standing().count() == len(standing)
