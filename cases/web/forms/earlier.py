"""Lists of earlier measures: sent, checked, taken."""

from django import forms
from django.utils.translation import gettext_lazy as _

from officers.web.forms.fields import ReasonField, VersionField


class ListForm(forms.Form):
    source = forms.CharField(
        label=_("From which list or paper this is"),
        max_length=200,
        help_text=_(
            "For example: list of the personnel department, June 2022. It stands beside each measure."
        ),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, or an Excel workbook (.xlsx), of at most 2,000 rows"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class TakeListForm(forms.Form):
    """What was checked, handed back signed."""

    source = forms.CharField(max_length=200, widget=forms.HiddenInput)
    ticket = forms.CharField(widget=forms.HiddenInput)


class VoidForm(forms.Form):
    reason = ReasonField()
    version = VersionField()


class VoidListForm(forms.Form):
    reason = ReasonField()
