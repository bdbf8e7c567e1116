"""The checklist a review goes by: data, in versions that stay."""

from typing import Any

from ledger import clock
from officers.models import SettingVersion


def checklist_in_force() -> SettingVersion | None:
    return SettingVersion.objects.in_force(SettingVersion.Kind.CHECKLIST, clock.today())


def questions_of(version: SettingVersion | None, about: str) -> list[dict[str, Any]]:
    """The questions a version asks of records of a kind, in their order."""
    rows = version.content["checklist"] if version else []
    return sorted((row for row in rows if row["about"] == about), key=lambda row: row["order"])
