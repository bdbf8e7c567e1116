"""Images of rows in the reader's words: what a column is called, and what stands in it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.web.templatetags.web import written
from ledger.models import Audited, Change, Renaming
from officers.models import Officer
from officers.queries.settings import named, rank_names


def capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def named_columns(model: type[Audited]) -> list[Any]:
    """The columns that people have a word for; keys and stamps have none."""
    return [field for field in model._meta.concrete_fields if isinstance(field.verbose_name, Promise)]


def in_todays_words(table: str, changes: Iterable[Change]) -> dict[int, dict[str, Any]]:
    """Images by change, with columns that were renamed since called by their present name."""
    renamings = list(Renaming.objects.filter(table_name=table).order_by("last_change"))
    images: dict[int, Any] = {change.pk: change.image or {} for change in changes}
    return {pk: called_today(image, pk, renamings) for pk, image in images.items()}


def called_today(image: Mapping[str, Any], change: int, renamings: Iterable[Renaming]) -> dict[str, Any]:
    """An image of a change with its columns by their present names; the renamings are in their order."""
    today = dict(image)
    for renaming in renamings:
        if change <= renaming.last_change and renaming.old in today:
            today[renaming.new] = today.pop(renaming.old)
    return today


class Names:
    """Values of images in the reader's words; rows they name are read once for all that is to be told.

    :param seen: each column with the values that stand in it
    :param known: models whose rows are no secret to whoever sees these
    :param whole: what has a form of its own (an article, the text of a notice) is written out; in it parts and codes
        are called by these words, where there are some
    """

    def __init__(
        self,
        user: Any,
        seen: Iterable[tuple[Any, ...]],
        known: Collection[type[Audited]] = (),
        *,
        whole: Mapping[str, Any] | None = None,
    ) -> None:
        self._whole = whole
        wanted: dict[Any, set[int]] = {}
        for field, *values in seen:
            if field.is_relation:
                wanted.setdefault(field.related_model, set()).update(v for v in values if v)
        self._rows = {
            model: {
                row.pk: str(row)
                for row in (model.objects.all() if model in known else model.objects.visible_to(user)).filter(
                    pk__in=ids
                )
            }
            for model, ids in wanted.items()
        }

    @cached_property
    def _ranks(self) -> dict[str, str]:
        return rank_names()

    def knows(self, field: Any, value: Any) -> bool:
        """Whether the row that a value names is one the reader sees."""
        return value in self._rows[field.related_model]

    def written(self, field: Any, value: Any) -> str:
        if value in (None, "", []):
            return str(written(None))
        if field.is_relation:
            return self._rows[field.related_model].get(value) or (
                Officer(pk=value).number if field.related_model is Officer else f"#{value}"
            )
        if isinstance(field, ArrayField):
            return ", ".join(_choice(field.base_field, one) for one in value)
        if field.name in ("rank", "to_rank"):
            return self._ranks.get(value, value)
        if isinstance(field, models.DateTimeField):
            return str(written(datetime.fromisoformat(value)))
        if isinstance(field, (models.DateField, models.BooleanField)):
            return str(written(field.to_python(value)))
        if isinstance(field, models.DecimalField):
            return str(written(field.to_python(str(value))))
        if isinstance(field, DateRangeField):
            return _span(value)
        if isinstance(field, models.JSONField):
            return "…" if self._whole is None else self._told(value)
        return _choice(field, value)

    def _told(self, value: Any) -> str:
        """A form with parts: what has a name by it, anything else part by part; what is empty is left out."""
        if isinstance(value, list):
            return "\n".join(self._told(one) for one in value)
        if not isinstance(value, dict):
            return str(self._called(value) if isinstance(value, str) else written(value))
        if {"name_km", "name_en"} <= value.keys():
            return " ".join(filter(None, (str(value.get("code", "")), named(value))))
        told = ((part, self._told(one)) for part, one in value.items() if one not in (None, "", [], {}))
        return "\n".join(f"{capital(self._called(part))}: {words}" for part, words in told)

    def _called(self, code: str) -> Any:
        return (self._whole or {}).get(code) or self._ranks.get(code, code)


def _choice(field: Any, value: Any) -> str:
    return str(dict(field.flatchoices).get(value, value))


def _span(value: str) -> str:
    """Days as PostgreSQL writes a range of them: the last one is not in it."""
    first, _comma, end = value.strip("[]()").partition(",")
    days = [str(written(date.fromisoformat(one))) if one else "" for one in (first, end)]
    if not end:
        return _("from %(first)s on") % {"first": days[0]}
    return _("from %(first)s until before %(end)s") % {"first": days[0], "end": days[1]}
