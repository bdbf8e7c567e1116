from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import DayField
from officers.models import DrugTest
from officers.models.reviews import RefusalReason
from officers.models.sheets import Drug
from officers.web.forms.fields import ReasonField, UnitField, VersionField
from officers.web.forms.sheets import LineForm

_SMALL = {"class": "govuk-checkboxes--small"}


class TestFilter(forms.Form):
    officer = forms.CharField(
        label=_("Officer's number"),
        required=False,
        help_text=_("Service number or stable number"),
        max_length=30,
    )
    unit = UnitField(
        label=_("Unit"), required=False, help_text=_("Where the sheet was kept, with all below it")
    )
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=DrugTest.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    drug = forms.ChoiceField(
        label=_("Non-negative for"), required=False, choices=[("", _("Any or none")), *Drug.choices]
    )
    since = DayField(label=_("From"), required=False, help_text="")
    until = DayField(label=_("To"), required=False, help_text=_("For example, 27/3/2026"))


class CorrectForm(LineForm):
    """The line anew, and why."""

    reason = ReasonField()
    version = VersionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["entry_key"]
        self.fields["number"].help_text = _("Service number or stable number")


class ClaimForm(forms.Form):
    """What an administrator claims, before a witness."""

    reason_code = forms.ChoiceField(
        label=_("What did the officer do?"),
        choices=RefusalReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the officer did.")},
    )
    account = forms.CharField(
        label=_("What happened, in words"),
        widget=forms.Textarea({"rows": 6}),
        help_text=_("What you saw and heard yourself. The officer may answer to it."),
        error_messages={"required": _("Say what happened.")},
    )
    witness = forms.CharField(
        label=_("Witness"), max_length=120, error_messages={"required": _("Name a witness.")}
    )
    version = VersionField()
