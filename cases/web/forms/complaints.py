"""Filters of the lists of complaints and of misses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Complaint
from cases.models.vocabulary import Category, Level
from cases.queries.searches import Asked
from cases.web.forms.fields import ReferenceField
from foundation.web.fields import DayField
from officers.web.forms.fields import UnitField, ask

_SMALL = {"class": "govuk-checkboxes--small"}


class QueueFilter(forms.Form):
    """What is chosen of the work queue. Without a status, all that is open."""

    q = ReferenceField(required=False)
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Complaint.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    overdue = forms.BooleanField(label=_("Overdue"), required=False)
    flagged = forms.BooleanField(label=_("Flagged"), required=False)
    mine = forms.BooleanField(label=_("I am in charge"), required=False)
    offered = forms.BooleanField(label=_("Offered to my unit"), required=False)
    category = forms.ChoiceField(
        label=_("What is reported"), required=False, choices=[("", _("Anything")), *Category.choices]
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Any level")), *Level.choices],
    )
    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    since = DayField(label=_("Received from"), required=False, help_text="")
    until = DayField(label=_("Received until"), required=False, help_text=_("For example, 27/3/2026"))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)

    def asked(self) -> Asked:
        """What was chosen, once the form is valid; a reference is looked up and not asked for again."""
        said = self.cleaned_data
        return Asked(
            status=tuple(sorted(said["status"])),
            **{name: said[name] for name in ("overdue", "flagged", "mine", "offered")},
            category=said["category"],
            level=said["level"],
            unit=said["unit"],
            received_since=said["since"],
            received_until=said["until"],
        )


class MissFilter(forms.Form):
    """What is chosen of the misses."""

    unit = UnitField(label=_("Unit"), required=False, help_text=_("With all units below it."))
    unexplained = forms.BooleanField(label=_("Without a reason so far"), required=False)
    since = DayField(label=_("From"), required=False, help_text="")
    until = DayField(label=_("To"), required=False, help_text=_("For example, 27/3/2026"))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)
