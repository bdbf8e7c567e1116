"""To say that something published is wrong, and to answer it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.actions.corrections import LONGEST_WHICH
from audits.models.open_data.corrections import CHANGES_NOTHING, Outcome, Subject
from officers.web.forms.fields import VersionField

_AREA = {"rows": 5, "autocomplete": "off"}


class WrongForm(forms.Form):
    """What is wrong with it is for the action to say, in one go."""

    mark_optional = False

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose")), *Subject.choices],
        required=False,
    )
    which = forms.CharField(
        label=_("Which one?"),
        help_text=_("The key of the row, the address of the page, the month or the unit."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    wrong = forms.CharField(label=_("What is wrong?"), required=False, widget=forms.Textarea(_AREA))
    instead = forms.CharField(
        label=_("What would be right, and how do you know?"),
        help_text=_("You need not write anything."),
        required=False,
        widget=forms.Textarea(_AREA),
    )
    contact = forms.CharField(
        label=_("How can we tell you the answer?"),
        help_text=_(
            "You need not say. Without it you read the answer with your receipt. It is kept sealed, and opened only "
            "to tell you."
        ),
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, auto_id="%s", **options)

    def said(self) -> dict[str, str]:
        return {name: self.data.get(name, "") for name in self.fields}


def asked_about(text: str) -> dict[str, str]:
    """The fields that `?about=<collection>:<row or page>` fills in, or the address of a public page."""
    subject, _colon, which = text.partition(":")
    if text.startswith("/open/"):
        subject, _slash, rest = text.removeprefix("/open/").partition("/")
        which = rest.strip("/") or text
    if subject not in Subject.values:
        subject, which = Subject.OTHER if text else "", text
    return {"about": subject, "which": which[:LONGEST_WHICH]}


class _Answer(forms.Form):
    answer_km = forms.CharField(
        label=_("Public answer in Khmer"),
        help_text=_("Everybody reads it. Do not repeat what the request says, and name nobody."),
        widget=forms.Textarea({"rows": 4}),
    )
    answer_en = forms.CharField(label=_("Public answer in English"), widget=forms.Textarea({"rows": 4}))
    version = VersionField()


class AnswerForm(_Answer):
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[one for one in Outcome.choices if one[0] not in CHANGES_NOTHING],
        widget=forms.RadioSelect,
    )
    event = forms.IntegerField(
        label=_("Event of the correction"),
        help_text=_(
            "The number in the log of the act by which the record was corrected, where there was one."
        ),
        required=False,
        min_value=1,
        max_value=2**53,
    )
    field_order = ("outcome", "answer_km", "answer_en", "event")


class DeclineForm(_Answer):
    outcome = forms.ChoiceField(
        label=_("Why nothing changes"),
        choices=[one for one in Outcome.choices if one[0] in CHANGES_NOTHING],
        widget=forms.RadioSelect,
    )
    field_order = ("outcome", "answer_km", "answer_en")
