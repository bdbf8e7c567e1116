"""Officers in service who were not tested for too long."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from officers.models import DrugTest, Officer, Unit
from officers.models.officers import OfficerQuerySet
from officers.models.sheets import SEES_TESTS
from officers.models.users import below
from officers.queries.settings import late_before

T = DrugTest.Status
#: A test that says something of its officer: taken, neither spoiled nor void nor cancelled.
COUNTS = (
    T.NEGATIVE,
    T.CONFIRMATION_NEEDED,
    T.AT_LABORATORY,
    T.CLEARED,
    T.VERIFIED_POSITIVE,
    T.FINAL_POSITIVE,
)


def period_begins() -> date:
    """The first day from which a test is recent enough (deadline `test_period`)."""
    return timezone.localdate(late_before("test_period"))


def not_tested(user: Any, since: date) -> OfficerQuerySet:
    """Officers in service, of units whose tests the user sees, with no test on that day or later.

    With `last_test`, the day of the latest test that counts, if any. Himself he does not find, nor whom he commands:
    of their tests he sees none.
    """
    tests = DrugTest.objects.filter(officer=OuterRef("pk"), status__in=COUNTS)
    seen = Officer.objects.visible_to(user).serving().filter(below(user.scope(*SEES_TESTS)))
    if user.officer_id:
        seen = seen.exclude(pk=user.officer_id)
        if user.headed_paths:
            seen = seen.exclude(below(user.headed_paths))
    return seen.filter(~Exists(tests.filter(tested_on__gte=since))).annotate(
        last_test=Subquery(tests.order_by("-tested_on").values("tested_on")[:1])
    )


def by_unit_below(found: OfficerQuerySet, units: list[Unit]) -> dict[int, int]:
    """How many of them serve in or under each of some units, by the unit's id."""
    of_path = Counter(dict(found.order_by().values_list("unit__path").annotate(Count("pk"))))
    return {
        unit.pk: sum(number for path, number in of_path.items() if path.startswith(unit.path))
        for unit in units
    }


def never_tested(found: OfficerQuerySet) -> OfficerQuerySet:
    return found.filter(~Exists(DrugTest.objects.filter(officer=OuterRef("pk"), status__in=COUNTS)))
