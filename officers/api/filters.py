"""What the lists can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet
from drf_spectacular.utils import extend_schema_field

from officers.models import DrugTest, Officer, Review, Sheet, Specimen, Unit
from officers.models.sheets import Drug
from officers.queries.units import find_units
from officers.reckoning.numbers import plain_specimen

LARGEST_ID = 2**63 - 1


class IdFilter(Filter):
    """A row's id. One that nobody may see finds nothing, like one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, label=label, min_value=1, max_value=LARGEST_ID, **kwargs)
        schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID, "description": label}
        extend_schema_field(schema)(self)


class UnitAndBelow(IdFilter):
    """Rows of a unit and of all below it; `path` leads from the row to the unit's path."""

    def __init__(self, path: str, *, label: str) -> None:
        super().__init__(label=label)
        self.path = path

    def filter(self, qs: QuerySet[Any], value: int | None) -> QuerySet[Any]:
        if value is None:
            return qs
        unit = Unit.objects.filter(pk=value).first()
        return qs.filter(**{f"{self.path}__startswith": unit.path}) if unit else qs.none()


class Day(DateFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class Text(CharFilter):
    def __init__(self, *args: Any, label: str, max_length: int, **kwargs: Any) -> None:
        super().__init__(*args, label=label, max_length=max_length, **kwargs)
        schema = {"type": "string", "minLength": 1, "maxLength": max_length, "description": label}
        extend_schema_field(schema)(self)


class Among(ChoiceFilter):
    def __init__(self, *args: Any, choices: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, choices=choices.choices, label=label, **kwargs)
        extend_schema_field({"type": "string", "enum": choices.values, "description": label})(self)


class YesNo(Filter):
    """`true` or `false`, and nothing else that might be either."""

    field_class = forms.TypedChoiceField

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        coerce = {"true": True, "false": False}.__getitem__
        super().__init__(*args, label=label, choices=choices, coerce=coerce, empty_value=None, **kwargs)
        extend_schema_field({"type": "boolean", "description": label})(self)


class NoticeFilter(FilterSet):
    unread = YesNo("read_at", "isnull", label="Whether you have not read it.")
    kind = Text(field_name="kind", max_length=60, label="Of this kind, as `import.taken`.")


class SheetFilter(FilterSet):
    unit = UnitAndBelow("unit__path", label="Of this unit and all below it.")
    status = Among(choices=Sheet.Status, label="In this state.")
    tested_from = Day("tested_on", "gte", label="Tested on this day or later.")
    tested_to = Day("tested_on", "lte", label="Tested on this day or earlier.")


class RangeFilter(FilterSet):
    unit = UnitAndBelow("unit__path", label="Issued to this unit, or below it.")
    year = IdFilter("year", label="Of this year.")


class SpoiledFilter(FilterSet):
    range = IdFilter("range_id", label="Of this range.")


class DrugTestFilter(FilterSet):
    sheet = IdFilter("sheet_id", label="Lines of this sheet.")
    officer = IdFilter("officer_id", label="Tests of this officer.")
    unit = UnitAndBelow("unit__path", label="Of officers of this unit, or below it, on the day.")
    status = Among(choices=DrugTest.Status, label="In this state.")
    drug = Among(choices=Drug, method="by_drug", label="Screens non-negative for this drug.")
    tested_from = Day("tested_on", "gte", label="Tested on this day or later.")
    tested_to = Day("tested_on", "lte", label="Tested on this day or earlier.")

    def by_drug(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(non_negative_for__contains=[value])


class ReviewFilter(FilterSet):
    officer = IdFilter("test__officer_id", label="Of tests of this officer.")
    test = IdFilter("test_id", label="Of this test.")
    unit = UnitAndBelow("test__unit__path", label="Of officers of this unit, or below it, on the day.")
    status = Among(choices=Review.Status, label="In this state.")
    mine = YesNo(method="is_mine", label="Taken on by the caller, or not.")
    claim = YesNo(method="is_claim", label="Of a claimed refusal, or of a laboratory's report.")

    def is_mine(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        mine = Q(reviewer=self.request.user)
        return queryset.filter(mine if value else ~mine | Q(reviewer__isnull=True))

    def is_claim(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(claim__isnull=not value)


class NotTestedFilter(FilterSet):
    unit = UnitAndBelow("unit__path", label="Of this unit and all below it.")


class OfficerFilter(FilterSet):
    q = Text(
        method="search",
        max_length=100,
        label="A name in either script, a service number, present or former, or a stable number.",
    )
    unit = UnitAndBelow("unit__path", label="Serving in this unit or below it.")
    status = Among(choices=Officer.Status, label="In this state.")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The view begins with those found, since the order of the list follows from how they were."""
        return queryset


class SpecimenFilter(FilterSet):
    number = Text(method="by_number", max_length=40, label="With this number, in either kind of digits.")
    status = Among(choices=Specimen.Status, label="In this state.")
    awaiting = YesNo(
        method="awaiting_result",
        label="Received and not reported yet, or not so; where one sees reports.",
    )

    def by_number(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(number__iexact=plain_specimen(value))

    def awaiting_result(self, queryset: Any, name: str, value: bool) -> QuerySet[Any]:
        waiting = Specimen.objects.awaiting_result().values("pk")
        found = queryset.filter(pk__in=Specimen.objects.with_reports_for(self.request.user).values("pk"))
        return found.filter(pk__in=waiting) if value else found.exclude(pk__in=waiting)


class CustodyProblemFilter(FilterSet):
    specimen = IdFilter("specimen_id", label="Of this specimen.")
    open = YesNo(method="is_open", label="Still to be decided, or decided.")

    def is_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(outcome="") if value else queryset.exclude(outcome="")


class UnitFilter(FilterSet):
    q = Text(method="search", max_length=100, label="A name in either script, or the beginning of a code.")
    parent = IdFilter("parent_id", label="Directly below this unit.")
    below = UnitAndBelow("path", label="This unit and all below it.")
    kind = Among(choices=Unit.Kind, label="Of this kind.")
    code = Text(max_length=20, label="With this code.")
    open = YesNo(method="is_open", label="Existing now, or no more.")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=find_units(self.request.user, value).order_by().values("pk"))

    def is_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(valid_to__isnull=value)
