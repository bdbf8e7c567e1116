"""What figures are asked for: two days, and of tests the order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.queries.figures import DIMENSIONS, FIGURES, TEST_FIGURES, AsOf, Narrowed
from foundation.web.fields import DayField
from ledger import clock


class FiguresFilter(forms.Form):
    """Left empty, a day is today."""

    effective_by = DayField(label=_("Effective by"), required=False, help_text=_("Empty for today."))
    known_by = DayField(
        label=_("As known by"), required=False, help_text=_("What became known later is left out.")
    )
    order_number = forms.CharField(
        label=_("Tests of the campaign or order number"), required=False, max_length=60
    )

    def as_of(self) -> AsOf:
        """The days asked for; of what cannot be read, today."""
        said = self.cleaned_data if self.is_valid() else {}
        today = clock.today()
        return AsOf(said.get("effective_by") or today, said.get("known_by") or today)

    @property
    def order(self) -> str:
        return (self.cleaned_data if self.is_valid() else {}).get("order_number", "")


class BehindFilter(FiguresFilter):
    """Which figure's list is asked for, and the line of a table it stands in."""

    figure = forms.ChoiceField(
        label=_("Figure"),
        required=False,
        choices=[("", _("All measures")), *((code, one.label) for code, one in FIGURES.items())],
    )
    dimension = forms.ChoiceField(
        required=False, choices=[("", ""), *((code, code) for code in DIMENSIONS)], widget=forms.HiddenInput
    )
    value = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    order_number = None  # type: ignore[assignment]

    field_order = ("figure", "effective_by", "known_by")

    def narrowed(self) -> Narrowed:
        said = self.cleaned_data if self.is_valid() else {}
        return Narrowed(said.get("figure", ""), said.get("dimension", ""), said.get("value", ""))


class TestsBehindFilter(FiguresFilter):
    figure = forms.ChoiceField(
        label=_("Figure"),
        required=False,
        choices=[(code, one.label) for code, one in TEST_FIGURES.items()],
        initial="tested",
    )

    field_order = ("figure", "effective_by", "known_by", "order_number")

    @property
    def code(self) -> str:
        said: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        return said.get("figure") or "tested"
