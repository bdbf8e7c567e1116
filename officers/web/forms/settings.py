"""Versions of settings as tables: one form per row, so that nobody has to write JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.calendar import prefill
from foundation.web.fields import DayField
from ledger import clock
from officers.models import SettingVersion, Unit
from officers.models.settings import Instrument, MeasureKind
from officers.models.sheets import Drug as ScreenedDrug
from officers.models.specimens import SpecimenKind
from officers.reckoning.panels import PICKED_BY
from officers.reckoning.settings import (
    AUDITED,
    DEADLINE_UNITS,
    DECIDERS,
    INSTRUMENTS,
    LEVELS,
    LOOKS_FOR,
    MEASURES,
    PANEL_DRUGS,
    PUBLICATION,
    SPECIMENS,
)
from officers.web.forms.fields import ReasonField

INSTRUMENT_NAMES: dict[str, Any] = dict(Instrument.choices)
MEASURE_NAMES: dict[str, Any] = dict(MeasureKind.choices)
UNIT_KIND_NAMES: dict[str, Any] = dict(Unit.Kind.choices)
LEVEL_NAMES = {
    "commune": _("Commune"),
    "district": _("District"),
    "province": _("Province"),
    "general": _("General commissariat or department"),
    "inspectorate": _("Inspectorate of the Ministry"),
}
DEADLINE_UNIT_NAMES = {"hours": _("hours"), "days": _("days"), "working_days": _("working days")}
PICKED_BY_NAMES = {"collected": _("Day of collection"), "received": _("Day of receipt")}
SPECIMEN_NAMES: dict[str, Any] = dict(SpecimenKind.choices)
DRUG_NAMES: dict[str, Any] = dict(ScreenedDrug.choices)
AUDITED_NAMES = {
    "case": _("Dismissal cases"),
    "drug_test": _("Drug tests"),
    "complaint": _("Complaints"),
    "read": _("Reads"),
}
LOOKS_FOR_NAMES = {
    "decided_fast": _("decided within so many hours"),
    "empty_response": _("no response of the officer"),
    "same_three_people": _("the same three people in so many cases"),
    "ground_changed_late": _("a ground changed after the notice"),
    "lesser_for_senior": _("a lesser measure for a senior rank"),
    "claimed_late": _("a time claimed so many hours from its recording"),
    "entered_late": _("entered so many hours after collection"),
    "closed_without_action": _("closed with no action"),
    "no_task": _("read with no task"),
    "own_unit": _("a unit reading about itself"),
    "burst": _("so many records within ten minutes"),
    "night": _("read at night"),
}
PUBLICATION_NAMES = {
    "unit_threshold": _("people of a unit, at least"),
    "national_threshold": _("people nationwide, at least"),
    "delay_months": _("months of delay"),
    "horizon_days": _("days after a month"),
    "in_time_days": _("days to act in time"),
    "naming_from_rank": _("named from this rank on"),
    "naming_days": _("days a name is shown"),
}
SPARE_ROWS = 2
ADDED_ROWS = 5
#: More rows than any setting has; a form with more is no form of ours.
MOST_ROWS = 400


def _text(label: Any, length: int = 200, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, widget=forms.TextInput(attrs=attrs)
    )


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )


def _one_of(label: Any, names: dict[str, Any], order: Sequence[str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=[("", "–"), *((value, names[value]) for value in order)]
    )


class Row(forms.Form):
    """A row of a setting. What a kind requires is for the action to say; here stands only how it is typed."""

    remove = forms.BooleanField(label=_("Remove"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["remove"] = self.fields.pop("remove")  # last, after the fields of the kind

    def as_row(self) -> dict[str, Any] | None:
        """What was typed, or None for a row that was left empty or is to go."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "remove"}
        if self.cleaned_data.get("remove") or not any(value not in ("", None) for value in typed.values()):
            return None
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in typed.items()
        }


