"""Settings that are data."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import Officer, SettingVersion
from officers.reckoning.settings import Fault, faults

FAULTS = {
    "not_rows": _("The content must be an object with “%(kind)s”, a list of objects."),
    "no_rows": _("There must be at least one row."),
    "missing": _("This is missing."),
    "unknown_choice": _("This is not one of the possible entries: %(choices)s."),
    "not_whole": _("This must be a whole number, at least %(least)s."),
    "not_unique": _("“%(value)s” stands in two rows."),
    "not_a_date": _("This must be a day such as 2026-11-24."),
    "not_a_code": _("A code has 2 to 20 small letters, digits and _."),
    "not_in_working_days": _("This clock runs in hours or days, not in working days."),
    "too_short_to_ask": _("The officer has at least %(hours)s hours to ask for the second bottle."),
    "too_short_to_answer": _("The officer has at least %(days)s days to respond and to appeal."),
    "not_an_amount": _("This must be an amount such as 250 or 0.5, in ng/mL."),
    "two_heads": _("The rows of “%(value)s” differ in authority, specimen, first day or picking day."),
    "too_long": _("This is longer than %(limit)s characters."),
}


def _said(fault: Fault) -> ValidationError:
    """A fault in the reader's language; `params` say in which row and field."""
    place = {"line": fault.row, "field": fault.field} if fault.row else {}
    return ValidationError(FAULTS[fault.code], code=fault.code, params=fault.params | place)


@act
def put(
    actor: Any, *, kind: str, effective_from: date, content: dict[str, Any], reason: str
) -> SettingVersion:
    """Add a version of a setting, to rule from a day on. Old versions stay.

    :raises ValidationError: if it would rule over days gone by, or its content is not of the kind's form
    """
    if not (rules.is_the_clock(actor) or rules.keeps_settings(actor)):
        raise PermissionDenied(_("You do not keep the settings."))
    needs_reason(reason)
    if kind not in SettingVersion.Kind.values:
        raise ValidationError({"kind": _("There is no such setting.")})
    earlier = SettingVersion.objects.select_for_update().filter(kind=kind).order_by("-number").first()
    if earlier is not None and effective_from < clock.today():
        raise ValidationError({"effective_from": _("A version cannot rule over days gone by.")})
    if found := faults(kind, content):
        raise ValidationError({"content": [_said(fault) for fault in found]})
    if kind == SettingVersion.Kind.RANKS:
        codes = {rank["code"] for rank in content["ranks"]}
        held = set(Officer.objects.order_by().values_list("rank", flat=True).distinct())
        if missing := sorted(held - codes):
            raise ValidationError(
                {"content": _("Officers hold these ranks: %(codes)s.") % {"codes": ", ".join(missing)}}
            )
    version = SettingVersion(
        kind=kind,
        number=earlier.number + 1 if earlier else 1,
        effective_from=effective_from,
        content=content,
        reason=reason,
    )
    return record(version, "setting.put", actor=actor, reason=reason, kind=kind, number=version.number)


@act
def withdraw(actor: Any, version_id: int, *, reason: str, version: int | None = None) -> SettingVersion:
    """Take back a version that has not taken effect yet.

    :raises ValidationError: if it rules already
    """
    setting = SettingVersion.objects.visible_to(actor).lock(version_id, version=version)
    if not rules.keeps_settings(actor):
        raise PermissionDenied(_("You do not keep the settings."))
    needs_reason(reason)
    if setting.withdrawn or setting.effective_from <= clock.today():
        raise ValidationError(_("Only a version that does not rule yet can be withdrawn."))
    setting.withdrawn = True
    return record(setting, "setting.withdrawn", actor=actor, reason=reason)
