"""What each step on a case asks for, from its opening to its end. Fields are called as the action calls them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.hearing import Prosecution
from cases.web.forms.fields import texts
from foundation.web.fields import DayField
from foundation.web.templatetags.web import short_day
from ledger import clock
from officers.models import Unit, User
from officers.web.forms.fields import ReasonField, VersionField, ask
from officers.web.forms.officers import YearField

_NOTHING = ("", "–")
_SAY_WHY = _("Say why.")


class CaseStep(forms.Form):
    """A form about a case, filled in by somebody who sees it."""

    version = VersionField()

    def __init__(self, user: User, row: Case, data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial={"version": row.version} | initial)
        self.user, self.row = user, row
        ask(self, user)


class Because(CaseStep):
    reason = ReasonField(error_messages={"required": _SAY_WHY})


class FindOfficer(forms.Form):
    """Against whom a case is to be opened."""

    q = forms.CharField(
        label=_("Name or number"),
        max_length=100,
        help_text=_("In Khmer or Latin letters; a service number or a stable number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


def _number_field() -> forms.CharField:
    return forms.CharField(
        label=_("Service number"),
        max_length=30,
        help_text=_("From the paper before you, not from a list on the screen."),
        widget=forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={"required": _("Type the service number.")},
    )


def _year_field() -> YearField:
    return YearField(
        label=_("Year of birth"), error_messages={"required": _("Type the year of birth as four digits.")}
    )


class Open(forms.Form):
    """Who opens a case types number and year of birth, so that it is not against somebody else."""

    service_number = _number_field()
    birth_year = _year_field()
    unit = forms.TypedChoiceField(
        label=_("Unit that conducts the case"),
        coerce=int,
        help_text=_("A unit above the officer's own; the lowest stands first."),
    )

    def __init__(self, units: list[Unit], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.choices = [(unit.pk, unit.name) for unit in units]


class Identify(CaseStep):
    service_number = _number_field()
    birth_year = _year_field()


class Assign(CaseStep):
    case_officer = forms.TypedChoiceField(
        label=_("In charge"), coerce=int, error_messages={"required": _("Choose somebody.")}
    )

    def __init__(self, user: User, row: Case, data: Any = None, *, workers: list[User]) -> None:
        super().__init__(user, row, data, case_officer=row.case_officer_id)
        field: Any = self.fields["case_officer"]
        field.choices = [_NOTHING, *((one.pk, f"{one.name} ({one.username})") for one in workers)]


class Assess(CaseStep):
    severity = forms.ChoiceField(
        label=_("How grave it would be if it is true"),
        choices=Case.Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how grave it is.")},
    )
    reasons = texts(_("Reasons"), _("Give the reasons."))


class Stay(CaseStep):
    reason = texts(
        _("Proceedings that are awaited"),
        _("Say which proceedings are awaited."),
        help_text=_("The court or prosecutor, and the number."),
    )


class Discontinue(CaseStep):
    reason = texts(
        _("Reasons"),
        _("Give the reasons."),
        help_text=_(
            "If the officer was told of the allegations, he reads them in the notice that the case ended."
        ),
    )


class DeclareConflict(CaseStep):
    reason = texts(_("What the conflict is"), _("Say what the conflict is."))


class GoOnForFamily(CaseStep):
    reason = texts(_("Who of the family asks, and when"), _("Say who of the family asks, and when."), rows=3)


class Refer(CaseStep):
    court = forms.CharField(
        label=_("Court or prosecutor"), max_length=120, error_messages={"required": _("Name the court.")}
    )
    number = forms.CharField(
        label=_("Number of the letter"),
        max_length=60,
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
        error_messages={"required": _("Give the number of the letter.")},
    )
    sent_on = DayField(label=_("Sent on"))

    def __init__(self, user: User, row: Case, data: Any = None) -> None:
        super().__init__(user, row, data, sent_on=clock.today())


#: After these nothing more comes back.
LAST_RESULTS = (
    Prosecution.Result.CONVICTED,
    Prosecution.Result.ACQUITTED,
    Prosecution.Result.NOT_PURSUED,
)


class RecordResult(CaseStep):
    prosecution = forms.TypedChoiceField(
        label=_("Which matter"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the matter.")},
    )
    result = forms.ChoiceField(
        label=_("Result"),
        choices=Prosecution.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result.")},
    )
    number = forms.CharField(
        label=_("Number of the answer"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )
    result_on = DayField(label=_("Date of the result"))

    def __init__(self, user: User, row: Case, data: Any = None) -> None:
        pending = list(row.prosecutions.exclude(result__in=LAST_RESULTS).order_by("pk"))
        super().__init__(
            user, row, data, result_on=clock.today(), prosecution=pending[0].pk if pending else None
        )
        field: Any = self.fields["prosecution"]
        field.choices = [(one.pk, f"{one.court}, {one.number}, {short_day(one.sent_on)}") for one in pending]
