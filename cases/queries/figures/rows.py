"""The rows behind figures: what a user may see of them, as effective and as known by two days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.models import Case, EarlierMeasure, Ground, Measure
from cases.models.cases import WORKS
from cases.queries.figures.words import FIGURES
from cases.queries.powers import rank_orders
from cases.reckoning.ranks import rank_group
from officers.models import DrugTest, Unit
from officers.models.users import Role, below

SEES_FIGURES = (*WORKS, Role.LEGAL_CHECKER, Role.DECIDING_AUTHORITY, Role.REGISTRAR, Role.AUDITOR)
#: Figures of tests: whoever sees both the tests and the cases, and who decides on these.
SEES_TEST_FIGURES = (Role.INSPECTOR, Role.AUDITOR, Role.DECIDING_AUTHORITY)
T = DrugTest.Status


@dataclass(frozen=True)
class AsOf:
    """The two days of a figure: effective by the one, known to the system by the end of the other."""

    effective_by: date
    known_by: date

    @property
    def known_before(self) -> datetime:
        """The end of the day, in Phnom Penh."""
        return timezone.make_aware(datetime.combine(self.known_by + timedelta(days=1), time.min))


@dataclass(frozen=True)
class Narrowed:
    """A line of a table: which figure, and the value of the dimension it stands under."""

    figure: str = ""
    dimension: str = ""
    value: str = ""


def measures_of(user: Any, as_of: AsOf, at: Narrowed | None = None) -> QuerySet[Measure]:
    """Measures that went through a case."""
    rows = Measure.objects.visible_to(user).filter(below(user.scope(*SEES_FIGURES), "case__unit"))
    rows = rows.filter(effective_on__lte=as_of.effective_by, known_at__lt=as_of.known_before)
    rows = rows.exclude(reversed_known_at__isnull=False, reversed_known_at__lt=as_of.known_before)
    at = at or Narrowed()
    if at.figure:
        rows = rows.filter(FIGURES[at.figure].condition(is_earlier=False))
    match at.dimension:
        case "ground":
            rows = rows.filter(grounds__contains=[at.value])
        case "rank" | "rank_group":
            rows = rows.filter(rank__in=_ranks(at))
        case "province":
            rows = rows.filter(_in_province(at.value))
        case "month":
            rows = rows.filter(_in_month(at.value))
        case "instrument":
            of_appeal = Q(order__isnull=True)
            rows = rows.filter(of_appeal if at.value == "appeal" else Q(order__instrument=at.value))
    return rows


def earlier_of(user: Any, as_of: AsOf, at: Narrowed | None = None) -> QuerySet[EarlierMeasure]:
    """Measures found in a list: of officers in the user's units, and those of his provinces that name no officer."""
    rows = EarlierMeasure.objects.visible_to(user).standing()
    if not sees_all(user):
        paths = user.scope(*SEES_FIGURES)
        seats = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).filter(below_path(paths))
        here = Q(officer__isnull=True, province__in=seats.exclude(admin_code="").values("admin_code"))
        rows = rows.filter(below(paths, "officer__unit") | here)
    rows = rows.filter(effective_on__lte=as_of.effective_by, known_at__lt=as_of.known_before)
    at = at or Narrowed()
    if at.figure:
        rows = rows.filter(FIGURES[at.figure].condition(is_earlier=True))
    match at.dimension:
        case "ground" | "province" | "instrument":
            rows = rows.filter(**{at.dimension: at.value})
        case "rank" | "rank_group":
            rows = rows.filter(rank__in=_ranks(at))
        case "month":
            rows = rows.filter(_in_month(at.value))
    return rows


def sees_all(user: Any) -> bool:
    """Whether his figures are those of the whole country."""
    root = Unit.objects.filter(parent=None).first()
    return root is not None and user.serves(root, *SEES_FIGURES)


def top_units(user: Any) -> list[Unit]:
    """The units of which his figures are, the highest of each line."""
    paths = user.scope(*SEES_FIGURES)
    top = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return list(Unit.objects.filter(path__in=top).in_order())


def below_path(paths: list[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(path__startswith=path)
    return found


def drug_tests_of(
    user: Any, as_of: AsOf, figure: str = "tested", order_number: str = ""
) -> QuerySet[DrugTest]:
    """Tests behind a figure of tests; of one order or campaign, or of all.

    Neither the user's own, nor those of whom he commands.
    """
    rows = DrugTest.objects.filter(below(user.scope(*SEES_TEST_FIGURES), "sheet__unit"))
    if user.officer_id:
        rows = rows.exclude(officer_id=user.officer_id)
        if user.headed_paths:
            rows = rows.exclude(below(user.headed_paths, "officer__unit"))
    if order_number:
        rows = rows.filter(sheet__order_number=order_number)
    rows = rows.filter(tested_on__lte=as_of.effective_by, entered_at__lt=as_of.known_before)
    if figure == "tested":
        return rows.filter(not_taken="").exclude(status__in=[T.VOID, T.REPEAT_NEEDED])
    positive = with_course(
        rows.filter(status=T.FINAL_POSITIVE, review__closed_at__lt=as_of.known_before), as_of
    )
    return positive if figure == "positive" else positive.filter(COURSE[figure])


def with_course(rows: QuerySet[DrugTest], as_of: AsOf) -> QuerySet[DrugTest]:
    """Final positives with what became of each: `dismissed`, `measured`, `ended`, `investigated`."""
    grounds = Ground.objects.filter(test=OuterRef("pk")).exclude(status=Ground.Status.WITHDRAWN)
    measured = Measure.objects.filter(
        case__grounds__test=OuterRef("pk"),
        effective_on__lte=as_of.effective_by,
        known_at__lt=as_of.known_before,
    ).exclude(reversed_known_at__isnull=False, reversed_known_at__lt=as_of.known_before)
    ended = Q(case__closed_at__lt=as_of.known_before, case__status=Case.Status.CLOSED)
    return rows.annotate(
        dismissed=Exists(measured.filter(kind="dismissal")),
        measured=Exists(measured),
        ended=Exists(grounds.filter(ended)),
        investigated=Exists(grounds.filter(case__investigated_at__lt=as_of.known_before)),
    )


#: Every final positive fits one of these and no other.
COURSE = {
    "test_dismissed": Q(dismissed=True),
    "test_other_measure": Q(dismissed=False, measured=True),
    "test_ended": Q(measured=False, ended=True),
    "test_in_procedure": Q(measured=False, ended=False, investigated=True),
    "test_under_investigation": Q(measured=False, ended=False, investigated=False),
}


def _ranks(at: Narrowed) -> list[str]:
    if at.dimension == "rank":
        return [at.value]
    return [code for code, order in rank_orders().items() if rank_group(order) == at.value]


def _in_month(value: str) -> Q:
    """:param value: as `2024-01`; of another form nothing fits"""
    year, _dash, month = value.partition("-")
    if not (year.isdecimal() and month.isdecimal()):
        return Q(pk__in=[])
    return Q(effective_on__year=int(year), effective_on__month=int(month))


def _in_province(code: str) -> Q:
    """Of units of a province; "" for those that are in none."""
    seats = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).exclude(admin_code="")
    if code:
        return below(seats.filter(admin_code=code).values_list("path", flat=True))
    return ~below(seats.values_list("path", flat=True))
