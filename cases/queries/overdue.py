"""What the clock says aloud about cases when nobody acts: what is due soon, overdue, or so for long. Each once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from cases.models import Case, Suspension
from cases.queries.turns import TURN
from ledger import clock
from ledger.models import Event
from officers.queries.settings import late_before

S = Case.Status
#: So many days before its last day it is said that a case is due.
SOON = timedelta(days=2)
#: So many days after its last day the inspectorate hears of it.
LONG = timedelta(days=30)


@dataclass(frozen=True)
class Reminder:
    """What is said of a case, and about which deadline and which day of it: of these it is said once."""

    case: int
    verb: str
    due_for: str
    due_on: date

    @property
    def facts(self) -> dict[str, Any]:
        return {"due_for": self.due_for, "due_on": self.due_on.isoformat()}

    @property
    def key(self) -> tuple[Any, ...]:
        return self.case, self.verb, *self.facts.values()


def reminders(case_id: int | None = None) -> list[Reminder]:
    """What is to be said and was not yet; of one case, or of all."""
    cases = Case.objects.open()
    suspensions = Suspension.objects.filter(ended_on=None)
    if case_id is not None:
        cases, suspensions = cases.filter(pk=case_id), suspensions.filter(case=case_id)
    found = [*_of_deadlines(cases), *_of_decisions(cases), *_of_suspensions(suspensions)]
    said = _said(found)
    return [one for one in found if one.key not in said]


def _of_deadlines(cases: QuerySet[Case]) -> list[Reminder]:
    today = clock.today()
    found: list[Reminder] = []
    due = cases.filter(due_on__lte=today + SOON, due_for__in=list(TURN)).order_by("due_on", "pk")
    rows: Any = due.values_list("pk", "due_for", "due_on")
    for pk, due_for, due_on in rows:
        if due_on >= today:
            found.append(Reminder(pk, "case.due_soon", due_for, due_on))
            continue
        found.append(Reminder(pk, "case.overdue", due_for, due_on))
        if due_on < today - LONG:
            found.append(Reminder(pk, "case.long_overdue", due_for, due_on))
    return found


def _of_decisions(cases: QuerySet[Case]) -> list[Reminder]:
    """Files that lie with the deciding authority for longer than `minister_decision_alert`, before they are overdue."""
    lying = cases.filter(
        status=S.CHECKED, checked_at__lt=late_before("minister_decision_alert"), due_on__gte=clock.today()
    )
    rows: Any = lying.order_by("pk").values_list("pk", "due_on")
    return [Reminder(pk, "case.decision_awaited", "minister_decision", due_on) for pk, due_on in rows]


def _of_suspensions(suspensions: QuerySet[Suspension]) -> list[Reminder]:
    today = clock.today()
    found: list[Reminder] = []
    due = suspensions.filter(review_by__lte=today + SOON).order_by("review_by", "pk")
    for pk, review_by in due.values_list("case_id", "review_by"):
        verb = "case.suspension_due" if review_by >= today else "case.suspension_overdue"
        found.append(Reminder(pk, verb, "suspension_review", review_by))
    return found


def _said(found: list[Reminder]) -> set[tuple[Any, ...]]:
    events = Event.objects.filter(
        subject_table=Case._meta.db_table,
        subject_id__in={one.case for one in found},
        verb__in={one.verb for one in found},
    )
    rows: Any = events.values_list("subject_id", "verb", "facts")
    return {(pk, verb, facts.get("due_for"), facts.get("due_on")) for pk, verb, facts in rows}
