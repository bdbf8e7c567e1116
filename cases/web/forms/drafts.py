"""The answers to the questions of a report, as its pages carry them on, sealed, until it is sent."""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.utils.translation import get_language

from cases.actions.files import held
from cases.actions.intake import Named, Report
from cases.models import Accused
from officers.web.forms.carrying import carried, carry

_LONGEST_ID = 18


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
