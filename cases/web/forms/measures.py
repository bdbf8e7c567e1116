"""Suspensions, delegations, and what is chosen of the lists of measures and of the barred register."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import Delegation
from cases.web.forms.cases import CaseStep
from cases.web.forms.fields import texts
from foundation.web.fields import DayField
from ledger import clock
from officers.models import RegisterEntry, User
from officers.models.settings import MeasureKind
from officers.models.users import Role
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask

_SMALL = {"class": "govuk-checkboxes--small"}


class Suspend(CaseStep):
    reasons = texts(
        _("Why it is needed now"),
        _("Say why it is needed now."),
        help_text=_("The officer reads it. A suspension says nothing about whether the allegation is true."),
    )
    with_pay = forms.BooleanField(label=_("With pay"), required=False)

    def __init__(self, user: User, row: Any, data: Any = None) -> None:
        super().__init__(user, row, data, with_pay=True)


class ReviewSuspension(CaseStep):
    goes_on = forms.TypedChoiceField(
        label=_("Is the suspension still needed?"),
        choices=[("yes", _("Yes, it goes on")), ("no", _("No, it ends today"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it goes on.")},
    )
    reasons = texts(_("Reasons"), _("Give the reasons."))


class GiveDelegation(forms.Form):
    """Who acts for a deciding authority, between which days, by which paper."""

    unit = forms.TypedChoiceField(label=_("As deciding authority of"), coerce=int)
    taker = forms.CharField(
        label=_("User name of who acts for you"),
        max_length=150,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Choose somebody else who may sign in.")},
    )
    paper = forms.CharField(
        label=_("Number of the paper"),
        max_length=60,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Give the number of the paper.")},
    )
    starts_on = DayField(label=_("From"), error_messages={"required": _("Give the first day.")})
    ends_on = DayField(label=_("Until"), error_messages={"required": _("Give the last day.")})

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        held = [one.unit for one in user.held_roles if one.role == Role.DECIDING_AUTHORITY]
        field: Any = self.fields["unit"]
        field.choices = [(unit.pk, unit.name) for unit in held]

    def clean_taker(self) -> int:
        """:raises ValidationError: if nobody who may sign in has the name"""
        name = self.cleaned_data["taker"].strip()
        found = User.objects.filter(username__iexact=name, is_active=True).first()
        if found is None:
            raise ValidationError(_("Nobody who may sign in has this user name."), code="unknown_user")
        return int(found.pk)


class EndDelegation(forms.Form):
    reason = ReasonField(error_messages={"required": _("Say why.")})
    version = VersionField()

    def __init__(self, row: Delegation, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})


class FilterSuspensions(forms.Form):
    late = forms.BooleanField(label=_("Review overdue"), required=False)


class FilterMeasures(forms.Form):
    kind = forms.ChoiceField(
        label=_("Measure"),
        required=False,
        choices=[("", _("Any measure")), *(one for one in MeasureKind.choices if one[0] != MeasureKind.NONE)],
    )
    drugs = forms.BooleanField(label=_("About drugs"), required=False)
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    since = DayField(label=_("Effective from"), required=False, help_text="")
    until = DayField(label=_("Effective until"), required=False, help_text=_("For example, 27/3/2026"))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class FilterRegister(forms.Form):
    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        help_text=_("In Khmer or Latin letters; a service number or a stable number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=RegisterEntry.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
