"""Filters of the list of cases, and the search for an officer against whom one is opened."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.cases import CaseQuerySet
from cases.models.grounds import GroundKind
from cases.queries import docket
from officers.models import User
from officers.web.forms.fields import UnitField, ask

_SMALL = {"class": "govuk-checkboxes--small"}


class CaseFilter(forms.Form):
    """What is chosen of the cases. Without a status or a search, all that are open."""

    q = forms.CharField(
        label=_("Reference or officer's number"),
        required=False,
        max_length=40,
        help_text=_("For example, DC-000012-34"),
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Case.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    overdue = forms.BooleanField(label=_("Overdue"), required=False)
    waiting = forms.BooleanField(label=_("The next step is mine"), required=False)
    mine = forms.BooleanField(label=_("I am in charge"), required=False)
    review = forms.BooleanField(label=_("Suspension to be looked at"), required=False)
    ground_fell = forms.BooleanField(label=_("A ground fell"), required=False)
    news = forms.BooleanField(label=_("Something new came in"), required=False)
    decided = forms.BooleanField(label=_("Decided on"), required=False)
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[("", _("Any")), *Case.Severity.choices]
    )
    ground = forms.ChoiceField(
        label=_("Ground"), required=False, choices=[("", _("Any")), *GroundKind.choices]
    )
    province = forms.TypedChoiceField(label=_("Province"), required=False, coerce=int, empty_value=None)
    unit = UnitField(label=_("Conducted by"), required=False, help_text=_("A unit, with all units below it."))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.provinces = {unit.pk: unit for unit in docket.provinces()}
        field: Any = self.fields["province"]
        field.choices = [("", _("Any")), *((pk, unit.name) for pk, unit in self.provinces.items())]
        ask(self, user)

    def chosen(self, rows: CaseQuerySet) -> CaseQuerySet:
        """Those that fit, once the form is valid."""
        said = self.cleaned_data
        if said["q"]:
            return docket.looked_up(rows, said["q"])
        anything = said["status"] or said["decided"]
        rows = rows.filter(status__in=said["status"]) if said["status"] else rows
        rows = rows if anything else rows.open()
        for name, narrow in (
            ("overdue", docket.overdue),
            ("decided", docket.decided),
            ("waiting", lambda rows: docket.waiting(rows, self.user)),
            ("review", lambda rows: docket.to_review(rows, self.user)),
            ("mine", lambda rows: rows.filter(case_officer=self.user)),
            ("ground_fell", lambda rows: rows.filter(ground_fell=True)),
            ("news", lambda rows: rows.filter(news=True)),
        ):
            rows = narrow(rows) if said[name] else rows
        if said["severity"]:
            rows = rows.filter(severity=said["severity"])
        if said["ground"]:
            rows = docket.resting_on(rows, said["ground"])
        if said["province"]:
            rows = rows.filter(officer_unit__path__startswith=self.provinces[said["province"]].path)
        return rows.filter(unit__path__startswith=said["unit"].path) if said["unit"] else rows
