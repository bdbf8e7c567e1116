"""What a reporter's forms carry from page to page, sealed, in a hidden field: nothing of it is kept on our side.

No session, no cookie, no address: who reads the page on the telephone sees nothing but this text, which only our keys
open, and which is worth nothing after some hours.
"""

import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from cryptography.fernet import InvalidToken
from django.utils.translation import get_language

from cases.actions.files import held
from cases.actions.intake import Named, Report
from cases.models import Accused
from officers.actions.sealing import seal, unseal

#: After so many hours what was carried is not opened any more: a page found on a telephone tells nothing.
HOURS = 12
_LONGEST_ID = 18


class Lost(Exception):
    """What was carried cannot be opened: somebody altered it, or it is too old."""

    def __init__(self, *, too_old: bool) -> None:
        super().__init__()
        self.too_old = too_old


def carry(purpose: str, content: dict[str, Any]) -> str:
    return seal({"for": purpose, "hour": _hour(), **content}).decode()


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
    if not 0 <= _hour() - content.pop("hour") <= HOURS:
        raise Lost(too_old=True)
    return dict(content)


def _hour() -> int:
    """This device's own hours: a clock that somebody set (`ledger.clock`) does not make a page older."""
    return int(time.time()) // 3600


@dataclass
class Draft:
    """The answers given so far.

    :param token: makes the report: sent twice, it is one, with the same receipt
    :param checked: all pages were seen once; a changed answer leads back to the list of answers
    """

    token: str
    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    checked: bool = False

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_hex(16), get_language() or "km")

    @classmethod
    def read(cls, text: str) -> Self:
        """:raises Lost:"""
        return cls(**carried("report", text))

    def sealed(self) -> str:
        return carry("report", asdict(self))

    def said(self, name: str) -> str:
        """An answer; empty where none was given."""
        return str(self.answers.get(name) or "")

    def units(self) -> list[int]:
        """The police units that are meant, or in which the officer serves."""
        said = [str(one) for one in self.answers.get("units") or []]
        return [int(one) for one in said if one.isdecimal() and len(one) <= _LONGEST_ID]

    def files(self) -> list[str]:
        """Tokens of the files that were added."""
        return [str(one) for one in self.answers.get("files") or []]

    def report(self) -> Report:
        kind, said = self.said("kind"), self.said("said")
        named = []
        if kind and kind != Accused.Kind.UNKNOWN:
            units: list[int | None] = [*self.units()]
            named = [Named(kind, "" if n else said, unit=unit) for n, unit in enumerate(units or [None])]
        names = ("category", "narrative", "place_code", "place_text", "happened", "how_known")
        wish = {"hidden_from": self.said("hidden_from"), "contact": self.said("contact")}
        return Report(
            **{name: self.said(name) for name in names},
            **wish,
            language=self.language,
            named=named,
            files=held(self.files()),
        )
