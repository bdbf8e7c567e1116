from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from ledger.actors import CLOCK
from ledger.following import follow
from ledger.models import Event, Follower, Seal
from ledger.sealing import head, seal
from tests.ledger import rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])


def test_following_hands_over_each_sealed_event_once_and_in_order():
    rows.some(3)
    seal()
    seen: list[int] = []

    assert follow("test", lambda one: seen.append(one.pk)) == Event.objects.count()
    assert seen == list(Seal.objects.order_by("position").values_list("event_id", flat=True))
    assert follow("test", lambda one: seen.append(one.pk)) == 0

    rows.put(CLOCK, 9)
    assert follow("test", lambda one: seen.append(one.pk)) == 0  # not sealed yet
    seal()
    assert follow("test", lambda one: seen.append(one.pk)) == 1


def test_a_handler_that_fails_keeps_what_came_before_and_begins_with_the_same_event_next_time():
    made = [rows.put(CLOCK, number) for number in (1, 2, 3)]
    seal()
    fails, seen = [True], []

    def handle(event: Event) -> None:
        rows.put(CLOCK, 1000 + event.pk)
        if event.pk == made[1].last_event.id and fails:
            raise KeyError
        seen.append(event.pk)

    with pytest.raises(KeyError):
        follow("test", handle)
    kept = list(seen)
    fails.clear()
    follow("test", handle)

    assert kept[-1] == made[0].last_event.id
    assert seen == list(Seal.objects.order_by("position").values_list("event_id", flat=True))
    # What the failing handler wrote went with it, and was written once at the second try.
    numbers = [row.number for row in type(made[0]).objects.filter(number__gte=1000)]
    assert sorted(numbers) == sorted(1000 + pk for pk in seen)


def test_readers_of_different_names_do_not_disturb_each_other():
    rows.some(2)
    seal()
    first: list[int] = []
    second: list[int] = []

    follow("first", lambda one: first.append(one.pk))
    follow("second", lambda one: second.append(one.pk))

    assert first == second
    assert dict(Follower.objects.values_list("name", "position")) == {
        "first": head().position,
        "second": head().position,
    }


def test_a_second_reader_of_the_same_name_waits_for_nobody():
    rows.some(2)
    seal()
    inside: list[int] = []

    def handle(event: Event) -> None:
        if not inside:
            with ThreadPoolExecutor(1) as thread:
                inside.append(thread.submit(_follow_and_close).result())

    follow("test", handle)

    assert inside == [0]


def _follow_and_close() -> int:
    try:
        return follow("test", lambda one: None)
    finally:
        connections.close_all()
