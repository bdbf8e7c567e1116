"""What a laboratory fills in. It knows a specimen by its number alone."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.khmer import digits
from foundation.web.fields import MomentField
from officers.actions.findings import Found, Ruling, Stage
from officers.models import LaboratoryReport, Specimen
from officers.models.laboratory import Flaw, Method
from officers.models.specimens import SpecimenKind
from officers.reckoning.panels import Validity
from officers.web.forms.fields import ReasonField, VersionField

_INLINE = {"class": "govuk-radios--inline"}
_MEASURED = ("creatinine", "specific_gravity", "ph", "nitrite")
_YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


class NumberField(forms.DecimalField):
    """A number in Latin or Khmer digits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        widget = {"class": "govuk-input--width-10", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(min_value=0, widget=forms.TextInput(widget), **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(digits(value).strip() if isinstance(value, str) else value)


class FindForm(forms.Form):
    mark_optional = False
    q = forms.CharField(
        label=_("Specimen number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )


class ReceiveForm(forms.Form):
    handed_over_by = forms.CharField(
        label=_("Handed over by"), max_length=120, help_text=_("The name on the custody form.")
    )
    seal = forms.CharField(
        label=_("Seal as found"),
        max_length=40,
        help_text=_("Read it from the bottle, not from the form."),
        widget=forms.TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    is_whole = forms.ChoiceField(
        label=_("Was the seal whole?"), choices=_YES_OR_NO, widget=forms.RadioSelect(_INLINE)
    )
    handed_over_at = MomentField(label=_("Handed over at"), required=False)
    version = VersionField()

    def clean_is_whole(self) -> bool:
        return bool(self.cleaned_data["is_whole"] == "yes")


class CertifiedForm(forms.Form):
    certified_by = forms.CharField(label=_("Certifying scientist"), max_length=120)


class RejectForm(CertifiedForm):
    flaw = forms.ChoiceField(label=_("Fatal flaw"), choices=Flaw.choices, widget=forms.RadioSelect)
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea({"rows": 3}))
    version = VersionField()

    field_order = ["flaw"]


class RedesignateForm(forms.Form):
    reason = ReasonField()
    version = VersionField()


class SecondForm(CertifiedForm):
    """Whether what was found in bottle A is in B. `names` are the analytes it is looked for by."""

    is_present = forms.ChoiceField(
        label=_("Is it there?"),
        help_text=_("No cutoff counts for the second bottle: only whether the substance is there."),
        choices=_YES_OR_NO,
        widget=forms.RadioSelect(_INLINE),
    )
    method = forms.ChoiceField(label=_("Method"), choices=[("", _("Choose")), *Method.choices])
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea({"rows": 3}))
    version = VersionField()

    def __init__(self, names: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._names = {f"value_{n}": name for n, name in enumerate(names)}
        for field, name in self._names.items():
            self.fields[field] = NumberField(
                label=_("%(analyte)s, ng/mL") % {"analyte": name}, max_digits=12, decimal_places=3
            )
        self.order_fields(["is_present", "method", *self._names, "certified_by"])

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        values = [(name, given.pop(field)) for field, name in self._names.items()]
        return given | {
            "is_present": given["is_present"] == "yes",
            "values": [(name, value) for name, value in values if value is not None],
        }


class ReportForm(CertifiedForm):
    """What was measured in bottle A: the rows of the panel that rules on the specimen, and its validity."""

    mark_optional = False  # nearly all of it is

    method = forms.ChoiceField(
        label=_("Method of confirmation"), choices=[("", _("Choose")), *Method.choices], required=False
    )
    creatinine = NumberField(label=_("Creatinine, mg/dL"), max_digits=7, decimal_places=2)
    specific_gravity = NumberField(
        label=_("Specific gravity"),
        max_digits=6,
        decimal_places=4,
        help_text=_("Needed where creatinine is below 20 mg/dL."),
    )
    ph = NumberField(label=_("pH"), max_digits=4, decimal_places=2)
    nitrite = NumberField(label=_("Nitrite, µg/mL"), max_digits=8, decimal_places=2)
    foreign_substance = forms.CharField(label=_("Foreign substance"), required=False, max_length=200)
    is_on_two_aliquots = forms.BooleanField(label=_("Validity was found on two aliquots"), required=False)
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea({"rows": 3}))
    version = VersionField()

    def __init__(self, ruling: Ruling, specimen: Specimen, *args: Any, **options: Any) -> None:
        """`earlier` is the report that this one corrects."""
        earlier: LaboratoryReport | None = options.pop("earlier", None)
        options["initial"] = {**_said(earlier), **options.get("initial", {})}
        super().__init__(*args, **options)
        self.is_urine = specimen.kind == SpecimenKind.URINE
        if not self.is_urine:
            for name in _MEASURED:
                del self.fields[name]
        kept = {(one.stage, one.analyte): one.value for one in earlier.values.all()} if earlier else {}
        self._analytes: dict[str, tuple[str, str]] = {}
        self._groups: dict[str, list[str]] = {}
        self._asked: list[str] = []
        for row in ruling.panel.cutoffs:
            if row.group not in self._groups:
                label = _("Initial test: %(name)s, ng/mL") % {"name": row.group}
                self._ask(row.group, Stage.INITIAL, row.group, label, row.initial, kept)
            label = _("Confirmation: %(name)s, ng/mL") % {"name": row.analyte}
            self._ask(row.group, Stage.CONFIRMATORY, row.analyte, label, row.confirm, kept)
            if row.drug in specimen.asked_for and row.group not in self._asked:
                self._asked.append(row.group)
        if earlier:
            self.fields["reason"] = ReasonField(label=_("Why it is corrected"))

    def _ask(self, group: str, stage: Any, name: str, label: Any, cutoff: Decimal, kept: Any) -> None:
        field = f"{stage.value}_{len(self._analytes)}"
        self._analytes[field] = (stage.value, name)
        self._groups.setdefault(group, []).append(field)
        self.fields[field] = NumberField(
            label=label,
            help_text=_("Cutoff %(cutoff)s") % {"cutoff": cutoff},
            max_digits=12,
            decimal_places=3,
            initial=_plain(kept.get((stage.value, name))),
        )

    def _of(self, groups: list[str]) -> list[tuple[str, list[Any]]]:
        return [(group, [self[name] for name in self._groups[group]]) for group in groups]

    @property
    def asked(self) -> list[tuple[str, list[Any]]]:
        """Groups that the field screen calls for, each with its fields."""
        return self._of(self._asked)

    @property
    def others(self) -> list[tuple[str, list[Any]]]:
        return self._of([group for group in self._groups if group not in self._asked])

    @property
    def others_are_open(self) -> bool:
        """Whether something was written, or is wrong, among the groups that nobody asked for."""
        return any(field.errors or field.value() not in (None, "") for _g, of in self.others for field in of)

    @property
    def validity(self) -> list[Any]:
        names = (*_MEASURED, "foreign_substance", "is_on_two_aliquots")
        return [self[name] for name in names if name in self.fields]

    @property
    def last(self) -> list[Any]:
        return [self[name] for name in ("certified_by", "remarks", "reason") if name in self.fields]

    @property
    def hidden(self) -> list[str]:
        """All that was said, for a page that asks whether it is right."""
        return [self[name].as_hidden() for name in self.fields]

    def found(self, result: str = "") -> Found:
        """:param result: what was shown of it before it was sent"""
        said = self.cleaned_data
        values: dict[str, list[tuple[str, Decimal]]] = {Stage.INITIAL: [], Stage.CONFIRMATORY: []}
        for field, (stage, name) in self._analytes.items():
            if said[field] is not None:
                values[stage].append((name, said[field]))
        return Found(
            said["certified_by"],
            method=said["method"],
            initial=values[Stage.INITIAL],
            values=values[Stage.CONFIRMATORY],
            validity=Validity(
                **{name: said.get(name) for name in _MEASURED}, foreign_substance=said["foreign_substance"]
            ),
            is_on_two_aliquots=said["is_on_two_aliquots"],
            remarks=said["remarks"],
            result=result,
        )

    def placed(self, refusal: ValidationError) -> ValidationError:
        """A refusal that speaks of values, beside the first value that was asked for."""
        if not hasattr(refusal, "error_dict"):
            return refusal
        places = {
            stage: next((name for name in self._groups[group] if name.startswith(stage)), "")
            for stage in (Stage.INITIAL.value, Stage.CONFIRMATORY.value)
            for group in self._asked[:1]
        }
        named = {"initial": places.get("initial"), "values": places.get("confirmatory")}
        return ValidationError(
            {named.get(field) or field: errors for field, errors in refusal.error_dict.items()}
        )


def _said(report: LaboratoryReport | None) -> dict[str, Any]:
    if report is None:
        return {}
    texts = ("certified_by", "method", "foreign_substance", "is_on_two_aliquots", "remarks")
    return {name: getattr(report, name) for name in texts} | {
        name: _plain(getattr(report, name)) for name in _MEASURED
    }


def _plain(number: Decimal | None) -> str:
    """A number as somebody writes it, without the places it is kept with."""
    return "" if number is None else format(number.normalize(), "f")
