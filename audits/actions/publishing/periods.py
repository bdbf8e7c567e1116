"""Which months and years are to come out: each once, in order, with those that were missed."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import Max

from audits.models import OpenRelease


def months_between(first: date, last: date) -> list[str]:
    """The months from that of `first` to that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return (first_day(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_to_come(collection: str, begins: Callable[[], date | None], upto: date) -> list[str]:
    """The months after the last that came out, or from the day on which the record begins."""
    last = _last(collection)
    start = last_day(last) + timedelta(days=1) if last else begins()
    return months_between(start, upto) if start is not None else []


def years_to_come(collection: str, begins: Callable[[], date | None], upto: date) -> list[str]:
    """The years after the last that came out, or from that in which the record begins, which are over by a day."""
    last = _last(collection)
    start = date(int(last) + 1, 1, 1) if last else begins()
    over = (upto + timedelta(days=1)).year - 1
    return [f"{year:04d}" for year in range(start.year, over + 1)] if start is not None else []


def _last(collection: str) -> str | None:
    return OpenRelease.objects.filter(of=collection).aggregate(last=Max("period"))["last"]


def thresholds(collection: str, periods: Iterable[str]) -> dict[str, int]:
    """The threshold for units that ruled when each of these came out."""
    return dict(
        OpenRelease.objects.filter(of=collection, period__in=list(periods)).values_list(
            "period", "unit_threshold"
        )
    )
