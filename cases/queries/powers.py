"""Who decides on a case, as the settings say today."""

from typing import Any

from cases.models import Case, Delegation
from cases.reckoning.powers import Power, power, suffices
from officers.models import Unit, User
from officers.models.users import Role
from officers.queries.settings import rows_in_force
from officers.reckoning import defaults
from officers.reckoning.discipline import ARTICLES, POWERS


def power_over(case: Case, measure: str) -> Power:
    """Who may decide on a measure in a case, and by what paper it is ordered.

    Of the rank when the case was opened and the present one the higher counts.
    """
    orders = rank_orders()
    return power(
        rows_in_force("powers") or POWERS,
        rows_in_force("ranks") or defaults.RANKS,
        measure=measure,
        rank=max(case.rank, case.officer.rank, key=lambda code: orders.get(code, 0)),
        heads=case.officer_unit.kind if case.is_head else "",
    )


def authority_of(user: User, case: Case, measure: str) -> tuple[bool, Delegation | None]:
    """Whether somebody may decide on a measure: by his own role, or acting for whoever holds it."""
    needed = power_over(case, measure)
    if _holds(user, case, needed):
        return True, None
    acting = Delegation.objects.ruling().filter(taker=user.pk).select_related("giver", "unit").order_by("pk")
    for one in acting:
        if case.unit.path.startswith(one.unit.path) and _holds(one.giver, case, needed, at=one.unit):
            return True, one
    return False, None


def _holds(user: User, case: Case, needed: Power, at: Unit | None = None) -> bool:
    return any(
        held.role == Role.DECIDING_AUTHORITY
        and case.unit.path.startswith(held.unit.path)
        and suffices(held.unit.kind, needed)
        and (at is None or at.path.startswith(held.unit.path))
        for held in user.held_roles
    )


def articles() -> list[dict[str, Any]]:
    """The articles of the discipline rules in force."""
    return rows_in_force("articles") or ARTICLES


def rank_orders() -> dict[str, int]:
    """How high each rank stands."""
    return {row["code"]: row["order"] for row in rows_in_force("ranks") or defaults.RANKS}
