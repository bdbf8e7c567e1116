"""What the pages of recusals ask for. Fields are called as the action calls them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Recusal
from officers.models import User
from officers.web.forms.fields import OfficerField, ReasonField, UnitField, VersionField, ask


class RecusalFilter(forms.Form):
    """What is chosen of the recusals. Without anything, those in force."""

    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Those of all auditors")), ("mine", _("Mine"))]
    )
    ended = forms.BooleanField(label=_("Also those that ended"), required=False)


class Declare(forms.Form):
    """From what one is kept, and why."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Recusal.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    officer = OfficerField(
        label=_("Officer"),
        required=False,
        help_text=_("The service number or the stable number. Leave it empty for a unit."),
    )
    unit = UnitField(
        label=_("Unit"),
        required=False,
        help_text=_("With all units below it. Type its code or a part of its name."),
    )
    reason = ReasonField(
        help_text=_("Other auditors read it, and it stays in the log with your name."),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        ask(self, user)

    def about(self) -> dict[str, Any]:
        """What the action takes."""
        said = dict(self.cleaned_data)
        officer, unit = said.pop("officer", None), said.pop("unit", None)
        return said | {"officer_id": officer.pk if officer else None, "unit_id": unit.pk if unit else None}


class End(forms.Form):
    version = VersionField()
    reason = ReasonField(error_messages={"required": _("Say why.")})

    def __init__(self, row: Recusal, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})
