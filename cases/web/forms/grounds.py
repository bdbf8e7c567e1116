"""Forms about what a case rests on: grounds, papers, extracts of complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Extract, Ground, Paper
from cases.models.grounds import SHOWN, TESTED, GroundKind
from cases.queries.offered import tests_for
from cases.queries.powers import articles
from cases.web.forms.cases import CaseStep
from cases.web.forms.fields import ReferenceField, drug_names, texts
from cases.web.forms.files import FilesField
from foundation.web.fields import DayField
from foundation.web.templatetags.web import short_day
from officers.models import User
from officers.queries.settings import named
from officers.web.forms.fields import ReasonField, VersionField

_NOTHING = ("", "–")


class ChooseKind(forms.Form):
    """Which ground; what carries it is asked for next."""

    kind = forms.ChoiceField(
        label=_("Ground"),
        choices=GroundKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a ground.")},
    )


def _paper_fields(form: forms.Form, *, required: bool) -> None:
    """The fields of a paper, where one is or may be added."""
    form.fields["paper_kind"] = forms.ChoiceField(
        label=_("Kind of paper"), required=required, choices=[_NOTHING, *Paper.Kind.choices]
    )
    form.fields["title"] = forms.CharField(
        label=_("What it is"),
        required=required,
        max_length=200,
        error_messages={"required": _("Say what it is.")},
    )
    form.fields["number"] = forms.CharField(
        label=_("Number, or where it lies on paper"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"class": "govuk-input--width-20"}),
    )
    form.fields["dated_on"] = DayField(label=_("Date of the paper"), required=False)
    form.fields["paper_text"] = texts(
        _("What it shows"), "", required=False, rows=3, help_text=_("The officer reads it with the notice.")
    )
    form.fields["files"] = FilesField(
        label=_("Scan"),
        help_text=_("Pictures or PDF. Place, time and names that a file carries unseen are taken out."),
    )


def _paper(said: dict[str, Any]) -> dict[str, Any]:
    """What `add_paper` takes, from the fields of a form."""
    return {
        "kind": said["paper_kind"],
        "title": said["title"],
        "number": said["number"],
        "dated_on": said["dated_on"],
        "text": said["paper_text"],
        "files": said["files"],
    }


class AddGround(CaseStep):
    """A ground of one kind, with the fields that this kind has."""

    kind = forms.ChoiceField(choices=GroundKind.choices, widget=forms.HiddenInput)

    def __init__(self, user: User, row: Case, data: Any = None, *, kind: str) -> None:
        super().__init__(user, row, data, kind=kind)
        self.of_kind = kind
        if kind in TESTED:
            self._add_tests(row, kind)
        if kind == GroundKind.DISCIPLINE_BREACH:
            self._add_articles()
        if kind == GroundKind.CRIMINAL_CONVICTION:
            self.fields["court"] = forms.CharField(
                label=_("Court"), max_length=120, error_messages={"required": _("Name the court.")}
            )
            self.fields["judgment"] = forms.CharField(
                label=_("Number of the judgment"),
                max_length=60,
                widget=forms.TextInput({"class": "govuk-input--width-20"}),
                error_messages={"required": _("Give the number of the judgment.")},
            )
        self.fields["text"] = texts(
            _("What the officer is held to have done"),
            _("Say what the officer is held to have done."),
            help_text=_("Day, place and deed, as he is to read it. Nothing of who reported it."),
        )
        if kind not in TESTED:
            self._add_days(kind)
        if kind in SHOWN:
            self._add_extracts(row)
        if kind not in TESTED:
            _paper_fields(self, required=False)

    def _add_tests(self, row: Case, kind: str) -> None:
        self.fields["test"] = forms.TypedChoiceField(
            label=_("Test"),
            coerce=int,
            choices=[
                (
                    one.pk,
                    f"{short_day(one.tested_on)} · {drug_names(one.positive_for) or one.get_status_display()}",
                )
                for one in tests_for(row, kind)
            ],
            widget=forms.RadioSelect,
            help_text=_("Only final positives and determined refusals of this officer are offered."),
            error_messages={"required": _("Choose the test.")},
        )

    def _add_articles(self) -> None:
        self.fields["article"] = forms.ChoiceField(
            label=_("Article of the discipline rules"),
            choices=[_NOTHING, *((row["code"], f"{row['code']} · {named(row)}") for row in articles())],
            error_messages={"required": _("Name the article.")},
        )

    def _add_days(self, kind: str) -> None:
        absence = kind == GroundKind.ABSENCE
        self.fields["happened_on"] = DayField(
            label=_("First day of the absence")
            if absence
            else _("Date of the judgment")
            if kind == GroundKind.CRIMINAL_CONVICTION
            else _("Date"),
            required=absence or kind == GroundKind.CRIMINAL_CONVICTION,
        )
        if absence:
            self.fields["until"] = DayField(label=_("Last day of the absence"))

    def _add_extracts(self, row: Case) -> None:
        checked = row.extracts.filter(status=Extract.Status.CHECKED).order_by("pk")
        if choices := [(one.pk, one.text[:120]) for one in checked]:
            self.fields["extract"] = forms.TypedChoiceField(
                label=_("Checked extract of a complaint"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("None; a paper shows it")), *choices],
                widget=forms.RadioSelect({"class": "govuk-radios--small"}),
                initial="",
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.of_kind in TESTED or "title" in self.errors:
            return said
        begun = any(said.get(name) for name in ("paper_kind", "title", "number", "paper_text", "files"))
        if self.of_kind in SHOWN and not said.get("extract") and not begun:
            self.add_error("title", _("Add a paper that shows it, or a checked extract of a complaint."))
        elif begun:
            if not said.get("title"):
                self.add_error("title", _("Say what it is."))
            if not said.get("paper_kind"):
                self.add_error("paper_kind", _("Choose what kind of paper it is."))
        return said

    def about(self) -> dict[str, Any]:
        """What `add_ground` takes, once the form is valid."""
        said: dict[str, Any] = self.cleaned_data
        about: dict[str, Any] = {
            name: said[name]
            for name in ("kind", "text", "happened_on", "until", "article", "court", "judgment", "version")
            if name in said
        }
        about |= {f"{name}_id": said[name] for name in ("test", "extract") if said.get(name)}
        return about | ({"paper": _paper(said)} if said.get("title") else {})


def _grounds(row: Case) -> list[tuple[int, str]]:
    grounds = row.grounds.exclude(status=Ground.Status.WITHDRAWN).order_by("pk")
    return [(one.pk, f"{one.get_kind_display()}: {one.text[:100]}") for one in grounds]


class WithdrawGround(CaseStep):
    ground = forms.TypedChoiceField(
        label=_("Ground"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a ground.")},
    )
    reason = ReasonField(error_messages={"required": _("Say why.")})

    def __init__(self, user: User, row: Case, data: Any = None) -> None:
        choices = _grounds(row)
        super().__init__(user, row, data, ground=choices[0][0] if len(choices) == 1 else None)
        field: Any = self.fields["ground"]
        field.choices = choices


class AddPaper(CaseStep):
    ground = forms.TypedChoiceField(
        label=_("Which ground it shows"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect({"class": "govuk-radios--small"}),
        initial="",
    )

    def __init__(self, user: User, row: Case, data: Any = None) -> None:
        super().__init__(user, row, data)
        field: Any = self.fields["ground"]
        field.choices = [("", _("None in particular")), *_grounds(row)]
        _paper_fields(self, required=True)

    def about(self) -> dict[str, Any]:
        """What `add_paper` takes, once the form is valid."""
        said = self.cleaned_data
        return _paper(said) | {"ground_id": said["ground"], "version": said["version"]}


class ChooseComplaint(forms.Form):
    """The complaint from which an extract is made."""

    complaint = ReferenceField(label=_("Reference of the complaint"))


class ChooseCase(forms.Form):
    """The case for which an extract is made."""

    case = forms.TypedChoiceField(
        label=_("Case"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the case.")},
    )

    def __init__(self, cases: list[Case], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["case"]
        field.choices = [(row.pk, f"{row.reference} · {row.officer.name}") for row in cases]


class DraftExtract(CaseStep):
    text = texts(
        _("Extract"),
        _("Write the extract."),
        rows=10,
        help_text=_(
            "What was done, in your own words. The officer reads it; nothing in it may lead to the reporter."
        ),
    )


class CheckExtract(forms.Form):
    """A second person's answer to an extract."""

    version = VersionField()
    answer = forms.ChoiceField(
        label=_("What you find"),
        choices=[
            ("check", _("Nothing in it leads to the reporter")),
            ("send_back", _("Something in it must not stand there")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you find.")},
    )
    remark = texts(
        _("Remark"),
        "",
        required=False,
        help_text=_("Where you send it back: what must not stand in it, without repeating it."),
    )

    def __init__(self, row: Extract, data: Any = None) -> None:
        super().__init__(data, initial={"version": row.version})
