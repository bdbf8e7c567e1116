from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.web.fields import DayField
from officers.models import Sheet
from officers.models.drug_tests import Excuse, NotTaken
from officers.models.sheets import Drug, TestReason
from officers.reckoning.lines import Line
from officers.web.forms.fields import ReasonField, UnitField, VersionField

_SMALL = {"class": "govuk-checkboxes--small"}
_COUNT = {"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "off"}


class HeaderForm(forms.Form):
    """What stands above the lines of a paper sheet."""

    site = forms.CharField(label=_("Site"), max_length=200)
    tested_on = DayField(label=_("Date"))
    witness = forms.CharField(label=_("Witness"), max_length=120)
    reason = forms.ChoiceField(label=_("Reason for test"), choices=TestReason.choices)
    order_number = forms.CharField(label=_("Campaign or order number"), max_length=60, required=False)
    kit_lot = forms.CharField(
        label=_("Kit lot"), max_length=60, widget=forms.TextInput({"class": "govuk-input--width-20"})
    )
    kit_expires_on = DayField(label=_("Kit expires on"))
    drugs = forms.MultipleChoiceField(
        label=_("Drugs the kit screens for"),
        choices=Drug.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )


class OpenForm(HeaderForm):
    unit = UnitField(label=_("Unit"))

    field_order = ["unit"]


class AmendForm(HeaderForm):
    version = VersionField()


class LineForm(forms.Form):
    """A line as written. Nothing but a number is a negative line."""

    number = forms.CharField(
        label=_("Officer"),
        max_length=120,
        help_text=_("Service number, or name in either script"),
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    specimen_number = forms.CharField(
        label=_("Specimen number"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    non_negative_for = forms.MultipleChoiceField(
        label=_("Non-negative for"), required=False, widget=forms.CheckboxSelectMultiple(_SMALL)
    )
    invalid_for = forms.MultipleChoiceField(
        label=_("Kit failed for"), required=False, widget=forms.CheckboxSelectMultiple(_SMALL)
    )
    not_taken = forms.ChoiceField(
        label=_("Was the test taken?"),
        required=False,
        choices=[("", pgettext_lazy("drug test", "Taken")), *NotTaken.choices],
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
    )
    excuse = forms.ChoiceField(
        label=_("Reason given for absence"),
        required=False,
        choices=[("", _("None: the officer was not absent")), *Excuse.choices],
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
    )
    remark = forms.CharField(label=_("Remark"), required=False, max_length=500)
    entry_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    mark_optional = False

    def __init__(self, *args: Any, drugs: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(drug.value, drug.label) for drug in Drug if drug in drugs]
        self.fields["non_negative_for"].choices = choices  # type: ignore[attr-defined]
        self.fields["invalid_for"].choices = choices  # type: ignore[attr-defined]

    def line(self) -> Line:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        return Line(
            number=said["number"].strip(),
            specimen_number=said["specimen_number"],
            non_negative_for=said["non_negative_for"],
            invalid_for=said["invalid_for"],
            not_taken=said["not_taken"],
            excuse=said["excuse"],
            remark=said["remark"],
            entry_key=said.get("entry_key"),
        )


class LookUpForm(forms.Form):
    """What was typed of an officer so far."""

    q = forms.CharField(required=False, strip=False)


class SendForm(forms.Form):
    """The totals as the paper states them; an empty one is not compared."""

    stated_taken = forms.IntegerField(
        label=_("Tested, on paper"), required=False, min_value=0, widget=forms.TextInput(_COUNT)
    )
    stated_non_negative = forms.IntegerField(
        label=_("Non-negative, on paper"), required=False, min_value=0, widget=forms.TextInput(_COUNT)
    )
    stated_not_taken = forms.IntegerField(
        label=_("Not taken, on paper"), required=False, min_value=0, widget=forms.TextInput(_COUNT)
    )
    totals_remark = forms.CharField(
        label=_("Why the totals differ"), required=False, widget=forms.Textarea({"rows": 2})
    )
    version = VersionField()


class VoidForm(forms.Form):
    reason = ReasonField()
    version = VersionField()


class SheetFilter(forms.Form):
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all below it"))
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Sheet.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    since = DayField(label=_("From"), required=False, help_text="")
    until = DayField(label=_("To"), required=False, help_text=_("For example, 27/3/2026"))


class BlankForm(forms.Form):
    unit = UnitField(label=_("Unit"))
