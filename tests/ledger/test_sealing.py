import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from psycopg.errors import InsufficientPrivilege

from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.following import follow
from ledger.models import Event, Pending, Seal
from ledger.sealing import GENESIS, LEAVES, Head, chain, head, leaf, seal
from ledger.verification import heads_in, verify
from tests.ledger import rows

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"])


def test_sealing_gives_each_event_a_place_and_writes_the_head_outside(tmp_path):
    rows.some(3)
    waiting = Pending.objects.count()

    sealed = seal(heads=tmp_path / "heads" / "heads.log")

    assert sealed == waiting == Event.objects.count()
    assert not Pending.objects.exists()
    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, sealed + 1)
    )
    kept = heads_in((tmp_path / "heads" / "heads.log").read_text().splitlines())
    assert kept[-1] == head()
    assert verify(using="auditor", against=kept) == []


def test_sealing_again_seals_nothing_and_writes_no_head(tmp_path):
    rows.put(CLOCK, 1)
    seal(heads=tmp_path / "heads.log")
    before = (tmp_path / "heads.log").read_text()

    assert seal(heads=tmp_path / "heads.log") == 0
    assert (tmp_path / "heads.log").read_text() == before


def test_a_head_that_a_dying_sealer_did_not_write_is_written_by_the_next(tmp_path):
    rows.put(CLOCK, 1)
    seal(heads=tmp_path / "of the sealer that died")
    assert not (tmp_path / "heads.log").exists()

    assert seal(heads=tmp_path / "heads.log") == 0

    assert (tmp_path / "heads.log").read_text() == f"{head()}\n"


@pytest.mark.parametrize("length", [1, 20, -2, -1])
def test_a_head_broken_off_in_writing_is_written_again_and_spoils_no_other(tmp_path, length):
    heads = tmp_path / "heads.log"
    rows.put(CLOCK, 1)
    seal(heads=heads)
    first = heads.read_text()
    rows.put(CLOCK, 2)
    seal(heads=tmp_path / "of the sealer that died")
    with heads.open("a") as file:
        file.write(f"{head()}\n"[:length])

    seal(heads=heads)

    assert heads.read_text().startswith(first)
    assert heads.read_text().endswith(f"\n{head()}\n")
    kept = heads_in(heads.read_text().splitlines())
    assert {one.position for one in kept} == {Head.parse(first).position, head().position}
    assert verify(using="auditor", against=kept) == []


def test_a_line_that_is_no_head_and_no_beginning_of_one_is_refused():
    with pytest.raises(ValueError, match="not a head"):
        heads_in([f"1:{'a' * 64}", f"2:{'b' * 65}"])


def test_more_events_than_a_batch_holds_are_sealed_in_one_call(tmp_path, monkeypatch):
    monkeypatch.setattr("ledger.sealing.BATCH", 4)
    rows.some(9)

    seal(heads=tmp_path / "heads.log")

    assert not Pending.objects.exists()
    assert verify(using="auditor", against=heads_in((tmp_path / "heads.log").read_text().splitlines())) == []


@pytest.mark.parametrize("sealers", [2, 5])
def test_several_sealers_at_once_make_one_unbroken_order(tmp_path, monkeypatch, sealers):
    monkeypatch.setattr("ledger.sealing.BATCH", 3)
    written, together = threading.Event(), threading.Barrier(sealers + 1)

    def keep_sealing() -> int:
        together.wait()
        try:
            sealed = 0
            while not written.is_set() or Pending.objects.exists():
                sealed += seal(heads=tmp_path / "heads.log")
            return sealed
        finally:
            connections.close_all()

    before = Event.objects.count()
    with ThreadPoolExecutor(sealers) as threads:
        futures = [threads.submit(keep_sealing) for _ in range(sealers)]
        together.wait()
        for number in range(1, 31):
            rows.put(CLOCK, number)
        written.set()
        sealed = sum(future.result() for future in futures)

    assert sealed == before + 30 == Event.objects.count()
    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, sealed + 1)
    )
    assert verify(using="auditor", against=heads_in((tmp_path / "heads.log").read_text().splitlines())) == []


def test_an_event_that_commits_late_is_sealed_and_followed_later(as_role):
    late = as_role("app")
    seen: list[str] = []
    with late.transaction():
        event = rows.put_by_hand(late, 99)
        early = [rows.put(CLOCK, number).last_event.id for number in (1, 2)]
        assert min(early) > event
        seal()
        follow("test", lambda one: seen.append(one.pk))
        assert event not in seen

    seal()
    follow("test", lambda one: seen.append(one.pk))

    assert seen[-1] == event
    assert len(seen) == len(set(seen)) == Event.objects.count()
    assert verify(using="auditor") == []


def test_an_event_rolled_back_is_never_sealed():
    with pytest.raises(KeyError):
        _roll_back()
    rows.put(CLOCK, 1)

    seal()

    assert Seal.objects.count() == Event.objects.count()
    assert not Event.objects.filter(verb="never.happened").exists()


def _roll_back() -> None:
    with transaction.atomic(), recording("never.happened", actor=CLOCK):
        raise KeyError


def test_a_sealer_that_dies_before_its_commit_leaves_everything_to_the_next(as_role):
    rows.some(2)
    with as_role("sequencer") as dying:
        dying.execute("BEGIN")
        dying.execute("LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE")
        dying.execute("DELETE FROM ledger_pending")
        dying.close()

    assert seal() == Event.objects.count()


def test_nobody_but_the_sealer_can_keep_the_sealer_waiting(as_role):
    for role in ("app", "auditor", "open_data"):
        session = as_role(role)
        session.execute("BEGIN")
        with pytest.raises(InsufficientPrivilege):
            session.execute("LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE")


def test_a_head_is_what_anybody_can_reckon_from_the_events():
    rows.some(3)
    seal()
    with connections["auditor"].cursor() as cursor:
        cursor.execute(LEAVES + " JOIN ledger_seal s ON s.event_id = e.id ORDER BY s.position")
        leaves = [leaf(row) for row in cursor.fetchall()]

    digests = list(chain(GENESIS, leaves))

    assert Head(len(leaves), digests[-1]) == head()
