"""What the clock finds to do in cases, from the facts themselves: a missed night or a lost hint costs delay only.

Ids only; each act looks again under lock.
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.models import Appeal, Case, CaseNotice, Ground, Measure, Order, Paper
from cases.models.grounds import SHOWN, TESTED
from cases.models.vocabulary import SUBSTANTIATED
from ledger import clock
from officers.models import DrugTest, Officer

#: At most so many of one kind in one run; the rest in the next.
MOST = 500
#: A verified order is to be in force so long after its day began, or after it was verified.
STUCK_AFTER = timedelta(hours=1)


def tests_without_case() -> list[int]:
    """Final positives and refusals that are no ground, of officers in whose open case nobody was told so."""
    told = Case.objects.in_procedure().filter(officer=OuterRef("officer"), news=True)
    gone = [Officer.Status.DECEASED, Officer.Status.ENTERED_IN_ERROR]
    tests = DrugTest.objects.filter(status__in=TESTED.values()).exclude(officer__status__in=gone)
    return _ids(tests.filter(~Exists(Ground.objects.filter(test=OuterRef("pk"))), ~Exists(told)))


def grounds_that_fell() -> list[int]:
    """Grounds on a test or a complaint whose outcome is no longer what they are named for."""
    fell: Any = Q(pk__in=[])
    for kind, status in TESTED.items():
        fell |= Q(kind=kind) & ~Q(test__status=status)
    shown = Exists(Paper.objects.filter(ground=OuterRef("pk")))
    fell |= (
        Q(kind__in=SHOWN, extract__isnull=False) & ~Q(extract__complaint__finding__in=SUBSTANTIATED) & ~shown
    )
    return _ids(Ground.objects.filter(fell, status=Ground.Status.STANDING))


def notices_told() -> list[int]:
    """Notices of which there is a proof that nobody has reckoned with."""
    return _ids(CaseNotice.objects.untold().proved())


def orders_due() -> list[int]:
    """Verified orders whose day has come."""
    return _ids(Order.objects.filter(status=Order.Status.VERIFIED, effective_on__lte=clock.today()))


def cases_to_finish() -> list[int]:
    """Cases in force whose time to appeal is over."""
    return _ids(Case.objects.filter(status=Case.Status.IN_FORCE, appeal_until__lt=clock.now()))


def cases_of_the_dead() -> list[int]:
    """Cases still under way of officers who died, unless they go on for the family."""
    dead = Case.objects.in_procedure().filter(officer__status=Officer.Status.DECEASED)
    return _ids(dead.filter(for_family=False))


def suspensions_over() -> list[int]:
    """Suspensions taken as a measure whose last day is over."""
    over = Measure.objects.filter(until__lte=clock.today(), ended_on=None, reversed_on=None)
    return _ids(over.filter(kind="suspension", until__gt=F("effective_on")))


def orders_stuck() -> QuerySet[Order]:
    """Verified orders that are not in force an hour into their day."""
    start = timezone.make_aware(datetime.combine(clock.today(), time()))
    due = Q(effective_on__lt=clock.today())
    if clock.now() > start + STUCK_AFTER:
        due |= Q(effective_on=clock.today(), verified_at__lt=clock.now() - STUCK_AFTER)
    return Order.objects.filter(due, status=Order.Status.VERIFIED)


def in_force_on_fallen_ground() -> QuerySet[Case]:
    """Cases in force, or final, of which a ground fell, and nobody has appealed since."""
    since = Appeal.objects.filter(case=OuterRef("case"), lodged_at__gte=OuterRef("ended_at"))
    fell = Ground.objects.filter(~Exists(since), case=OuterRef("pk"), status=Ground.Status.FALLEN)
    return Case.objects.filter(Exists(fell), status__in=(Case.Status.IN_FORCE, Case.Status.FINAL))


def _ids(rows: QuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
