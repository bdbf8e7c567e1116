"""Notices in dismissal cases: to whom, once, and a mail with a link only."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from cases import tasks
from cases.actions import appeals, cases, decisions, grounds, hearings, proposals, prosecutions, suspensions
from cases.models import Suspension
from cases.notices.cases import NOTICES
from cases.queries import sweeps
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.sealing import seal
from officers.actions import doors, reviews
from officers.actions.notices import choose
from officers.models import Notice
from officers.models.users import Role
from officers.queries.notices import notices_of
from officers.tasks import mail_notices
from tests import make
from tests.dismissals import Road, again, at_door
from tests.results import Way, later

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])

REMINDERS = (
    "case.decision_awaited",
    "case.due_soon",
    "case.overdue",
    "case.long_overdue",
    "case.suspension_due",
    "case.suspension_overdue",
)


@pytest.fixture
def road() -> Road:
    road = Road()
    # Who is told must be there before anything happens.
    for name in (
        "case_officer",
        "supervisor",
        "legal",
        "authority",
        "registrar",
        "verifier",
        "member",
        "second_member",
    ):
        getattr(road, name)
    return road


def told() -> dict[str, set[str]]:
    """Who was told of what since the last time, by name of the event; and that no mail says of whom."""
    seen = set(Notice.objects.values_list("pk", flat=True))
    seal()
    tasks.tell_of_complaints.job.function(period=clock.now())
    found: dict[str, set[str]] = {}
    new = Notice.objects.exclude(pk__in=seen).exclude(user__username="registrar.of.tests")
    for row in new.select_related("user"):
        found.setdefault(row.kind, set()).add(row.user.username)
    return found


def names(*users) -> set[str]:
    return {user.username for user in users}


def test_each_step_is_told_to_whose_turn_it_is(road):
    case = road.proposed()
    first = told()
    assert first["case.served"] == first["case.responded"] == names(road.case_officer)
    assert first["case.proposed"] == names(road.legal)
    proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    assert told() == {"case.found_lawful": names(road.authority)}
    road.decide(again(case))
    assert told() == {"case.decided": names(road.registrar, road.verifier)}
    order = road.ordered(again(case))
    assert told() == {"order.registered": names(road.verifier)}
    road.verify(order)
    assert told() == {"case.enforced": names(road.case_officer)}
    road.tell(again(case))
    appeal = appeals.lodge(at_door(case), case.pk, ground="procedure", text="Not heard.")
    assert told() == {"case.appealed": names(road.case_officer, road.member, road.second_member)}
    road.decide_appeal(appeal)
    assert told() == {"case.overturned": names(road.case_officer)}
    assert told() == {}


def test_what_comes_back_is_told_to_who_is_in_charge(road):
    case = road.proposed()
    told()
    proposals.send_back(road.legal, case.pk, text="An article is missing.", no_conflict=True)
    assert told() == {"case.sent_back": names(road.case_officer)}
    sent = prosecutions.refer(road.case_officer, case.pk, court="Court", number="12")
    prosecutions.record_result(road.case_officer, case.pk, sent.pk, result="charged")
    helper = make.user(Role.CASE_OFFICER)
    prosecutions.record_result(helper, case.pk, sent.pk, result="acquitted")
    assert told() == {"case.prosecution_answered": names(road.case_officer)}


def test_a_case_opened_for_a_test_is_told_to_who_could_take_it_and_what_the_officer_says_to_who_has_it(road):
    case = road.of_test()
    other = make.user(Role.CASE_OFFICER)
    found = told()
    assert found["case.opened"] == names(road.case_officer)  # it was taken on before anybody was told
    case = road.served(case)
    hearings.ask_time(at_door(case), case.pk, text="A witness is abroad.")
    assert told() == {
        "case.served": names(road.case_officer),
        "case.time_asked": names(road.case_officer),
    }
    cases.assign(road.case_officer, case.pk, case_officer_id=other.pk)
    assert told() == {"case.assigned": names(other)}
    cases.declare_conflict(other, case.pk, reason="My cousin.")
    assert not notices_of(other).exists()


def test_a_ground_that_falls_is_told_and_once_a_measure_is_in_force_sounds_an_alarm(road):
    way = Way(road.unit)
    review = way.opened()
    reviews.attempt(way.physician, review.pk, how="telephone", result="declined")
    review = reviews.verify(way.physician, review.pk, reasons="He declined.", unheard="declined")
    letter, _code = way.letter(review)
    doors.enter(doors.at_the_door(letter.officer), letter.pk)
    review.refresh_from_db()
    later(review)
    case = road.in_force(road.of_test(review.test))
    reviews.reopen(way.physician, review.pk, reason="He was ill.")
    told()
    assert tasks.measures_on_nothing() == ""
    grounds.drop_fallen(CLOCK, case.grounds.get().pk)
    assert told() == {"case.ground_fell": names(road.case_officer, road.supervisor)}
    assert tasks.measures_on_nothing() == "1"
    appeals.lodge(road.supervisor, case.pk, ground="ground_fell", text="The test was cancelled.")
    assert tasks.measures_on_nothing() == ""


def test_a_verified_order_whose_day_passed_sounds_an_alarm(road):
    case = road.decided()
    road.verify(road.ordered(case, effective_on=clock.today() + timedelta(days=1)))
    assert tasks.orders_stuck() == ""
    with clock.at(clock.now() + timedelta(days=3)):
        assert tasks.orders_stuck() == "1"
        tasks.enforce_orders.job.function(period=clock.now())
        assert tasks.orders_stuck() == ""
    assert not sweeps.orders_due()


def test_each_is_reminded_once_before_and_once_after_a_day_that_is_due(road):
    case = road.checked()
    suspensions.suspend(road.supervisor, case.pk, reasons="He could warn others.")
    inspector = make.user(Role.INSPECTOR)
    case = again(case)
    said: list[str] = []

    def on(days: int) -> list[str]:
        """What is newly said so many days after the last day; a second run says nothing."""
        noon = timezone.make_aware(datetime.combine(case.due_on + timedelta(days=days), time(12)))
        with clock.at(noon):
            for _twice in range(2):
                tasks.remind_of_cases.job.function(period=noon)
        verbs = list(Event.objects.filter(verb__in=REMINDERS).order_by("pk").values_list("verb", flat=True))
        new = verbs[len(said) :]
        said.extend(new)
        return sorted(new)

    assert on(-8) == ["case.decision_awaited"]
    assert "case.due_soon" in on(-1)
    on((Suspension.objects.get().review_by - case.due_on).days - 1)
    assert "case.suspension_due" in said
    on(4)
    assert "case.overdue" in said
    assert "case.long_overdue" in on(40)
    assert sorted(said) == sorted(REMINDERS)
    people = {verb: names(*NOTICES[verb].to(case)) for verb in REMINDERS}
    assert people == {
        "case.decision_awaited": names(road.authority),
        "case.due_soon": names(road.authority),
        "case.overdue": names(road.authority),
        "case.long_overdue": names(road.authority, inspector),
        "case.suspension_due": names(road.supervisor),
        "case.suspension_overdue": names(road.supervisor, inspector),
    }


def test_an_authority_that_is_kept_away_is_not_told_and_who_acts_for_it_is(road):
    case = road.proposed()
    taker = make.user(Role.LEGAL_CHECKER)
    decisions.delegate(
        road.authority,
        taker_id=taker.pk,
        unit_id=make.root().pk,
        paper="12",
        starts_on=clock.today(),
        ends_on=clock.today(),
    )
    proposals.find_lawful(road.legal, case.pk, text="Lawful.", rests_on_no_screen=True, no_conflict=True)
    assert told()["case.found_lawful"] == names(road.authority, taker)


def test_a_mail_has_a_sentence_and_a_link_and_names_nobody(road):
    officer = road.officer()
    case = road.opened(officer)
    choose(road.legal, by_mail="at_once", hour=7)
    case = road.proposed(case)
    told()
    mail.outbox.clear()
    mail_notices.job.function(period=clock.now())
    (one,) = [one for one in mail.outbox if one.to == [road.legal.email]]
    with translation.override("km"):
        assert one.subject == str(NOTICES["case.proposed"].sentence)
    assert reverse("case", args=[case.pk]) in one.body
    for unsaid in (
        case.reference,
        officer.name_km,
        officer.name_latin,
        officer.service_number,
        officer.number,
    ):
        assert unsaid not in one.body + one.subject
