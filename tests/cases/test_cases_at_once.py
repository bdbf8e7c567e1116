"""Two people at one moment: one of them takes the step, the other is told so, and nothing is done twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from cases.actions import appeals, grounds, orders
from cases.models import Appeal, Case, Decision, Measure, Order
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import reviews
from officers.models import Officer, RegisterEntry
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again, at_door
from tests.results import Way

pytestmark = pytest.mark.django_db(transaction=True)
S = Case.Status


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread and a connection of its own, begun together; what came back, or the refusal."""
    together = threading.Barrier(len(acts))

    def run(one: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            together.wait(30)
            return one()
        except (Conflict, ValidationError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, one) for one in acts]]


def conflicts(done: list[Any]) -> int:
    return sum(isinstance(one, Conflict) for one in done)


@pytest.fixture
def road() -> Road:
    make.Province()
    return Road()


def test_of_two_deciders_one_decides(road):
    case, other = road.checked(), make.user(Role.DECIDING_AUTHORITY)
    second = Road(**{**road.__dict__, "authority": other})
    done = at_once(lambda: road.decide(case), lambda: second.decide(case))

    assert conflicts(done) == 1
    assert Decision.objects.count() == 1
    assert again(case).status == S.AWAITING_INSTRUMENT


def test_a_decision_and_the_test_under_it_reopened_at_one_moment_leave_no_order(road):
    way = Way(road.unit)
    review = way.final_unheard()
    case = road.checked(road.of_test(review.test))
    done = at_once(
        lambda: road.decide(case), lambda: reviews.reopen(way.physician, review.pk, reason="He was ill.")
    )

    assert not isinstance(done[1], Exception)
    decided = not isinstance(done[0], Exception)
    assert again(case).status == (S.AWAITING_INSTRUMENT if decided else S.CHECKED)
    grounds.drop_fallen(CLOCK, case.grounds.get().pk)
    if decided:
        order = road.ordered(again(case))
        with pytest.raises(Conflict, match="fell"):
            road.verify(order)


def test_of_two_orders_for_one_case_one_is_entered(road):
    case, second = road.decided(), Road(**{**road.__dict__, "registrar": road.verifier})
    done = at_once(lambda: road.ordered(case, number="1 MOI"), lambda: second.ordered(case, number="2 MOI"))

    assert conflicts(done) + sum(isinstance(one, ValidationError) for one in done) == 1
    assert Order.objects.count() == case.order_lines.filter(void=False).count() == 1


def test_an_order_is_verified_before_its_ground_falls_or_not_at_all(road):
    way = Way(road.unit)
    review = way.final_unheard()
    case = road.decided(road.of_test(review.test))
    order = road.ordered(case)
    done = at_once(
        lambda: road.verify(order), lambda: reviews.reopen(way.physician, review.pk, reason="He was ill.")
    )

    assert not isinstance(done[1], Exception)
    in_force = not isinstance(done[0], Exception)
    officer = Officer.objects.get(pk=case.officer_id)
    assert (officer.status == "DISMISSED") == in_force == Measure.objects.exists()
    assert RegisterEntry.objects.count() == in_force


def test_an_order_whose_day_has_come_is_brought_into_force_once(road):
    case = road.decided()
    order = road.verify(road.ordered(case, effective_on=clock.today() + timedelta(days=1)))

    def enforce() -> Any:
        with clock.at(clock.now() + timedelta(days=1)):
            return orders.enforce(CLOCK, order.pk)

    done = at_once(enforce, enforce, enforce)
    assert conflicts(done) == 2
    assert Measure.objects.count() == RegisterEntry.objects.count() == 1


def test_an_order_is_verified_or_rejected(road):
    case = road.decided()
    order = road.ordered(case)
    done = at_once(
        lambda: road.verify(order), lambda: orders.reject(road.registrar, order.pk, reason="Not as its scan.")
    )

    assert conflicts(done) == 1
    order.refresh_from_db()
    in_force = order.status == "IN_FORCE"
    assert again(case).status == (S.IN_FORCE if in_force else S.AWAITING_INSTRUMENT)
    assert Measure.objects.exists() == in_force


def test_one_appeal_is_lodged_and_one_agreement_decides_it(road):
    case = road.told()
    said = {"ground": "unreasonable", "text": "I was not heard in full."}
    lodged = at_once(*(lambda: appeals.lodge(at_door(case), case.pk, **said) for _ in range(2)))
    assert conflicts(lodged) == 1
    appeal = Appeal.objects.get()

    appeals.admit(road.member, appeal.pk)
    appeals.draft(road.member, appeal.pk, outcome="overturned", reasons="The locker was shared.")
    third = make.user(Role.APPEAL_MEMBER)
    done = at_once(
        *(
            lambda who=who: appeals.agree(who, appeal.pk, no_conflict=True)
            for who in (road.second_member, third)
        )
    )
    assert conflicts(done) == 1
    assert again(case).outcome == "overturned"
    assert Officer.objects.get(pk=case.officer_id).status == "SERVING"
    assert Measure.objects.get().reversed_on == clock.today()
