"""What the legality check and the decision ask for. Fields are called as the actions call them in their refusals."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Decision, Proposal
from cases.models.deciding import GRAVITY, MeasureKind
from cases.queries.powers import power_over, rank_orders
from cases.web.forms.cases import CaseStep
from cases.web.forms.fields import texts
from officers.models import User
from officers.models.settings import Instrument
from officers.queries.settings import rank_choices
from officers.web.forms.fields import ReasonField, UnitField

OUT = Decision.Outcome
_REASONS = _("Give the reasons.")


def no_conflict() -> forms.BooleanField:
    """The declaration; that it is missing the action says."""
    return forms.BooleanField(
        label=_("I have no conflict of interest in this case"),
        help_text=_(
            "I am not related to the officer, not his friend or opponent, and gain nothing by how it ends. Who has a "
            "conflict of interest declares it on the page of the case instead."
        ),
        required=False,
    )


def days_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("For days"),
        required=False,
        help_text=_("For a suspension: from 1 to 365."),
        widget=forms.TextInput(
            {"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )


def ranks_below(case: Case) -> list[tuple[str, str]]:
    """The ranks to which an officer can be demoted, from the highest down."""
    orders = rank_orders()
    now = orders.get(case.rank, 0)
    return [("", "–"), *((code, name) for code, name in rank_choices() if orders.get(code, 0) < now)]


class FindLawful(CaseStep):
    text = texts(_("Opinion"), _("Give the opinion."), help_text=_("By whom, on what, after which hearing."))
    rests_on_no_screen = forms.BooleanField(
        label=_("Nothing in the file rests on a screen that was not confirmed"), required=False
    )
    no_conflict = no_conflict()


class SendBack(CaseStep):
    text = texts(_("What is missing"), _("Give the opinion."))
    no_conflict = no_conflict()


class Decide(CaseStep):
    """The decision. The password is asked for each time and never filled in again."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (OUT.ACCEPTED, _("The measure as proposed")),
            (OUT.LESSER, _("A lesser measure")),
            (OUT.NO_CASE, _("No case: the case ends without a measure")),
            (OUT.RETURNED, _("Return for work: it is not ripe for a decision")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you decide.")},
    )
    measure = forms.ChoiceField(label=_("Lesser measure"), required=False)
    to_rank = forms.ChoiceField(label=_("To rank"), required=False, help_text=_("For a demotion."))
    to_unit = UnitField(label=_("To unit"), required=False, help_text=_("For a transfer."))
    days = days_field()
    reasons = texts(
        _("Reasons"),
        _REASONS,
        help_text=_("The officer reads them, or who has to do the work where the case is returned."),
    )
    no_conflict = no_conflict()
    password = forms.CharField(
        label=_("Your password"),
        help_text=_("Once more, so that it is you who decides and nobody at your open session."),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": _("Give your password.")},
    )

    def __init__(
        self, user: User, row: Case, data: Any = None, *, proposal: Proposal | None, outcome: str = ""
    ) -> None:
        super().__init__(user, row, data, outcome=outcome)
        self.proposal = proposal
        fields: Any = self.fields
        fields["measure"].choices = [("", "–"), *_lesser(row, proposal)]
        fields["to_rank"].choices = ranks_below(row)
        if row.for_family:  # a measure against who died is impossible; a finding is made by “no case”
            fields["outcome"].choices = fields["outcome"].choices[2:]

    def clean_measure(self) -> str:
        """:raises ValidationError: if a lesser measure is decided and none is chosen"""
        said = str(self.cleaned_data["measure"])
        if self.cleaned_data.get("outcome") == OUT.LESSER and not said:
            raise ValidationError(_("Choose a measure."), code="no_measure")
        return said


def _lesser(case: Case, proposal: Proposal | None) -> list[tuple[str, str]]:
    """The measures not graver than proposed, each with the paper that it takes."""
    if proposal is None:
        return []
    return [
        (kind, f"{MeasureKind(kind).label} ({Instrument(power_over(case, kind).instrument).label})")
        for kind in MeasureKind.values
        if kind != MeasureKind.NONE and GRAVITY[kind] <= GRAVITY[proposal.measure]
    ]


class Reconsider(CaseStep):
    reason = ReasonField(error_messages={"required": _("Say why.")})
