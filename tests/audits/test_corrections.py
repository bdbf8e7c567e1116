"""Somebody says that something published is wrong: entered without a trace, answered, public without his words."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from audits import tasks
from audits.actions import corrections
from audits.actions.corrections import Said
from audits.actions.publishing.corrections import publish_corrections
from audits.lifecycles import STEPS
from audits.models import CorrectionDrop, CorrectionRequest, OpenChange, OpenCorrection
from audits.queries.corrections import told
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event, Read
from ledger.sealing import seal
from officers.models import Notice
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db

ANSWER = {"answer_km": "បានកែ", "answer_en": "It was counted twice, and is corrected."}
TOKEN = iter(range(10**6))


def sent(**said: str) -> str:
    about = {"about": "measures", "wrong": "It is counted twice.", "which": "a1b2", "contact": "012 345 678"}
    return corrections.drop(Said(**about | said), token=f"{next(TOKEN):032d}")


def entered(**said: str) -> CorrectionRequest:
    sent(**said)
    assert corrections.enter_waiting().failed == 0
    return CorrectionRequest.objects.latest("pk")


@pytest.fixture
def inspector():
    return make.user(Role.INSPECTOR)


@pytest.fixture
def second():
    return make.user(Role.INSPECTOR)


def test_what_waits_tells_nothing_and_what_is_entered_has_the_day_alone():
    receipt = sent()
    waiting = CorrectionDrop.objects.get()
    assert b"counted twice" not in bytes(waiting.content)
    assert told(receipt).due_on is None
    before = Event.objects.count()
    corrections.enter_waiting()
    assert not CorrectionDrop.objects.exists()
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.verb, event.request_id, event.actor_id) == ("correction.received", "", None)
    assert told(receipt).received_on == clock.today()
    row = CorrectionRequest.objects.get()
    assert row.due_on > clock.today() + timedelta(days=20)
    assert receipt not in row.receipt
    assert b"012 345" not in bytes(row.contact)


def test_the_same_form_sent_twice_is_one_request_with_one_receipt():
    said = Said("units", "It is closed.")
    receipts = {corrections.drop(said, token="a" * 32) for _ in range(2)}
    corrections.enter_waiting()
    receipts.add(corrections.drop(said, token="a" * 32))
    corrections.enter_waiting()
    assert len(receipts) == 1
    assert CorrectionRequest.objects.count() == 1


def test_what_says_nothing_or_too_much_is_refused_by_field():
    with pytest.raises(ValidationError) as refusal:
        corrections.drop(Said("nothing", " ", which="x" * 201, instead="\x00"), token="b" * 32)
    assert refusal.value.message_dict.keys() == {"about", "wrong", "which", "instead"}


def test_a_change_is_answered_by_one_and_the_answer_may_name_its_event(inspector):
    row = entered()
    with recording("test.done", actor=CLOCK) as event:
        pass
    with pytest.raises(PermissionDenied):
        corrections.answer(inspector, row.pk, outcome="corrected", **ANSWER)
    row = corrections.take(inspector, row.pk)
    with pytest.raises(ValidationError, match="no such event"):
        corrections.answer(inspector, row.pk, outcome="corrected", event=10**9, **ANSWER)
    with pytest.raises(ValidationError, match="confirmed by somebody else"):
        corrections.answer(inspector, row.pk, outcome="not_changed", **ANSWER)
    row = corrections.answer(inspector, row.pk, outcome="corrected", event=event.id, **ANSWER)
    assert (row.status, row.answered_on, row.event) == ("ANSWERED", clock.today(), event.id)
    with pytest.raises(Conflict):
        corrections.decline(inspector, row.pk, outcome="not_ours", **ANSWER)


def test_that_nothing_changes_takes_two(inspector, second):
    row = corrections.take(inspector, entered().pk)
    with pytest.raises(ValidationError, match="Khmer"):
        corrections.decline(inspector, row.pk, outcome="not_changed", answer_km=" ", answer_en="No.")
    row = corrections.decline(inspector, row.pk, outcome="not_changed", **ANSWER)
    assert row.answered_on is None
    with pytest.raises(PermissionDenied):
        corrections.confirm(inspector, row.pk)
    row = corrections.return_answer(second, row.pk, reason="Look at May.")
    row = corrections.decline(inspector, row.pk, outcome="not_changed", **ANSWER)
    row = corrections.confirm(second, row.pk)
    assert (row.status, row.confirmed_by) == ("ANSWERED", second)


def test_the_database_lets_nobody_confirm_his_own_answer_nor_rewrite_what_was_said(inspector, second):
    row = corrections.take(inspector, entered().pk)
    corrections.decline(inspector, row.pk, outcome="not_changed", **ANSWER)
    for change in (
        "status = 'ANSWERED', answered_on = received_on",
        "status = 'ANSWERED', answered_on = received_on, confirmed_by_id = answered_by_id",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            written(row, change)
    with pytest.raises(Exception, match="never"), transaction.atomic():
        written(row, "wrong = 'Nothing.'")


def written(row, change: str) -> None:
    with recording("test.bent", actor=CLOCK, subject=row), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE audits_correctionrequest SET {change}, version = version + 1 WHERE id = %s", [row.pk]
        )


def test_another_takes_it_over_and_an_answer_is_taken_back_for_a_reason(inspector, second):
    row = corrections.take(inspector, entered().pk)
    row = corrections.take(second, row.pk)
    with pytest.raises(PermissionDenied):
        corrections.answer(inspector, row.pk, outcome="retracted", **ANSWER)
    corrections.answer(second, row.pk, outcome="retracted", **ANSWER)
    publish_corrections(CLOCK)
    with pytest.raises(ValidationError):
        corrections.reopen(inspector, row.pk, reason=" ")
    row = corrections.reopen(inspector, row.pk, reason="It names somebody.")
    assert (row.status, row.answered_on) == ("TAKEN", None)
    assert publish_corrections(CLOCK)["retracted"] == 1
    assert OpenChange.objects.filter(collection="corrections", record__isnull=False).count() == 0


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.INSPECTOR])
def test_nobody_else_takes_or_answers(role, inspector):
    row, other = entered(), make.user(role)
    for verb in ("take", "confirm", "reopen"):
        acts = {"take": {}, "confirm": {}, "reopen": {"reason": "x"}}
        with pytest.raises(Exception) as refusal:
            getattr(corrections, verb)(other, row.pk, **acts[verb])
        assert type(refusal.value).__name__ in ("PermissionDenied", "Http404")
    row.refresh_from_db()
    assert row.status == "RECEIVED"


def test_inspectors_below_the_ministry_and_its_clock_see_no_request():
    row = entered()
    below = make.user(Role.INSPECTOR, make.unit())
    assert not CorrectionRequest.objects.visible_to(below).exists()
    for role in (Role.INSPECTOR, Role.DECIDING_AUTHORITY, Role.AUDITOR):
        assert CorrectionRequest.objects.visible_to(make.user(role)).filter(pk=row.pk).exists()
    assert {step.verb for step in STEPS[CorrectionRequest]} >= {"take", "answer", "decline", "confirm"}


def test_how_the_author_is_told_is_read_by_who_answered_and_each_look_is_an_event(inspector, second):
    row = corrections.take(inspector, entered().pk)
    with pytest.raises(PermissionDenied):
        corrections.read_contact(inspector, row.pk)
    corrections.answer(inspector, row.pk, outcome="corrected", **ANSWER)
    with pytest.raises(PermissionDenied):
        corrections.read_contact(second, row.pk)
    assert corrections.read_contact(inspector, row.pk) == "012 345 678"
    assert Event.objects.filter(verb="correction.contact_read", actor_id=inspector.pk).count() == 1
    assert Read.objects.filter(table_name="audits_correctionrequest", fields=["contact"]).count() == 1


def test_the_public_reads_month_and_answer_and_nothing_its_author_wrote(inspector):
    row = entered(
        wrong="canary-wrong", instead="canary-instead", which="canary-which", contact="canary-contact"
    )
    assert publish_corrections(CLOCK)["added"] == 0  # a line on that day would tell when somebody came
    next_month = (clock.now().replace(day=1) + timedelta(days=32)).replace(day=2)
    with clock.at(next_month):
        publish_corrections(CLOCK)
        shown = OpenCorrection.objects.get()
        assert (shown.about, shown.month, shown.outcome) == ("measures", f"{row.received_on:%Y-%m}", None)
    corrections.take(inspector, row.pk)
    corrections.answer(inspector, row.pk, outcome="corrected", **ANSWER)
    publish_corrections(CLOCK)
    line = OpenChange.objects.filter(collection="corrections").latest("seq")
    assert line.kind == "corrected"
    assert line.record["answer_en"] == ANSWER["answer_en"]
    public = json.dumps(list(OpenCorrection.objects.values()), default=str)
    public += json.dumps(list(OpenChange.objects.values()), default=str)
    assert "canary" not in public
    assert publish_corrections(CLOCK) == {"added": 0, "corrected": 0, "retracted": 0}
    images = " ".join(str(image) for image in Change.objects.values_list("image", flat=True))
    assert "canary-wrong" in images
    assert "canary-contact" not in images


def test_late_ones_go_before_the_deciding_authorities_once_and_the_alarm_rings():
    row = entered()
    assert tasks.corrections_late() == ""
    with clock.at(clock.now() + timedelta(days=(row.due_on - clock.today()).days - 1)):
        for _beat in range(2):
            tasks.watch_corrections.job.function(period=clock.now())
        assert Event.objects.filter(verb="correction.due_soon").count() == 1
    with clock.at(clock.now() + timedelta(days=60)):
        assert tasks.corrections_late() == "1"
        for _beat in range(2):
            tasks.watch_corrections.job.function(period=clock.now())
        publish_corrections(CLOCK)
    assert Event.objects.filter(verb="correction.escalated").count() == 1
    assert OpenCorrection.objects.get().state == "late"


def test_what_cannot_be_entered_rings_the_alarm_and_stops_no_other():
    sent()
    CorrectionDrop.objects.update(content=b"damaged", failures=1)
    sent()
    assert (corrections.enter_waiting().done, CorrectionRequest.objects.count()) == (1, 1)
    assert tasks.corrections_stuck() == "1"


@pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])
def test_inspectors_are_told_of_requests_and_of_answers_to_confirm(inspector, second):
    make.user(Role.INSPECTOR, make.unit())
    authority = make.user(Role.DECIDING_AUTHORITY)

    def heard() -> dict[str, set[int]]:
        seen = set(Notice.objects.values_list("pk", flat=True))
        seal()
        tasks.tell_of_audits.job.function(period=clock.now())
        found: dict[str, set[int]] = {}
        for one in Notice.objects.exclude(pk__in=seen):
            found.setdefault(one.kind, set()).add(one.user_id)
        return found

    row = entered()
    assert heard() == {"correction.received": {inspector.pk, second.pk}}
    corrections.take(inspector, row.pk)
    corrections.decline(inspector, row.pk, outcome="not_changed", **ANSWER)
    assert heard() == {"correction.declined": {second.pk}}
    corrections.return_answer(second, row.pk, reason="Look at May.")
    assert heard() == {"correction.returned": {inspector.pk}}
    with clock.at(clock.now() - timedelta(days=60)):
        late = entered()
    corrections.escalate(CLOCK, late.pk)
    assert heard() == {"correction.escalated": {inspector.pk, second.pk, authority.pk}}
