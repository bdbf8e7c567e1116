"""Settings that are data."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import Officer, SettingVersion
from officers.reckoning.settings import faults


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
        raise ValidationError({"content": found})
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
