"""What figures and the lists behind them can be asked for."""

from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from django_filters.utils import translate_validation

from cases.queries.figures import (
    DIMENSIONS,
    FIGURES,
    TEST_FIGURES,
    AsOf,
    Narrowed,
    drug_tests_of,
    earlier_of,
    measures_of,
)
from ledger import clock
from officers.api.filters import Among, Day, Text
from officers.models import DrugTest


class _Codes:
    """Codes in the form in which `Among` takes choices."""

    def __init__(self, codes: Any) -> None:
        self.values = list(codes)
        self.choices = [(code, code) for code in self.values]


class OfDays(FilterSet):
    """The two days of figures. What is asked for is read as a whole: see `as_of`."""

    effective_by = Day(label="Effective by this day; today, if left out.", method="whole")
    known_by = Day(label="As known by the end of this day; today, if left out.", method="whole")

    def whole(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset

    @property
    def as_of(self) -> AsOf:
        """:raises ValidationError: by parameter"""
        if not self.form.is_valid():
            raise translate_validation(self.form.errors)
        said, today = self.form.cleaned_data, clock.today()
        return AsOf(said["effective_by"] or today, said["known_by"] or today)

    def narrowed(self) -> Narrowed:
        said = self.form.cleaned_data
        return Narrowed(*(said[name] or "" for name in ("figure", "dimension", "value")))


class FiguresAsked(OfDays):
    order_number = Text(label="Of tests: of this campaign or order alone.", max_length=60, method="whole")


class BehindFigure(OfDays):
    figure = Among(choices=_Codes(FIGURES), label="Counted by this figure.", method="whole")
    dimension = Among(
        choices=_Codes(DIMENSIONS), label="With `value`: in this line of the table.", method="whole"
    )
    value = Text(label="The line's value.", max_length=60, method="whole")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = measures_of(self.request.user, self.as_of, self.narrowed())
        return queryset.filter(pk__in=found.order_by().values("pk"))


class BehindEarlier(BehindFigure):
    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = earlier_of(self.request.user, self.as_of, self.narrowed())
        return queryset.filter(pk__in=found.order_by().values("pk"))


class BehindTestFigure(FiguresAsked):
    figure = Among(
        choices=_Codes(TEST_FIGURES), label="Counted by this figure; `tested`, if left out.", method="whole"
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        said = self.form.cleaned_data
        found = drug_tests_of(
            self.request.user, self.as_of, said["figure"] or "tested", said["order_number"] or ""
        )
        return queryset.filter(pk__in=DrugTest.objects.filter(pk__in=found.values("pk")).values("pk"))
