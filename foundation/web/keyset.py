"""Pages by key instead of number: the next page begins after the last row shown, wherever that now stands.

So nothing is shown twice or left out when rows come and go between two pages, and the thousandth page
costs as much as the first.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

_SALT = "foundation.web.keyset"


class BadCursor(ValueError):
    """A cursor that is damaged, made up, or of a list in another order."""


@dataclass(frozen=True)
class Page[Row]:
    """The rows, and the cursors of the pages around them; None where there is no such page."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class _Key:
    """One column of the order. PostgreSQL takes NULL for greater than every value."""

    path: str
    descending: bool
    nullable: bool
    attribute: str

    def beyond(self, value: Any, backwards: bool, *, or_equal: bool = False) -> Q:
        """Rows whose column comes after `value` (before it, when going backwards)."""
        upwards = self.descending == backwards
        if value is None:
            if upwards:
                return Q(**{f"{self.path}__isnull": True}) if or_equal else Q(pk__in=[])
            return Q() if or_equal else Q(**{f"{self.path}__isnull": False})
        comparison = ("gt" if upwards else "lt") + ("e" if or_equal else "")
        condition = Q(**{f"{self.path}__{comparison}": value})
        if upwards and self.nullable:
            condition |= Q(**{f"{self.path}__isnull": True})
        return condition

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True} if value is None else {self.path: value})


class Keyset[Row]:
    """A queryset in pages.

    :param order: field paths, `-` for descending; the last is the primary key, so that no two rows are equal
    :param after: cursor of the page to show, from `Page.next`
    :param before: likewise from `Page.previous`; not both
    :raises BadCursor: when a cursor is not one of ours for this order
    :raises ImproperlyConfigured: when the order does not end with the primary key
    """

    def __init__(
        self,
        queryset: QuerySet[Any, Row],
        *,
        order: Sequence[str],
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> None:
        _check_order(queryset.model, order)
        self._keys = [_key(queryset.model, name) for name in order]
        self._order = order
        self._limit = limit
        self._annotated = queryset.annotate(
            **{key.attribute: F(key.path) for key in self._keys if key.attribute != key.path}
        )
        if after and before:
            raise BadCursor(_("Ask for the page after a row or before one, not both."))
        self._backwards = bool(before)
        self._cursor = self._read(after or before)

    def page(self) -> Page[Row]:
        rows = self._annotated.order_by(*self._order)
        if self._backwards:
            rows = rows.reverse()
        if self._cursor is not None:
            rows = rows.filter(self._beyond(*self._cursor))
        found = list(rows[: self._limit + 1])
        more = len(found) > self._limit
        found = found[: self._limit]
        if self._backwards:
            found.reverse()
            return Page(found, self._behind(found), self._write(found[0]) if more else None)
        return Page(found, self._write(found[-1]) if more else None, self._behind(found))

    def _behind(self, found: list[Row]) -> str | None:
        """The cursor back to where we come from; from an empty page, to the row its own cursor named."""
        if self._cursor is None:
            return None
        if not found:
            return self._sign(self._cursor[0], or_equal=True)
        return self._write(found[0] if not self._backwards else found[-1])

    def _beyond(self, values: list[Any], or_equal: bool) -> Q:
        """`(a, b, id) > (x, y, z)`, spelt out for mixed directions and NULL.

        The bound on the first column alone is implied by the rest; with it PostgreSQL can use an index.
        """
        pairs = list(zip(self._keys, values, strict=True))
        last, value = pairs[-1]
        condition = last.beyond(value, self._backwards, or_equal=or_equal)
        for key, value in reversed(pairs[:-1]):
            condition = key.beyond(value, self._backwards) | (key.equal(value) & condition)
        if len(pairs) > 1:
            key, value = pairs[0]
            condition = key.beyond(value, self._backwards, or_equal=True) & condition
        return condition

    def _write(self, row: Row) -> str:
        read: Callable[[str], Any] = row.__getitem__ if isinstance(row, dict) else row.__getattribute__
        return self._sign([read(key.attribute) for key in self._keys], or_equal=False)

    def _sign(self, values: list[Any], *, or_equal: bool) -> str:
        body = [self._fingerprint(), [_pack(value) for value in values], int(or_equal)]
        return signing.dumps(body, salt=_SALT)

    def _read(self, cursor: str | None) -> tuple[list[Any], bool] | None:
        if not cursor:
            return None
        try:
            fingerprint, values, or_equal = signing.loads(cursor, salt=_SALT)
        except (signing.BadSignature, ValueError):
            raise BadCursor(_("This page marker is damaged. Begin at the first page.")) from None
        if fingerprint != self._fingerprint():
            raise BadCursor(_("This page marker is of another list. Begin at the first page."))
        return [_unpack(value) for value in values], bool(or_equal)

    def _fingerprint(self) -> str:
        """The list's model and order: a cursor's values mean nothing in another."""
        return hashlib.sha256(
            "\n".join([self._annotated.model._meta.label, *self._order]).encode()
        ).hexdigest()[:12]


def _key(model: type[Model], name: str) -> _Key:
    path = name.removeprefix("-")
    attribute = f"keyset_{path.replace('__', '_')}" if "__" in path else path
    return _Key(path, name.startswith("-"), _is_nullable(model, path), attribute)


def _is_nullable(model: type[Model], path: str) -> bool:
    """Whether a column may be NULL; of an annotation, whose type we do not know, yes."""
    at: Any = model
    for step in path.split("__"):
        if step == "pk":
            return False
        try:
            field = at._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return True
        # A generated column says nothing of NULL: its expression may come to one.
        if getattr(field, "null", True) or getattr(field, "generated", False):
            return True
        at = field.related_model
    return False


def _check_order(model: type[Model], order: Sequence[str]) -> None:
    """:raises ImproperlyConfigured: if the order's last column is not the primary key"""
    last = order[-1].removeprefix("-") if order else ""
    if last not in ("pk", model._meta.pk.name):
        raise ImproperlyConfigured(f"An order ends with the primary key, {order!r} does not.")


def _pack(value: Any) -> Any:
    """A value in JSON that `_unpack` makes the same value of again."""
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case Decimal():
            return ["decimal", str(value)]
        case UUID():
            return ["uuid", str(value)]
        case bytes() | memoryview():
            return ["bytes", bytes(value).hex()]
    raise ImproperlyConfigured(f"Rows are not put in order by a {type(value).__name__}.")


_UNPACK: dict[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": bytes.fromhex,
}


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        kind, text = value
        return _UNPACK[kind](text)
    return value
