"""What the pages of findings ask for. Fields are called as the actions call them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Finding, Severity
from audits.models.findings import FindingQuerySet
from cases.web.forms.fields import texts
from foundation.web.fields import DayField
from ledger import clock
from officers.models import User
from officers.web.forms.fields import UnitField, VersionField, ask

_SMALL = {"class": "govuk-checkboxes--small"}


class FindingFilter(forms.Form):
    """What is chosen of the findings. Without a status, those that are not ended."""

    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Finding.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    severity = forms.MultipleChoiceField(
        label=_("Severity"),
        required=False,
        choices=Severity.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    late = forms.BooleanField(label=_("Late"), required=False)
    unit = UnitField(label=_("Addressed to"), required=False, help_text=_("A unit, with all units below it."))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not Finding.objects.visible_to(user).filter(issued_at=None).exists():
            field: Any = self.fields["status"]  # who answers sees no draft, and is not offered any
            field.choices = [one for one in Finding.Status.choices if one[0] != Finding.Status.DRAFT]
        ask(self, user)

    def chosen(self, rows: FindingQuerySet) -> FindingQuerySet:
        """Those that fit, once the form is valid."""
        said = self.cleaned_data
        rows = rows.filter(status__in=said["status"]) if said["status"] else rows.open()
        if said["severity"]:
            rows = rows.filter(severity__in=said["severity"])
        if said["late"]:
            rows = rows.filter(due_on__lt=clock.today())
        return rows.filter(unit__path__startswith=said["unit"].path) if said["unit"] else rows


class Draft(forms.Form):
    """What was found, how grave it is, what is recommended, and who has to answer."""

    version = VersionField()
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Give the finding a title.")},
    )
    text = texts(
        _("What was found"),
        _("Say what was found."),
        rows=8,
        help_text=_("The unit reads it. Name what is wrong, and by which rule; nobody's secrets."),
    )
    recommendation = texts(_("Recommendation"), _("Say what is recommended."))
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how grave it is.")},
    )
    unit = UnitField(
        label=_("Addressed to"),
        help_text=_("The unit that has to answer. Type its code or a part of its name."),
        error_messages={"required": _("Choose a unit.")},
    )
    events = forms.TypedMultipleChoiceField(
        label=_("Events that the finding points at"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )

    def __init__(
        self, user: User, data: Any = None, *, offered: list[tuple[int, str]], **initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["events"]
        field.choices = offered
        if not offered:
            del self.fields["events"]
        ask(self, user)

    def about(self) -> dict[str, Any]:
        """What the actions take."""
        said = dict(self.cleaned_data)
        said.pop("version")
        return said | {"unit_id": said.pop("unit").pk, "events": said.get("events", ())}


class FindingStep(forms.Form):
    """A form about a finding, filled in by somebody who sees it."""

    version = VersionField()

    def __init__(self, row: Finding, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})


class Turn(FindingStep):
    """A turn that says something: each page has its own words for what."""

    text = texts(_("Text"), "", rows=6)

    def __init__(self, row: Finding, data: Any = None, *, label: Any, otherwise: Any) -> None:
        super().__init__(row, data)
        field = self.fields["text"]
        field.label, field.error_messages["required"] = label, otherwise


class Extend(Turn):
    due_on = DayField(label=_("New day"), error_messages={"required": _("Give a day.")})
    field_order = ("version", "due_on", "text")
