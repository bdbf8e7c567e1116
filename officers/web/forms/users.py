"""Forms about users, their roles, and one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from officers.models.users import Role
from officers.web.forms.fields import OfficerField, ReasonField, UnitField, VersionField, ask

LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]


class FindUsers(forms.Form):
    """The filters of the list."""

    q = forms.CharField(
        label=_("Name or user name"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("Any role")), *Role.choices, ("none", _("No role yet"))],
    )
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    suspended = forms.BooleanField(label=_("Only suspended accounts"), required=False)

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class Account(forms.Form):
    """Who someone is, and where a mail reaches him."""

    name_km = forms.CharField(
        label=_("Name in Khmer"), max_length=120, widget=forms.TextInput(attrs={"lang": "km"})
    )
    name_latin = forms.CharField(label=_("Name in Latin letters"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link for setting a password goes there."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
    )


class Create(Account):
    """A new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("For signing in: small letters, digits and dots."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocapitalize": "none"}),
    )
    officer = OfficerField(
        label=_("Officer"), required=False, help_text=_("If this user is on the roll: the number.")
    )

    field_order = ("username",)

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"language": "km"}} | options)
        ask(self, user)


class Update(Account):
    version = VersionField()


class Because(forms.Form):
    """A step on a record that needs a reason and nothing else."""

    reason = ReasonField()
    version = VersionField()


class Grant(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *Role.choices])
    unit = UnitField(label=_("For which unit"), help_text=_("The role counts for it and all units below it."))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class Speak(forms.Form):
    """One's own language."""

    language = forms.ChoiceField(
        label=_("Language of the pages and mails"),
        choices=LANGUAGES,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
    )
