"""How a limit is written where it is set: `600/min`, `20/5min`, `1000/h`."""

import re
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

_FORM = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,3})?(s|min|h)")
_UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}


class Rate(NamedTuple):
    """So many in each window."""

    number: int
    window: timedelta


def rate(text: str) -> Rate:
    """:raises ImproperlyConfigured: if this is not how a limit is written"""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ImproperlyConfigured(
            f"{text!r} is no limit: write one as 600/min, 20/5min or 1000/h (s, min, h)."
        )
    number, windows, unit = found.groups()
    return Rate(int(number), int(windows or 1) * _UNITS[unit])
