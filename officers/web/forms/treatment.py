"""An officer asks for treatment himself, or a physician offers it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from officers.web.forms.officers import year_of


class AskForm(forms.Form):
    """What is wrong with it is for the action to say, in one go: it alone knows who has which number."""

    mark_optional = False

    number = forms.CharField(
        label=_("Your service number"),
        help_text=_("Or your stable number, which begins with OF-."),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "class": "govuk-input--width-20"}),
    )
    birth_year = forms.CharField(
        label=_("Your year of birth"),
        help_text=_("Four digits, as it stands on your service card."),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-4"}
        ),
    )
    contact = forms.CharField(
        label=_("How can a physician reach you?"),
        help_text=_("A telephone number, or a place and a time. Say also how you do not want to be reached."),
        required=False,
        widget=forms.Textarea({"rows": 2, "autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("What the physician should know"),
        help_text=_("You need not write anything."),
        required=False,
        widget=forms.Textarea({"rows": 5, "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)

    def said(self) -> dict[str, Any]:
        """For the action; a number that is none is one that nobody has."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        return typed | {"number": typed["number"][:60], "birth_year": year_of(typed["birth_year"][:20])}


class OfferForm(forms.Form):
    number = forms.CharField(
        label=_("Service number"),
        help_text=_("Or the stable number, which begins with OF-."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "class": "govuk-input--width-20"}),
    )
    birth_year = forms.CharField(
        label=_("Year of birth"),
        help_text=_("So that it is not somebody else."),
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-4"}
        ),
    )
    words = forms.CharField(
        label=_("What the officer reads"),
        help_text=_(
            "What you offer, and how he can reach you. He reads it when he opens his door with a letter."
        ),
        widget=forms.Textarea({"rows": 5, "autocomplete": "off"}),
    )

    def clean_birth_year(self) -> int | None:
        return year_of(self.cleaned_data["birth_year"])
