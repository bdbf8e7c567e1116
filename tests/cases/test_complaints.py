"""Work on a complaint: what stops its clocks and what does not, who closes it, who takes it up again."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from cases.actions import closing, complaints, escalations, flags, intake, pauses
from cases.models import Complaint, Flag, Miss
from cases.tasks import move_up
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db
S = Complaint.Status


def on(day: date | str, hour: int = 9):
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return clock.at(timezone.make_aware(datetime(day.year, day.month, day.day, hour)))  # noqa: DTZ001


def up(row: Complaint) -> set[str]:
    return set(Flag.objects.filter(complaint=row, cleared_at=None).values_list("kind", flat=True))


@pytest.fixture
def officer(place):
    return make.user(Role.CASE_OFFICER, place.district)


@pytest.fixture
def supervisor(place):
    return make.user(Role.SUPERVISOR, place.district)


def received(place, day: str = "2026-11-02", **said) -> Complaint:
    with on(day):
        return make.complaint(at=place.commune, **{"category": "trafficking_place", **said})


def test_opening_assigning_a_note_and_a_letter_leave_it_flagged_and_an_action_clears_it(
    place, officer, supervisor
):
    row = received(place)
    with on("2026-11-16"):
        assert flags.sweep() > 0
        assert "no_action" in up(row)

        complaints.open(officer, row.pk)
        complaints.acknowledge(officer, row.pk)
        complaints.assign(supervisor, row.pk, handler_id=officer.pk)
        complaints.note(officer, row.pk, text=" seen ")
        complaints.write(officer, row.pk, text="We are looking at it.")
        flags.sweep()
        assert up(row) == {"no_action"}

        with pytest.raises(ValidationError, match="Say what was done"):
            complaints.take_action(officer, row.pk, kind="visited", text="   ")
        done = complaints.take_action(officer, row.pk, kind="visited", text="Went there with two officers.")
        assert up(row) == set()
        cleared = Flag.objects.get(complaint=row, kind="no_action")
        assert cleared.cleared_by == done.last_event.id


def test_after_three_days_without_the_job_the_same_flags_stand_with_the_same_days(place):
    def days(on_day: str) -> list:
        return sorted(Flag.objects.filter(complaint__received_on=on_day).values_list("kind", "due_on"))

    daily, late = received(place, "2026-11-02"), received(place, "2026-11-02", narrative="Another.")
    for day in (9, 10, 11, 12):
        with on(f"2026-11-{day:02}"):
            flags.sweep()
    once = days("2026-11-02")
    Flag.objects.filter(complaint=late).delete()
    with on("2026-11-12"):
        flags.sweep()
        assert flags.sweep() == 0

    assert days("2026-11-02") == once
    assert {due for kind, due in once if kind == "no_action"} == {date(2026, 11, 9)}
    assert set(Flag.objects.filter(complaint=daily).values_list("kind", "due_on")) == set(
        Flag.objects.filter(complaint=late).values_list("kind", "due_on")
    )


def test_a_case_climbs_to_the_inspectorate_and_each_unit_keeps_its_miss(place):
    row = received(place, "2026-11-02", category="drug_dealing")
    assert (row.unit, row.level) == (place.commune, 0)
    assert (row.act_by, row.moves_on) == (date(2026, 11, 9), date(2026, 11, 16))

    seen = []
    day = date(2026, 11, 2)
    while row.unit != place.inspectorate and day < date(2027, 1, 15):
        day += timedelta(days=1)
        with on(day):
            flags.sweep()
            if escalations.escalate(CLOCK, row.pk):
                row = Complaint.objects.get(pk=row.pk)
                seen.append((row.unit.code, day.isoformat()))

    assert seen == [
        ("D-0701", "2026-11-17"),
        ("P-07", "2026-11-24"),
        ("GCNP", "2026-12-01"),
        ("IGM", "2026-12-10"),
    ]
    misses = Miss.objects.order_by("moved_on")
    assert [miss.unit for miss in misses] == [place.commune, place.district, place.province, place.general]
    assert misses[0].explain_by == date(2026, 11, 27)  # five working days, over the Water Festival
    with on("2027-02-01"):
        assert escalations.escalate(CLOCK, row.pk) is None
        flags.sweep()
        assert "no_action" in up(row)


def test_an_action_in_time_keeps_the_case_where_it_is(place, officer):
    row = received(place)
    with on("2026-11-09"):
        complaints.take_action(officer, row.pk, kind="interviewed", text="Asked the neighbours.")
    with on("2026-12-20"):
        assert escalations.escalate(CLOCK, row.pk) is None
        row.refresh_from_db()
        assert (row.unit, row.act_by) == (place.district, None)


def test_a_unit_says_once_why_it_missed_and_another_cannot(place, officer):
    row = received(place)
    with on("2026-12-01"):
        escalations.escalate(CLOCK, row.pk)
        miss = Miss.objects.get()
        with pytest.raises(Http404):
            escalations.explain(make.user(Role.CASE_OFFICER, place.other_commune), miss.pk, text="No idea.")
        with pytest.raises(Http404):
            complaints.note(officer, row.pk, text="It has left.")
        escalations.explain(officer, miss.pk, text="The car was broken.")
        with pytest.raises(ValidationError, match="already"):
            escalations.explain(officer, miss.pk, text="It rained.")


def test_a_drug_report_is_closed_without_action_by_two_people_only(place, officer, supervisor):
    row = received(place)
    about = {
        "finding": "unfounded",
        "closure_reason": "no_evidence",
        "summary": "Nothing there.",
        "answer": "No.",
    }
    proposed = closing.close(officer, row.pk, **about)
    assert proposed.status == S.CLOSING

    with pytest.raises(PermissionDenied):
        closing.agree(officer, row.pk)
    second = closing.agree(supervisor, row.pk)

    assert (second.status, second.closed_by, second.closing_by) == (S.CLOSED, supervisor, officer)
    assert second.next_due is None or Complaint.objects.get(pk=row.pk).next_due is None
    assert row.messages.get().text == "No."


def test_who_proposed_a_closing_cannot_agree_even_as_a_supervisor(place, supervisor):
    row = received(place)
    closing.close(
        supervisor, row.pk, finding="unfounded", closure_reason="no_evidence", summary="x", answer="y"
    )
    with pytest.raises(PermissionDenied):
        closing.agree(supervisor, row.pk)


@pytest.mark.parametrize("missing", ["finding", "closure_reason", "summary", "answer"])
def test_closing_needs_all_four(place, officer, missing):
    row = received(place)
    about = {
        "finding": "substantiated",
        "closure_reason": "referred_prosecutor",
        "summary": "They sold.",
        "answer": "Thank you.",
    }
    with pytest.raises(ValidationError) as refusal:
        closing.close(officer, row.pk, **about | {missing: " "})
    assert missing in refusal.value.message_dict
    assert closing.close(officer, row.pk, **about).status == S.CLOSED


def test_what_the_reporter_disputes_is_settled_by_somebody_else_and_does_not_count(
    place, officer, supervisor
):
    row = received(place)
    with on("2026-11-05"):
        complaints.take_action(officer, row.pk, kind="visited", text="Was there.")
        intake.reply(receipt_of(row), "Nobody came.", token="t1", kind="dispute")
        intake.enter_waiting()
        with pytest.raises(ValidationError, match="says that nothing"):
            closing.close(
                officer,
                row.pk,
                finding="unfounded",
                closure_reason="referred_prosecutor",
                summary="x",
                answer="y",
            )
        with pytest.raises(PermissionDenied):
            complaints.settle(officer, row.pk, happened=True, text="I was.")
        settled = complaints.settle(supervisor, row.pk, happened=False, text="The car never left.")
    assert (settled.acted_on, settled.disputed_on) == (None, None)
    assert settled.act_by == date(2026, 11, 9)


def receipt_of(row: Complaint) -> str:
    """A receipt for it, put in place of the one that was said once."""
    from django.conf import settings

    from cases.reckoning.receipts import kept
    from ledger.acting import recording

    receipt = "1234567890123456"
    with recording("test.receipt", actor=CLOCK, subject=row):
        Complaint.objects.filter(pk=row.pk).update(receipt=kept(receipt, settings.PEPPER))
    return receipt


def test_a_pause_rules_once_a_second_person_agreed_and_ends_by_itself(place, officer, supervisor):
    row = received(place)
    with on("2026-11-05"):
        pauses.ask(officer, row.pk, reason="court", text="The prosecutor has it.", until=date(2026, 11, 15))
        row.refresh_from_db()
        assert row.act_by == date(2026, 11, 9)
        with pytest.raises(PermissionDenied):
            pauses.decide(officer, row.pk, agree=True)
        paused = pauses.decide(supervisor, row.pk, agree=True)
        assert (paused.act_by, paused.paused_until) == (date(2026, 11, 19), date(2026, 11, 15))
        with pytest.raises(ValidationError, match="60"):
            pauses.ask(officer, row.pk, reason="court", text="Long.", until=date(2027, 2, 1))
    with on("2026-11-20"):
        flags.sweep()
        assert {"no_action", "paused_too_long"} <= up(row)


def test_an_offer_moves_nothing_until_it_is_accepted_and_no_clock_starts_anew(place, officer):
    row = received(place)
    other = make.user(Role.CASE_OFFICER, place.province)
    complaints.offer(officer, row.pk, unit_id=place.province.pk, reason="Theirs.")
    row.refresh_from_db()
    assert row.unit == place.district
    complaints.refuse(other, row.pk, reason="Yours.")
    complaints.offer(officer, row.pk, unit_id=place.province.pk, reason="Truly theirs.")
    complaints.take_back(officer, row.pk)
    complaints.offer(officer, row.pk, unit_id=place.province.pk, reason="Truly theirs.")
    due = row.act_by

    taken = complaints.accept(other, row.pk)

    assert (taken.unit, taken.act_by, taken.handler) == (place.province, due, None)
    assert list(taken.handovers.order_by("pk").values_list("why", flat=True)) == [
        "routed",
        "refused",
        "taken_back",
        "forwarded",
    ]
    with pytest.raises(Http404):
        complaints.note(officer, row.pk, text="Gone.")


def test_a_review_within_its_time_reopens_it_by_somebody_who_did_not_close_it(place, officer, supervisor):
    row = received(place)
    closing.close(
        officer,
        row.pk,
        finding="substantiated",
        closure_reason="referred_prosecutor",
        summary="x",
        answer="y",
    )
    receipt = receipt_of(row)
    intake.reply(receipt, "They are back.", token="t2", kind="review")
    intake.enter_waiting()
    row.refresh_from_db()
    assert row.review_asked_on is not None
    with pytest.raises(PermissionDenied):
        closing.reopen(officer, row.pk, reason="Again.")
    again = closing.reopen(supervisor, row.pk, reason="Neighbours confirm it.")
    assert (again.status, again.closed_on, again.acted_on) == (S.IN_PROGRESS, None, None)
    assert again.act_by == clock.today() + timedelta(days=7)
    with pytest.raises(Conflict):
        closing.reopen(supervisor, row.pk, reason="Twice.")


def test_a_repeat_is_linked_and_the_first_gains_weight_and_stays_open(place, officer):
    first, second = received(place), received(place, narrative="The same house.")
    linked = complaints.link(officer, second.pk, original_id=first.pk)
    first.refresh_from_db()
    assert (linked.same_as, first.priority, first.status) == (first, 1, S.RECEIVED)
    with pytest.raises(ValidationError):
        complaints.link(officer, first.pk, original_id=second.pk)


def test_the_job_moves_every_late_case_up(place):
    rows = [received(place, narrative=str(n)) for n in range(3)]
    with on("2026-12-01"):
        move_up()
        assert {Complaint.objects.get(pk=row.pk).unit for row in rows} == {place.province}


def test_a_closing_that_nobody_agrees_to_does_not_keep_the_case_from_moving_up(place, officer):
    row = received(place, category="drug_dealing_officer")
    with on("2026-11-03"):
        closing.close(
            officer, row.pk, finding="unfounded", closure_reason="no_evidence", summary="x", answer="y"
        )
    with on("2026-12-01"):
        moved = escalations.escalate(CLOCK, row.pk)
        assert (moved.unit, moved.status) == (place.province, S.CLOSING)
        assert Miss.objects.get(complaint=row).unit == place.district
        closed = closing.agree(make.user(Role.SUPERVISOR, place.province), row.pk)
        assert closed.status == S.CLOSED
