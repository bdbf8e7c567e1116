"""The database reckons a draw as Python does, and as the application's role nobody gets another sample past it."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audits.actions import samples
from audits.models import Sample, SampleItem
from audits.models.samples import Population
from audits.reckoning import sampling
from ledger import clock
from officers.actions.sealing import seal, unseal
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.cases.forging import EVENT, deletes, forge, refused, sets
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
DRAWN = "a_sample_is_drawn_as_its_seed_says"
NAMES = ["ភ្នំពេញ", "កណ្ដាល|drug_involvement", "P-07|-", "P-07", "", "ខេត្ត ក", "zz", "Z", "é"]


@pytest.fixture
def bench():
    return Bench()


def frozen(bench, audit, members: Sequence[sampling.Member], size: int, **said: Any) -> Sample:
    """A population of any records, frozen by a statement of one's own."""
    lines, nonce = sampling.lines_of(members), f"{random.Random(size).getrandbits(256):064x}"
    about = {
        "audit": audit,
        "number": audit.samples.count() + 1,
        "about": "case",
        "kind": "random",
        "frame": {},
        "size": size,
        "population": len(members),
        "digest": sampling.digest_of(lines),
        "number_source": "A lottery",
        "number_on": clock.today() + timedelta(days=1),
        "nonce_digest": sampling.digest_of(nonce),
        "nonce_sealed": seal(nonce),
        "frozen_by": bench.lead,
        "frozen_at": clock.now(),
    }
    row = Sample(**about | said)
    with connection.cursor() as cursor:  # the clock of an act goes on ruling in the transaction of a test
        cursor.execute("SELECT set_config('ledger.now', '', true)")
    forge(row.save, lambda: Population(sample=row, lines=lines).save())
    return row


def tomorrow():
    return clock.at(clock.now() + timedelta(days=1))


def populations():
    """Of random sizes, strata and ids, always the same ones."""
    chance = random.Random(20261127)
    for number in range(24):
        count = chance.choice([1, 2, 5, 17, 60, 250])
        names = chance.sample(NAMES, chance.choice([1, 2, 4, len(NAMES)]))
        ids = chance.sample(range(1, 10 ** chance.choice([3, 13])), count)
        # Every third has strata of one size, so that their remainders tie.
        strata = [names[at % len(names)] if number % 3 == 0 else chance.choice(names) for at in range(count)]
        yield list(zip(ids, strata, strict=True)), chance.choice([1, 3, 10, 100, 1000])


def test_the_database_reckons_each_draw_as_python_does(bench):
    audit = bench.running()
    for members, size in populations():
        row = frozen(bench, audit, members, size)
        with tomorrow():
            samples.draw(bench.second, row.pk, outside=f"No. {size}")
        assert row.items.count() == min(size, len(members))


def test_a_hundred_thousand_records_are_drawn_in_time(bench):
    audit = bench.running()
    members = [(pk, NAMES[pk % len(NAMES)]) for pk in range(1, 100_001)]
    row = frozen(bench, audit, members, 1000)
    begun = timezone.now()
    with tomorrow():
        samples.draw(bench.second, row.pk, outside="0417")
    assert row.items.count() == 1000
    assert timezone.now() - begun < timedelta(seconds=30)


@pytest.fixture
def row(bench):
    members = [(pk, NAMES[pk % 3]) for pk in range(1, 31)]
    return frozen(bench, bench.running(), members, 6)


def draws(row: Sample, by: Any, items: Callable[[list], list] = list, **said: Any) -> Callable[[], Any]:
    """A draw, as the action would write it, but for what is said."""

    def draw() -> None:
        nonce, outside = unseal(row.nonce_sealed), "0417"
        about = {
            "status": "DRAWN",
            "outside": outside,
            "nonce": nonce,
            "seed": sampling.seed_of(row.digest, nonce, outside),
            "drawn_by": by,
            "drawn_at": clock.now(),
        } | said
        sets(row, **about)()
        drawn = items(sampling.draw(sampling.members_in(row.list.lines), about["seed"], row.size))
        for number, one in enumerate(drawn, 1):
            SampleItem(sample=row, number=number, row_id=one.row_id, stratum=one.stratum, key=one.key).save()

    return draw


