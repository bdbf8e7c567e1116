"""What is written down when a bottle changes hands, and when somebody decides whether the chain holds."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import MomentField
from officers.actions.custody import PANEL
from officers.models import CustodyProblem, Specimen
from officers.models.specimens import Bottle, SpecimenKind
from officers.queries.custody import laboratories, panel_authorities
from officers.web.forms.fields import ReasonField, VersionField

ANOTHER = "another"
_INLINE = {"class": "govuk-radios--inline"}
_SEAL = {"class": "govuk-input--width-20", "autocomplete": "off"}
_YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


class DispatchForm(forms.Form):
    """The first hand-over of a specimen. A laboratory without an account here is written out."""

    laboratory = forms.ChoiceField(label=_("Laboratory"))
    other_laboratory = forms.CharField(
        label=_("Name of another laboratory"),
        max_length=120,
        required=False,
        help_text=_("One that does not work with this system must be named anew before it can report."),
    )
    received_by = forms.CharField(label=_("Received by"), max_length=120)
    place = forms.CharField(label=_("Place of the hand-over"), max_length=200)
    seal = forms.CharField(label=_("Seal of bottle A"), max_length=40, widget=forms.TextInput(_SEAL))
    seal_b = forms.CharField(
        label=_("Seal of bottle B"),
        max_length=40,
        required=False,
        help_text=_(
            "Where the specimen was split. Without a second bottle the officer can ask for no retest."
        ),
        widget=forms.TextInput(_SEAL),
    )
    kind = forms.ChoiceField(label=_("Specimen"), choices=SpecimenKind.choices, initial=SpecimenKind.URINE)
    panel = forms.ChoiceField(label=_("Panel"), help_text=_("Whose cutoffs rule."))
    is_observed = forms.BooleanField(label=_("Collected under observation"), required=False)
    temperature_in_range = forms.ChoiceField(
        label=_("Was the temperature within 32 to 38 °C?"),
        choices=[*_YES_OR_NO, ("", _("Not measured"))],
        required=False,
        initial="",
        widget=forms.RadioSelect(_INLINE),
    )
    handed_over_at = MomentField(label=_("Handed over at"), required=False)
    version = VersionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(one.code, f"{one.code} · {one.name}") for one in laboratories()]
        choices = [("", _("Choose")), *known, (ANOTHER, _("Another laboratory"))]
        self.fields["laboratory"].choices = choices  # type: ignore[attr-defined]
        if not known:
            self.fields["laboratory"].initial = ANOTHER
        authorities = panel_authorities()
        self.fields["panel"].choices = [(one, one) for one in authorities]  # type: ignore[attr-defined]
        self.fields["panel"].initial = PANEL if PANEL in authorities else None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("laboratory") == ANOTHER and not said.get("other_laboratory"):
            self.add_error("other_laboratory", ValidationError(_("Write the name of the laboratory.")))
        return said

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        other = given.pop("other_laboratory")
        if given["laboratory"] == ANOTHER:
            given["laboratory"] = other
        measured = given["temperature_in_range"]
        return given | {"temperature_in_range": measured == "yes" if measured else None}


class HandOverForm(forms.Form):
    bottle = forms.ChoiceField(
        label=_("Bottle"), choices=Bottle.choices, initial=Bottle.A, widget=forms.RadioSelect
    )
    handed_over_by = forms.CharField(label=_("Handed over by"), max_length=120)
    received_by = forms.CharField(label=_("Received by"), max_length=120)
    place = forms.CharField(label=_("Place of the hand-over"), max_length=200)
    seal = forms.CharField(
        label=_("Seal as found"),
        max_length=40,
        help_text=_("Read it from the bottle, not from the form."),
        widget=forms.TextInput(_SEAL),
    )
    is_whole = forms.ChoiceField(
        label=_("Was the seal whole?"), choices=_YES_OR_NO, widget=forms.RadioSelect(_INLINE)
    )
    handed_over_at = MomentField(label=_("Handed over at"), required=False)
    version = VersionField()

    def __init__(self, specimen: Specimen, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not specimen.seal_b:
            self.fields["bottle"] = forms.CharField(initial=Bottle.A, widget=forms.HiddenInput)

    def clean_is_whole(self) -> bool:
        return bool(self.cleaned_data["is_whole"] == "yes")


class DirectForm(forms.Form):
    laboratory = forms.TypedChoiceField(label=_("Laboratory"), coerce=int)
    version = VersionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(one.pk, f"{one.code} · {one.name}") for one in laboratories()]
        self.fields["laboratory"].choices = [("", _("Choose")), *known]  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"), choices=CustodyProblem.Outcome.choices, widget=forms.RadioSelect
    )
    reason = ReasonField()
    version = VersionField()
