"""An outside list held against the record as it stands: on both, only there, only here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Whichever
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audits.models import OutsideLine, OutsideList
from cases.models import EarlierMeasure, Measure
from cases.models.deciding import MeasureKind
from officers.models import Officer
from officers.queries.officers import find_officers
from officers.reckoning.numbers import service_number

IN_SERVICE = (Officer.Status.SERVING, Officer.Status.SUSPENDED)
#: What a group is of: rows of the list, officers, measures through a case, or measures from before the system.
LINES, OFFICERS, MEASURES, EARLIER = "lines", "officers", "measures", "earlier"


@dataclass(frozen=True)
class Group:
    """One part of a comparison: its name in an address, the column it stands in, what it is of, and in words."""

    code: str
    column: str
    of: str
    label: Any
    is_risk: bool = False


_OF_SERVICE = (
    Group("both", "both", LINES, _("On both: paid and in service")),
    Group("after", "there", LINES, _("Paid after dismissal"), True),
    Group("gone", "there", LINES, _("On the list, no longer in service here"), True),
    Group("unknown", "there", LINES, _("On the list, not known here"), True),
    Group("open", "there", LINES, _("To be settled: may be an officer here")),
    Group("here", "here", OFFICERS, _("In service here, not on the list"), True),
)
_OF_DISMISSALS = (
    Group("both", "both", LINES, _("On both, day and measure alike")),
    Group("differs", "both", LINES, _("On both, but day or measure differ"), True),
    Group("none", "there", LINES, _("Published, no such measure here"), True),
    Group("unknown", "there", LINES, _("Published, not known here"), True),
    Group("open", "there", LINES, _("To be settled: may be an officer here")),
    Group("here", "here", MEASURES, _("Dismissed here in this time, not published"), True),
    Group("earlier", "here", EARLIER, _("From before the system, not published")),
)
_ALWAYS = (
    Group("twins", "", LINES, _("Named a second time in the list")),
    Group("bad", "", LINES, _("Rows that cannot be read")),
)


def groups_of(row: OutsideList) -> tuple[Group, ...]:
    return (_OF_SERVICE if row.lists == OutsideList.Lists.IN_SERVICE else _OF_DISMISSALS) + _ALWAYS


def rows_of(row: OutsideList, group: Group, user: Any, text: str = "") -> QuerySet[Any]:
    """What stands in a group; of those, with a text, whom it names."""
    if group.of == OFFICERS:
        return _missing(row, user, text).select_related("unit")
    if group.of in (MEASURES, EARLIER):
        return _unpublished(row, group, user, text).select_related("officer__unit")
    lines = _lines(row)
    if text:
        number = service_number(text)
        lines = lines.filter(
            Q(service_number=number)
            | Q(name_km__icontains=text)
            | Q(name_latin__icontains=text)
            | Q(officer__in=find_officers(user, text).values("pk"))
        )
    return lines.filter(_CONDITIONS[row.lists, group.code]).select_related("officer__unit", "settled_by")


def order_of(group: Group) -> tuple[str, ...]:
    return {LINES: ("line", "id"), OFFICERS: ("sort_key", "id")}.get(group.of, ("effective_on", "id"))


def counts(row: OutsideList, user: Any) -> dict[str, int]:
    """How many stand in each group."""
    of_lines = {
        group.code: _CONDITIONS[row.lists, group.code] for group in groups_of(row) if group.of == LINES
    }
    asked = _lines(row).aggregate(
        **{f"n_{code}": Count("pk", filter=condition) for code, condition in of_lines.items()}
    )
    found = {code: asked[f"n_{code}"] for code in of_lines}
    for group in groups_of(row):
        if group.of != LINES:
            found[group.code] = rows_of(row, group, user).count()
    return found


def _lines(row: OutsideList) -> QuerySet[Any]:
    """The rows of a list, each with the day and the kind of the measure of its officer that fits best."""
    lines = OutsideLine.objects.filter(outside=row)
    wanted = (
        OuterRef("kind") if row.lists == OutsideList.Lists.DISMISSALS else Value(MeasureKind.DISMISSAL.value)
    )
    inside = Q(effective_on__range=(row.period_from, row.period_to))
    fitting = Whichever(When(kind=wanted, then=0), default=1, output_field=IntegerField())
    through = (
        Measure.objects.filter(officer=OuterRef("officer"), reversed_on__isnull=True)
        .filter(Q(kind=wanted) | inside)
        .annotate(fits=fitting)
        .order_by("fits", "-effective_on")
    )
    before = (
        EarlierMeasure.objects.standing()
        .filter(officer=OuterRef("officer"))
        .filter(Q(kind=wanted) | inside)
        .annotate(fits=fitting)
        .order_by("fits", "-effective_on")
    )
    return lines.annotate(
        here_kind=Coalesce(Subquery(through.values("kind")[:1]), Subquery(before.values("kind")[:1])),
        here_on=Coalesce(
            Subquery(through.values("effective_on")[:1]), Subquery(before.values("effective_on")[:1])
        ),
        begins=Value(row.period_from),
    )


_READ = Q(problem="", twin__isnull=True)
_SERVES = Q(officer__status__in=IN_SERVICE)
_AFTER = Q(here_on__lt=F("begins"), here_kind=MeasureKind.DISMISSAL.value)
_ALIKE = Q(here_kind=F("kind")) & (Q(effective_on__isnull=True) | Q(here_on=F("effective_on")))
_OPEN = Q(how="", officer__isnull=True) & ~Q(candidates=[])
_UNKNOWN = Q(officer__isnull=True) & (Q(how="nobody") | Q(how="", candidates=[]))
_S, _D = OutsideList.Lists.IN_SERVICE.value, OutsideList.Lists.DISMISSALS.value
_CONDITIONS: dict[tuple[str, str], Q] = {
    (_S, "both"): _READ & _SERVES,
    (_S, "after"): _READ & Q(officer__isnull=False) & ~_SERVES & _AFTER,
    (_S, "gone"): _READ & Q(officer__isnull=False) & ~_SERVES & (~_AFTER | Q(here_on__isnull=True)),
    (_D, "both"): _READ & Q(officer__isnull=False, here_on__isnull=False) & _ALIKE,
    (_D, "differs"): _READ & Q(officer__isnull=False, here_on__isnull=False) & ~_ALIKE,
    (_D, "none"): _READ & Q(officer__isnull=False, here_on__isnull=True),
    **{
        (lists, code): condition
        for lists in (_S, _D)
        for code, condition in {
            "unknown": _READ & _UNKNOWN,
            "open": _READ & _OPEN,
            "twins": Q(twin__isnull=False),
            "bad": ~Q(problem=""),
        }.items()
    },
}


def _missing(row: OutsideList, user: Any, text: str) -> QuerySet[Any]:
    """Officers in service in the list's units whom no row of it means."""
    officers = find_officers(user, text) if text else Officer.objects.visible_to(user)
    named = OutsideLine.objects.filter(outside=row, officer=OuterRef("pk"))
    return officers.filter(status__in=IN_SERVICE, unit__path__startswith=row.unit.path).exclude(Exists(named))


def _unpublished(row: OutsideList, group: Group, user: Any, text: str) -> QuerySet[Any]:
    """Dismissals of the period in the list's units that no row of it means."""
    named = OutsideLine.objects.filter(outside=row, officer=OuterRef("officer"))
    if group.of == MEASURES:
        rows: QuerySet[Any] = Measure.objects.filter(
            reversed_on__isnull=True, unit__path__startswith=row.unit.path
        )
    else:
        rows = EarlierMeasure.objects.standing().filter(officer__unit__path__startswith=row.unit.path)
    rows = rows.filter(
        kind=MeasureKind.DISMISSAL,
        effective_on__range=(row.period_from, row.period_to),
        officer__in=Officer.objects.visible_to(user),
    ).exclude(Exists(named))
    return rows.filter(officer__in=find_officers(user, text).values("pk")) if text else rows
