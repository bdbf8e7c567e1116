"""What the lists about cases can be narrowed by."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import FilterSet

from cases.models import Appeal, Case, Delegation, Extract, Ground, Measure, Order, OrderLine
from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.queries.measures import in_province
from ledger import clock
from officers.api.filters import Among, Day, IdFilter, Text, UnitAndBelow, YesNo
from officers.models import RegisterEntry
from officers.queries.register import entries_of


class CaseFilter(FilterSet):
    status = Among(choices=Case.Status, label="In this state.")
    severity = Among(choices=Case.Severity, label="As grave as this.")
    outcome = Among(choices=Case.Outcome, label="That ended so.")
    officer = IdFilter("officer_id", label="Of this officer.")
    unit = UnitAndBelow("unit__path", label="Conducted by this unit or one below it.")
    officer_unit = UnitAndBelow("officer_unit__path", label="Of officers of this unit or one below it.")
    ground = Among(choices=GroundKind, method="by_ground", label="With such a ground, not withdrawn.")
    overdue = YesNo(method="by_day", label="Whether a day was missed.")
    mine = YesNo(method="by_case_officer", label="Whether you are in charge.")
    ground_fell = YesNo("ground_fell", label="Whether a ground fell.")
    news = YesNo("news", label="Whether something new came in.")
    due_until = Day("due_on", "lte", label="Due on this day or earlier.")
    opened_since = Day("opened_at", "date__gte", label="Opened on this day or later.")
    opened_until = Day("opened_at", "date__lte", label="Opened on this day or earlier.")

    def by_ground(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        grounds = Ground.objects.filter(kind=value).exclude(status=Ground.Status.WITHDRAWN)
        return queryset.filter(pk__in=grounds.values("case_id"))

    def by_day(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = Q(due_on__lt=clock.today())
        # Where no clock runs nothing is late: NULL must not fall out of both halves.
        return queryset.filter(late if value else ~late | Q(due_on__isnull=True))

    def by_case_officer(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        mine = Q(case_officer_id=self.request.user.pk)
        return queryset.filter(mine if value else ~mine | Q(case_officer_id__isnull=True))


class ExtractFilter(FilterSet):
    """Not by complaint: whoever sees the case alone could try out which it is."""

    status = Among(choices=Extract.Status, label="In this state.")


class OrderFilter(FilterSet):
    status = Among(choices=Order.Status, label="In this state.")
    instrument = Among(choices=Instrument, label="By such a paper.")
    case = IdFilter(method="by_case", label="That this case stands in.")

    def by_case(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        return queryset.filter(pk__in=OrderLine.objects.filter(case_id=value).values("order_id"))


class AppealFilter(FilterSet):
    status = Among(choices=Appeal.Status, label="In this state.")
    outcome = Among(choices=Appeal.Outcome, label="Decided so.")
    case = IdFilter("case_id", label="In this case.")


class DelegationFilter(FilterSet):
    ruling = YesNo(method="is_ruling", label="Whether it rules today.")
    unit = UnitAndBelow("unit__path", label="Of the authority of this unit or one below it.")

    def is_ruling(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        ruling = Delegation.objects.ruling().values("pk")
        return queryset.filter(pk__in=ruling) if value else queryset.exclude(pk__in=ruling)


class MeasureFilter(FilterSet):
    kind = Among(choices=MeasureKind, label="Of this kind.")
    about_drugs = YesNo("is_about_drugs", label="Whether drug-related.")
    ground = Among(choices=GroundKind, method="by_ground", label="On such a ground.")
    province = Text(method="by_province", max_length=2, label="In this province: 2 digits of its place.")
    unit = UnitAndBelow("unit__path", label="On officers of this unit or one below it, as they stood before.")
    officer = IdFilter("officer_id", label="On this officer.")
    effective_since = Day("effective_on", "gte", label="In force from this day or later.")
    effective_until = Day("effective_on", "lte", label="In force from this day or earlier.")
    reversed = YesNo("reversed_on", "isnull", label="Whether an appeal reversed it.", exclude=True)

    def by_ground(self, queryset: QuerySet[Measure], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(grounds__contains=[value])

    def by_province(self, queryset: QuerySet[Measure], name: str, value: str) -> QuerySet[Any]:
        return in_province(queryset, value)


class RegisterFilter(FilterSet):
    number = Text(
        method="by_number",
        max_length=40,
        label="Of the officer who has or had this service number, or has this stable number.",
    )
    status = Among(choices=RegisterEntry.Status, label="In this state.")

    def by_number(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:
        return entries_of(queryset, value)
