"""Lists from outside: sent, looked through, settled row by row."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import OutsideList
from foundation.web.fields import DayField
from officers.web.forms.fields import OfficerField, ReasonField, UnitField, VersionField, ask


class ListForm(forms.Form):
    lists = forms.ChoiceField(label=_("What it lists"), choices=OutsideList.Lists, widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("Source"), choices=OutsideList.Source)
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("For example: payroll of June 2026, or the gazette’s number."),
    )
    unit_id = UnitField(
        label=_("Of which unit"), help_text=_("The list is held against it and all below it.")
    )
    published_on = DayField(label=_("Published on"))
    period_from = DayField(label=_("From"))
    period_to = DayField(label=_("Until"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, or an Excel workbook (.xlsx), of at most 120,000 rows and 32 MB"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask(self, user)


class LinesFilter(forms.Form):
    group = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Name or service number"), required=False, max_length=100)


class SettleForm(forms.Form):
    officer_id = OfficerField(
        label=_("Whom the row means"),
        required=False,
        help_text=_("The service number or the stable number. Left empty: he is not on the roll."),
    )
    reason = ReasonField()
    version = VersionField()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask(self, user)


class UndoForm(forms.Form):
    reason = ReasonField()
    version = VersionField()
