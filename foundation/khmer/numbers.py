"""Decimal numbers from people, who use either mark: Khmer writes 9.806,5 and most spreadsheets 9,806.5."""

import re
from decimal import Decimal
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.khmer.spelling import digits

type Mark = Literal[".", ","]

_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[0-9]*[.,]?[0-9]+")
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?P<group>[.,])[0-9]{3})(?:(?P=group)[0-9]{3})*(?:(?!(?P=group))[.,][0-9]+)?"
)
_LONGEST = 40


def _refuse(text: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” is not a number."), code="number", params={"value": text[:_LONGEST]}
    )


def parse_decimal(text: str | int | Decimal, *, mark: Mark | None = None) -> Decimal:
    """The number a person wrote, in Khmer or ASCII digits, exactly.

    :param mark: the decimal mark, where the caller knows it; else it is told from the number itself
    :raises ValidationError: ``number`` if it is none; ``ambiguous_number`` if, like 1.234, it could be two
    """
    if isinstance(text, int | Decimal):
        return Decimal(text)
    written = digits(text).replace("\u200b", "").strip().replace("\u2212", "-")
    sign = -1 if written.startswith("-") else 1
    body, spaced = _SPACES.subn("", written[1:] if written[:1] in ("+", "-") else written)
    if len(body) > _LONGEST:
        raise _refuse(text)
    points, commas = body.count("."), body.count(",")

    if _PLAIN.fullmatch(body):
        used = "." if points else ","
        whole, _mark, fraction = body.partition(used)
        grouped = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and not spaced
        if _mark and mark and mark != used:
            if not grouped:
                raise _refuse(text)
            return sign * Decimal(whole + fraction)
        if _mark and grouped and not mark:
            raise ValidationError(
                _("“%(value)s” can be read in two ways. Write %(thousands)s or %(decimal)s."),
                code="ambiguous_number",
                params={"value": text, "thousands": whole + fraction, "decimal": f"{whole}{used}{fraction}0"},
            )
        return sign * Decimal(body.replace(",", "."))

    if spaced or not (match := _GROUPED.fullmatch(body)):
        raise _refuse(text)
    group = match["group"]
    decimal = "," if group == "." else "."
    if mark == group and (points if mark == "." else commas):
        raise _refuse(text)
    return sign * Decimal(body.replace(group, "").replace(decimal, "."))
