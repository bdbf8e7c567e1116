"""The tree of units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from foundation import khmer
from ledger import clock
from ledger.acting import act, draw_ids, record, record_all, recording
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import Officer, Unit


def _keyed(unit: Unit) -> Unit:
    unit.sort_key = khmer.sort_key(unit.name_km)
    unit.search_key = (
        f"{khmer.search_key(unit.name_km)}{khmer.latin_terms(unit.name_latin)} {unit.code.casefold()}"
    )
    return unit


@dataclass(frozen=True)
class NewUnit:
    """A unit to be founded in bulk; `parent_code` stands earlier in the list or in the tree."""

    code: str
    kind: str
    parent_code: str | None
    name_km: str
    name_latin: str
    admin_code: str = ""
    remark: str = ""


@act
def open(
    actor: Any,
    *,
    code: str,
    kind: str,
    parent_id: int,
    name_km: str,
    name_latin: str,
    admin_code: str = "",
    remark: str = "",
    valid_from: date | None = None,
) -> Unit:
    """Open a unit below another.

    :raises PermissionDenied: unless the actor keeps the units below that parent
    :raises ValidationError: if the parent is closed, or the code taken
    """
    _hold_the_tree()
    parent = Unit.objects.visible_to(actor).lock(parent_id)
    if not rules.keeps_units(actor, parent):
        raise PermissionDenied(_("You do not keep the units below this one."))
    if parent.valid_to is not None:
        raise ValidationError({"parent": _("This unit exists no more.")})
    unit = Unit(
        code=code.strip(),
        kind=kind,
        parent=parent,
        name_km=name_km.strip(),
        name_latin=name_latin.strip(),
        admin_code=admin_code,
        remark=remark,
        valid_from=valid_from or clock.today(),
    )
    unit.pk = draw_ids(Unit, 1)[0]
    unit.path = f"{parent.path}{unit.pk}/"
    _keyed(unit).full_clean(exclude=["sort_key", "search_key"])
    return record(unit, "unit.opened", actor=actor)


@act
def found(actor: Any, units: Sequence[NewUnit], *, valid_from: date, source: str) -> int:
    """Open many units at once, as when the tree is first loaded; codes that exist already stay as they are.

    Not for people: the clock, or whoever sets the system up from the command line. Returns how many were opened.
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    _hold_the_tree()
    known = {unit.code: unit for unit in Unit.objects.filter(code__in=[u.code for u in units])}
    known |= {
        unit.code: unit
        for unit in Unit.objects.filter(
            code__in={u.parent_code for u in units if u.parent_code} - known.keys()
        )
    }
    new: list[Unit] = []
    wanted = [u for u in units if u.code not in known]
    for pk, one in zip(draw_ids(Unit, len(wanted)), wanted, strict=True):
        parent = known[one.parent_code] if one.parent_code else None
        unit = _keyed(
            Unit(
                pk=pk,
                code=one.code,
                kind=one.kind,
                parent=parent,
                path=f"{parent.path if parent else '/'}{pk}/",
                name_km=one.name_km,
                name_latin=one.name_latin,
                admin_code=one.admin_code,
                remark=one.remark,
                valid_from=valid_from,
            )
        )
        known[one.code] = unit
        new.append(unit)
    record_all(new, "unit.opened", actor=actor, source=source)
    return len(new)


@act
def rename(
    actor: Any,
    unit_id: int,
    *,
    name_km: str,
    name_latin: str,
    reason: str,
    remark: str | None = None,
    version: int | None = None,
) -> Unit:
    """Give a unit another name; the log keeps the old one."""
    unit = _kept(actor, unit_id, version)
    needs_reason(reason)
    unit.name_km, unit.name_latin = name_km.strip(), name_latin.strip()
    if remark is not None:
        unit.remark = remark
    _keyed(unit).full_clean(exclude=["sort_key", "search_key"])
    return record(unit, "unit.renamed", actor=actor, reason=reason)


@act
def move(actor: Any, unit_id: int, *, parent_id: int, reason: str, version: int | None = None) -> Unit:
    """Put a unit, with all below it, under another.

    :raises PermissionDenied: also where a role of the actor's own would then reach the unit
    :raises ValidationError: if the new parent is the unit itself, stands below it, or is closed
    """
    _hold_the_tree()
    unit = _kept(actor, unit_id, version)
    needs_reason(reason)
    parent = Unit.objects.visible_to(actor).lock(parent_id)
    if not rules.keeps_units(actor, parent):
        raise PermissionDenied(_("You do not keep the units below this one."))
    if rules.gains_by_moving(actor, unit, parent):
        raise PermissionDenied(_("A role of yours would reach this unit. Somebody else must move it."))
    if unit.contains(parent) or parent.valid_to is not None:
        raise ValidationError(
            {"parent": _("A unit cannot stand below itself or below one that exists no more.")}
        )
    before = unit.path
    unit.parent, unit.path = parent, f"{parent.path}{unit.pk}/"
    record(unit, "unit.moved", actor=actor, reason=reason)
    below = Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
    with recording("unit.moved_along", actor=actor, subject=unit, reason=reason):
        below.update(path=Concat(Value(unit.path), Substr(F("path"), len(before) + 1)))
    return unit


@act
def close(actor: Any, unit_id: int, *, valid_to: date, reason: str, version: int | None = None) -> Unit:
    """End a unit. Officers must be posted elsewhere, and units below it closed or moved, first."""
    unit = _kept(actor, unit_id, version)
    needs_reason(reason)
    if Unit.objects.open().below(unit).exclude(pk=unit.pk).exists():
        raise ValidationError(_("Close or move the units below this one first."))
    if Officer.objects.serving().filter(unit=unit).exists():
        raise ValidationError(_("Officers serve in this unit. Post them elsewhere first."))
    unit.valid_to = valid_to
    return record(unit, "unit.closed", actor=actor, reason=reason)


def _hold_the_tree() -> None:
    """One change of the tree's form at a time: a path is made from its parent's, which a move may be changing."""
    Unit.objects.select_for_update(no_key=True).filter(parent=None).order_by("pk").first()


def _kept(actor: Any, unit_id: int, version: int | None) -> Unit:
    unit = Unit.objects.visible_to(actor).select_related("parent").lock(unit_id, version=version)
    if not rules.keeps_units(actor, unit.parent):
        raise PermissionDenied(_("You do not keep this unit."))
    return unit
