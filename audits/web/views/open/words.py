"""How the public pages write numbers, months and what is hidden, in the reader's language."""

from typing import Any

from django.utils.translation import get_language, gettext

from foundation.khmer.dates import MONTHS
from foundation.web.templatetags.web import native_digits, number


def count(value: int, *, least: bool = False) -> str:
    """`least`: rows that withhold where they belong may belong here too."""
    shown = native_digits(number(value))
    return gettext("at least %(number)s") % {"number": shown} if least else shown


def percent(value: float) -> str:
    return gettext("%(number)s%%") % {"number": native_digits(number(round(value, 1)))}


def month(value: str) -> str:
    """`2024-01`: January 2024, ខែមករា ឆ្នាំ២០២៤."""
    name = MONTHS["km" if get_language() == "km" else "en"][int(value[5:]) - 1]
    return gettext("%(month)s %(year)s") % {"month": name, "year": native_digits(value[:4])}


def short_month(value: str) -> str:
    """`2024-01`: 01/2024, for the foot of a chart."""
    return native_digits(f"{value[5:]}/{value[:4]}")


def period(value: str) -> str:
    """The month or year of a release."""
    return month(value) if len(value) == 7 and value[4] == "-" else native_digits(value)


def year(value: Any) -> str:
    return native_digits(value)
