"""Counts: an attacker who has every row, month, year and change solves for what is hidden, and finds it too wide."""

import random
from datetime import datetime

import pytest
from django.utils import timezone

from audits.actions.publishing.complaints import publish_complaints
from audits.actions.publishing.references import publish_references
from audits.models import OpenComplaints, OpenInaction
from ledger import clock
from ledger.actors import CLOCK
from tests.open_attack.collector import Collector
from tests.open_attack.recorded import put_on_record
from tests.open_attack.relations import PARTS, Attack
from tests.open_attack.system import NoSuchWorldError
from tests.open_attack.worlds import Heard, World, police

pytestmark = pytest.mark.django_db

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]
COUNTS = ("complaints", "inaction", "categories")


def released(collector: Collector, day: str) -> None:
    """A day on which whatever may come out does; and the attacker takes it."""
    with clock.at(timezone.make_aware(datetime.fromisoformat(f"{day}T09:00"))):
        publish_references(CLOCK)
        publish_complaints(CLOCK)
    collector.collect()


#: Days on which some of it may come out, the last of them with the year.
DAYS = ("2024-07-15", "2024-12-15", "2025-05-15")


def assert_nothing_is_found(collector: Collector) -> None:
    assert Attack(collector).narrow(10, 5) == {}
    try:
        found = Attack(collector, least=1).narrow(10, 5)
    except NoSuchWorldError:
        return  # some that are hidden are zero, so nobody may believe the contrary
    assert found == {}


def assert_true_and_unchanged(collector: Collector, world: World) -> None:
    """What is shown is so, small numbers are not shown, and no cell that was published changed or came to light."""
    truth = world.rows(MONTHS)
    for name in COUNTS:
        for key, versions in collector.ever[name].items():
            assert len(versions) == 1, f"{name} {key} changed"
            row, true = versions[0], truth[name].get(key)
            if true is None:
                continue
            total, parts = PARTS[name]
            for column in (total, *parts):
                assert row[column] in (None, true[column]), f"{name} {key} {column}"
                assert row[column] is None or row[column] == 0 or row[column] >= 5


#: One case each of what gives a small number away to whoever hides it alone.
PLANTED = {
    "a single complaint in a month of the whole country": [Heard("2024-03", "O120101", 1)],
    "one complaint of a province in a month, every month": [Heard(month, "O120101", 1) for month in MONTHS],
    "months where only one area is not zero": [
        *(Heard(month, "P03", 30) for month in MONTHS[:6]),
        *(Heard(month, "O120101", 4) for month in MONTHS[6:]),
    ],
    "a total that is one part": [Heard("2024-02", "D0301", 7, "late"), Heard("2024-02", "D0301", 60)],
    "a chain of single children": [
        Heard("2024-01", "O120101", 40),
        Heard("2024-02", "D1201", 6),
        Heard("2024-03", "P12", 3),
        Heard("2024-03", "P03", 90),
    ],
    "a category with one complaint": [
        Heard("2024-05", "C1", 80),
        Heard("2024-05", "C1", 1, category="collusion"),
        Heard("2024-06", "P12", 9, category="retaliation"),
    ],
    "one that grows over the threshold": [
        Heard(month, "D0302", number) for number, month in enumerate(MONTHS, start=5)
    ],
    "a month by the others of its year": [
        *(Heard(month, "P12", 20) for month in MONTHS[1:]),
        *(Heard(month, "P03", 20) for month in MONTHS[1:]),
        Heard("2024-01", "P12", 4),
        Heard("2024-01", "P03", 9),
    ],
    "nobody complained at all but one": [Heard("2024-12", "C1", 1, "not_acted")],
}


@pytest.mark.parametrize(("number", "how"), list(enumerate(PLANTED)))
def test_what_is_planted_to_be_found_stays_hidden(number, how):
    world = police()
    world.heard = PLANTED[how]
    world = put_on_record(world)
    collector = Collector()
    for day in DAYS[number % 3 :]:
        released(collector, day)
    assert OpenComplaints.objects.exists()
    assert OpenInaction.objects.exists()
    assert_true_and_unchanged(collector, world)
    assert_nothing_is_found(collector)


@pytest.mark.parametrize("seed", range(3))
def test_no_random_world_is_seen_through(seed):
    chance = random.Random(seed)
    world = police()
    units = list(world.units)
    for month in MONTHS:
        for _ in range(chance.choice((0, 1, 2, 4))):
            world.heard.append(
                Heard(
                    month,
                    chance.choice(units),
                    chance.choice((1, 1, 2, 4, 5, 9, 10, 11, 25)),
                    chance.choice(("in_time", "in_time", "late", "not_acted")),
                    chance.choice(("extortion", "collusion", "drug_dealing_officer")),
                )
            )
    world = put_on_record(world)
    collector = Collector()
    for day in DAYS[seed % 3 :]:
        released(collector, day)
    assert_true_and_unchanged(collector, world)
    assert_nothing_is_found(collector)
