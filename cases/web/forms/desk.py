"""A report written down at a desk."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.intake import LONGEST, Named, Report
from cases.models import HANDLES, Accused
from cases.models.vocabulary import Category, Channel, Hidden, HowKnown
from cases.web.forms.fields import PlaceField
from cases.web.forms.files import FilesField
from foundation.web.fields import DayField
from ledger import clock
from officers.models import Unit, User
from officers.web.forms.fields import UnitField, ask, described

_NOTHING = ("", "–")
#: So many people or units can be named on the page.
MOST_NAMED = 3
_LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]


class NamedForm(forms.Form):
    """Somebody whom the report names; an empty one is left out."""

    kind = forms.ChoiceField(label=_("Who"), required=False, choices=[_NOTHING, *Accused.Kind.choices])
    said = forms.CharField(label=_("Name, rank, or how to recognise"), required=False, max_length=300)
    unit = UnitField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        ask(self, user)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("kind") and (said.get("said") or said.get("unit")):
            self.add_error("kind", _("Say who is meant."))
        return said


class TakeDown(forms.Form):
    """What somebody says by telephone, in a letter or in person."""

    token = forms.CharField(widget=forms.HiddenInput, min_length=32, max_length=64)
    unit = UnitField(label=_("Desk"), help_text=_("The unit at whose desk you sit."))
    channel = forms.ChoiceField(
        label=_("How the report came"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB],
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
    )
    received_on = DayField(label=_("Day received"))
    category = forms.ChoiceField(label=_("What is reported"), choices=[_NOTHING, *Category.choices])
    place_code = PlaceField(required=False)
    place_text = forms.CharField(label=_("Where exactly"), required=False, max_length=300)
    happened = forms.CharField(label=_("When it happened"), required=False, max_length=200)
    narrative = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea({"rows": 8}),
        max_length=LONGEST,
        help_text=_("In the reporter's own words."),
        error_messages={"required": _("Say what happened.")},
    )
    how_known = forms.ChoiceField(
        label=_("How the reporter knows"), required=False, choices=[_NOTHING, *HowKnown.choices]
    )
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        help_text=_(
            "A letter as pictures or PDF, what the reporter brought. Place, time and names in them are taken out."
        ),
    )
    hidden_from = forms.ChoiceField(
        label=_("Keep from"),
        required=False,
        choices=Hidden.choices,
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
        help_text=_("Ask the reporter. Whoever is named never sees it in any case."),
    )
    contact = forms.CharField(
        label=_("How the reporter can be reached"),
        required=False,
        max_length=300,
        help_text=_("Only if the reporter wants it. It is kept encrypted, apart from the report."),
    )
    language = forms.ChoiceField(
        label=_("Language of the reporter"),
        choices=_LANGUAGES,
        widget=forms.RadioSelect({"class": "govuk-radios--inline govuk-radios--small"}),
    )

    def __init__(self, user: User, data: Any = None, files: Any = None) -> None:
        desks = user.scope(*HANDLES)
        initial = {
            "token": secrets.token_hex(16),
            "received_on": clock.today(),
            "language": "km",
            "hidden_from": Hidden.NOBODY.value,
        }
        if len(desks) == 1:
            initial["unit"] = described(Unit.objects.get(path=desks[0]))
        super().__init__(data, files, initial=initial)
        ask(self, user)
        self.named = [NamedForm(data, prefix=f"named{n}", user=user) for n in range(MOST_NAMED)]

    def is_valid(self) -> bool:
        """Both at once, so that all that is wrong is shown together."""
        return all([super().is_valid(), *(one.is_valid() for one in self.named)])

    def report(self) -> Report:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        return Report(
            category=said["category"],
            narrative=said["narrative"],
            place_code=said["place_code"],
            place_text=said["place_text"],
            happened=said["happened"],
            how_known=said["how_known"],
            hidden_from=said["hidden_from"],
            contact=said["contact"],
            language=said["language"],
            files=said["files"],
            named=[
                Named(one["kind"], one["said"], unit=one["unit"].pk if one["unit"] else None)
                for one in (form.cleaned_data for form in self.named)
                if one.get("kind")
            ],
        )
