"""Appeals: lodging one, and what its members write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Appeal, Case, Ground
from cases.models.appeals import AppealGround
from cases.web.forms.cases import CaseStep
from cases.web.forms.decisions import days_field, no_conflict, ranks_below
from cases.web.forms.fields import texts
from officers.models import User
from officers.models.settings import MeasureKind
from officers.web.forms.fields import ReasonField, VersionField

_SMALL = {"class": "govuk-checkboxes--small"}
#: A transfer would need another order, and no measure is what overturning is for.
_NOT_IN_PLACE = (MeasureKind.NONE, MeasureKind.TRANSFER)


class FilterAppeals(forms.Form):
    """What is chosen of the list of appeals."""

    status = forms.MultipleChoiceField(
        label=_("Status"),
        required=False,
        choices=Appeal.Status.choices,
        widget=forms.CheckboxSelectMultiple(_SMALL),
    )
    mine = forms.BooleanField(label=_("I admitted or drafted it"), required=False)


class Lodge(CaseStep):
    """An appeal that the officer made in writing or in person, or one because a ground fell."""

    ground = forms.ChoiceField(
        label=_("Ground of the appeal"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the ground of the appeal.")},
    )
    text = texts(_("Why the measure should not stand"), _("Say why the measure should not stand."))
    late_cause = texts(
        _("Why it comes late"),
        "",
        required=False,
        rows=3,
        help_text=_("Only where the time to appeal is over."),
    )

    def __init__(self, user: User, row: Case, data: Any = None, *, speaks: bool) -> None:
        super().__init__(user, row, data)
        fell = row.grounds.filter(status=Ground.Status.FALLEN).exists()
        field: Any = self.fields["ground"]
        field.choices = [
            choice
            for choice in AppealGround.choices
            if (fell if choice[0] == AppealGround.GROUND_FELL else speaks)
        ]


class OfAppeal(forms.Form):
    """A form about an appeal, for the version that was looked at."""

    version = VersionField()

    def __init__(self, row: Appeal, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"version": row.version} | initial)


class Because(OfAppeal):
    reason = ReasonField(error_messages={"required": _("Say why.")})


class Draft(OfAppeal):
    outcome = forms.ChoiceField(
        label=_("How the appeal is decided"),
        choices=Appeal.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the appeal is decided.")},
    )
    measure = forms.ChoiceField(
        label=_("Lesser measure in its place"),
        required=False,
        choices=[("", "–"), *(one for one in MeasureKind.choices if one[0] not in _NOT_IN_PLACE)],
    )
    to_rank = forms.ChoiceField(label=_("To rank"), required=False, help_text=_("For a demotion."))
    days = days_field()
    reasons = texts(_("Reasons"), _("Give the reasons."), help_text=_("The officer reads them."))

    def __init__(self, row: Appeal, data: Any = None) -> None:
        super().__init__(row, data)
        field: Any = self.fields["to_rank"]
        field.choices = ranks_below(row.case)


class Agree(OfAppeal):
    no_conflict = no_conflict()
