"""What each step of a review asks for. Fields are called as the action calls them in its refusals."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.web.fields import MomentField
from officers.actions.reviews import CANCELS
from officers.models import ContactAttempt, Review, Unit, User
from officers.models.drug_tests import CancelReason
from officers.queries.reviews import WAITING
from officers.web.forms.fields import ReasonField, UnitField, VersionField

type Words = str | Promise
_MISSING = _("Write something.")
_CHOOSE = _("Choose one of the answers.")


class ReviewFilter(forms.Form):
    waiting = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All that wait for something")), *WAITING.items()],
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
    )
    unit = UnitField(
        label=_("Unit"), required=False, help_text=_("Where the sheet was kept, with all below it")
    )
    officer = forms.CharField(
        label=_("Officer's number"),
        required=False,
        help_text=_("Service number or stable number"),
        max_length=30,
    )


def text(label: Any, *, rows: int = 5, **options: Any) -> forms.CharField:
    options.setdefault("error_messages", {"required": _MISSING})
    return forms.CharField(label=label, widget=forms.Textarea({"rows": rows}), **options)


def choice(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    options.setdefault("error_messages", {"required": _CHOOSE})
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


class Step(forms.Form):
    """A form about a review, filled in by somebody who sees it."""

    version = VersionField()

    def __init__(self, user: User, row: Review, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})
        self.user, self.row = user, row


class Plain(Step):
    """Nothing to say."""


class Attempt(Step):
    how = choice(_("How did you try?"), ContactAttempt.How.choices)
    result = choice(_("What came of it?"), ContactAttempt.Result.choices)
    tried_at = MomentField(
        label=_("When"),
        required=False,
        help_text=_("Now, if you leave it empty. For example, 27/3/2026 14:05"),
    )
    note = text(_("Note"), rows=3, required=False)


class Hear(Step):
    heard = text(_("What the officer said"), rows=8)
    heard_at = MomentField(
        label=_("When"),
        required=False,
        help_text=_("Now, if you leave it empty. For example, 27/3/2026 14:05"),
    )


_REASONS = _("They stay with the decision, for whoever looks at the matter later.")


class Deciding(Step):
    """A decision: asks for the reasons, and why the officer was not heard where he was not."""

    reasons = text(_("Reasons"), help_text=_REASONS)

    def __init__(self, user: User, row: Review, data: Any = None) -> None:
        super().__init__(user, row, data)
        if row.heard_at is not None:
            self.fields.pop("unheard", None)


def _unheard() -> forms.ChoiceField:
    return choice(
        _("Why was the officer not heard?"),
        Review.Unheard.choices,
        required=False,
        help_text=_("What you wrote down of your attempts must bear it out."),
    )


class Verify(Deciding):
    medical = text(_("What was looked into medically"), rows=3, required=False)
    unheard = _unheard()


class Clear(Deciding):
    medical = text(_("The medical explanation, and how you looked into it"))


class Cancel(Deciding):
    why = choice(
        _("Why is the test cancelled?"), [(one.value, one.label) for one in CancelReason if one in CANCELS]
    )
    medical = text(_("What was looked into medically"), rows=3, required=False)
    recollect = forms.BooleanField(label=_("To be collected again, under observation"), required=False)
    field_order = ("why", "reasons")


class Determine(Deciding):
    is_refusal = forms.TypedChoiceField(
        label=_("Was it a refusal?"),
        choices=[("true", _("Yes, a refusal")), ("false", _("No, not a refusal"))],
        coerce="true".__eq__,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE},
    )
    medical = text(
        _("What the medical evaluation found"),
        rows=3,
        required=False,
        help_text=_("Needed where the officer could not give enough."),
    )
    unheard = _unheard()
    field_order = ("is_refusal", "reasons")


class SendSecond(Step):
    laboratory = forms.TypedChoiceField(
        label=_("Second laboratory"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE},
    )

    def __init__(self, user: User, row: Review, data: Any = None) -> None:
        super().__init__(user, row, data)
        others = Unit.objects.open().filter(kind=Unit.Kind.LABORATORY)
        others = others.exclude(specimens__test=row.test_id).order_by("code")
        field: Any = self.fields["laboratory"]
        field.choices = [(unit.pk, unit.name) for unit in others]


class Explain(Step):
    text = text(_("What the officer says"), rows=8)


class AskRetest(Step):
    text = text(_("What the officer said"), rows=3, required=False)


class Reopen(Step):
    reason = ReasonField(label=_("What kept the officer"), error_messages={"required": _MISSING})


class WriteLetter(Step):
    """`after` is the newest letter when the form was made: the same form sent twice writes one letter."""

    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, user: User, row: Any, data: Any = None, *, after: int = 0) -> None:
        super().__init__(user, row, data)
        self.initial["after"] = after
