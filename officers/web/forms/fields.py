"""Fields that several forms share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation import khmer
from officers.models import Unit
from officers.queries.officers import officer_numbered
from officers.queries.units import find_units

_MENTIONED = 5


def described(unit: Unit) -> str:
    """A unit as a field shows it; what stands before the dot is enough to type."""
    return f"{unit.code} · {unit.name}"


class UnitInput(forms.TextInput):
    """A text field that suggests units while one types; without script one types the code or the name."""

    template_name = "officers/widgets/unit.html"
    suggests = "unit_suggestions"  # the page that answers with options

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["suggestions"] = f"{context['widget']['attrs'].get('id', name)}_suggestions"
        context["address"] = reverse(self.suggests)
        return context

    def format_value(self, value: Any) -> str | None:
        return described(value) if isinstance(value, Unit) else super().format_value(value)


class UnitField(forms.CharField):
    """A unit that exists, named by its code or its name in either script; its value is the unit, or None.

    The form sets `user` to whoever fills it in: what he does not see he cannot name.
    """

    widget = UnitInput
    user: Any = None

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Type its code or a part of its name."))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: if no unit fits, or several do"""
        text = super().clean(value)
        return self._find(text) if text else None

    def _find(self, text: str) -> Unit:
        text = text.partition(" · ")[0].strip()
        exact = Unit.objects.visible_to(self.user).open().filter(code__iexact=khmer.digits(text)).first()
        if exact is not None:
            return exact
        fitting = list(find_units(self.user, text).open()[: _MENTIONED + 1])
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise ValidationError(_("No unit has this code or name."), code="unknown_unit")
        named = "; ".join(described(unit) for unit in fitting[:_MENTIONED])
        raise ValidationError(
            _("Several units fit. Give the code, such as: %(units)s"),
            code="several_units",
            params={"units": named},
        )


class OfficerField(forms.CharField):
    """An officer, named by his service number or his stable number; its value is the officer, or None.

    The form sets `user` to whoever fills it in.
    """

    user: Any = None

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("The service number or the stable number."))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: if no officer the user may see has the number"""
        text = super().clean(value)
        if not text:
            return None
        officer = officer_numbered(self.user, text)
        if officer is None:
            raise ValidationError(_("No officer has this number."), code="unknown_officer")
        return officer


class VersionField(forms.IntegerField):
    """The version of the record that the form was filled in for: another one since is a conflict."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)


class ReasonField(forms.CharField):
    """Why; it goes into the log."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Reason"))
        options.setdefault("help_text", _("It stays in the log with your name."))
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)


def ask(form: forms.Form, user: Any) -> None:
    """Tell the fields of a form that look things up for whom they do."""
    for field in form.fields.values():
        if isinstance(field, (UnitField, OfficerField)):
            field.user = user


def asked(form: forms.Form) -> dict[str, Any]:
    """What a filter asks for, field by field, as the trace of a look keeps it."""
    chosen = form.cleaned_data if form.is_valid() else {}
    return {name: str(value) for name, value in chosen.items() if value}
