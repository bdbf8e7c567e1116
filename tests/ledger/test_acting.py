import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404

from ledger.acting import act, recording
from ledger.actors import CLOCK, NOBODY
from ledger.conflict import Conflict
from ledger.context import request_id
from ledger.models import Event
from ledger.verification import verify
from officers.models import SettingVersion
from officers.models.users import Role
from tests import make
from tests.ledger import rows


@act
def fail(actor, number, refusal, *, secret=""):
    """Writes a row and is then refused."""
    rows.put(actor, number)
    raise refusal


def refused() -> Event:
    return Event.objects.get(verb="act.refused")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (PermissionDenied("No."), {"refusal": "PermissionDenied"}),
        (ValidationError("Typed."), {"refusal": "ValidationError"}),
        (ValidationError({"seal": "Typed."}), {"refusal": "ValidationError", "fields": ["seal"]}),
        (Http404(), {"refusal": "Http404"}),
        (Conflict("Late."), {"refusal": "Conflict"}),
    ],
)
def test_a_refused_act_changes_nothing_and_leaves_its_trace(refusal, facts):
    auditor = make.user(Role.AUDITOR)

    with pytest.raises(type(refusal)):
        fail(auditor, 17, refusal, secret="typed by somebody")

    assert not SettingVersion.objects.filter(number=17).exists()
    event = refused()
    assert event.facts == {"act": "tests.ledger.test_acting.fail", "ids": [17], **facts}
    assert (event.actor_id, event.actor_role) == (auditor.pk, "auditor")
    assert "typed" not in str(event.facts).lower()
    assert not event.changes.exists()


def test_a_refusal_of_an_inner_act_is_recorded_once(db):
    @act
    def outer(actor):
        fail(actor, 17, Conflict("Late."))

    with pytest.raises(Conflict):
        outer(CLOCK)

    assert refused().facts["act"].endswith("outer")


def test_a_refusal_that_the_outer_act_lives_with_is_no_refusal(db):
    @act
    def outer(actor):
        with pytest.raises(Conflict), transaction.atomic():
            fail(actor, 17, Conflict("Late."))
        return rows.put(actor, 18)

    assert outer(CLOCK).number == 18
    assert not Event.objects.filter(verb="act.refused").exists()


def test_a_fault_of_ours_is_rolled_back_and_not_called_a_refusal(db):
    with pytest.raises(KeyError):
        fail(CLOCK, 17, KeyError("ours"))

    assert not SettingVersion.objects.exists()
    assert not Event.objects.filter(verb="act.refused").exists()


def test_what_a_constraint_refuses_comes_out_as_a_sentence_for_people(db):
    rows.put(CLOCK, 1)

    with pytest.raises(ValidationError) as refusal:
        rows.put(CLOCK, 1)

    assert refusal.value.code == "a_version_of_a_setting_has_its_own_number"
    assert refused().facts["refusal"] == "ValidationError"


def test_an_act_by_nobody_is_recorded_as_nobodys(db):
    with pytest.raises(PermissionDenied):
        fail(None, 17, PermissionDenied())

    assert (refused().actor_id, refused().actor_role) == (None, NOBODY.role)


def test_an_event_carries_the_request_it_came_by(db):
    token = request_id.set("r-123")
    try:
        row = rows.put(CLOCK, 1)
    finally:
        request_id.reset(token)

    assert Event.objects.get(pk=row.last_event.id).request_id == "r-123"


def test_the_log_keeps_the_role_that_was_held_at_the_time(db):
    keeper, user = make.user(Role.SYSTEM_ADMINISTRATOR), make.user(Role.AUDITOR)
    rows.put(user, 101)
    with recording("user.renamed", actor=keeper, subject=user):
        type(user).objects.filter(pk=user.pk).update(name_latin="Another Name")

    event = Event.objects.get(verb="setting.put", actor_id=user.pk)
    assert (event.actor_name, event.actor_role) == (user.name_latin, "auditor")


def test_a_fact_that_json_cannot_say_exactly_is_refused(db):
    with pytest.raises(TypeError, match="float"), recording("setting.put", actor=CLOCK, share=0.1):
        pass


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
def test_a_claimed_time_and_the_databases_time_are_both_kept():
    from datetime import UTC, datetime

    claimed = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    with transaction.atomic(), recording("setting.put", actor=CLOCK, occurred_at=claimed) as event:
        pass

    kept = Event.objects.get(pk=event.id)
    assert kept.occurred_at == claimed
    assert kept.recorded_at == event.recorded_at != claimed
    assert not kept.clock_set
    assert verify(using="auditor") == []
