"""Forms about units."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import DayField
from ledger import clock
from officers.models import Unit
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask


class FindUnits(forms.Form):
    """The search of the tree."""

    mark_optional = False
    q = forms.CharField(
        label=_("Code or name"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "class": "govuk-input--width-20"}
        ),
    )


class Named(forms.Form):
    name_km = forms.CharField(
        label=_("Name in Khmer"), max_length=200, widget=forms.TextInput(attrs={"lang": "km"})
    )
    name_latin = forms.CharField(label=_("Name in Latin letters"), max_length=200)
    remark = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Open(Named):
    """A unit below another."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("It stays for good, such as P-12 or D-1201."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in Unit.Kind.choices if choice[0] != Unit.Kind.MINISTRY]
    )
    admin_code = forms.CharField(
        label=_("Place code"),
        max_length=8,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    valid_from = DayField(label=_("Exists from"))

    field_order = ("code", "kind", "name_km", "name_latin", "admin_code", "valid_from")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"valid_from": clock.today()}} | options)


class Rename(Named):
    reason = ReasonField()
    version = VersionField()


class Move(forms.Form):
    parent = UnitField(label=_("Below which unit"))
    reason = ReasonField()
    version = VersionField()

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class Close(forms.Form):
    valid_to = DayField(label=_("Existed until"))
    reason = ReasonField()
    version = VersionField()
