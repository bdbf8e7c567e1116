from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from officers.models import Import, Unit, User
from officers.models.sheets import TestReason
from officers.models.users import Role
from officers.queries.administrators import administrators_of
from officers.web.forms.fields import ReasonField, UnitField, VersionField, ask
from officers.web.forms.sheets import HeaderForm

#: Who uploads what. `officers.rules` decides; this only spares a choice that would be refused.
ROLES = {
    Import.Kind.SHEET: (Role.ADMINISTRATOR,),
    Import.Kind.CAMPAIGN: (Role.ADMINISTRATOR,),
    Import.Kind.LABORATORY: (Role.LABORATORY,),
    Import.Kind.ROSTER: (Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR),
}


def kinds_of(user: User) -> list[str]:
    """The kinds of file a user may upload somewhere."""
    return [kind for kind, roles in ROLES.items() if user.has_role(*roles)]


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What the file holds"), widget=forms.RadioSelect)
    unit = UnitField(label=_("Unit"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, or an Excel workbook (.xlsx), of at most 32 MB"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = kinds_of(user)
        self.fields["kind"].choices = [(kind, Import.Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0] if kinds else None
        paths = user.scope(*(role for kind in kinds for role in ROLES[Import.Kind(kind)]))
        if len(paths) == 1:
            self.fields["unit"].initial = Unit.objects.get(path=paths[0])
        ask(self, user)


class FileHeaderForm(HeaderForm):
    """The header of the sheet that a file makes. The drugs are the columns of the file."""

    drugs = None  # type: ignore[assignment]
    reason = forms.ChoiceField(label=_("Reason for test"), choices=[("", _("Choose")), *TestReason.choices])
    administrator = forms.TypedChoiceField(label=_("Administrator"), coerce=int)
    version = VersionField()

    field_order = ["site", "tested_on", "administrator", "witness"]

    def __init__(self, unit: Unit, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(user.pk, user.name) for user in administrators_of(unit)]
        self.fields["administrator"].choices = [("", _("Choose")), *people]  # type: ignore[attr-defined]


class CampaignHeaderForm(FileHeaderForm):
    """What is the same for all rows of a campaign, as far as it does not stand in columns of its own."""

    def __init__(self, unit: Unit, *args: Any, **options: Any) -> None:
        super().__init__(unit, *args, **options)
        for field in self.fields.values():
            field.required = False
        self.fields["version"].required = True


class TakeForm(forms.Form):
    GOOD, ALL = "good", "all"

    rows = forms.ChoiceField(
        label=_("Rows that cannot be taken"),
        choices=[(GOOD, _("Leave them out and take the others")), (ALL, _("Take all rows or none"))],
        initial=GOOD,
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
    )
    version = VersionField()


class UndoForm(forms.Form):
    reason = ReasonField()
    version = VersionField()
