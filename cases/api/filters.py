"""What the lists can be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema_field

from cases.models import Complaint, FailureProposal, Miss
from cases.models.vocabulary import Category, Level
from cases.queries.searches import found_by, saved_by
from ledger import clock
from officers.api.filters import Among, Day, IdFilter, UnitAndBelow, YesNo


class LevelFilter(ChoiceFilter):
    def __init__(self, *, label: str) -> None:
        super().__init__("level", choices=Level.choices, label=label)
        extend_schema_field({"type": "integer", "enum": Level.values, "description": label})(self)


class ComplaintFilter(FilterSet):
    status = Among(choices=Complaint.Status, label="In this state.")
    category = Among(choices=Category, label="Of this kind.")
    unit = UnitAndBelow("unit__path", label="Handled by this unit or one below it.")
    level = LevelFilter(label="At this level: 0 commune … 4 inspectorate.")
    overdue = YesNo(method="by_day", label="Whether a day was missed.")
    flagged = YesNo("flagged", label="Whether a flag is up.")
    mine = YesNo(method="by_handler", label="Whether you are in charge.")
    received_since = Day("received_on", "gte", label="Received on this day or later.")
    received_until = Day("received_on", "lte", label="Received on this day or earlier.")

    saved_search = IdFilter(method="by_search", label="That fit this saved search of yours now.")

    def by_search(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        """Of one that is out of date nothing fits, as of one that is not the caller's."""
        search = saved_by(self.request.user).filter(pk=value).first()
        found = found_by(search) if search else None
        return queryset.none() if found is None else queryset.filter(pk__in=found.order_by().values("pk"))

    def by_day(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = {"next_due__lt": clock.today()}
        # Where no clock runs nothing is late: NULL must not fall out of both halves.
        return queryset.filter(**late) if value else queryset.exclude(next_due__isnull=False, **late)

    def by_handler(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        mine = {"handler_id": self.request.user.pk}
        return queryset.filter(**mine) if value else queryset.exclude(handler_id__isnull=False, **mine)


class MissFilter(FilterSet):
    unit = UnitAndBelow("unit__path", label="Of this unit or one below it.")
    kind = Among(choices=Miss.Kind, label="Of this kind.")
    explained = YesNo("explained_on", "isnull", label="Whether the unit has given its reason.", exclude=True)
    moved_since = Day("moved_on", "gte", label="Moved up on this day or later.")
    moved_until = Day("moved_on", "lte", label="Moved up on this day or earlier.")


class FailureFilter(FilterSet):
    status = Among(choices=FailureProposal.Status, label="In this state.")
    unit = UnitAndBelow("unit__path", label="Of this unit or one below it.")
