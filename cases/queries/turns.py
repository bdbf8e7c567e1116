"""Whose turn it is in a case: who is told that something waits for him."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from cases import rules
from cases.models import Appeal, Case, Delegation, Order
from cases.models.cases import WORKS, ancestry
from cases.queries.powers import authority_of
from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role

S = Case.Status
May = Callable[[User], bool]


def nearest(unit: Unit, role: str, may: May) -> list[User]:
    """Who holds a role at a unit and may, or where nobody does, at the next unit above where somebody does."""
    return _first(_held(unit, role).order_by("-unit__path", "user_id"), may)


def _held(unit: Unit, role: str) -> QuerySet[RoleAssignment]:
    held = RoleAssignment.objects.current().filter(role=role, unit__in=ancestry(unit.path))
    return held.filter(user__is_active=True).select_related("user__officer__unit", "unit")


def _first(held: Iterable[RoleAssignment], may: May) -> list[User]:
    """All who may of the first unit that has some."""
    found: dict[str, list[User]] = {}
    for one in held:
        if may(one.user):
            found.setdefault(one.unit.path, []).append(one.user)
    return next(iter(found.values()), [])


def in_charge(case: Case) -> list[User]:
    """Who is in charge of a case; where nobody is who may, those who could be."""
    one = case.case_officer
    if one is not None and one.is_active and rules.works_on(one, case):
        return [one]
    for role in WORKS:
        if found := nearest(case.unit, role, lambda user: rules.works_on(user, case)):
            return found
    return []


def supervisors(case: Case) -> list[User]:
    for role in (Role.SUPERVISOR, Role.INSPECTOR):
        if found := nearest(case.unit, role, lambda user: rules.supervises_case(user, case)):
            return found
    return []


def legal_checkers(case: Case) -> list[User]:
    return nearest(case.unit, Role.LEGAL_CHECKER, lambda user: rules.checks_legality(user, case))


def authorities(case: Case) -> list[User]:
    """The nearest who may decide on what was proposed, and those who act for them today."""
    proposal = case.proposals.order_by("-number").first()
    if proposal is None:
        return []

    def may(user: User) -> bool:
        return rules.decides(user, case) and authority_of(user, case, proposal.measure)[0]

    # Who acts for an authority may decide also where the authority itself is barred.
    givers = nearest(
        case.unit, Role.DECIDING_AUTHORITY, lambda user: authority_of(user, case, proposal.measure)[0]
    )
    acting = Delegation.objects.ruling().filter(giver__in=givers).select_related("taker").order_by("pk")
    near = nearest(case.unit, Role.DECIDING_AUTHORITY, may)
    return list(dict.fromkeys([*near, *(one.taker for one in acting if may(one.taker))]))


def registrars(case: Case) -> list[User]:
    return nearest(case.unit, Role.REGISTRAR, lambda user: rules.registers(user, case))


def verifiers(order: Order) -> list[User]:
    """Who may verify an order: nearest to the unit that conducts the first of its cases."""
    line = order.lines.filter(void=False).select_related("case__unit").order_by("case_id").first()
    if line is None:
        return []
    return nearest(line.case.unit, Role.REGISTRAR, lambda user: rules.verifies(user, order))


def appeal_members(case: Case) -> list[User]:
    row = case.appeals.exclude(status__in=(Appeal.Status.DECIDED, Appeal.Status.INADMISSIBLE)).first()
    if row is None:
        return []
    return nearest(case.unit, Role.APPEAL_MEMBER, lambda user: rules.sits(user, row))


def inspectors(case: Case) -> list[User]:
    """The inspectors who stand highest above a case: those of the Ministry."""
    held = _held(case.unit, Role.INSPECTOR).order_by("unit__path", "user_id")
    return _first(held, lambda user: rules.sees(user, case))


#: Whose turn it is, by the deadline that runs. The officer's own time to appeal is nobody's turn.
TURN: dict[str, Callable[[Case], list[User]]] = {
    "allegation_notice": in_charge,
    "response": in_charge,
    "unit_proposal": in_charge,
    "legality_check": legal_checkers,
    "minister_decision": authorities,
    "instrument": registrars,
    "decision_notice": in_charge,
    "appeal_decision": appeal_members,
    "stay_review": in_charge,
}


def whose_turn(case: Case) -> list[User]:
    turn = TURN.get(case.due_for)
    return turn(case) if turn else []
