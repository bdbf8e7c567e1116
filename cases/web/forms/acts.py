"""What each step on a complaint asks for. Fields are called as the action calls them in its refusals."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models import Complaint
from cases.models.vocabulary import ActionKind, ClosureReason, Finding, PauseReason
from cases.queries.rules import authorities
from cases.web.forms.fields import ReferenceField, texts
from cases.web.forms.files import FilesField
from foundation.web.fields import DayField
from ledger import clock
from officers.models import User
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask

_NOTHING = ("", "–")


def authority_name(code: str) -> str:
    """A ministry of the list in the reader's language; one that is no longer listed by its code."""
    name_km, name_en = authorities().get(code, (code, code))
    return name_km if get_language() == "km" else name_en


_SAY_WHY = _("Say why.")
_WRITE = _("Write something.")


class Step(forms.Form):
    """A form about a complaint, filled in by somebody who sees it."""

    version = VersionField()

    def __init__(self, user: User, row: Complaint, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"version": row.version} | initial)
        self.user, self.row = user, row
        ask(self, user)


class Because(Step):
    reason = ReasonField(error_messages={"required": _SAY_WHY})


class Answering(Because):
    """The same, where the reporter reads it."""

    reason = ReasonField(help_text=_("The reporter reads it."), error_messages={"required": _SAY_WHY})


class Acknowledge(Step):
    text = texts(
        _("Message to the reporter"),
        _WRITE,
        required=False,
        help_text=_("The reporter is told in any case that the report has arrived and is looked at."),
    )


class Assign(Step):
    handler = forms.TypedChoiceField(label=_("In charge"), coerce=int)

    def __init__(self, user: User, row: Complaint, data: Any = None, *, handlers: list[User]) -> None:
        super().__init__(user, row, data, handler=row.handler_id)
        field: Any = self.fields["handler"]
        field.choices = [_NOTHING, *((one.pk, f"{one.name} ({one.username})") for one in handlers)]


class Note(Step):
    text = texts(_("Note"), _WRITE, help_text=_("For the other handlers. The reporter does not see it."))


class Write(Step):
    text = texts(_("Message to the reporter"), _WRITE)


class Instruct(Step):
    instruction = texts(
        _("Task for the post"),
        _("Say what is to be done."),
        help_text=_(
            "The post does not read the report. Write what it needs, and nothing that points at the reporter."
        ),
    )

    def __init__(self, user: User, row: Complaint, data: Any = None) -> None:
        super().__init__(user, row, data, instruction=row.instruction)


class TakeAction(Step):
    kind = forms.ChoiceField(
        label=_("What was done"),
        choices=ActionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was done.")},
    )
    text = texts(_("What was done, in words"), _("Say what was done."))
    done_on = DayField(label=_("Day"))
    files = FilesField(  # type: ignore[assignment]
        label=_("Documents"),
        help_text=_(
            "A report, a photograph of the place. Who handles the complaint reads them, the reporter does not."
        ),
    )
    told_reporter = forms.BooleanField(label=_("The reporter may see that this was done"), required=False)

    def __init__(self, user: User, row: Complaint, data: Any = None) -> None:
        super().__init__(user, row, data, done_on=clock.today(), told_reporter=True)


class Offer(Step):
    unit = UnitField(label=_("To which unit"))
    reason = ReasonField(error_messages={"required": _SAY_WHY})


class LookUpOfficer(forms.Form):
    """Who is named, and the number of the officer who may be meant."""

    accused = forms.TypedChoiceField(label=_("Who is named"), coerce=int, widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("Officer's number"),
        help_text=_("Service number or stable number"),
        max_length=30,
        widget=forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "off"}),
    )

    def __init__(self, row: Complaint, data: Any = None) -> None:
        named = [(one.pk, str(one)) for one in row.accused.order_by("pk")]
        super().__init__(data, initial={"accused": named[0][0]} if len(named) == 1 else {})
        field: Any = self.fields["accused"]
        field.choices = named


class Match(Step):
    evidence = texts(
        _("Why this is the officer who is meant"), _("Say why this is the officer who is meant.")
    )


class Link(Step):
    original = ReferenceField(label=_("Reference of the earlier complaint"))


class Refer(Step):
    authority = forms.ChoiceField(
        label=_("To which ministry"), error_messages={"required": _("Choose a ministry from the list.")}
    )
    text = texts(
        _("What is referred"),
        _("Say what is referred."),
        help_text=_("The ministry reads it. Write nothing that points at the reporter."),
    )
    letter = forms.CharField(
        label=_("Number of the letter"),
        max_length=60,
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Give the number of the letter.")},
    )
    sent_on = DayField(label=_("Sent on"))

    def __init__(self, user: User, row: Complaint, data: Any = None) -> None:
        super().__init__(user, row, data, sent_on=clock.today())
        field: Any = self.fields["authority"]
        field.choices = [_NOTHING, *((code, authority_name(code)) for code in authorities())]


class HearFrom(Step):
    answer = texts(
        _("What it answered"),
        _WRITE,
        required=False,
        help_text=_("Leave it empty if the ministry has only acknowledged the letter."),
    )


class Pause(Step):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=PauseReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    text = texts(_("In words"), _SAY_WHY)
    until = DayField(label=_("Until"))


class Decide(Step):
    agree = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class DecideFailure(forms.Form):
    """Whether a unit's misses become a complaint about it."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("accept", _("Make it a complaint")), ("decline", _("No complaint is needed"))],
        widget=forms.RadioSelect,
    )
    reason = ReasonField(error_messages={"required": _SAY_WHY})
    version = VersionField()


class Settle(Step):
    happened = forms.TypedChoiceField(
        label=_("What was recorded"),
        choices=[("yes", _("It happened, as recorded")), ("no", _("It did not happen, and does not count"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    text = texts(_("Why"), _SAY_WHY)


class Close(Step):
    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[_NOTHING, *Finding.choices],
        error_messages={"required": _("Choose a finding.")},
    )
    closure_reason = forms.ChoiceField(
        label=_("Reason for closing"),
        choices=[_NOTHING, *ClosureReason.choices],
        error_messages={"required": _("Choose a reason.")},
    )
    summary = texts(
        _("Summary"),
        _("Summarise what was found and done."),
        help_text=_("For the record. The reporter does not read it."),
    )
    answer = texts(
        _("Answer to the reporter"),
        _("Write the answer to the reporter; one who left no way to be reached reads it by receipt."),
    )

    def __init__(self, user: User, row: Complaint, data: Any = None) -> None:
        names = ("finding", "closure_reason", "summary", "answer")
        super().__init__(user, row, data, **{name: getattr(row, name) for name in names})


class Explain(forms.Form):
    """A unit's reason for a miss."""

    explanation = texts(
        _("The unit's reason"),
        _SAY_WHY,
        help_text=_("It stays on the record of the unit, with your name."),
    )
    version = VersionField()


class ForwardMany(forms.Form):
    """One unit and one reason for many complaints."""

    unit = UnitField(label=_("To which unit"))
    reason = ReasonField(error_messages={"required": _SAY_WHY})

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        ask(self, user)
