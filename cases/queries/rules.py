"""The rules of complaints as data: deadlines, calendar and routing in force on a day."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from cases.reckoning.deadlines import Rules
from foundation.calendar import Calendar
from officers.models import SettingVersion
from officers.reckoning import defaults

K = SettingVersion.Kind


def rules_on(day: date) -> Rules:
    """The deadlines that rule a complaint received on a day. What nobody has set yet is as the product proposes."""
    rows = [*defaults.DEADLINES, *_rows(K.DEADLINES, day)]
    holidays = SettingVersion.objects.filter(kind=K.HOLIDAYS, withdrawn=False).order_by("number").last()
    known = holidays.content["holidays"] if holidays else defaults.holidays(day.year)
    return Rules(
        {row["clock"]: (row["length"], row["unit"]) for row in rows},
        Calendar(frozenset(date.fromisoformat(row["date"]) for row in known)),
    )


def rules_by_day() -> Callable[[date], Rules]:
    """The same, asked once a day of those that come up, for work on many complaints."""
    return cache(rules_on)


def routes() -> list[dict[str, Any]]:
    """The routing in force."""
    version = SettingVersion.objects.filter(kind=K.ROUTING, withdrawn=False).order_by("number").last()
    return version.content["routing"] if version else defaults.ROUTING


def rank_orders(day: date) -> dict[str, int]:
    return {row["code"]: row["order"] for row in _rows(K.RANKS, day)}


def _rows(kind: str, day: date) -> list[dict[str, Any]]:
    version = SettingVersion.objects.in_force(kind, day)
    return version.content[kind] if version else []


def authorities() -> dict[str, tuple[str, str]]:
    """The ministries that matters are referred to: code, name in Khmer and in English."""
    version = SettingVersion.objects.filter(kind=K.AUTHORITIES, withdrawn=False).order_by("number").last()
    rows = version.content["authorities"] if version else defaults.AUTHORITIES
    return {row["code"]: (row["name_km"], row["name_en"]) for row in rows}
