from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from foundation.calendar import Calendar
from ledger import clock
from officers.models import SettingVersion
from officers.reckoning import defaults


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


def deadline_names() -> dict[str, str]:
    """What each deadline is called in the reader's language, by the key of its clock."""
    rows = (*defaults.DEADLINES, *rows_in_force(SettingVersion.Kind.DEADLINES))
    return {row["clock"]: named(row) for row in rows}


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


def due_after(deadline: str, start: datetime) -> datetime:
    """When a deadline that began at `start` is over, in whatever unit it is set; one in working days with its last day.

    What nobody has set is as the product proposes.
    """
    length, unit = _length(deadline)
    if unit != "working_days":
        return start + timedelta(**{unit: length})
    last = _calendar().add_working_days(timezone.localdate(start), length)
    return timezone.make_aware(datetime.combine(last, time.max))


def roughly(deadline: str) -> timedelta:
    """How long a deadline is, with seven days for five working days: for the order of lists, where no calendar is."""
    length, unit = _length(deadline)
    return timedelta(days=length * 7 / 5) if unit == "working_days" else timedelta(**{unit: length})


def late_before(deadline: str) -> datetime:
    """What began before this moment is over the deadline now, in whatever unit the deadline is set.

    What nobody has set is as the product proposes. Working days count from the day after: a day's work is late
    from the morning after its last working day.
    """
    length, unit = _length(deadline)
    if unit != "working_days":
        return clock.now() - timedelta(**{unit: length})
    calendar, today = _calendar(), clock.today()
    day = today
    while calendar.add_working_days(day, length) >= today:
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def working_days_ahead(days: int) -> date:
    """The day on which so many working days are over, counted from tomorrow."""
    return _calendar().add_working_days(clock.today(), days)


def _length(deadline: str) -> tuple[int, str]:
    rows = {row["clock"]: row for row in (*defaults.DEADLINES, *rows_in_force(SettingVersion.Kind.DEADLINES))}
    return rows[deadline]["length"], rows[deadline]["unit"]


def _calendar() -> Calendar:
    kind = SettingVersion.Kind.HOLIDAYS
    known = rows_in_force(kind) or defaults.holidays(clock.today().year)
    return Calendar(frozenset(date.fromisoformat(row["date"]) for row in known))