class Rank(Row):
    order = _number(_("Place in the ladder"))
    code = _text(_("Code"), 10, **{"class": "govuk-input--width-5"})
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))
    removed_by = _one_of(_("Removed by"), INSTRUMENT_NAMES, INSTRUMENTS)


class Holiday(Row):
    date = DayField(label=_("Day"), required=False, help_text="")
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))
    source = _text(_("Source"))


class Deadline(Row):
    clock = _text(_("Key"), 60)
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))
    length = _number(_("Length"))
    unit = _one_of(_("Counted in"), DEADLINE_UNIT_NAMES, DEADLINE_UNITS)
    basis = _text(_("Basis"))


class Drug(Row):
    code = _text(_("Code"), 20)
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))


class Route(Row):
    order = _number(_("Order"))
    category = _text(_("Category"), 30)
    accused = _text(_("Who is named"), 20)
    rank_from = _text(_("From rank"), 10)
    to = _one_of(_("Begins at"), LEVEL_NAMES, LEVELS)
    basis = _text(_("Basis"))


class Cutoff(Row):
    panel = _text(_("Panel"), 40)
    authority = _text(_("Authority"), 20, **{"class": "govuk-input--width-5"})
    specimen = _one_of(_("Specimen"), SPECIMEN_NAMES, SPECIMENS)
    effective_from = DayField(label=_("Rules from"), required=False, help_text="")
    picked_by = _one_of(_("Picked by"), PICKED_BY_NAMES, PICKED_BY)
    group = _text(_("Group of the initial test"), 80)
    initial = _text(_("Initial cutoff (ng/mL)"), 12, inputmode="decimal")  # type: ignore[assignment]
    drug = _one_of(_("Drug"), DRUG_NAMES, PANEL_DRUGS)
    analyte = _text(_("Analyte confirmed"), 60)
    confirm = _text(_("Confirmatory cutoff (ng/mL)"), 12, inputmode="decimal")
    requires = _text(_("Requires the analyte"), 60)
    requires_least = _text(_("at least (ng/mL)"), 12, inputmode="decimal")
    basis = _text(_("Basis"))


class Power(Row):
    order = _number(_("Order"))
    measure = _one_of(_("Measure"), MEASURE_NAMES, MEASURES[1:])
    rank_from = _text(_("From rank"), 10, **{"class": "govuk-input--width-5"})
    heads = _one_of(_("Head of"), UNIT_KIND_NAMES, Unit.Kind.values)
    decided_by = _one_of(_("Decided at"), UNIT_KIND_NAMES, DECIDERS)
    instrument = _one_of(_("Instrument, at least"), INSTRUMENT_NAMES, INSTRUMENTS)
    basis = _text(_("Basis"))


class Article(Row):
    code = _text(_("Code"), 20, **{"class": "govuk-input--width-5"})
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))
    gravest = _one_of(_("Gravest measure"), MEASURE_NAMES, MEASURES[1:])
    basis = _text(_("Basis"))


class Question(Row):
    order = _number(_("Order"))
    code = _text(_("Code"), 40, **{"class": "govuk-input--width-10"})
    about = _one_of(_("Of"), AUDITED_NAMES, AUDITED)
    topic_km = _text(_("Topic in Khmer"), lang="km")
    topic_en = _text(_("Topic in English"))
    name_km = _text(_("Question in Khmer"), lang="km")
    name_en = _text(_("Question in English"))


class Risk(Row):
    code = _text(_("Code"), 40, **{"class": "govuk-input--width-10"})
    about = _one_of(_("Of"), AUDITED_NAMES, tuple(LOOKS_FOR))
    looks_for = _one_of(_("Looks for"), LOOKS_FOR_NAMES, tuple(LOOKS_FOR_NAMES))
    least = _number(_("Number"))
    weight = _number(_("Weight"))
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))


