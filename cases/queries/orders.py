"""Cases that wait for their instrument, and what an order says of each of its officers."""

from collections.abc import Iterable
from typing import Any

from cases.models import Case, Decision, Ground, Order, OrderLine
from cases.models.cases import CaseQuerySet

S = Case.Status
#: Decisions that an order carries out.
ORDERED = (Decision.Outcome.ACCEPTED, Decision.Outcome.LESSER)


def awaiting(user: Any) -> CaseQuerySet:
    """Decided cases that a user sees and that stand in no order, oldest decision first."""
    taken = OrderLine.objects.filter(void=False).values("decision_id")
    rows = Case.objects.visible_to(user).filter(status=S.AWAITING_INSTRUMENT)
    waiting = Decision.objects.filter(outcome__in=ORDERED).exclude(pk__in=taken)
    found = rows.filter(pk__in=waiting.values("case_id")).exclude(order_lines__void=False)
    return found.select_related("officer", "officer_unit", "unit").order_by("decided_at", "pk")


def decisions_of(cases: Iterable[Case]) -> dict[int, Decision]:
    """The decision that an order carries out, by case."""
    rows = Decision.objects.filter(case__in=[case.pk for case in cases], outcome__in=ORDERED)
    rows = rows.select_related("to_unit", "proposal", "decided_by", "acting_for__giver").order_by(
        "decided_at", "pk"
    )
    return {row.case_id: row for row in rows}


def grounds_of(cases: Iterable[Case]) -> dict[int, list[Ground]]:
    """The grounds that stand, by case."""
    found: dict[int, list[Ground]] = {}
    rows = Ground.objects.filter(case__in=[case.pk for case in cases], status=Ground.Status.STANDING)
    for row in rows.order_by("pk"):
        found.setdefault(row.case_id, []).append(row)
    return found


def lines_of(order: Order) -> list[OrderLine]:
    """The officers of an order, as they stand on it; of a rejected one those who stood on it."""
    rows = order.lines.select_related(
        "case__officer", "case__officer_unit", "case__unit", "decision__to_unit", "decision__proposal"
    )
    if order.status != Order.Status.REJECTED:
        rows = rows.filter(void=False)
    return list(rows.order_by("case_id"))
