from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from foundation.calendar.working_days import Calendar
from ledger import clock
from officers.models import SettingVersion


def rows_in_force(kind: str) -> list[dict[str, Any]]:
    """The rows of a setting as it rules today; none where nobody has set it yet."""
    version = SettingVersion.objects.in_force(kind, clock.today())
    return version.content[kind] if version else []


def named(row: dict[str, Any]) -> str:
    """A row's name in the reader's language."""
    return str(row["name_km"] if get_language() == "km" else row["name_en"])


def rank_names() -> dict[str, str]:
    """The name of every rank there ever was, by code, as the newest version that has it names it."""
    names: dict[str, str] = {}
    for version in SettingVersion.objects.filter(kind=SettingVersion.Kind.RANKS).order_by("number"):
        names.update({row["code"]: named(row) for row in version.content["ranks"]})
    return names


def rank_choices() -> list[tuple[str, str]]:
    """The ranks in force from the highest down, for a form."""
    ranks = sorted(rows_in_force(SettingVersion.Kind.RANKS), key=lambda row: row["order"], reverse=True)
    return [(rank["code"], named(rank)) for rank in ranks]


def hours_of(deadline: str, *, default: int) -> int:
    """A deadline in calendar hours as it rules today; `default` where nobody has set it.

    :raises ValueError: for one in working days, which hours cannot say
    """
    for row in rows_in_force(SettingVersion.Kind.DEADLINES):
        if row["clock"] == deadline:
            if row["unit"] == "working_days":
                raise ValueError(f"{deadline} is in working days")
            return row["length"] * (24 if row["unit"] == "days" else 1)
    return default


def due_after(deadline: str, start: datetime, *, default: int) -> datetime:
    """When a deadline that began at `start` is over; `default` in calendar hours where nobody has set it.

    One in working days ends with its last day in Phnom Penh.
    """
    for row in rows_in_force(SettingVersion.Kind.DEADLINES):
        if row["clock"] == deadline and row["unit"] == "working_days":
            holidays = frozenset(
                date.fromisoformat(one["date"]) for one in rows_in_force(SettingVersion.Kind.HOLIDAYS)
            )
            last = Calendar(holidays).add_working_days(timezone.localdate(start), row["length"])
            return timezone.make_aware(datetime.combine(last, time.max))
    return start + timedelta(hours=hours_of(deadline, default=default))
