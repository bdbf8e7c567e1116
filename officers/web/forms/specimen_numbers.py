"""Forms about labels for specimens."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from officers.actions.specimen_numbers import MOST
from officers.models import SpecimenRange
from officers.reckoning.numbers import label_of, plain_specimen
from officers.web.forms.fields import ReasonField, UnitField, ask

#: Labels on one print, at most: each is two codes to draw.
MOST_PRINTED = 200
_NARROW = {"class": "govuk-input--width-10", "autocomplete": "off"}


class RangeFilter(forms.Form):
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all below it"))
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )


class Issue(forms.Form):
    unit = UnitField(
        label=_("Unit"), help_text=_("Its sheets, and those of units below, use labels from then on.")
    )
    number = forms.IntegerField(
        label=_("How many labels"),
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class Spoil(forms.Form):
    number = forms.CharField(
        label=_("Specimen number"),
        max_length=40,
        help_text=_("As it stands on the label, such as K-2026-000123-38."),
        widget=forms.TextInput(attrs=_NARROW),
    )
    reason = ReasonField()


class Print(forms.Form):
    """Which labels of a range are printed."""

    first = forms.CharField(label=_("From the label"), max_length=40, widget=forms.TextInput(attrs=_NARROW))
    number = forms.IntegerField(
        label=_("How many labels"),
        min_value=1,
        max_value=MOST_PRINTED,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )

    def __init__(self, labels: SpecimenRange, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.labels = labels

    def clean_first(self) -> int:
        """:raises ValidationError: if it is no label of the range"""
        try:
            label = label_of(plain_specimen(self.cleaned_data["first"]))
        except ValueError:
            label = None
        labels = self.labels
        if label is None or label[0] != labels.year or not labels.first <= label[1] <= labels.last:
            raise ValidationError(_("This is no label of this range."))
        return label[1]
