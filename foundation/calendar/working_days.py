"""Counting working days, from a set of holidays held in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days between holidays and weekends.

    A holiday on a weekend is not made up for on another day: where the government grants one, it is in the
    list of holidays. So far as the list does not reach, only weekends count.

    :param weekend: days of the week as in :meth:`datetime.date.weekday`, Monday is 0
    :raises ValueError: if every day of the week is a weekend
    """

    holidays: frozenset[date]
    weekend: tuple[int, ...] = (5, 6)

    def __post_init__(self) -> None:
        if set(range(7)) <= set(self.weekend):
            raise ValueError("A week needs at least one working day.")

    def is_working(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def _working_days_after(self, start: date) -> Iterator[date]:
        day = start
        while True:
            day += _ONE_DAY
            if self.is_working(day):
                yield day

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`; the day itself is not counted, whether it is one or not.

        For no days at all: `start`, or the first working day after it.

        :raises ValueError: if n is negative
        """
        if n < 0:
            raise ValueError("Working days are counted forwards.")
        if n == 0 and self.is_working(start):
            return start
        later = self._working_days_after(start)
        for _ in range(n - 1):
            next(later)
        return next(later)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is before `start`.

        For any n above 0, ``working_days_between(start, add_working_days(start, n)) == n``.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def deadline(self, start: date, *, working_days: int | None = None, days: int | None = None) -> date:
        """The last day in time, so many working days or calendar days after `start`.

        Calendar days run on over weekends and holidays, and may end on one.

        :raises ValueError: unless exactly one of the two is given, and it is not negative
        """
        if (working_days is None) == (days is None):
            raise ValueError("A deadline is in working days or in calendar days.")
        if working_days is not None:
            return self.add_working_days(start, working_days)
        if days is None or days < 0:
            raise ValueError("A deadline is not before its start.")
        return start + timedelta(days=days)
