"""People take steps with a case at random; whatever they do, nobody has two parts and nothing is in force unordered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.actions import (
    appeals,
    cases,
    decisions,
    enforcement,
    grounds,
    hearings,
    notices,
    orders,
    proposals,
    suspensions,
)
from cases.models import Appeal, Case, CaseNotice, Measure, Order, Suspension
from cases.queries import sweeps
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.verification import verify
from officers.actions import officers, reviews, users
from officers.models import Officer, RegisterEntry
from officers.models.users import Role
from tests import make
from tests.dismissals import PAPER, Road, again, at_door, scan
from tests.results import Way

pytestmark = pytest.mark.django_db(transaction=False)
REFUSALS = (PermissionDenied, ValidationError, Http404, Conflict)
RIGHT = "whoever it is for"
ROLES = (
    Role.CASE_OFFICER,
    Role.SUPERVISOR,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
)
#: Who may do everything as far as roles go: `anybody` far from the officer, `beside` in his unit.
WHO = st.sampled_from([*[RIGHT] * 10, "anybody", "anybody", "beside", "supervisor", "second_member"])
STARTS = ["investigated", "checked", "of_test", "decided", "decided", "in_force", "told", "told", "told"]
#: Places met on the way: a case that never comes far would pass whatever the rules were.
REACHED: set[str] = set()
#: What the database had to refuse, since no act did: a person would read a sentence that nobody wrote for him.
WALLS: set[str] = set()
DECLARED = {"no_conflict": True}
CONFIRMED = {"password": make.PASSWORD} | DECLARED


def on_appeal(act: Callable[..., Any], **said: Any) -> Callable[..., Any]:
    def take(actor: Any, case: Case) -> Any:
        return act(actor, Appeal.objects.filter(case=case).latest("pk").pk, **said)

    return take


def on_case(act: Callable[..., Any], **said: Any) -> Callable[..., Any]:
    return lambda actor, case: act(actor, case.pk, **said)


def on_order(act: Callable[..., Any]) -> Callable[..., Any]:
    return lambda actor, case: act(actor, Order.objects.filter(lines__case=case).latest("pk"))


def proposed(measure: str, **said: Any) -> Callable[..., Any]:
    about = {"articles": ["DR-01"], "reasons": "x", "lesser": "x", "measure": measure}
    return on_case(proposals.propose, **about | DECLARED | said)


def decided(measure: str, **said: Any) -> Callable[..., Any]:
    return on_case(decisions.decide, measure=measure, reasons="x", **CONFIRMED | said)


def registered(actor: Any, case: Case, later: int = 0) -> Any:
    day = clock.today()
    about = {"instrument": "ministerial_decision", "number": str(Order.objects.count()), "signed_by": "x"}
    about |= {"signed_on": day, "effective_on": day + timedelta(days=later), "files": [scan()]}
    return orders.register(actor, case_ids=[case.pk], **about)


def verified(actor: Any, order: Order) -> Any:
    typed = {"number": order.number, "signed_on": order.signed_on, "effective_on": order.effective_on}
    return orders.verify(actor, order.pk, **typed)


GROUND = {"kind": "drug_involvement", "text": "Again.", "paper": PAPER}
STEPS: dict[str, tuple[str, Callable[..., Any]]] = {
    "assess": ("case_officer", on_case(cases.assess, severity="gross", reasons="x")),
    "issue_notice": ("case_officer", on_case(hearings.issue_notice)),
    "write_letter": ("case_officer", on_case(notices.write_letter)),
    "said_all": ("case_officer", on_case(hearings.complete)),
    "investigate": ("case_officer", on_case(hearings.investigate, text="Found.")),
    "add_ground": ("case_officer", on_case(grounds.add_ground, **GROUND)),
    "withdraw": (
        "case_officer",
        lambda a, c: grounds.withdraw_ground(
            a, c.pk, c.grounds.exclude(status="WITHDRAWN").latest("pk").pk, reason="x"
        ),
    ),
    "propose": ("case_officer", proposed("dismissal")),
    "propose_suspension": ("case_officer", proposed("suspension", days=5)),
    "find_lawful": ("legal", on_case(proposals.find_lawful, text="x", rests_on_no_screen=True, **DECLARED)),
    "send_back": ("legal", on_case(proposals.send_back, text="x", **DECLARED)),
    "decide": ("authority", decided("dismissal")),
    "decide_lesser": ("authority", decided("suspension", days=4)),
    "find_no_case": ("authority", on_case(decisions.find_no_case, reasons="x", **CONFIRMED)),
    "return_for_work": ("authority", on_case(decisions.return_for_work, reasons="x", **CONFIRMED)),
    "reconsider": ("authority", on_case(decisions.reconsider, reason="x")),
    "register": ("registrar", registered),
    "register_for_later": ("registrar", lambda actor, case: registered(actor, case, 3)),
    "verify": ("verifier", on_order(verified)),
    "verify_own": ("registrar", on_order(verified)),
    "reject": ("verifier", on_order(lambda actor, order: orders.reject(actor, order.pk, reason="x"))),
    "admit": ("member", on_appeal(appeals.admit)),
    "refuse": ("member", on_appeal(appeals.refuse, reason="x")),
    "overturn": ("member", on_appeal(appeals.draft, outcome="overturned", reasons="x")),
    "vary": ("member", on_appeal(appeals.draft, outcome="varied", measure="suspension", days=2, reasons="x")),
    "uphold": ("member", on_appeal(appeals.draft, outcome="upheld", reasons="x")),
    "agree": ("second_member", on_appeal(appeals.agree, **DECLARED)),
    "agree_alone": ("member", on_appeal(appeals.agree, **DECLARED)),
    "stay": ("case_officer", on_case(cases.stay, reason="x")),
    "resume": ("case_officer", on_case(cases.resume, reason="x")),
    "discontinue": ("supervisor", on_case(cases.discontinue, reason="x")),
    "suspend": ("supervisor", on_case(suspensions.suspend, reasons="x")),
    "end_suspension": ("supervisor", on_case(suspensions.review_suspension, goes_on=False, reasons="x")),
    "lodge_for_him": ("case_officer", on_case(appeals.lodge, ground="procedure", text="x", late_cause="x")),
    "lodge_fallen": ("supervisor", on_case(appeals.lodge, ground="ground_fell", text="x")),
    "family": ("case_officer", on_case(cases.go_on_for_family, reason="x")),
    "retire": ("keeper", lambda a, c: officers.leave(a, c.officer_id, status="RETIRED", reason="x")),
    "die": ("keeper", lambda a, c: officers.leave(a, c.officer_id, status="DECEASED", reason="x")),
}
#: The way of a case is long: steps along it are tried oftener than those that end it.
ALONG = (
    list(STEPS)[:2]
    + list(STEPS)[3:5]
    + ["propose", "find_lawful", "decide", "register", "verify", "admit", "agree"]
)


class Cases(RuleBasedStateMachine):
    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: str) -> None:
        """Somewhere along the way, so that random steps meet cases far along, too."""
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.road, self.review = Road(), None
        road: Any = self.road
        root = make.root().pk
        road.anybody = make.user(None)
        road.beside = make.user(None, officer=make.officer(self.road.unit))
        road.keeper = make.user(Role.REGISTRAR)
        keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
        for who in (road.anybody, road.beside):
            for role in ROLES:
                users.grant(keeper, who.pk, role=role, unit_id=root)
        if start == "of_test":
            self.way = Way(self.road.unit)
            self.review = self.way.final_unheard()
            self.case = self.road.checked(self.road.of_test(self.review.test))
        else:
            self.case = getattr(self.road, start)()
        self.now = clock.now()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def does(self, act: Callable[..., Any], *args: Any, **said: Any) -> None:
        """Try it; a refusal changes nothing."""
        try:
            with clock.at(self.now):
                act(*args, **said)
        except ValidationError as refusal:
            codes = {str(one.code) for one in getattr(refusal, "error_list", [])}
            WALLS.update(f"{code} {act.__qualname__}" for code in codes if "_" in code)
        except (*REFUSALS, Appeal.DoesNotExist, Order.DoesNotExist, self.case.grounds.model.DoesNotExist):
            return

    @rule(verb=st.one_of(st.sampled_from(ALONG), st.sampled_from(list(STEPS))), who=WHO)
    def somebody(self, verb: str, who: str) -> None:
        right, act = STEPS[verb]
        self.does(act, getattr(self.road, right if who == RIGHT else who), again(self.case))

    @rule(what=st.sampled_from(["opens his door", "responds", "has said all", "appeals"]))
    def the_officer(self, what: str) -> None:
        case = again(self.case)
        if what == "opens his door":
            self.does(self.road.tell, case)
        elif what == "responds":
            self.does(hearings.respond, at_door(case), case.pk, text="They are not mine.")
        elif what == "has said all":
            self.does(hearings.complete, at_door(case), case.pk)
        else:
            said = {"ground": "unreasonable", "text": "x", "late_cause": "x"}
            self.does(appeals.lodge, at_door(case), case.pk, **said)

    @rule()
    def the_test_is_reopened(self) -> None:
        if self.review is not None:
            self.does(reviews.reopen, self.way.physician, self.review.pk, reason="He was ill.")

    @rule(days=st.sampled_from([1, 3, 30]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        with clock.at(self.now):
            for found, act in (
                (sweeps.grounds_that_fell, grounds.drop_fallen),
                (sweeps.notices_told, notices.serve),
                (sweeps.orders_due, orders.enforce),
                (sweeps.cases_to_finish, enforcement.become_final),
                (sweeps.cases_of_the_dead, cases.end_by_death),
                (sweeps.suspensions_over, enforcement.end_measure),
            ):
                for pk in found():
                    self.does(act, CLOCK, pk)

    @invariant()
    def what_stands_has_all_it_rests_on(self) -> None:
        if not hasattr(self, "now"):
            return
        with clock.at(self.now), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('ledger.now', %s, true)", [self.now.isoformat()])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        case = again(self.case)
        REACHED.add(case.status)
        assert all(len(parts) == 1 for parts in case.parts.values()), case.parts
        assert self.road.beside.pk not in case.parts  # type: ignore[attr-defined]
        standing = Measure.objects.filter(case=case, reversed_on=None).first()
        officer = Officer.objects.get(pk=case.officer_id)
        suspended = Suspension.objects.filter(case=case, ended_on=None).exists()
        if standing is not None:
            assert case.status in ("IN_FORCE", "APPEALED", "FINAL")
            paper = standing.order or Measure.objects.filter(case=case).earliest("pk").order
            assert paper is not None
            assert paper.status == "IN_FORCE"
            assert paper.verified_by_id not in (None, paper.registered_by_id)
            assert paper.files.exists()
            suspended |= standing.kind == "suspension" and standing.ended_on is None
        dismissed = standing is not None and standing.kind == "dismissal"
        assert (officer.status == "DISMISSED") == dismissed
        assert suspended or officer.status != "SUSPENDED"
        assert RegisterEntry.objects.filter(officer=officer).exclude(status="VOIDED").exists() == dismissed
        if case.status not in ("OPENED", "ASSESSED", "NOTIFIED", "STAYED", "CLOSED"):
            assert CaseNotice.objects.filter(case=case, kind="allegations", told_at=case.told_at).exists()


def test_whatever_people_do_nobody_has_two_parts_and_nothing_is_in_force_unordered():
    run_state_machine_as_test(
        seed(11)(Cases),
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert verify(using="default") == []
    assert set() == WALLS
    assert {"AWAITING_INSTRUMENT", "IN_FORCE", "APPEALED"} <= REACHED
