"""Periods of official statistics, and how a number changed from one to the next."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal


def first_day(period: str) -> date:
    """The first day of a year, a month or a day.

    :raises ValueError: if there is no such month or day

    >>> first_day("2019"), first_day("2019-05")
    (datetime.date(2019, 1, 1), datetime.date(2019, 5, 1))
    """
    return date.fromisoformat(period + "-01-01"[len(period) - 4 :])


def before(period: str) -> str:
    """The period of the same length directly before.

    >>> before("2019"), before("2020-01"), before("2024-03-01")
    ('2018', '2019-12', '2024-02-29')
    """
    day = (first_day(period) - timedelta(days=1)).isoformat()
    return day[: len(period)]


def change_percent(value: int | None, earlier: int | None) -> Decimal | None:
    """By how much a number changed, in percent to two decimals; None where one is missing or the earlier is zero.

    >>> change_percent(9806, 8001)
    Decimal('22.56')
    """
    if value is None or not earlier:
        return None
    percent = Decimal(value - earlier) * 100 / Decimal(earlier)
    return percent.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
