"""What the lists can be narrowed by."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import FilterSet

from audits.models import About, Audit, Finding, Review, Sample, Severity
from ledger import clock
from ledger.models import Change
from officers.api.filters import Among, Day, IdFilter, Text, UnitAndBelow, YesNo


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class Since(Day):
    """The whole day, here."""

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__gte": _begins(value)}) if value else qs


class Until(Day):
    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None or value == date.max:
            return qs
        return qs.filter(**{f"{self.field_name}__lt": _begins(value + timedelta(days=1))})


_TABLE = "Of this table, as `cases_case`."


class EventFilter(FilterSet):
    table = Text(method="by_table", max_length=63, label=_TABLE)
    row = IdFilter(
        method="by_row", label="About this row of `table`, or that changed it while about another."
    )
    verb = Text(field_name="event__verb", max_length=80, label="That did this, as `case.opened`.")
    actor = IdFilter("event__actor_id", label="By the user with this id.")
    recorded_since = Since("event__recorded_at", label="Recorded on this day or later.")
    recorded_until = Until("event__recorded_at", label="Recorded on this day or earlier.")
    position_from = IdFilter("position", "gte", label="From this place in the order on.")
    position_to = IdFilter("position", "lte", label="Up to this place in the order.")

    def by_table(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if self.data.get("row"):
            return queryset  # the row says more
        return queryset.filter(event__subject_table=value)

    def by_row(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        table = self.data.get("table", "")
        changed = Change.objects.filter(table_name=table, row_id=value).values("event_id")
        return queryset.filter(Q(event__subject_table=table, event__subject_id=value) | Q(event__in=changed))


class ChangeFilter(FilterSet):
    table = Text(field_name="table_name", max_length=63, label=_TABLE)
    row = IdFilter("row_id", label="Of this row.")
    event = IdFilter("event_id", label="Left by this event.")
    verb = Text(field_name="event__verb", max_length=80, label="Left by events that did this.")
    actor = IdFilter("event__actor_id", label="By the user with this id.")
    recorded_since = Since("event__recorded_at", label="Recorded on this day or later.")
    recorded_until = Until("event__recorded_at", label="Recorded on this day or earlier.")
    position_from = IdFilter("event__seal__position", "gte", label="Of events from this place on.")
    position_to = IdFilter("event__seal__position", "lte", label="Of events up to this place.")


class ReadFilter(FilterSet):
    table = Text(field_name="table_name", max_length=63, label=_TABLE)
    row = IdFilter("row_id", label="At this row.")
    actor = IdFilter("actor_id", label="By the user with this id.")
    what = Text(max_length=20, label="`opened`, `listed`, `searched` or `exported`.")
    read_since = Since("read_at", label="On this day or later.")
    read_until = Until("read_at", label="On this day or earlier.")


class AuditFilter(FilterSet):
    year = IdFilter("year", label="Of this year.")
    status = Among(choices=Audit.Status, label="In this state.")
    unit = UnitAndBelow("unit__path", label="Of this unit or one below it.")


class SampleFilter(FilterSet):
    audit = IdFilter("audit_id", label="Of this audit.")
    about = Among(choices=About, label="Of such records.")
    status = Among(choices=Sample.Status, label="In this state.")


class ReviewFilter(FilterSet):
    audit = IdFilter("audit_id", label="Of this audit.")
    about = Among(choices=About, label="Of such records.")
    row = IdFilter("row_id", label="Of the record with this id.")
    status = Among(choices=Review.Status, label="In this state.")
    mine = YesNo(method="is_mine", label="Given to you, or to others.")

    def is_mine(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        mine = Q(reviewer=self.request.user.pk)
        return queryset.filter(mine if value else ~mine)


class FindingFilter(FilterSet):
    audit = IdFilter("audit_id", label="Of this audit.")
    status = Among(choices=Finding.Status, label="In this state.")
    severity = Among(choices=Severity, label="As grave as this.")
    unit = UnitAndBelow("unit__path", label="Addressed to this unit or one below it.")
    late = YesNo(method="by_day", label="Whether a day was missed.")

    def by_day(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        late = Q(due_on__lt=clock.today())
        return queryset.filter(late if value else ~late | Q(due_on__isnull=True))
