"""Forms about one's second factor."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from officers.actions.second_factors import LONGEST_NAME


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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = False  # the device has the passkey by now: it gets a name of ours
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with this passkey alone, without the password")
        alone.help_text = _("The device then asks for your fingerprint, your face or its PIN each time.")
        alone.initial = True


class RenamePasskey(forms.Form):
    name = _name()
