"""Forms about one's second factor."""

import json
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from officers.actions.second_factors import LONGEST_NAME

#: Characters; a device's answer with its certificates is a fraction of it.
LONGEST_ANSWER = 50_000


class AnswerField(forms.Field):
    """What a device answered, passed on by script: an object of a bounded size."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict[str, Any]:
        """:raises ValidationError: unless it is one"""
        if value in self.empty_values:
            return {}
        try:
            answer = json.loads(value) if len(value) <= LONGEST_ANSWER else None
        except (TypeError, ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise get_adapter().validation_error("incorrect_code")
        return answer


def understood[T](check: Callable[[], T]) -> T:
    """Have allauth check a device's answer.

    :raises ValidationError: also for an object that is no answer at all, which it and its library stumble over
    """
    try:
        return check()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name of the passkey"),
        max_length=LONGEST_NAME,
        help_text=_(
            "So that you can tell your passkeys apart: the telephone's or the key's name, for example."
        ),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


class AddPasskey(AddWebAuthnForm):
    """What a device answered (`credential`, filled in by script), under a name."""

    name = _name()
    credential = AnswerField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = False  # the device has the passkey by now: it gets a name of ours
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this passkey alone, without the password")
        alone.help_text = _("The device then asks for your fingerprint, your face or its PIN each time.")
        alone.initial = True

    def clean(self) -> dict[str, Any]:
        return understood(super().clean)


class RenamePasskey(forms.Form):
    name = _name()
