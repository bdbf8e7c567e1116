"""What is asked of who freezes, draws, voids or directs a sample, and of who gives its records away."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import About, Audit, Sample, Stratum
from audits.models.samples import LARGEST_SAMPLE
from audits.queries.auditors import reviewers_for
from audits.queries.populations import strata_of
from foundation.web.fields import DayField
from ledger import clock
from officers.queries.settings import named
from officers.web.forms.fields import ReasonField, VersionField

_SMALL = {"class": "govuk-checkboxes--small"}


class ChooseAbout(forms.Form):
    """Of what a sample is taken: what it may be divided by depends on it."""

    about = forms.ChoiceField(
        label=_("Which records are sampled?"),
        choices=About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )


class _Sample(forms.Form):
    """The days of a population and the size of what is taken from it."""

    first = DayField(label=_("First day"), error_messages={"required": _("Give the first day.")})
    last = DayField(label=_("Last day"), error_messages={"required": _("Give the last day.")})
    size = forms.IntegerField(
        label=_("Records to be drawn"),
        min_value=1,
        max_value=LARGEST_SAMPLE,
        widget=forms.NumberInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"required": _("A sample holds 1 to 1,000 records.")},
    )
    version = VersionField()

    def __init__(self, audit: Audit, data: Any = None, **initial: Any) -> None:
        about = {
            "first": audit.period_from,
            "last": audit.period_to,
            "size": min(audit.planned, LARGEST_SAMPLE),
            "version": audit.version,
        }
        super().__init__(data, initial=about | initial)


class FreezeSample(_Sample):
    """A random sample: what it is drawn from, and where the number will come from."""

    field_order = ("first", "last", "strata", "size", "number_source", "number_on")

    strata = forms.MultipleChoiceField(
        label=_("Divided by"),
        required=False,
        widget=forms.CheckboxSelectMultiple(_SMALL),
        help_text=_(
            "Each part gives its share of the sample. Divide by one or two: many small parts give nothing each."
        ),
    )
    number_source = forms.CharField(
        label=_("Where the number from outside will come from"),
        max_length=200,
        help_text=_(
            "Something that is published, that nobody here can know before, and that anybody can look up afterwards: "
            "for example, a lottery and its draw, with the day."
        ),
        error_messages={"required": _("Say where the number will come from.")},
    )
    number_on = DayField(
        label=_("Day on which the number comes"),
        help_text=_("A day to come, tomorrow at the earliest."),
        error_messages={"required": _("The number from outside must not be known yet: give a day to come.")},
    )

    def __init__(self, audit: Audit, about: str, data: Any = None) -> None:
        super().__init__(audit, data, number_on=clock.today() + timedelta(days=1))
        field: Any = self.fields["strata"]
        field.choices = [(name, Stratum(name).label) for name in strata_of(about)]


class DirectSample(_Sample):
    """A directed sample: which rules point."""

    field_order = ("first", "last", "codes", "size")

    codes = forms.MultipleChoiceField(
        label=_("Risk rules"),
        widget=forms.CheckboxSelectMultiple(_SMALL),
        error_messages={"required": _("Choose rules for these records.")},
    )

    def __init__(self, audit: Audit, rules: Sequence[Mapping[str, Any]], data: Any = None) -> None:
        super().__init__(audit, data, codes=[rule["code"] for rule in rules])
        field: Any = self.fields["codes"]
        field.choices = [(rule["code"], f"{named(dict(rule))} ({rule['least']})") for rule in rules]


class _OfSample(forms.Form):
    version = VersionField()

    def __init__(self, row: Sample, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})


class DrawSample(_OfSample):
    outside = forms.CharField(
        label=_("The number from outside"),
        max_length=200,
        help_text=_("Exactly as it was published. Blanks between digits count, several count as one."),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Enter the number, in at most 200 characters.")},
    )


class VoidSample(_OfSample):
    reason = ReasonField(error_messages={"required": _("Say why.")})


class AssignSample(_OfSample):
    reviewers = forms.TypedMultipleChoiceField(
        label=_("Auditors"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The records go to them in turn. Who is kept from a record is passed over."),
        error_messages={"required": _("Choose at least one auditor.")},
    )

    def __init__(self, row: Sample, data: Any = None) -> None:
        super().__init__(row, data)
        field: Any = self.fields["reviewers"]
        field.choices = reviewers_for(row.audit)
