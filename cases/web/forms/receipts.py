"""To come back with a receipt: the receipt itself, and what its owner writes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.web.forms.files import AddsFiles, HeldField, limits
from foundation.khmer import digits
from officers.reckoning.codes import plain


class ReceiptForm(forms.Form):
    mark_optional = False

    receipt = forms.CharField(
        label=_("Your receipt"),
        help_text=_("Sixteen digits. Spaces and dashes do not matter."),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"}
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)

    def understood(self) -> str:
        """The sixteen digits, or what no report has as its receipt."""
        typed = self.data.get("receipt", "")[:100]
        return plain(digits(typed)) or "-"


_AREA = {"rows": 4, "autocomplete": "off"}


class WordsForm(AddsFiles):
    """What the reporter can say. Each field has a button of its own, and the name of the kind of message it makes."""

    mark_optional = False

    word = forms.CharField(
        label=_("Write a message"),
        help_text=_("Do not say who you are, unless you want it to be known."),
        required=False,
        widget=forms.Textarea(_AREA),
    )
    dispute = forms.CharField(
        label=_("Did nothing of this happen?"),
        help_text=_(
            "If what is said above was not done, say so. Somebody else than who says it must then decide."
        ),
        required=False,
        widget=forms.Textarea(_AREA),
    )
    review = forms.CharField(
        label=_("Ask for a review"),
        help_text=_("Say why the outcome is wrong. Somebody who did not decide will look at it again."),
        required=False,
        widget=forms.Textarea(_AREA),
    )

    file = HeldField(
        label=_("Add a file to what you write"),
        help_text=_("Choose it, add it, and then send the message."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        allowed: list[str],
        added: list[str],
        **options: Any,
    ) -> None:
        super().__init__(data, auto_id="%s", **options)
        self.limits = limits()
        self.takes_after(added)
        for name in set(self.fields) - set(allowed) - {"file"}:
            del self.fields[name]
