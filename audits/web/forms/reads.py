"""What is chosen of the read log, and what is written about it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Severity
from audits.queries.read_words import TABLES, WHAT, record_named
from audits.queries.reads import PERIOD
from foundation.web.fields import DayField
from ledger import clock
from officers.web.forms.fields import UnitField, ask


class ReadFilter(forms.Form):
    """What is chosen of the reads."""

    person = forms.CharField(
        label=_("Who"), max_length=100, required=False, help_text=_("A part of the name in Latin letters.")
    )
    unit = UnitField(label=_("Of the unit"), required=False, help_text=_("With all units below it."))
    what = forms.ChoiceField(label=_("What was done"), required=False)
    table = forms.ChoiceField(label=_("With what"), required=False)
    record = forms.CharField(
        label=_("Which one"), max_length=40, required=False, help_text=_("Its reference or number.")
    )
    field = forms.CharField(
        label=_("Field"),
        max_length=40,
        required=False,
        help_text=_("As the log names it, such as narrative."),
    )
    text = forms.CharField(label=_("Text of the search"), max_length=100, required=False)
    since = DayField(label=_("From"), required=False, help_text="")
    until = DayField(label=_("To"), required=False, help_text=_("For example, 27/3/2026"))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        anything = [("", _("All"))]
        self.fields["what"].choices = [*anything, *WHAT.items()]  # type: ignore[attr-defined]
        tables = sorted(((table, str(name)) for table, name in TABLES.items()), key=lambda one: one[1])
        self.fields["table"].choices = [*anything, *tables]  # type: ignore[attr-defined]
        ask(self, user)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("record"):
            if not said.get("table"):
                raise ValidationError({"record": _("Choose with what it was, too.")})
            said["row_id"] = record_named(self.user, said["table"], said["record"])
            if said["row_id"] is None:
                raise ValidationError({"record": _("There is no such record that you are shown.")})
        return said


class PeriodFilter(forms.Form):
    """The days in which patterns are looked for."""

    since = DayField(label=_("From"), required=False, help_text="")
    until = DayField(label=_("To"), required=False, help_text=_("For example, 27/3/2026"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["until"] = said.get("until") or clock.today()
        said["since"] = said.get("since") or said["until"] - timedelta(days=PERIOD - 1)
        if said["since"] > said["until"]:
            raise ValidationError({"until": _("The last day is before the first.")})
        if said["until"] - said["since"] > timedelta(days=366):
            raise ValidationError({"since": _("Choose at most a year.")})
        return said


class Explain(forms.Form):
    explanation = forms.CharField(
        label=_("What explains these reads"), widget=forms.Textarea(attrs={"rows": 4})
    )


class FromPattern(forms.Form):
    """A finding that a pattern gives rise to, as a draft of an audit."""

    audit = forms.ModelChoiceField(label=_("Audit"), queryset=Audit.objects.none())
    unit = UnitField(label=_("Addressed to the unit"))
    severity = forms.ChoiceField(label=_("How grave"), choices=Severity.choices)
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("What was found"), widget=forms.Textarea(attrs={"rows": 6}))
    recommendation = forms.CharField(label=_("Recommendation"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        audits = Audit.objects.visible_to(user).filter(status__in=("RUNNING", "REPORTED"))
        self.fields["audit"].queryset = audits.order_by("-year", "pk")  # type: ignore[attr-defined]
        ask(self, user)
