"""What the pages for people without an account carry on, sealed, in a hidden field: nothing of it is kept on our side.

No session, no cookie, no address: who reads the page on the telephone sees nothing but this text, which only our keys
open, and which is worth nothing after some time.
"""

import time
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken

from officers.actions.sealing import seal, unseal

#: After so many hours what was carried is not opened any more, unless its page says sooner: a page found on a
#: telephone tells nothing.
HOURS = 12


class Lost(Exception):
    """What was carried cannot be opened: somebody altered it, or it is too old."""

    def __init__(self, *, too_old: bool) -> None:
        super().__init__()
        self.too_old = too_old


def carry(purpose: str, content: dict[str, Any], *, lasts: timedelta = timedelta(hours=HOURS)) -> str:
    return seal({"for": purpose, "until": _end(lasts), **content}).decode()


def carried(purpose: str, text: str) -> dict[str, Any]:
    """
    :param purpose: what it was sealed for: what was sealed for another is no good here
    :raises Lost: if it was altered, or is too old
    """
    try:
        content = unseal(text.encode())
    except InvalidToken:
        raise Lost(too_old=False) from None
    if content.pop("for", None) != purpose:
        raise Lost(too_old=False)
    if content.pop("until") <= time.time():
        raise Lost(too_old=True)
    return dict(content)


def _end(lasts: timedelta) -> int:
    """By this device's own clock: one that somebody set (`ledger.clock`) does not make a page older.

    In whole hours, or minutes where it is less than an hour: no more exact than it must be.
    """
    seconds = int(lasts.total_seconds())
    unit = 3600 if seconds >= 3600 else 60
    return (int(time.time()) + seconds) // unit * unit + unit
