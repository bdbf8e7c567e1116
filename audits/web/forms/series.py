"""What the pages of official statistics ask for. Fields are called as the action calls them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Series, StatStatus
from audits.models.series import LARGEST
from foundation import khmer
from foundation.web.fields import DayField
from officers.web.forms.fields import ReasonField, VersionField


def _long(label: Any, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class NewSeries(forms.Form):
    """What is counted, and how. It is never changed."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters, digits and _, such as drug_cases. It stays in addresses for ever."),
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    title_km = forms.CharField(
        label=_("Title in Khmer"), max_length=200, widget=forms.TextInput({"lang": "km"})
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    unit = forms.ChoiceField(label=_("Unit of count"), choices=Series.Unit, widget=forms.RadioSelect)
    definition_km = _long(_("Definition in Khmer"), 2000)
    definition_en = _long(_("Definition in English"), 2000)
    source = forms.CharField(label=_("Who counts"), max_length=200)


class PeriodField(forms.CharField):
    """A year, a month or a day, in Latin or Khmer digits."""

    def clean(self, value: Any) -> str:
        return khmer.digits(super().clean(value)).strip()


class NewRelease(forms.Form):
    """A number as its source released it."""

    period = PeriodField(
        label=_("Period"),
        max_length=10,
        help_text=_("A year, a month or a day: 2019, 2019-05 or 2024-01-23."),
        widget=forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "off"}),
    )
    value = forms.IntegerField(
        label=_("Value"),
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text=_("A whole number. Empty where the source gives none; the note says why."),
        widget=forms.TextInput({"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    stat_status = forms.ChoiceField(
        label=_("What the source says of it"),
        choices=[one for one in StatStatus.choices if one[0] != StatStatus.RETRACTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    released_on = DayField(
        label=_("Released by its source on"), required=False, help_text=_("Empty if the day is not known.")
    )
    source = forms.CharField(
        label=_("Where it stands"), max_length=300, help_text=_("For example: yearly report 2019, page 4.")
    )
    note = _long(_("Note"), 1000, required=False, help_text=_("It is public with the number."))


class Retract(forms.Form):
    source = forms.CharField(label=_("Where the retraction stands"), max_length=300)
    reason = _long(
        _("Reason"),
        1000,
        help_text=_("It is public in place of the number."),
        error_messages={"required": _("Say why.")},
    )


class Confirm(forms.Form):
    version = VersionField()


class Reject(forms.Form):
    version = VersionField()
    reason = ReasonField(error_messages={"required": _("Say why.")})
