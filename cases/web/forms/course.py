"""The course of a report: which page follows which, the list of answers at its end, and the receipt saved."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.files import held
from cases.models import Accused
from cases.models.vocabulary import Category, Hidden, HowKnown
from cases.queries.routing import kept_out
from cases.reckoning import places
from cases.web.forms.drafts import Draft
from cases.web.forms.reporting import (
    ContactForm,
    ExactlyForm,
    FilesForm,
    HowForm,
    KeepForm,
    StepForm,
    StoryForm,
    WhatForm,
    WhenForm,
    WhereForm,
    WhoForm,
    WhomForm,
)
from foundation.khmer import digits
from foundation.web.templatetags.web import size
from officers.models import Unit


class CheckForm(StepForm):
    """Nothing is asked here: what was answered is read once more."""

    title = gettext_lazy("Check your answers")
    template = "cases/report/check.html"

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, **options: Any) -> None:
        super().__init__(data, draft=draft, **options)
        draft.checked = True

    def rows(self) -> list[tuple[Any, str, str]]:
        """Question, answer, and the page on which it is given."""
        said, language = self.draft.said, self.draft.language
        units = Unit.objects.filter(pk__in=self.draft.units()).in_order()
        whom = "; ".join(text for text in (said("said"), *(unit.name for unit in units)) if text)
        wishes = kept_out(said("place_code"))
        wish = said("hidden_from")
        rows = [
            (_("What"), _label(Category, said("category")), "what"),
            (_("Place"), places.described(said("place_code"), language), "where"),
            (_("Where exactly"), said("place_text"), "exactly"),
            (_("When"), said("happened"), "when"),
            (_("Who"), _label(Accused.Kind, said("kind")), "who"),
            (_("Name or description"), whom, "whom"),
            (_("How you know"), _label(HowKnown, said("how_known")), "how"),
            (_("Files"), _files(self.draft), "files"),
            (_("What happened"), said("narrative"), "story"),
            (
                _("Kept from"),
                ", ".join(unit.name for unit in wishes.get(wish, [])) or str(Hidden.NOBODY.label),
                "keep",
            ),
            (_("How to reach you"), said("contact"), "contact"),
        ]
        return [row for row in rows if row[2] != "whom" or said("kind") != Accused.Kind.UNKNOWN]


def _files(draft: Draft) -> str:
    return "\n".join(f"{one.words}, {size(one.size)}" for one in held(draft.files()))


def _label(words: Any, code: str) -> str:
    return str(words(code).label) if code in words.values else ""


STEPS: dict[str, type[StepForm]] = {
    "what": WhatForm,
    "where": WhereForm,
    "exactly": ExactlyForm,
    "when": WhenForm,
    "who": WhoForm,
    "whom": WhomForm,
    "how": HowForm,
    "files": FilesForm,
    "story": StoryForm,
    "keep": KeepForm,
    "contact": ContactForm,
    "check": CheckForm,
}
#: On which page an answer is given that the report is refused for.
PAGE_OF = {
    "category": "what",
    "place_code": "where",
    "place_text": "exactly",
    "happened": "when",
    "named": "whom",
    "how_known": "how",
    "files": "files",
    "narrative": "story",
    "hidden_from": "keep",
    "contact": "contact",
}


def after(step: str, draft: Draft) -> str:
    """The page that follows; after the last page was seen, the list of answers."""
    if draft.checked:
        return "check"
    return _neighbour(step, draft, 1)


def before(step: str, draft: Draft) -> str:
    """The page before; before the first the start."""
    if step == "what":
        return "start"
    return _neighbour(step, draft, -1)


def _neighbour(step: str, draft: Draft, direction: int) -> str:
    names = [
        name for name in STEPS if name == step or name != "whom" or draft.said("kind") != Accused.Kind.UNKNOWN
    ]
    return names[names.index(step) + direction]


class SavedForm(forms.Form):
    """Whether somebody has the receipt: he types its end."""

    mark_optional = False

    last = forms.CharField(
        label=gettext_lazy("The last four digits of your receipt"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "off"}
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, receipt: str) -> None:
        super().__init__(data, auto_id="%s")
        self.receipt = receipt

    def clean_last(self) -> str:
        if digits(self.cleaned_data["last"]).strip() != self.receipt[-4:]:
            raise ValidationError(
                _("These are not the last four digits. Look at the receipt above once more.")
            )
        return ""
