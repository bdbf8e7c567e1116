from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import MomentField
from officers.models import DoorCode
from officers.queries.letters import letter_numbered

_MISSING = _("This is missing.")


class FindLetter(forms.Form):
    """A letter by the number on its outside; the cleaned value is the letter."""

    number = forms.CharField(
        label=_("Number of the letter"),
        max_length=40,
        help_text=_("It stands on the outside, and begins with L."),
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Give the number of the letter.")},
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_number(self) -> DoorCode:
        try:
            found = letter_numbered(self.user, self.cleaned_data["number"])
        except ValueError:
            raise ValidationError(_("A digit of this number is wrong. Look at the letter again.")) from None
        if found is None:
            raise ValidationError(_("There is no letter of this number whose hand-over you record."))
        return found


class RecordService(forms.Form):
    served_by = forms.CharField(
        label=_("Handed over by"), max_length=120, error_messages={"required": _MISSING}
    )
    witness = forms.CharField(label=_("Witness"), max_length=120, error_messages={"required": _MISSING})
    place = forms.CharField(label=_("Place"), max_length=200, error_messages={"required": _MISSING})
    served_at = MomentField(
        label=_("Handed over at"),
        required=False,
        help_text=_("Now, if you leave it empty. For example, 27/3/2026 14:05"),
    )
    refused_to_sign = forms.BooleanField(label=_("The officer refused to sign for it"), required=False)
