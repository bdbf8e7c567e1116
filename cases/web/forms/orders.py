"""Orders: what is chosen of the list, what is entered from the paper, and what is typed again against the scan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Order
from cases.web.forms.files import FilesField, limits
from foundation.web.fields import DayField
from foundation.web.templatetags.web import native_digits
from officers.models.settings import Instrument
from officers.web.forms.fields import ReasonField, VersionField

_SMALL = {"class": "govuk-checkboxes--small"}
#: So many cases to choose among; more are entered with the next order.
MOST = 500


class FilterOrders(forms.Form):
    """What is chosen of the list of orders."""

    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Order.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    instrument = forms.ChoiceField(
        label=_("Instrument"), required=False, choices=[("", _("Any instrument")), *Instrument.choices]
    )
    verify = forms.BooleanField(label=_("To verify, entered by others"), required=False)
    pending = forms.BooleanField(label=_("Not in force yet"), required=False)


def _number() -> forms.CharField:
    return forms.CharField(
        label=_("Number of the order"),
        help_text=_("As on the paper."),
        max_length=60,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Give the number of the order.")},
    )


class CasesField(forms.TypedMultipleChoiceField):
    """Some of the cases that wait for their instrument."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Officers"),
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Choose at least one officer."),
                "invalid_choice": _(
                    "A case that you chose waits for its instrument no more. Look at the list again."
                ),
            },
            **options,
        )


class RegisterOrder(forms.Form):
    """A signed order, for one officer or many."""

    cases = CasesField()
    instrument = forms.ChoiceField(
        label=_("Instrument"),
        choices=[("", "–"), *Instrument.choices],
        error_messages={"required": _("Choose the instrument.")},
    )
    number = _number()
    signed_on = DayField(
        label=_("Signed on"), error_messages={"required": _("Give the day on which it was signed.")}
    )
    signed_by = forms.CharField(
        label=_("Signed by, as on the paper"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say who signed it, as on the paper.")},
    )
    effective_on = DayField(
        label=_("Effective from"),
        error_messages={"required": _("Give the day from which it takes effect.")},
    )
    files = FilesField(label=_("Scan of the signed order"))  # type: ignore[assignment]

    def __init__(self, data: Any = None, *, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(data, **options)
        fields: Any = self.fields
        fields["cases"].choices = choices
        fields["files"].required = True  # that it is missing the action says
        fields["files"].help_text = _(
            "Pictures or a PDF, at most %(most)s files of %(megabytes)s MB each. All pages, with seal and signature."
        ) % {name: native_digits(value) for name, value in limits().items()}


class ChooseDraft(forms.Form):
    """The officers of an order that is to be printed for signature."""

    case = CasesField()

    def __init__(self, data: Any = None, *, choices: list[tuple[int, str]]) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["case"].choices = choices


class OfOrder(forms.Form):
    """A form about an order, for the version that was looked at."""

    version = VersionField()

    def __init__(self, row: Order, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})


class Verify(OfOrder):
    """Empty: what the paper says is typed again."""

    number = _number()
    signed_on = DayField(
        label=_("Signed on"), error_messages={"required": _("Give the day on which it was signed.")}
    )
    effective_on = DayField(
        label=_("Effective from"),
        error_messages={"required": _("Give the day from which it takes effect.")},
    )


class Reject(OfOrder):
    reason = ReasonField(error_messages={"required": _("Say why.")})
