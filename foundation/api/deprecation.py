"""What is to go, said beforehand: in each answer (RFC 9745, RFC 8594) and in the description."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.http import http_date

#: Between the announcement and the first day without it.
NOTICE = timedelta(days=180)


@dataclass(frozen=True)
class Deprecation:
    """An operation, or a field, that will be no more.

    :param since: the day it was announced
    :param sunset: the first day on which it may be gone, in UTC
    :param instead: what to use, in the words of the description
    :raises ValueError: if the notice is shorter than `NOTICE`
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"Between {self.since} and {self.sunset} are less than {NOTICE.days} days.")

    def since_told(self) -> str:
        return f"@{_seconds(self.since)}"

    def sunset_told(self) -> str:
        return http_date(_seconds(self.sunset))

    def link(self) -> str:
        """Where people read about it."""
        return '</api/docs/>; rel="deprecation"; type="text/html"'


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())
