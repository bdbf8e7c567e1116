"""The risk rules that rule, and how each is named."""

from typing import Any

from ledger import clock
from officers.models import SettingVersion
from officers.queries.settings import named


def rules_in_force() -> SettingVersion | None:
    return SettingVersion.objects.in_force(SettingVersion.Kind.RISKS, clock.today())


def rules_about(version: SettingVersion | None, about: str) -> list[dict[str, Any]]:
    """The rules of a version about records of a kind."""
    return [rule for rule in version.content["risks"] if rule["about"] == about] if version else []


def rule_names(version: SettingVersion | None) -> dict[str, str]:
    """By code, in the reader's language."""
    return {rule["code"]: named(rule) for rule in version.content["risks"]} if version else {}
