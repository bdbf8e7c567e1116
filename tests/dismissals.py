"""Builders for the way of a case: each reaches a state through the actions, as people do.

`Road` holds the people, all of them different. `opened()`, `assessed()`, `served()`, `investigated()`, `proposed()`,
`checked()`, `decided()`, `ordered()`, `in_force()`, `told()`, `final()`; each returns the case.
"""

# ruff: noqa: RUF009 - `Somebody` is a descriptor, and each road keeps its own people

import io
from dataclasses import dataclass
from dataclasses import field as given
from datetime import date, timedelta
from typing import Any

from cases.actions import (
    appeals,
    cases,
    decisions,
    enforcement,
    files,
    grounds,
    hearings,
    notices,
    orders,
    proposals,
)
from cases.models import Appeal, Case, CaseNotice, Decision, Order
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import doors
from officers.models import DrugTest, Officer, Unit, User
from officers.models.users import Role
from tests import make
from tests.results import Somebody, Way

#: The paper of a ground that evidence carries.
PAPER = {"kind": "record", "title": "Record of the search", "number": "R-12"}


def scan() -> files.Held:
    """A held scan of an order."""
    return files.hold(io.BytesIO(b"Order No. 12, signed, with seal."))


@dataclass
class Road:
    """The people along the way of a case, the officer's unit, and the one that conducts it."""

    unit: Unit = given(default_factory=make.unit)
    case_officer: User = Somebody(Role.CASE_OFFICER)
    supervisor: User = Somebody(Role.SUPERVISOR)
    legal: User = Somebody(Role.LEGAL_CHECKER)
    authority: User = Somebody(Role.DECIDING_AUTHORITY)
    registrar: User = Somebody(Role.REGISTRAR)
    verifier: User = Somebody(Role.REGISTRAR)
    member: User = Somebody(Role.APPEAL_MEMBER)
    second_member: User = Somebody(Role.APPEAL_MEMBER)

    def officer(self, **said: Any) -> Officer:
        return make.officer(self.unit, **said)

    def opened(self, officer: Officer | None = None, *, ground: dict[str, Any] | None = None) -> Case:
        """A case with one ground: involvement with drugs, shown by a paper, unless another is given."""
        officer = officer or self.officer()
        case = cases.open(
            self.case_officer,
            officer.pk,
            service_number=officer.service_number,
            birth_year=officer.birth_year,
        )
        about = {
            "kind": "drug_involvement",
            "text": "He kept drugs in the locker of the post.",
            "paper": PAPER,
        } | (ground or {})
        if "test_id" in about:
            about.pop("paper")
        grounds.add_ground(self.case_officer, case.pk, **about)
        return again(case)

    def of_test(self, test: DrugTest | None = None, **said: Any) -> Case:
        """A case opened by the clock for a final positive, its officer confirmed."""
        test = test or Way(self.unit).final(**said)
        case = cases.open_for_test(CLOCK, test.pk)
        assert case is not None
        return cases.identify(
            self.case_officer,
            case.pk,
            service_number=test.officer.service_number,
            birth_year=test.officer.birth_year,
        )

    def assessed(self, case: Case | None = None) -> Case:
        case = case or self.opened()
        return cases.assess(self.case_officer, case.pk, severity="gross", reasons="Drugs in a police post.")

    def notified(self, case: Case | None = None) -> Case:
        case = self.assessed(case)
        hearings.issue_notice(self.case_officer, case.pk)
        return again(case)

    def served(self, case: Case | None = None) -> Case:
        """The officer opened his door: his time to respond runs."""
        case = self.notified(case)
        self.tell(case)
        return again(case)

    def tell(self, case: Case) -> None:
        """The officer is told of what waits for him, by his door."""
        letter, _code = notices.write_letter(self.case_officer, case.pk)
        doors.enter(doors.at_the_door(case.officer), letter.pk)
        serve_all()

    def investigated(self, case: Case | None = None) -> Case:
        case = self.served(case)
        hearings.respond(at_door(case), case.pk, text="They are not mine.")
        hearings.complete(at_door(case), case.pk)
        hearings.investigate(self.case_officer, case.pk, text="The locker was his alone.")
        return again(case)

    def proposed(self, case: Case | None = None, **said: Any) -> Case:
        case = self.investigated(case)
        about = {
            "measure": "dismissal",
            "articles": ["DR-01"],
            "reasons": "He used drugs.",
            "lesser": "A demotion would leave him in service.",
            "no_conflict": True,
        } | said
        proposals.propose(self.case_officer, case.pk, **about)
        return again(case)

    def checked(self, case: Case | None = None, **said: Any) -> Case:
        case = self.proposed(case, **said)
        proposals.find_lawful(
            self.legal, case.pk, text="As the rules say.", rests_on_no_screen=True, no_conflict=True
        )
        return again(case)

    def decided(self, case: Case | None = None, **said: Any) -> Case:
        case = self.checked(case, **said)
        self.decide(case)
        return again(case)

    def decide(self, case: Case, **said: Any) -> Decision:
        proposal = case.proposals.order_by("-number").first()
        about = {
            "measure": proposal.measure,
            "to_rank": proposal.to_rank,
            "to_unit_id": proposal.to_unit_id,
            "days": proposal.days,
            "reasons": "The facts are proved.",
            "password": make.PASSWORD,
            "no_conflict": True,
        } | said
        return decisions.decide(self.authority, case.pk, **about)

    def ordered(self, *decided: Case, **said: Any) -> Order:
        """An order entered for decided cases, to be verified."""
        about = {
            "instrument": "ministerial_decision",
            "number": f"{decided[0].pk} MOI",
            "signed_on": clock.today(),
            "signed_by": "The minister",
            "effective_on": clock.today(),
            "files": [scan()],
        } | said
        return orders.register(self.registrar, case_ids=[case.pk for case in decided], **about)

    def verify(self, order: Order) -> Order:
        return orders.verify(
            self.verifier,
            order.pk,
            number=order.number,
            signed_on=order.signed_on,
            effective_on=order.effective_on,
        )

    def in_force(self, case: Case | None = None, **said: Any) -> Case:
        case = self.decided(case, **said)
        self.verify(self.ordered(case, instrument=decisions.decision_of(case).instrument))
        return again(case)

    def told(self, case: Case | None = None, **said: Any) -> Case:
        """The officer was told of the decision: his time to appeal runs."""
        case = self.in_force(case, **said)
        self.tell(case)
        return again(case)

    def final(self, case: Case | None = None, **said: Any) -> Case:
        case = self.told(case, **said)
        assert case.appeal_until is not None
        with clock.at(case.appeal_until + timedelta(seconds=1)):
            enforcement.become_final(CLOCK, case.pk)
        return again(case)

    def appealed(self, case: Case | None = None, **said: Any) -> Appeal:
        """The officer appealed at his door."""
        case = self.told(case, **said)
        return appeals.lodge(at_door(case), case.pk, ground="unreasonable", text="I was not heard in full.")

    def decide_appeal(self, appeal: Appeal, outcome: str = "overturned", **said: Any) -> Case:
        appeals.admit(self.member, appeal.pk)
        appeals.draft(self.member, appeal.pk, outcome=outcome, reasons="The locker was shared.", **said)
        appeals.agree(self.second_member, appeal.pk, no_conflict=True)
        return again(appeal.case)


def again(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("officer__unit", "officer_unit", "unit").get(pk=case.pk)


def at_door(case: Case) -> Any:
    return doors.at_the_door(case.officer)


def serve_all() -> None:
    """What the sweep does: each notice of which there is a proof is served."""
    for pk in CaseNotice.objects.untold().proved().values_list("pk", flat=True):
        notices.serve(CLOCK, pk)


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
