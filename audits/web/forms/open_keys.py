"""To ask for a key of the open data, and to end one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """What is wrong with it is for the action to say, in one go."""

    mark_optional = False

    address = forms.CharField(
        label=_("Your e-mail address"),
        help_text=_("It is kept sealed. A mail with a link goes there, and one before the key ends."),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    label = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("For example: our mirror. You tell your keys apart by it."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)

    def said(self) -> dict[str, str]:
        return {name: self.data.get(name, "") for name in self.fields}


class GiveUpForm(forms.Form):
    mark_optional = False

    key = forms.CharField(
        label=_("Your key"),
        help_text=_("The whole of it, from ok_ on."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)
