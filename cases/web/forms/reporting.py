"""The questions of a report, one on each page, in the order in which they are asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.intake import LONGEST
from cases.models import Accused
from cases.models.vocabulary import Category, HowKnown
from cases.queries.routing import kept_out, units_around
from cases.reckoning import places
from cases.web.forms.drafts import Draft
from cases.web.forms.files import AddsFiles, limits
from officers.models import Unit

C, K = Category, Accused.Kind
#: What can be reported, as people would look for it.
GROUPS: tuple[tuple[Any, tuple[Category, ...]], ...] = (
    (gettext_lazy("People"), (C.DRUG_DEALING, C.DRUG_USE)),
    (gettext_lazy("Places and materials"), (C.TRAFFICKING_PLACE, C.PRECURSOR)),
    (
        gettext_lazy("Police officers"),
        (
            C.DRUG_USE_OFFICER,
            C.DRUG_DEALING_OFFICER,
            C.MISUSE_OF_FORCE,
            C.TEST_IRREGULARITY,
        ),
    ),
    (
        gettext_lazy("Officials"),
        (C.COLLUSION, C.INTERFERENCE, C.EXTORTION, C.SENIOR_OFFICIAL),
    ),
    (
        gettext_lazy("An earlier report"),
        (C.FAILURE_TO_ACT, C.FAILURE_TO_RECORD, C.RETALIATION),
    ),
    (gettext_lazy("Something else"), (C.OTHER,)),
)
#: The answer "I do not know", or "none of these".
UNSAID = "-"
_PLAIN = {"autocomplete": "off"}


class StepForm(forms.Form):
    """A page of the report. Its fields have the names of the answers."""

    title: Any = ""
    hint: Any = ""
    template = "cases/report/step.html"
    mark_optional = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        self.draft = draft
        options["initial"] = {**draft.answers, **(options.get("initial") or {})}
        super().__init__(data, auto_id="%s", **options)

    @classmethod
    def typed(cls, post: QueryDict) -> dict[str, Any]:
        """What stands in the fields, right or wrong."""
        several = {
            name for name, one in cls.base_fields.items() if isinstance(one, forms.MultipleChoiceField)
        }
        one_each = {name: post[name] for name in cls.base_fields if name in post and name not in several}
        return one_each | {name: post.getlist(name) for name in several}

    def keep(self) -> None:
        """Put what was answered to the other answers."""
        self.draft.answers |= self.cleaned_data

    def asked_again(self) -> str:
        """Another page whose answer this one has made doubtful; empty if there is none."""
        return ""


class WhatForm(StepForm):
    title = gettext_lazy("What do you want to report?")
    template = "cases/report/what.html"

    category = forms.ChoiceField(
        label=title,
        choices=Category.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what you want to report."),
            "invalid_choice": gettext_lazy("Choose what you want to report."),
        },
    )

    def groups(self) -> list[tuple[Any, list[Any]]]:
        choices = {str(one.data["value"]): one for one in iter(self["category"])}
        return [(name, [choices[code.value] for code in codes]) for name, codes in GROUPS]


class WhereForm(StepForm):
    """One level of the list of places, or what a search found."""

    title = gettext_lazy("Where did it happen?")
    template = "cases/report/where.html"
    questions = (
        gettext_lazy("In which province?"),
        gettext_lazy("In which town, district or khan?"),
        gettext_lazy("In which commune or sangkat?"),
        gettext_lazy("In which village?"),
    )

    place = forms.CharField(
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a place, or say that you do not know.")},
    )
    q = forms.CharField(
        label=gettext_lazy("Or search for a place by its name"),
        help_text=gettext_lazy(
            "In Khmer or in Latin letters: a village, a commune, a district or a province."
        ),
        required=False,
        max_length=100,
        widget=forms.TextInput(_PLAIN),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, draft=draft, **options)
        code, language = draft.said("place_code"), draft.language
        self.within = code if not code or places.below(code, language) else code[:-2]
        self.chosen = places.described(self.within, language)
        sought = (data or {}).get("q", "") or self.initial.get("q", "")
        self.found = places.find(sought) if self.initial.get("searched") else None
        if self.found is None:
            self.question = str(self.questions[len(self.within) // 2])
            choices = [(one.code, one.name(language)) for one in places.below(self.within, language)]
        else:
            self.question = _("Which of these places is it?")
            choices = [(one.code, places.described(one.code, language)) for one in self.found]
        field = self.fields["place"]
        field.label = self.question
        field.widget.choices = [*choices, (UNSAID, _("I do not know"))]
        if "place" not in self.initial and draft.answers.get("placed"):
            self.initial["place"] = code if code != self.within else UNSAID

    def clean_place(self) -> str:
        code = str(self.cleaned_data["place"])
        if code != UNSAID and places.place(code) is None:
            raise ValidationError(_("Choose a place from the list."))
        return code

    def keep(self) -> None:
        code = self.cleaned_data["place"]
        answers = self.draft.answers
        answers["place_code"] = self.within if code == UNSAID else code
        answers["placed"] = code == UNSAID or not places.below(code, self.draft.language)

    def asked_again(self) -> str:
        if not self.draft.answers["placed"]:
            return "where"
        wish = self.draft.said("hidden_from")
        return "keep" if wish and wish not in kept_out(self.draft.said("place_code")) else ""


class ExactlyForm(StepForm):
    title = gettext_lazy("Where exactly?")

    place_text = forms.CharField(
        label=title,
        help_text=gettext_lazy(
            "How somebody finds the place: a street, a shop or pagoda nearby. Leave it empty if you cannot say."
        ),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3, **_PLAIN}),
    )


class WhenForm(StepForm):
    title = gettext_lazy("When did it happen?")

    happened = forms.CharField(
        label=title,
        help_text=gettext_lazy(
            "As well as you know, for example: every evening; last Sunday; since Khmer New Year. It may stay empty."
        ),
        required=False,
        max_length=200,
        widget=forms.TextInput(_PLAIN),
    )


class WhoForm(StepForm):
    title = gettext_lazy("Who did it?")

    kind = forms.ChoiceField(
        label=title,
        help_text=gettext_lazy(
            "If you report that nobody acted on an earlier report, choose who should have acted."
        ),
        choices=Accused.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who did it, or say that you do not know."),
            "invalid_choice": gettext_lazy("Choose who did it, or say that you do not know."),
        },
    )

    def keep(self) -> None:
        earlier = self.draft.said("kind")
        super().keep()
        if self.draft.said("kind") == K.UNKNOWN:
            self.draft.answers |= {"said": "", "units": []}
        elif self.draft.said("kind") != earlier:
            self.draft.answers["units"] = []

    def asked_again(self) -> str:
        return "whom" if self.draft.said("kind") != K.UNKNOWN and not self.draft.said("said") else ""


class WhomForm(StepForm):
    """Name or description; of an officer and of a unit also which units, from which the report is then kept."""

    template = "cases/report/whom.html"
    questions = {
        K.OFFICER: gettext_lazy("Which police officer?"),
        K.UNIT: gettext_lazy("Which police unit?"),
        K.OFFICIAL: gettext_lazy("Which official?"),
        K.PERSON: gettext_lazy("Which person?"),
    }

    said = forms.CharField(
        label=gettext_lazy("Name, rank, or how to recognise the person"),
        help_text=gettext_lazy("Whatever you know. If they are several, name them all."),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3, **_PLAIN}),
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Where does this officer serve?"),
        help_text=gettext_lazy("Choose all that apply, or none if you do not know."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, draft=draft, **options)
        kind = draft.said("kind")
        self.question = self.questions.get(
            K(kind) if kind in K.values else K.PERSON, self.questions[K.PERSON]
        )
        if kind not in (K.OFFICER, K.UNIT):
            del self.fields["units"]
            return
        units = units_around(draft.said("place_code"))
        units += Unit.objects.filter(pk__in=draft.units()).exclude(pk__in=[unit.pk for unit in units])
        self.fields["units"].choices = [(str(unit.pk), unit.name) for unit in units]  # type: ignore[attr-defined]
        if kind == K.UNIT:
            self.fields["units"].label = _("Choose the units")
            self.fields["said"].label = _("Or say which unit it is")
            self.fields["said"].help_text = _("Needed only if it is not among these.")
            self.order_fields(["units", "said"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data.get("said", "").strip()
        units = self.cleaned_data.get("units", [])
        if not said and not units and not self.errors:
            self.add_error("said", _("Say who is meant."))
        return {"said": said, "units": units}


class HowForm(StepForm):
    title = gettext_lazy("How do you know about it?")

    how_known = forms.ChoiceField(
        label=title,
        help_text=gettext_lazy("You may leave this out."),
        required=False,
        choices=HowKnown.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )


class FilesForm(AddsFiles, StepForm):
    """One file after the other: a page of ours holds them from one to the next as tokens."""

    title = gettext_lazy("Do you have a picture or a document of it?")
    template = "cases/report/files.html"

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, draft=draft, **options)
        self.limits = limits()
        self.takes_after(draft.files())

    def keep(self) -> None:
        if added := self.cleaned_data["file"]:
            self.draft.answers["files"] = [*self.draft.files(), added.token]


class StoryForm(StepForm):
    title = gettext_lazy("What happened?")

    narrative = forms.CharField(
        label=title,
        help_text=gettext_lazy(
            "In your own words. Who reads it will know only what stands here. Leave out what would tell who you are: "
            "your name, your house, or what only you can have seen."
        ),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 10, **_PLAIN}),
        error_messages={"required": gettext_lazy("Say what happened.")},
    )


class KeepForm(StepForm):
    title = gettext_lazy("Should it be kept from the police of the place?")
    template = "cases/report/keep.html"

    hidden_from = forms.ChoiceField(
        label=title,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, draft=draft, **options)
        self.wishes = kept_out(draft.said("place_code"))
        self.fields["hidden_from"].choices = [  # type: ignore[attr-defined]
            ("", _("No, it need not be kept from them")),
            *((wish, _wish(units)) for wish, units in self.wishes.items()),
        ]
        if self.initial.get("hidden_from") not in self.wishes:
            self.initial["hidden_from"] = ""


def _wish(units: Sequence[Unit]) -> str:
    names = [unit.name for unit in units]
    if len(names) == 1:
        return _("Yes, from %(unit)s") % {"unit": names[0]}
    return _("Yes, from %(unit)s and %(other)s") % {"unit": names[0], "other": names[1]}


class ContactForm(StepForm):
    title = gettext_lazy("May we reach you?")
    template = "cases/report/contact.html"

    contact = forms.CharField(
        label=gettext_lazy("A telephone number, or another way to reach you"),
        help_text=gettext_lazy("Leave it empty to stay anonymous."),
        required=False,
        max_length=300,
        widget=forms.TextInput(_PLAIN),
    )
