"""Samples that nobody can steer, and anybody can reckon anew."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.actions import samples
from audits.models import Sample
from audits.reckoning import sampling
from ledger import clock
from ledger.conflict import Conflict
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def decided():
    road = Road()
    return [road.decided() for _ in range(3)]


def test_a_sample_is_drawn_by_the_number_from_outside(bench, decided):
    sample = bench.drawn(size=2)

    lines = sample.list.lines
    assert sample.status == Sample.Status.DRAWN
    assert sample.digest == sampling.digest_of(lines)
    assert sample.seed == sampling.seed_of(sample.digest, sample.nonce, "0417 2203 91")
    drawn = sampling.draw(sampling.members_in(lines), sample.seed, 2)
    assert [(item.row_id, item.stratum, item.key) for item in sample.items.order_by("number")] == [
        (one.row_id, one.stratum, one.key) for one in drawn
    ]


def test_who_froze_the_population_does_not_draw(bench, decided):
    frozen = bench.frozen()

    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(PermissionDenied):
        samples.draw(bench.lead, frozen.pk, outside="1")


def test_a_number_that_is_known_already_draws_nothing(bench, decided):
    with pytest.raises(ValidationError, match="a day to come"):
        bench.frozen(number_on=clock.today())
    frozen = bench.frozen()
    with pytest.raises(Conflict, match="comes on"):
        samples.draw(bench.second, frozen.pk, outside="1")


def test_a_nonce_outlives_the_key_it_was_sealed_under(bench, decided, settings):
    from django.core.management import call_command

    from config.keys import load_keys

    frozen = bench.frozen()
    file = settings.KEYS_DIR / "sealing_keys"
    before = file.read_text()
    try:
        call_command("rotate_keys", sealing=True, verbosity=0)
        settings.SEALING_KEYS = load_keys(settings.KEYS_DIR).sealing_keys
        call_command("reseal", verbosity=0)
        settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
        with clock.at(clock.now() + timedelta(days=1)):
            drawn = samples.draw(bench.second, frozen.pk, outside="7")
    finally:
        file.write_text(before)

    assert sampling.digest_of(drawn.nonce) == frozen.nonce_digest
