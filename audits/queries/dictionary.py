"""The data dictionary: what each public field says, in both languages, made from `audits.queries.disclosure`."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from audits.queries.disclosure import COLLECTIONS, Collection, Field

LICENCE = {
    "id": "CC-BY-4.0",
    "name": "Creative Commons Attribution 4.0 International",
    "url": "https://creativecommons.org/licenses/by/4.0/",
}
TERMS = _(
    "You may use, share and change this data for any purpose, if you name its source and the day as of which you took "
    "it. What is withheld protects people: do not try to find out who somebody is, and honour what is taken back."
)

#: What a CSV of the dictionary says of each field.
COLUMNS = ("collection", "field", "type", "null", "filter", "code", "meaning_en", "meaning_km")


def said(text: Any) -> dict[str, str]:
    """A text in each language of the site."""
    told = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told[code] = str(text)
    return told


@cache
def dictionary() -> dict[str, Any]:
    return {"collections": [_collection(one) for one in COLLECTIONS.values()]}


def lines() -> Iterator[tuple[str, ...]]:
    """The same as a table: a line for each field, and one for each of its codes."""
    for one in dictionary()["collections"]:
        for field in one["fields"]:
            about = (one["name"], field["name"], field["type"], field["null"] or "", _yes(field["filter"]))
            yield (*about, "", field["meaning"]["en"], field["meaning"]["km"])
            for code in field["codes"]:
                yield (*about, str(code["code"]), code["label"]["en"], code["label"]["km"])


def _collection(one: Collection) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": said(one.title),
        "about": said(one.about),
        "key": "id",
        "filters": [field.name for field in one.filters],
        "fields": [_field(one, field) for field in one.fields],
    }


def _field(one: Collection, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "meaning": said(field.meaning),
        "type": field.type,
        "null": null_means(one, field),
        "filter": field.is_filter,
        "codes": [{"code": code, "label": said(label)} for code, label in field.codes],
    }


def null_means(one: Collection, field: Field) -> str | None:
    """`hidden`: there is a value, and it is not shown; `none`: there is none; nothing where there is always one."""
    if field.is_hidden_at_times:
        return "hidden"
    return "none" if one.model._meta.get_field(field.name).null else None


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