class Published(Row):
    code = _one_of(_("Setting"), PUBLICATION_NAMES, tuple(PUBLICATION))
    value = _number(_("Number"))
    name_km = _text(_("Name in Khmer"), lang="km")
    name_en = _text(_("Name in English"))


ROWS: dict[str, type[Row]] = {
    SettingVersion.Kind.RANKS: Rank,
    SettingVersion.Kind.HOLIDAYS: Holiday,
    SettingVersion.Kind.DEADLINES: Deadline,
    SettingVersion.Kind.ROUTING: Route,
    SettingVersion.Kind.AUTHORITIES: Drug,
    SettingVersion.Kind.DRUGS: Drug,
    SettingVersion.Kind.PANELS: Cutoff,
    SettingVersion.Kind.POWERS: Power,
    SettingVersion.Kind.ARTICLES: Article,
    SettingVersion.Kind.CHECKLIST: Question,
    SettingVersion.Kind.RISKS: Risk,
    SettingVersion.Kind.PUBLICATION: Published,
}


class Put(forms.Form):
    """From when a new version rules, and why."""

    effective_from = DayField(label=_("Effective from"))
    reason = ReasonField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"effective_from": clock.today()}} | options)


class Table:
    """The rows of a new version: as they rule now, as a person changes them, as the action finds fault with them."""

    def __init__(
        self, kind: str, rows: Sequence[dict[str, Any]], data: Any = None, *, added: int = 0
    ) -> None:
        """`data` are the posted fields; without them the form begins with `rows` and some spare ones."""
        self.kind = kind
        formset = forms.formset_factory(
            ROWS[kind], extra=SPARE_ROWS, absolute_max=MOST_ROWS, max_num=MOST_ROWS
        )
        if data is not None and added:
            data = data.copy()
            data["form-TOTAL_FORMS"] = str(min(_whole(data.get("form-TOTAL_FORMS")) + added, MOST_ROWS))
        self.formset = formset(data, initial=[_typed(row) for row in rows])

    @property
    def labels(self) -> list[Any]:
        return [field.label for name, field in ROWS[self.kind].base_fields.items() if name != "remove"]

    def is_valid(self) -> bool:
        return self.formset.is_valid()

    @property
    def content(self) -> dict[str, Any]:
        """What the action takes."""
        return {self.kind: [row for _form, row in self._rows()]}

    def _rows(self) -> list[tuple[Row, dict[str, Any]]]:
        return [(form, row) for form in self.formset.forms if (row := form.as_row()) is not None]

    def show(self, refusal: ValidationError) -> ValidationError:
        """Put the faults of the content beside the fields they speak of, and return what is left of the refusal."""
        if not hasattr(refusal, "error_dict") or "content" not in refusal.error_dict:
            return refusal
        rows = self._rows()
        left = {name: errors for name, errors in refusal.error_dict.items() if name != "content"}
        for error in refusal.error_dict["content"]:
            place = error.params or {}
            if place.get("line") and place.get("field") in ROWS[self.kind].base_fields:
                rows[place["line"] - 1][0].add_error(place["field"], error)
            else:
                left.setdefault(NON_FIELD_ERRORS, []).append(error)
        return ValidationError(left)


def _whole(text: Any) -> int:
    return int(text) if str(text).isdecimal() else 0


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A stored row as the form's fields begin with it."""
    days = {name: date.fromisoformat(row[name]) for name in ("date", "effective_from") if row.get(name)}
    return row | days


def with_computed(rows: Sequence[dict[str, Any]], year: int) -> list[dict[str, Any]]:
    """Holidays with those a library computes for a year added, where the day has none yet, in order.

    :raises ValueError: for a year the library does not reach
    """
    known = {row["date"] for row in rows}
    computed = [
        {"date": day.date.isoformat(), "name_km": day.name_km, "name_en": day.name_en, "source": day.source}
        for day in prefill(year)
    ]
    return sorted(
        [*rows, *(row for row in computed if row["date"] not in known)], key=lambda row: row["date"]
    )
