"""Forms about officers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation import khmer
from foundation.web.fields import DayField
from ledger import clock
from officers.models import Officer
from officers.queries.settings import rank_choices
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask


def year_of(typed: str) -> int | None:
    """A year as somebody typed it, in either digits and either era; nothing if it is none."""
    text = khmer.digits(typed).strip()
    if not text.isdecimal() or len(text) > 4:
        return None
    year = int(text)
    return year - 543 if year > 2400 else year


class YearField(forms.CharField):
    """A year of birth, in either digits and either era."""

    widget = forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"})

    def clean(self, value: Any) -> Any:
        """:raises ValidationError: if it is not a year"""
        year = year_of(super().clean(value))
        if year is None:
            raise forms.ValidationError(_("Give the year of birth as four digits."), code="not_a_year")
        return year


class FindOfficers(forms.Form):
    """The filters of the list."""

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        help_text=_("In Khmer or Latin letters; a service number or a stable number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Officer.Status.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)


class NotTestedFilter(forms.Form):
    """The filters of the list of officers who were not tested."""

    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    since = DayField(
        label=_("No test since"), required=False, help_text=_("Empty: the period in the settings.")
    )
    never = forms.BooleanField(label=_("Only who was never tested"), required=False)


class Person(forms.Form):
    """Who an officer is."""

    name_km = forms.CharField(
        label=_("Name in Khmer"), max_length=120, widget=forms.TextInput(attrs={"lang": "km"})
    )
    name_latin = forms.CharField(label=_("Name in Latin letters"), max_length=120, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=Officer.Sex.choices,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
    )
    birth_year = YearField(label=_("Year of birth"))


class Place(forms.Form):
    """Where an officer serves, as what, and since when."""

    unit = UnitField(label=_("Unit"))
    rank = forms.ChoiceField(label=_("Rank"))
    title = forms.CharField(label=_("Post"), max_length=120, required=False)
    is_head = forms.BooleanField(label=_("Heads the unit"), required=False)
    since = DayField(label=_("Since"))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        options["initial"] = {"since": clock.today()} | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["rank"].choices = [("", "–"), *rank_choices()]  # type: ignore[attr-defined]
        ask(self, user)


class Register(Place, Person):
    """A new officer on the roll."""

    service_number = forms.CharField(
        label=_("Service number"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    field_order = ("service_number", "name_km", "name_latin", "sex", "birth_year")


class Correct(Person):
    reason = ReasonField()
    version = VersionField()


class Post(Place):
    reason = ReasonField()
    version = VersionField()


class Renumber(forms.Form):
    number = forms.CharField(
        label=_("New service number"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    since = DayField(label=_("Since"))
    reason = ReasonField()
    version = VersionField()


class Leave(forms.Form):
    status = forms.ChoiceField(
        label=_("How he or she left"),
        choices=[
            choice
            for choice in Officer.Status.choices
            if choice[0] in (Officer.Status.RETIRED, Officer.Status.RESIGNED, Officer.Status.DECEASED)
        ],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
    )
    on = DayField(label=_("Day"))
    reason = ReasonField()
    version = VersionField()
