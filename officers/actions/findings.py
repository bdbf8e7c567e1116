"""What a laboratory measured, and what the panel that rules on the specimen makes of it. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from officers.models import AnalyteValue, SettingVersion, Specimen
from officers.models.laboratory import LabResult, Method
from officers.models.specimens import SpecimenKind
from officers.reckoning import panels

Stage = AnalyteValue.Stage


@dataclass(frozen=True)
class Found:
    """What was measured. Values in ng/mL: `initial` by group of the panel, `values` by analyte."""

    certified_by: str
    method: str = ""
    initial: Sequence[tuple[str, Decimal]] = ()
    values: Sequence[tuple[str, Decimal]] = ()
    validity: panels.Validity = field(default_factory=panels.Validity)
    is_on_two_aliquots: bool = False
    remarks: str = ""
    #: What the laboratory calls it; where it is given it must be what the values say.
    result: str = ""


@dataclass(frozen=True)
class Ruling:
    """The panel that rules on a specimen, and the version of the panels it stands in."""

    panel: panels.Panel
    version: SettingVersion


def rules_on(specimen: Specimen) -> Ruling:
    """The panel by which a specimen that was received is judged.

    :raises ValidationError: if no version of its panel ruled on its day
    """
    received = timezone.localdate(specimen.received_at)
    version = SettingVersion.objects.in_force(SettingVersion.Kind.PANELS, received)
    if version is not None:
        try:
            panel = panels.pick(
                version.content[SettingVersion.Kind.PANELS],
                authority=specimen.panel,
                specimen=specimen.kind,
                collected=specimen.collected_on,
                received=received,
            )
        except panels.NoPanel:
            pass
        else:
            return Ruling(panel, version)
    raise ValidationError(
        _("No version of the panel %(panel)s ruled on the day of this specimen.") % {"panel": specimen.panel}
    )


def judge(
    specimen: Specimen, found: Found, ruling: Ruling | None = None
) -> tuple[str, dict[str, Any], list[AnalyteValue]]:
    """The result that the values make of a specimen, the panel it was judged by, and the values beside their cutoffs.

    :param ruling: what `rules_on` says of the specimen, where it is known already
    :raises ValidationError: by field
    """
    if found.method and found.method not in Method.values:
        raise ValidationError({"method": _("Confirmation takes a method such as %(methods)s.") % methods()})
    ruling = ruling or rules_on(specimen)
    panel = ruling.panel
    try:
        state = panels.validity(found.validity) if specimen.kind == SpecimenKind.URINE else ""
    except panels.GravityMissing:
        raise ValidationError(
            {"specific_gravity": _("Specific gravity must be measured where creatinine is below 20 mg/dL.")}
        ) from None
    if state in ("adulterated", "substituted") and not found.is_on_two_aliquots:
        raise ValidationError(
            {
                "is_on_two_aliquots": _(
                    "The values say adulterated or substituted: test a second aliquot before reporting it."
                )
            }
        )
    asked, rows = _initial(panel, specimen, found)
    rows += _confirmed(panel, asked, found)
    if any(row.stage == Stage.CONFIRMATORY for row in rows) and not found.method:
        raise ValidationError({"method": _("Say by which method the values were found.")})
    if state in ("", "dilute"):
        _complete(panel, asked, rows)
    result = panels.result(state, positive=any(row.counts for row in rows))
    return result, {"panel": panel.code, "panels": ruling.version, "picked_on": panel.picked_on}, rows


def agree(found: Found, result: str) -> None:
    """:raises ValidationError: where the laboratory calls it something else than its values say"""
    if found.result and found.result != result:
        raise ValidationError(
            {
                "result": _("The values make this “%(result)s”. Look at them again.")
                % {"result": LabResult(result).label}
            }
        )


def methods() -> dict[str, str]:
    return {"methods": ", ".join(Method.labels)}


def _initial(panel: panels.Panel, specimen: Specimen, found: Found) -> tuple[set[str], list[AnalyteValue]]:
    """Drugs to be confirmed (by the field screen, or by the laboratory's own), and the initial values as rows."""
    called: set[str] = set()
    cleared: set[str] = set()
    rows = []
    for group, value in found.initial:
        of_group = [row for row in panel.cutoffs if row.group.casefold() == group.strip().casefold()]
        if not of_group:
            raise ValidationError(
                {"initial": _("The panel has no group “%(name)s”.") % {"name": group.strip()}}
            )
        drugs = {row.drug for row in of_group}
        (called if panels.needs_confirmation(panel, group, value) else cleared).update(drugs)
        rows.append(
            AnalyteValue(
                stage=Stage.INITIAL,
                drug=of_group[0].drug,
                analyte=of_group[0].group,
                value=value,
                cutoff=of_group[0].initial,
                counts=False,
            )
        )
    return (set(specimen.asked_for) - cleared) | called, rows


def _confirmed(panel: panels.Panel, asked: set[str], found: Found) -> list[AnalyteValue]:
    values = dict(found.values)
    rows = []
    for analyte, value in found.values:
        cutoff = panel.of(analyte)
        if cutoff is None:
            raise ValidationError(
                {"values": _("The panel has no analyte “%(name)s”.") % {"name": analyte.strip()}}
            )
        rows.append(
            AnalyteValue(
                stage=Stage.CONFIRMATORY,
                drug=cutoff.drug,
                analyte=cutoff.analyte,
                value=value,
                cutoff=cutoff.confirm,
                # What no screen called for is written down and counts for nothing.
                counts=panels.is_positive(panel, analyte, values) and bool(asked & _kin(panel, cutoff)),
            )
        )
    return rows


def _kin(panel: panels.Panel, cutoff: panels.Cutoff) -> set[str]:
    """Drugs of the group that one screen stands for."""
    return {row.drug for row in panel.cutoffs if row.group == cutoff.group}


def _complete(panel: panels.Panel, asked: set[str], rows: Sequence[AnalyteValue]) -> None:
    """:raises ValidationError: if a drug that is to be confirmed has no value"""
    confirmed = {row.drug for row in rows if row.stage == Stage.CONFIRMATORY}
    of_panel = {row.drug for row in panel.cutoffs}
    if unknown := asked - of_panel:
        raise ValidationError(
            {"values": _("The panel %(panel)s has no cutoff for: %(drugs)s.") % _named(panel, unknown)}
        )
    if missing := asked - confirmed:
        raise ValidationError(
            {"values": _("By panel %(panel)s a value is needed for: %(drugs)s.") % _named(panel, missing)}
        )


def _named(panel: panels.Panel, drugs: set[str]) -> dict[str, str]:
    labels = dict(AnalyteValue._meta.get_field("drug").flatchoices)
    return {"panel": panel.code, "drugs": ", ".join(sorted(str(labels[drug]) for drug in drugs))}
