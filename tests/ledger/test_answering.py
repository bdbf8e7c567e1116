import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from ledger.actors import CLOCK
from ledger.answering import KEPT, Answering, KeyReused, answering, fingerprint, forget_old_answers
from ledger.conflict import Conflict
from ledger.models import Answer, Event
from officers.models import SettingVersion
from tests.ledger import rows


def ask(key: str = "k", body: bytes = b"1", number: int = 1, account: int = 1, **said: bool) -> Answering:
    """One keyed request that puts a row."""
    request = Answering(
        account_id=account,
        key=key,
        fingerprint=fingerprint(b"POST", b"/settings/", body),
        render=lambda row: (201, {"id": row.pk, "number": row.number}),
        **said,
    )
    with answering(request):
        rows.put(CLOCK, number)
    return request


def test_the_same_key_and_request_has_one_effect_and_the_same_answer(db):
    first, second = ask(), ask()

    assert (first.status, first.body, first.replayed) == (201, second.body, False)
    assert (second.status, second.replayed) == (201, True)
    assert SettingVersion.objects.count() == 1


def test_a_key_is_each_accounts_own(db):
    ask(account=1)
    assert not ask(account=2, number=2).replayed


def test_a_key_used_for_another_request_is_refused(db):
    ask()

    with pytest.raises(KeyReused):
        ask(body=b"2", number=2)

    assert SettingVersion.objects.count() == 1


def test_a_refused_request_keeps_no_answer_and_may_be_tried_again(db):
    rows.put(CLOCK, 1)
    with pytest.raises(ValidationError):
        ask(number=1)

    assert not Answer.objects.exists()
    assert ask(number=2).status == 201


def test_an_answer_that_holds_a_secret_is_given_once_and_never_kept(db):
    first, second = ask(withheld=True), ask(withheld=True)

    assert first.body["number"] == 1
    assert (second.status, second.body, second.replayed) == (201, None, True)
    assert Answer.objects.get().body is None


def test_an_answer_is_kept_a_day_and_then_forgotten(db):
    ask()
    Answer.objects.update(answered_at=timezone.now() - KEPT - timedelta(minutes=1))

    assert forget_old_answers() == 1
    assert not ask(number=2).replayed


def test_an_answer_older_than_a_day_is_not_given_again_even_before_it_is_forgotten(db):
    ask()
    Answer.objects.update(answered_at=timezone.now() - KEPT - timedelta(minutes=1))

    assert not ask(body=b"2", number=2).replayed


def test_parts_of_a_request_cannot_be_shifted_into_each_other():
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")


@pytest.mark.django_db(transaction=True)
def test_the_same_request_fifty_times_at_once_has_one_effect():
    together = threading.Barrier(50)

    def once() -> str:
        together.wait()
        try:
            return "replayed" if ask().replayed else "done"
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: once(), range(50)))

    assert answers.count("done") == 1
    assert answers.count("conflict") + answers.count("replayed") == 49
    assert SettingVersion.objects.count() == Event.objects.filter(verb="setting.put").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_answered_and_what_was_done_stand_or_fall_together():
    def refuse(row: SettingVersion) -> tuple[int, object]:
        raise KeyError("the answer cannot be put")

    request = Answering(account_id=1, key="k", fingerprint=b"f", render=refuse)
    with pytest.raises(KeyError), answering(request):
        rows.put(CLOCK, 1)

    assert not SettingVersion.objects.exists()
    assert not Answer.objects.exists()
