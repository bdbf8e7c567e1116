"""What the lists can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet

from officers.models import DrugTest, Officer, Sheet, Unit
from officers.models.sheets import Drug
from officers.queries.people import matching

LARGEST_ID = 2**63 - 1


class IdFilter(Filter):
    """A row's id. One that nobody may see finds nothing, like one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)


class UnitAndBelow(IdFilter):
    """Rows of a unit and of all below it; `path` leads from the row to the unit's path."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path = path

    def filter(self, qs: QuerySet[Any], value: int | None) -> QuerySet[Any]:
        if value is None:
            return qs
        unit = Unit.objects.filter(pk=value).first()
        return qs.filter(**{f"{self.path}__startswith": unit.path}) if unit else qs.none()


class Day(DateFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class SheetFilter(FilterSet):
    unit = UnitAndBelow("unit__path", label=_("Of this unit and all below it."))
    status = ChoiceFilter(choices=Sheet.Status.choices, label=_("In this state."))
    tested_from = Day("tested_on", "gte", label=_("Tested on this day or later."))
    tested_to = Day("tested_on", "lte", label=_("Tested on this day or earlier."))


class DrugTestFilter(FilterSet):
    sheet = IdFilter("sheet_id", label=_("Lines of this sheet."))
    officer = IdFilter("officer_id", label=_("Tests of this officer."))
    unit = UnitAndBelow("unit__path", label=_("Of officers of this unit, or below it, on the day."))
    status = ChoiceFilter(choices=DrugTest.Status.choices, label=_("In this state."))
    drug = ChoiceFilter(
        "non_negative_for", "contains", choices=Drug.choices, label=_("Screens non-negative for this drug.")
    )
    tested_from = Day("tested_on", "gte", label=_("Tested on this day or later."))
    tested_to = Day("tested_on", "lte", label=_("Tested on this day or earlier."))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        drug = self.form.cleaned_data.pop("drug", None)
        if drug:
            queryset = queryset.filter(non_negative_for__contains=[drug])
        return super().filter_queryset(queryset)


class OfficerFilter(FilterSet):
    q = CharFilter(
        method="search",
        max_length=100,
        label=_("A name in either script, or a service number, present or former, or a stable number."),
    )
    unit = UnitAndBelow("unit__path", label=_("Serving in this unit or below it."))
    status = ChoiceFilter(choices=Officer.Status.choices, label=_("In this state."))

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(matching(value))


class UnitFilter(FilterSet):
    parent = IdFilter("parent_id", label=_("Directly below this unit."))
    below = UnitAndBelow("path", label=_("This unit and all below it."))
    kind = ChoiceFilter(choices=Unit.Kind.choices, label=_("Of this kind."))
    code = CharFilter(max_length=20, label=_("With this code."))
    open = BooleanFilter(method="is_open", label=_("Existing now, or no more."))

    def is_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(Q(valid_to__isnull=value))
