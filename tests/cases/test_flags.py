"""Every kind of flag: raised the day after its last day, cleared by the act that mends it, and by no other."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from cases.actions import closing, complaints, flags, intake, pauses, referrals
from cases.models import Complaint, Flag
from cases.tasks import flag_unacted_reports, reckon_days
from foundation.jobs.models import JobRun
from ledger.actors import CLOCK
from officers.actions import settings, users
from officers.models.users import Role
from officers.reckoning import defaults
from tests import make
from tests.cases.test_complaints import on, receipt_of, up

pytestmark = pytest.mark.django_db
CAME = date(2026, 11, 2)
ACT = {"kind": "visited", "text": "Was there."}


@pytest.fixture
def row(place) -> Complaint:
    with on(CAME):
        return make.complaint(at=place.commune, category="trafficking_place")


@pytest.fixture
def officer(place):
    return make.user(Role.CASE_OFFICER, place.district)


@pytest.fixture
def supervisor(place):
    return make.user(Role.SUPERVISOR, place.district)


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        ("unopened", CAME + timedelta(days=2)),
        ("never_assigned", CAME + timedelta(days=5)),
        ("unacknowledged", CAME + timedelta(days=7)),
        ("no_action", CAME + timedelta(days=7)),
        ("update_overdue", CAME + timedelta(days=28)),
        ("unresolved", CAME + timedelta(days=90)),
    ],
)
def test_a_flag_goes_up_the_day_after_its_last_day(row, kind, last_day):
    with on(last_day):
        flags.sweep()
        assert kind not in up(row)
    with on(last_day + timedelta(days=1)):
        flags.sweep()
        assert kind in up(row)
        flag = Flag.objects.get(complaint=row, kind=kind, cleared_at=None)
        assert (flag.due_on, flag.level, flag.unit_id) == (last_day, row.level, row.unit_id)


def test_each_act_clears_what_it_mends_and_leaves_the_rest(row, officer, supervisor):
    with on("2026-12-05"):
        flags.sweep()
        assert up(row) == {"unopened", "never_assigned", "unacknowledged", "no_action", "update_overdue"}
        complaints.open(officer, row.pk)
        assert "unopened" not in up(row)
        complaints.assign(supervisor, row.pk, handler_id=officer.pk)
        assert up(row) == {"unacknowledged", "no_action", "update_overdue"}
        complaints.acknowledge(officer, row.pk)
        assert up(row) == {"no_action"}
        complaints.take_action(officer, row.pk, **ACT)
        assert up(row) == set()


def test_an_offer_without_an_answer_is_flagged_until_it_has_one(row, place, officer):
    with on("2026-11-03"):
        complaints.offer(officer, row.pk, unit_id=place.province.pk, reason="Theirs.")
    with on("2026-11-07"):
        flags.sweep()
        assert "unsent" in up(row)
        complaints.take_back(officer, row.pk)
        assert "unsent" not in up(row)


def test_who_is_in_charge_and_gone_is_flagged(row, officer, supervisor):
    with on("2026-11-03"):
        complaints.acknowledge(officer, row.pk)
        users.suspend(make.user(Role.SYSTEM_ADMINISTRATOR), officer.pk, reason="Left.")
        flags.sweep()
        assert up(row) == {"owner_inactive"}
        assert flags.sweep() == 0
        complaints.assign(supervisor, row.pk, handler_id=supervisor.pk)
        assert up(row) == set()


def test_what_a_reporter_disputes_is_flagged_until_it_is_settled(row, officer, supervisor):
    with on("2026-11-03"):
        complaints.take_action(officer, row.pk, **ACT)
        intake.reply(receipt_of(row), "Nobody came.", token="t", kind="dispute")
        intake.enter_waiting()
    with on("2026-11-04"):
        flags.sweep()
        assert "disputed" in up(row)
        complaints.settle(supervisor, row.pk, happened=True, text="The book shows it.")
        assert "disputed" not in up(row)


def test_a_pause_that_is_over_is_flagged_until_somebody_acts(row, officer, supervisor):
    with on("2026-11-03"):
        pauses.ask(officer, row.pk, reason="court", text="x", until=date(2026, 11, 8))
        pauses.decide(supervisor, row.pk, agree=True)
    with on("2026-11-09"):
        flags.sweep()
        assert "paused_too_long" in up(row)
        complaints.take_action(officer, row.pk, **ACT)
        assert "paused_too_long" not in up(row)


def test_nothing_is_flagged_on_what_is_closed(row, officer):
    with on("2026-11-03"):
        closing.close(
            officer,
            row.pk,
            finding="substantiated",
            closure_reason="referred_prosecutor",
            summary="x",
            answer="y",
        )
    with on("2027-11-03"):
        assert flags.sweep() == 0


def test_the_job_and_the_command_raise_the_same(row):
    with on("2026-11-20"):
        flag_unacted_reports()
        assert JobRun.objects.filter(task=flag_unacted_reports.name, succeeded=True).exists()
        raised = sorted(Flag.objects.values_list("kind", "due_on"))
        Flag.objects.all().delete()
        call_command("flag_unacted_reports", as_of="2026-11-20")
        assert sorted(Flag.objects.values_list("kind", "due_on")) == raised
        with pytest.raises(CommandError, match="no day"):
            call_command("flag_unacted_reports", as_of="tomorrow")


def test_a_corrected_calendar_or_deadline_is_reckoned_in_the_night_and_clears_what_it_raised(row, place):
    with on("2026-11-10"):
        flags.sweep()
        assert "no_action" in up(row)
        longer = [
            {**one, "length": 30} if one["clock"] == "complaint_commune_action" else one
            for one in defaults.DEADLINES
        ]
        settings.put(
            CLOCK,
            kind="deadlines",
            effective_from=date(2026, 11, 1),
            content={"deadlines": longer},
            reason="The Ministry has set it.",
        )
        reckon_days()
        row.refresh_from_db()
        assert row.act_by == date(2026, 12, 2)
        assert "no_action" not in up(row)


def test_a_ministry_that_does_not_answer_is_flagged_until_it_does(row, officer):
    with on("2026-11-03"):
        for wrong in ({"authority": "circus"}, {"text": " "}, {"letter": ""}, {"sent_on": date(2099, 1, 1)}):
            with pytest.raises(ValidationError):
                referrals.refer(
                    officer, row.pk, **{"authority": "health", "text": "Drums.", "letter": "1"} | wrong
                )
        referrals.refer(officer, row.pk, authority="health", text="Forty drums of acetone.", letter="123/26")
        complaints.take_action(officer, row.pk, **ACT)
    (one,) = row.referrals.all()
    assert (one.acknowledge_by, one.answer_by) == (date(2026, 11, 10), date(2026, 12, 3))
    with on("2026-11-11"):
        flags.sweep()
        assert "referral_overdue" in up(row)
        referrals.hear_from(officer, row.pk, referral_id=one.pk)
        assert "referral_overdue" not in up(row)
    with on("2026-12-04"):
        flags.sweep()
        assert "referral_overdue" in up(row)
        referrals.hear_from(officer, row.pk, referral_id=one.pk, answer="They are registered.")
        assert "referral_overdue" not in up(row)
        assert flags.sweep() == 0
        with pytest.raises(ValidationError):
            referrals.hear_from(officer, row.pk, referral_id=one.pk, answer="Twice.")
