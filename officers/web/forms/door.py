"""The officer's door: the code that opens it, and what he writes behind it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.khmer import digits
from officers.reckoning.codes import plain
from officers.web.forms.officers import year_of

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class CodeForm(forms.Form):
    #: What no letter has as its code.
    NONE = "-"
    mark_optional = False

    code = forms.CharField(
        label=_("Your personal code"),
        help_text=_("The sixteen digits in your letter. Spaces and dashes do not matter."),
        required=False,
        max_length=100,
        widget=forms.TextInput({**_NUMBER, "class": "govuk-input--width-20"}),
    )
    birth_year = forms.CharField(
        label=_("Your year of birth"),
        help_text=_("Four digits, as it stands on your service card."),
        required=False,
        max_length=20,
        widget=forms.TextInput({**_NUMBER, "class": "govuk-input--width-4"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)

    def understood(self) -> tuple[str, int | None]:
        """The sixteen digits, or `NONE`; and the year, if it is one."""
        code, year = (self.data.get(name, "")[:100] for name in ("code", "birth_year"))
        return plain(digits(code)) or self.NONE, year_of(year)


class WordsForm(forms.Form):
    """A field for each thing that the officer can say on the page. What is wrong with it is for the action to say."""

    mark_optional = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, asked: Iterable[tuple[str, Any]], **options: Any
    ) -> None:
        """
        :param asked: the name of each field, and what it asks for: with `label`, `hint` and `choices`
        """
        super().__init__(data, auto_id="%s", **options)
        for name, one in asked:
            widget = forms.RadioSelect if one.choices else forms.Textarea({"rows": 5, "autocomplete": "off"})
            kind = partial(forms.ChoiceField, choices=one.choices) if one.choices else forms.CharField
            self.fields[name] = kind(label=one.label, help_text=one.hint, required=False, widget=widget)
