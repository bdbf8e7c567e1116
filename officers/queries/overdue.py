"""What of the way of a specimen waits longer than its deadline, computed from what is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from officers.models import CustodyProblem, DrugTest, Review, Specimen, Unit, User
from officers.models.specimens import Bottle
from officers.models.users import Role, below
from officers.queries.settings import late_before

S = Review.Status


def results_overdue() -> QuerySet[Specimen]:
    """Bottles at a laboratory that has not reported on them in its working days (deadline `confirmation_result`)."""
    due = late_before("confirmation_result")
    return Specimen.objects.filter(
        Q(status=Specimen.Status.RECEIVED, received_at__lt=due, test__status=DrugTest.Status.AT_LABORATORY)
        & ~Q(pk__in=_reported(Bottle.A))
        | Q(second_received_at__lt=due, test__review__status=S.RETEST) & ~Q(pk__in=_reported(Bottle.B))
    )


def _reported(bottle: str) -> Any:
    return Specimen.objects.filter(reports__bottle=bottle).values("pk")


def overdue_at(laboratory: Unit) -> list[int]:
    """Of those the ones whose report one laboratory owes, by id."""
    first, second = Q(reports__isnull=True, laboratory=laboratory), Q(reports__isnull=False)
    owed = first | (second & Q(second_laboratory=laboratory))
    return sorted(set(results_overdue().filter(owed).values_list("pk", flat=True)))


def laboratories_overdue() -> list[int]:
    """Laboratories that owe a report, by id."""
    owed = results_overdue().values_list("laboratory", "second_laboratory")
    candidates = {unit for pair in owed for unit in pair if unit is not None}
    return sorted(unit.pk for unit in Unit.objects.filter(pk__in=candidates) if overdue_at(unit))


def waits_for(user: User) -> Mapping[str, list[int]]:
    """What waits for somebody who reviews results, longer than it may: ids by what is to be done."""
    found = {
        "unattended": _his(user).filter(
            _open_since(late_before("reviewer_contact")), heard_at=None, attempts=None
        ),
        "undecided": _his(user).filter(_open_since(late_before("review_decision"))),
        "untold": _his(user).filter(
            Q(status=S.VERIFIED) | Q(status=S.CLOSED, outcome=Review.Outcome.REFUSAL),
            told_at=None,
            decided_at__lt=late_before("letter_service"),
        ),
        "unsent": _his(user).filter(
            status=S.RETEST,
            retest_asked_at__lt=late_before("second_bottle"),
            test__specimen__second_received_at=None,
        ),
        "unsettled": _unsettled(user),
    }
    ids = {name: sorted(set(rows.values_list("pk", flat=True))) for name, rows in found.items()}
    return {name: pks for name, pks in ids.items() if pks}


def _his(user: User) -> QuerySet[Review]:
    """Reviews that he has, or that nobody took yet in the units he reviews for."""
    return Review.objects.visible_to(user).filter(
        below(user.scope(Role.REVIEWING_PHYSICIAN), "test__sheet__unit"),
        Q(reviewer=user.pk) | Q(reviewer=None),
    )


def _open_since(moment: datetime) -> Q:
    """Opened, or opened anew, before a moment, and open still."""
    return Q(status=S.OPEN) & (Q(reopened_at__lt=moment) | Q(reopened_at=None, opened_at__lt=moment))


def _unsettled(user: User) -> QuerySet[CustodyProblem]:
    roles = (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR)
    return (
        CustodyProblem.objects.visible_to(user)
        .filter(
            below(user.scope(*roles), "specimen__test__sheet__unit"),
            outcome="",
            found_at__lt=late_before("custody_settlement"),
            specimen__test__status=DrugTest.Status.AT_LABORATORY,
        )
        .exclude(found_by=user.pk)
    )
