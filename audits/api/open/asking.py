"""What is asked, read out of an address: which rows of which collection, which fields, from where on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.utils.translation import gettext_lazy as _

from audits.api.open.refusals import Refused
from audits.queries.disclosure import COLLECTIONS, Collection, Field

PREFIX = "/api/open/v1/"
USUAL, MOST = 100, 1000
#: Longer addresses are nobody's who asks for what is here.
LONGEST_QUERY, LONGEST_VALUE, MOST_VALUES = 4000, 80, 50

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_SMALL = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
#: Of what looks like a secret in an address it is said that it does not belong there: addresses are written down.
_SECRETS = frozenset({"key", "api_key", "apikey", "token", "access_token", "auth", "authorization", "secret"})


@dataclass(frozen=True)
class Asked:
    """What one request is for.

    :ivar filters: field -> its values as PostgreSQL compares them; any of them will do
    :ivar after: the key after which rows are given
    :ivar address: the same question always in the same words
    """

    path: str
    fields: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    after: Any = None
    limit: int = USUAL
    words: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def address(self) -> str:
        return self.address_after(None)

    def address_after(self, key: str | None) -> str:
        words = {**self.words, **({} if key is None else {"after": key})}
        query = urlencode(sorted(words.items()), safe=",:", quote_via=quote)
        return f"{PREFIX}{quote(self.path)}{'?' if query else ''}{query}"


def query_of(environ: Mapping[str, Any]) -> str:
    return str(environ.get("QUERY_STRING", ""))


@lru_cache(2048)
def rows(name: str, path: str, query: str, *, paged: bool) -> Asked:
    """A question for rows of a collection: filters and `fields`, and of pages `limit` and `after`."""
    collection = COLLECTIONS[name]
    known: dict[str, Callable[[str], Any]] = {
        one.name: lambda text, one=one: _values(one, text)  # type: ignore[misc]
        for one in collection.filters
    }
    known["fields"] = lambda text: _fields(collection, text)
    if paged:
        known |= {"limit": _limit, "after": _text("after")}
    words = _read(query, known)
    asked = {parameter: known[parameter](text) for parameter, text in words.items()}
    return Asked(
        path,
        asked.get("fields") or tuple(one.name for one in collection.fields),
        tuple((one.name, asked[one.name]) for one in collection.filters if one.name in asked),
        asked.get("after"),
        asked.get("limit", USUAL),
        words,
    )


@lru_cache(2048)
def changes(path: str, query: str, *, paged: bool) -> Asked:
    """A question for lines of the feed: after which, and of which collection."""
    known: dict[str, Callable[[str], Any]] = {"after": _sequence, "collection": _collections}
    if paged:
        known["limit"] = _limit
    words = _read(query, known)
    asked = {parameter: known[parameter](text) for parameter, text in words.items()}
    filters = (("collection", asked["collection"]),) if "collection" in asked else ()
    return Asked(path, (), filters, asked.get("after", 0), asked.get("limit", USUAL), words)


def alone(path: str, query: str) -> Asked:
    """A question that takes no parameters."""
    _read(query, {})
    return Asked(path)


def by_marker(path: str, query: str) -> Asked:
    """A question for a page that begins where another ended, and nothing else."""
    words = _read(query, {"after": None})
    if words.get("after") == "":
        raise _bad("after", _("Take this out of `next`, as it is."))
    return Asked(path, after=words.get("after"), words=words)


def one_day(path: str, query: str, today: date) -> tuple[Asked, date]:
    """A question for what was so on a day, `as_of`; today if none is named."""
    words = _read(query, {"as_of": None})
    day = _day("as_of")(words["as_of"]) if "as_of" in words else today
    return Asked(path, words={"as_of": day.isoformat()}), day


def _read(query: str, known: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of an address, each once.

    :raises Refused: for one that is not known, and says which are
    """
    if not query:
        return {}
    if len(query) > LONGEST_QUERY:
        raise Refused(400, "too-long", _("This address is too long."))
    try:
        given = parse_qsl(
            query.encode("latin-1").decode(), keep_blank_values=True, errors="strict", max_num_fields=60
        )
    except ValueError:
        raise Refused(400, "bad-request", _("The request cannot be understood.")) from None
    words: dict[str, str] = {}
    for name, text in given:
        if name.lower() in _SECRETS or text.startswith(("ok_", "pk_")):
            raise Refused(
                400, "key-in-address", _("A key is never part of an address: send it as Authorization.")
            )
        if name not in known:
            raise Refused(
                400,
                "unknown-parameter",
                _("There is no such parameter. There are: %(names)s")
                if known
                else _("There is no such parameter, and none is needed here."),
                names=known,
                parameters=list(known),
            )
        if name in words:
            raise _bad(name, _("Give each parameter once; separate its values by commas."))
        words[name] = text
    return words


def _parts(name: str, text: str) -> list[str]:
    parts = text.split(",")
    if len(parts) > MOST_VALUES:
        raise _bad(name, _("These are too many values."))
    return parts


def _values(one: Field, text: str) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(_value(one, part) for part in _parts(one.name, text)))


def _value(one: Field, text: str) -> Any:
    if one.codes:
        codes = {str(code): code for code, _label in one.codes}
        if text not in codes:
            raise _bad(one.name, _("There is no such value. There are: %(names)s"), names=codes)
        return codes[text]
    match one.type:
        case "integer" if _SMALL.fullmatch(text):
            return int(text)
        case "number" if _NUMBER.fullmatch(text):
            return text
        case "month" if _MONTH.fullmatch(text):
            return text
        case "date":
            return _day(one.name)(text)
        case "boolean" if text in ("true", "false"):
            return text
        case "string":
            return _text(one.name)(text)
    raise _bad(one.name, _FORMS[one.type])


_FORMS: Mapping[str, Any] = {
    "integer": _("Write a whole number."),
    "number": _("Write a number."),
    "month": _("Write a month as 2024-01."),
    "date": _("Write a day as 2024-01-23."),
    "boolean": _("Write true or false."),
    "string": _("Write 1 to 80 characters."),
}


def _fields(collection: Collection, text: str) -> tuple[str, ...]:
    """In the order of the collection, whichever way they were asked for."""
    known, wanted = [one.name for one in collection.fields], set(_parts("fields", text))
    if wanted - set(known):
        raise _bad("fields", _("There is no such field. There are: %(names)s"), names=known)
    return tuple(name for name in known if name in wanted)


def _collections(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(_parts("collection", text)))
    if not set(wanted) <= set(COLLECTIONS):
        raise _bad("collection", _("There is no such collection. There are: %(names)s"), names=COLLECTIONS)
    return wanted


def _limit(text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MOST:
        raise _bad("limit", _("A page has 1 to 1000 rows."))
    return int(text)


def _sequence(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _bad("after", _("Write the number of a change, or 0."))
    return int(text)


def _text(name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not 1 <= len(text) <= LONGEST_VALUE or not text.isprintable():
            raise _bad(name, _FORMS["string"])
        return text

    return read


def _day(name: str) -> Callable[[str], date]:
    def read(text: str) -> date:
        try:
            if len(text) == 10:
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise _bad(name, _FORMS["date"])

    return read


def _bad(parameter: str, detail: Any, **more: Any) -> Refused:
    return Refused(400, "bad-value", detail, parameter=parameter, **more)
