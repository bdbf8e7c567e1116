"""JSON read strictly: what two programs could read differently is refused."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

#: Lists and objects within each other.
DEEPEST = 20
#: Digits of a number, also once its exponent is written out.
LONGEST_NUMBER = 40


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without duplicate keys, NaN, NUL or lone surrogates; numbers with a point are `Decimal`.

    :raises RequestDataTooBig: above `DATA_UPLOAD_MAX_MEMORY_SIZE`
    :raises ParseError: for all else that is refused
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        encoding = (parser_context or {}).get("encoding") or "utf-8"
        if str(encoding).lower().replace("-", "") not in ("utf8", "usascii", "ascii"):
            raise ParseError(_("Send JSON as UTF-8."))
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        return read_json(body)


def read_json(body: bytes) -> Any:
    """:raises ParseError: if the bytes are not JSON in the strict sense above"""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise ParseError(_("Send JSON as UTF-8.")) from None
    except json.JSONDecodeError as error:
        message = _("This is not JSON: line %(line)d, column %(column)d.")
        raise ParseError(message % {"line": error.lineno, "column": error.colno}) from None
    except RecursionError:
        raise _too_deep() from None
    _check(value, 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ParseError(_("“%(key)s” stands twice in one object.") % {"key": _shown(twice)})
    return found


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _too_long()
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _too_long() from None
    if len(text) > LONGEST_NUMBER or abs(number.adjusted()) > LONGEST_NUMBER:
        raise _too_long()
    return number


def _refuse_constant(text: str) -> Any:
    raise ParseError(_("%(text)s is not a number.") % {"text": text})


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ParseError(_("A text holds a character that no text can hold."))
    elif isinstance(value, dict | list):
        if depth >= DEEPEST:
            raise _too_deep()
        for inner in value:
            _check(inner, depth + 1)
        if isinstance(value, dict):
            for inner in value.values():
                _check(inner, depth + 1)


def _too_deep() -> ParseError:
    return ParseError(_("This is nested deeper than %(deepest)d levels.") % {"deepest": DEEPEST})


def _too_long() -> ParseError:
    return ParseError(_("A number has more than %(longest)d digits.") % {"longest": LONGEST_NUMBER})


def _shown(key: str) -> str:
    """A key of unknown origin, short and safe to send back."""
    return "".join(letter for letter in key[:40] if letter.isprintable())