def forge_tomorrow(*what: Callable[[], Any]) -> None:
    """Statements a day later, under an event that says a sample is drawn."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ledger.now', %s, true)", [clock.now().isoformat()])
        cursor.execute(EVENT.replace("'x.y'", "'sample.drawn'"))
        for one in what:
            one()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused_tomorrow(by: str, *what: Callable[[], Any]) -> None:
    with tomorrow(), pytest.raises(IntegrityError) as refusal:
        forge_tomorrow(*what)
    assert refusal.value.__cause__.diag.constraint_name == by, refusal.value


def other(row: Sample, drawn: list) -> sampling.Drawn:
    """A record that was not drawn, of the stratum of the first that was, with its true key."""
    seed = sampling.seed_of(row.digest, unseal(row.nonce_sealed), "0417")
    inside = {one.row_id for one in drawn}
    pk = next(
        pk
        for pk, name in sampling.members_in(row.list.lines)
        if name == drawn[0].stratum and pk not in inside
    )
    return sampling.Drawn(pk, drawn[0].stratum, sampling.key_of(seed, pk))


def test_no_statement_draws_another_sample(bench, row):
    by = bench.second
    refused_tomorrow(DRAWN, draws(row, by, lambda drawn: [other(row, drawn), *drawn[1:]]))
    refused_tomorrow(DRAWN, draws(row, by, lambda drawn: drawn[1:]))
    refused_tomorrow(DRAWN, draws(row, by, lambda drawn: [*drawn, other(row, drawn)]))
    refused_tomorrow(DRAWN, draws(row, by, lambda _drawn: []))
    refused_tomorrow(DRAWN, draws(row, by, seed="0" * 64))
    refused_tomorrow(
        DRAWN, draws(row, by, seed=sampling.seed_of(row.digest, unseal(row.nonce_sealed), "0418"))
    )
    nonce = "0" * 64
    refused_tomorrow(DRAWN, draws(row, by, nonce=nonce, seed=sampling.seed_of(row.digest, nonce, "0417")))
    refused_tomorrow("who_froze_the_population_does_not_draw", draws(row, bench.lead))
    refused_tomorrow("only_an_auditor_does_this", draws(row, make.user(Role.INSPECTOR)))
    with tomorrow():
        forge_tomorrow(draws(row, by))
    row.refresh_from_db()
    item = row.items.order_by("number").first()
    refused_tomorrow("a_sample_is_drawn_once", draws(row, by, outside="0418"))
    refused_tomorrow("a_drawn_record_is_never_exchanged", sets(item, row_id=99))
    refused_tomorrow("a_drawn_record_is_never_exchanged", deletes(item))
    refused_tomorrow("a_sample_is_drawn_once", sets(row, status="FROZEN", seed="", outside="", nonce=""))
    with tomorrow():
        forge_tomorrow(sets(row, status="VOID", why_void="x"))
    refused_tomorrow("a_sample_goes_forward", sets(row, status="DRAWN", why_void=""))


def test_no_statement_draws_before_the_number_is_there(bench, row):
    refused("a_sample_is_drawn_once_the_number_is_there", draws(row, bench.second, lambda _drawn: []))


def test_no_statement_exchanges_a_frozen_population(bench, row):
    again = "a_frozen_population_is_never_exchanged"
    for said in ({"digest": "0" * 64}, {"size": 7}, {"nonce_digest": "0" * 64}, {"number_source": "Another"}):
        refused(again, sets(row, **said))
    refused("a_population_is_never_changed", sets(row.list, lines="1\tx"))
    audit = row.audit
    members = [(1, "a"), (2, "b")]

    def freezes(**said: Any) -> Callable[[], Any]:
        return lambda: frozen(bench, audit, members, 1, **said)

    for by, said in (
        ("a_population_is_what_was_hashed", {"digest": "0" * 64}),
        ("a_population_is_what_was_hashed", {"population": 3}),
        ("a_number_from_outside_is_not_known_yet", {"number_on": clock.today()}),
        ("only_an_auditor_does_this", {"frozen_by": make.user(Role.INSPECTOR)}),
        ("a_population_is_frozen_now", {"frozen_at": clock.now() - timedelta(days=1)}),
    ):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            freezes(**said)()
        assert refusal.value.__cause__.diag.constraint_name == by
    assert audit.samples.count() == 1


def test_populations_hold_no_more_than_ids_and_codes(bench):
    road = Road()
    case = road.decided()
    row = bench.frozen(size=1, strata=["province", "rank", "authority", "age"])

    line = row.list.lines

    assert line == f"{case.pk}\t-|R01|user-{road.authority.pk}|30-39"
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sha256(convert_to(lines, 'UTF8')), 'hex') FROM audits_population")
        assert cursor.fetchall() == [(row.digest,)]
