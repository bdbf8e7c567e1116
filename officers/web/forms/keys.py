"""Forms about API keys."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import DayField
from ledger import clock
from officers.models import User
from officers.models.api_keys import Scope
from officers.web.forms.fields import ReasonField


class Issue(forms.Form):
    label = forms.CharField(label=_("What the key is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        help_text=_("Never more than you may do yourself."),
    )
    expires_at = DayField(label=_("Last day"), help_text=_("At most a year from today."))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"expires_at": clock.today() + timedelta(days=90)}} | options)
        if user.is_partner:
            field: Any = self.fields["scopes"]
            field.choices = [(Scope.COMPLAINTS_HAND_IN.value, Scope.COMPLAINTS_HAND_IN.label)]


class Revoke(forms.Form):
    """Why another's key is ended."""

    reason = ReasonField()
