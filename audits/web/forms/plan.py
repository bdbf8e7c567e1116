"""What is asked of who plans, begins, reports or drops an audit."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Audit
from audits.models.audits import FIRST_YEAR, LAST_YEAR
from audits.queries.auditors import auditors_of, in_choices
from foundation.web.fields import DayField
from ledger import clock
from officers.models import Unit, User
from officers.models.users import Role
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask

_LONG = {"rows": 6}


class YearForm(forms.Form):
    """Which year's plan is shown."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)


class _About(forms.Form):
    """What is planned, and may be amended."""

    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Give the audit a title.")}
    )
    lead = forms.TypedChoiceField(
        label=_("Led by"), coerce=int, error_messages={"required": _("Choose a user.")}
    )
    period_from = DayField(
        label=_("First day of what is audited"), error_messages={"required": _("Give the first day.")}
    )
    period_to = DayField(
        label=_("Last day of what is audited"), error_messages={"required": _("Give the last day.")}
    )
    starts_on = DayField(label=_("Begins on"), error_messages={"required": _("Give the first day.")})
    due_on = DayField(label=_("To be reported by"), error_messages={"required": _("Give the last day.")})
    planned = forms.IntegerField(
        label=_("Records to be reviewed"),
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"required": _("At least one record is to be reviewed.")},
    )

    def _lead_among(self, units: Iterable[Unit]) -> None:
        found = {user.pk: user for unit in units for user in auditors_of(unit)}
        field: Any = self.fields["lead"]
        field.choices = [("", "–"), *in_choices(list(found.values()))]


class PlanAudit(_About):
    """A further audit."""

    field_order = ("year", "unit")

    year = forms.IntegerField(
        label=_("Plan of the year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"required": _("Give a year from 2000 to 2199.")},
    )
    unit = UnitField(
        label=_("Unit"),
        help_text=_(
            "What this unit and those below it decided is audited. Type its code or a part of its name."
        ),
        error_messages={"required": _("Choose a unit.")},
    )

    def __init__(self, user: User, data: Any = None) -> None:
        today = clock.today()
        held = [one.unit for one in user.held_roles if one.role == Role.AUDITOR]
        initial = {
            "year": today.year,
            "unit": held[0] if held else None,
            "lead": user.pk,
            "period_from": today.replace(month=1, day=1),
            "period_to": today,
            "starts_on": today,
        }
        super().__init__(data, initial=initial)
        self._lead_among(held)
        ask(self, user)

    def about(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"unit_id": said.pop("unit").pk, "lead_id": said.pop("lead")}


class AmendAudit(_About):
    """What may change of an audit: less once it runs, and then for a reason."""

    version = VersionField()

    def __init__(self, row: Audit, data: Any = None) -> None:
        names = ("title", "period_from", "period_to", "starts_on", "due_on", "planned", "version")
        super().__init__(data, initial={name: getattr(row, name) for name in names} | {"lead": row.lead_id})
        self._lead_among([row.unit])
        if row.status == Audit.Status.RUNNING:
            self.fields["reason"] = ReasonField(
                error_messages={"required": _("Say why the plan changes while the audit runs.")}
            )
            for name in ("period_from", "period_to"):
                self.fields[name].disabled = True

    def about(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"lead_id": said.pop("lead")}


class StartAudit(forms.Form):
    version = VersionField()

    def __init__(self, row: Audit, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})


class ReportAudit(StartAudit):
    """The conclusion."""

    conclusion = forms.CharField(
        label=_("Conclusion"),
        widget=forms.Textarea(_LONG),
        help_text=_("What was audited, what was found, and what follows. It stands first in the report."),
        error_messages={"required": _("Write the conclusion.")},
    )


class DropAudit(StartAudit):
    reason = ReasonField(error_messages={"required": _("Say why.")})
