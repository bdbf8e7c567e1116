"""Fields that only complaints and cases have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.queries.complaints import id_of
from cases.reckoning import places
from foundation import khmer
from officers.models.sheets import Drug
from officers.web.forms.fields import UnitInput


def place_name(code: str) -> str:
    """A place with those around it in the reader's language; the code itself where it names none."""
    return places.described(code, get_language() or "km") or code


def described(code: str) -> str:
    """A place as a field shows it; what stands before the dot is enough to type."""
    return f"{code} · {place_name(code)}"


def drug_names(codes: list[str]) -> str:
    return ", ".join(str(Drug(code).label) for code in codes)


class PlaceInput(UnitInput):
    """A text field that suggests places while one types."""

    suggests = "place_suggestions"


class PlaceField(forms.CharField):
    """A place of the list, from the province to the village, by its code or its name; its value is the code."""

    widget = PlaceInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Place"))
        options.setdefault(
            "help_text", _("Type a part of the name of the village, commune, district or province.")
        )
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: if no place fits, or several do"""
        text = super().clean(value)
        if not text:
            return ""
        first = khmer.digits(text.partition(" · ")[0]).strip()
        found = places.find(first)
        if len(found) == 1:
            return found[0].code
        if not found:
            raise ValidationError(_("No place has this code or name."), code="unknown_place")
        raise ValidationError(
            _("Several places fit. Choose one from the list, or give its code."), code="several_places"
        )


class ReferenceField(forms.CharField):
    """A complaint by its reference; its value is the id, whether or not there is such a complaint."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Reference"))
        options.setdefault("help_text", _("For example, C-0001234567890-12"))
        options.setdefault(
            "widget", forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"})
        )
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: if the check digits do not fit"""
        text = super().clean(value)
        if not text:
            return None
        pk = id_of(text)
        if pk is None:
            raise ValidationError(
                _("This is no reference of a complaint. Look for a mistake in typing."), code="no_reference"
            )
        return pk


def texts(label: Any, otherwise: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    """A field for some lines of text, and the sentence that asks for it where nothing was written."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea({"rows": rows}),
        max_length=20_000,
        error_messages={"required": otherwise},
        **options,
    )
