"""What the pages of reviews ask for. Fields are called as the actions call them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import About, Answer, Audit, Review
from audits.queries.auditors import in_choices, reviewers_for, who_could_take
from audits.queries.references import named
from cases.web.forms.fields import texts
from officers.models import User
from officers.web.forms.fields import ReasonField, VersionField

_SMALL = {"class": "govuk-checkboxes--small"}
_NOTHING = ("", "–")
_SAY_WHY = _("Say why.")


class ReviewFilter(forms.Form):
    """What is chosen of the reviews. Without anything, one's own that are not completed."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("My reviews")), ("all", _("Those of all auditors"))],
    )
    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Review.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    about = forms.MultipleChoiceField(
        label=_("Record"), required=False, choices=About.choices, widget=forms.CheckboxSelectMultiple(_SMALL)
    )
    audit = forms.TypedChoiceField(label=_("Audit"), required=False, coerce=int, empty_value=None)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["audit"]
        rows = Audit.objects.visible_to(user).order_by("-year", "-id")
        field.choices = [("", _("Any")), *((row.pk, str(row)) for row in rows)]


class ReviewStep(forms.Form):
    """A form about a review, filled in by somebody who sees it."""

    version = VersionField()

    def __init__(self, row: Review, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"version": row.version} | initial)
        self.row = row


class Because(ReviewStep):
    reason = ReasonField(error_messages={"required": _SAY_WHY})


class HandOver(Because):
    reviewer = forms.TypedChoiceField(
        label=_("To whom"), coerce=int, error_messages={"required": _("Choose an auditor.")}
    )
    field_order = ("version", "reviewer", "reason")

    def __init__(self, row: Review, data: Any = None) -> None:
        super().__init__(row, data)
        field: Any = self.fields["reviewer"]
        field.choices = [_NOTHING, *in_choices(who_could_take(row))]


class AnswerForm(ReviewStep):
    """The answer to one question."""

    kind = forms.ChoiceField(
        label=_("Answer"),
        choices=Answer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    note = texts(
        _("Note"),
        "",
        required=False,
        help_text=_("What the answer rests on. Needed unless it is yes or does not apply."),
    )
    events = forms.TypedMultipleChoiceField(
        label=_("Events that the answer points at"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )

    def __init__(
        self, row: Review, data: Any = None, *, offered: Callable[[], list[tuple[int, str]]], **initial: Any
    ) -> None:
        """
        :param offered: the events, asked for when they are shown, or one is chosen
        """
        super().__init__(row, data, **initial)
        field: Any = self.fields["events"]
        field.choices = offered

    @property
    def chosen(self) -> int:
        """How many events are chosen, typed or stored."""
        return len(self["events"].value() or ())


class Complete(ReviewStep):
    result = forms.ChoiceField(
        label=_("Result"),
        choices=Review.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result.")},
    )
    summary = texts(_("Summary"), _("Write a summary."), rows=6)


class OpenReview(forms.Form):
    """A record that no sample drew, and who reviews it."""

    about = forms.ChoiceField(
        label=_("Record"),
        choices=About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of record it is.")},
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        help_text=_("Of a case or a complaint; of a test its sheet and line, or the number of the specimen."),
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": _("Type the reference.")},
    )
    reviewer = forms.TypedChoiceField(
        label=_("Reviewed by"), coerce=int, error_messages={"required": _("Choose an auditor.")}
    )

    def __init__(self, user: User, audit: Audit, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"reviewer": user.pk, "about": About.CASE} | initial)
        self.user = user
        field: Any = self.fields["reviewer"]
        field.choices = [_NOTHING, *reviewers_for(audit)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("about") and said.get("reference"):
            said["row_id"] = named(said["about"], said["reference"], self.user)
            if said["row_id"] is None:
                self.add_error(
                    "reference",
                    _("No such record has this reference, or you are kept from it."),
                )
        return said
