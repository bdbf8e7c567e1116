"""Forms about what the officer is told and says, and what is proposed afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.deciding import MeasureKind
from cases.queries.powers import articles, rank_orders
from cases.web.forms.cases import CaseStep
from cases.web.forms.fields import texts
from foundation.web.fields import DayField
from officers.models import User
from officers.queries.settings import named, rank_names
from officers.web.forms.fields import UnitField, ask

_NOTHING = ("", "–")


def _up_to(gravest: str) -> str:
    """How grave a measure an article allows."""
    return gettext("up to: %(measure)s") % {"measure": MeasureKind(gravest).label}


class Respond(CaseStep):
    text = texts(
        _("What the officer says"),
        _("Write something."),
        rows=8,
        help_text=_(
            "As he said it or handed it in. It is never changed; what he adds is written down beside it."
        ),
    )


class Complete(CaseStep):
    text = texts(
        _("In his words"),
        "",
        required=False,
        help_text=_("His time to respond ends by it. Write it down only if he said that he has said all."),
    )


class AskTime(CaseStep):
    text = texts(_("Why the officer needs more time"), _("Say why you need more time."))


class Extend(CaseStep):
    until = DayField(label=_("Last day to respond"))
    reason = texts(_("Reason"), _("Say why."), rows=3)


class Investigate(CaseStep):
    text = texts(
        _("What the investigation found"),
        _("Say what was found."),
        rows=12,
        help_text=_(
            "For each ground: what shows it, what the officer says to it, and which of the two weighs more."
        ),
    )


class Propose(CaseStep):
    """The measure with what belongs to it; what belongs to another measure is left empty."""

    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=MeasureKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a measure.")},
    )
    to_rank = forms.ChoiceField(
        label=_("New rank"),
        required=False,
        help_text=_("For a demotion alone: a rank below the present one."),
    )
    to_unit = UnitField(label=_("New unit"), required=False, help_text=_("For a transfer alone."))
    days = forms.IntegerField(
        label=_("Number of days"),
        required=False,
        help_text=_("For a suspension alone: from 1 to 365."),
        widget=forms.TextInput({"class": "govuk-input--width-4", "inputmode": "numeric"}),
        error_messages={"invalid": _("Give a number of days from 1 to 365.")},
    )
    articles = forms.MultipleChoiceField(
        label=_("Articles of the discipline rules"),
        widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small"}),
        error_messages={"required": _("Choose the articles.")},
    )
    reasons = texts(_("Reasons"), _("Give the reasons."), rows=8)
    lesser = texts(
        _("Why no lesser measure is enough"),
        "",
        required=False,
        help_text=_("Name each lesser measure that was considered. Not needed for advice or no measure."),
    )
    no_conflict = forms.BooleanField(
        label=_("I have no conflict of interest in this case"),
        required=False,
        help_text=_("If you have one, do not send this: declare it on the page of the case."),
    )

    def __init__(self, user: User, row: Case, data: Any = None) -> None:
        super().__init__(user, row, data)
        fields: Any = self.fields
        names, orders = rank_names(), rank_orders()
        below = [code for code in orders if orders[code] < orders.get(row.officer.rank, 0)]
        below.sort(key=lambda code: -orders[code])
        fields["to_rank"].choices = [_NOTHING, *((code, names.get(code, code)) for code in below)]
        fields["articles"].choices = [
            (one["code"], f"{one['code']} · {named(one)} ({_up_to(one['gravest'])})") for one in articles()
        ]
        if row.for_family:
            fields["measure"].choices = [(MeasureKind.NONE.value, MeasureKind.NONE.label)]
        ask(self, user)

    def about(self) -> dict[str, Any]:
        """What `propose` takes, once the form is valid."""
        said = dict(self.cleaned_data)
        unit = said.pop("to_unit")
        return said | {"to_unit_id": unit.pk if unit else None}
