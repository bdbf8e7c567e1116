"""Saved searches: their names, and what they ask for put back into the filter of the queue."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from officers.models import Unit
from officers.web.forms.fields import VersionField

#: Parts that a filter field shows as they are kept, and what the others are called there.
_DAYS = {"received_since": "since", "received_until": "until"}
_AS_THEY_ARE = ("status", "category", "level")
_YES_OR_NO = ("overdue", "flagged", "mine", "offered")


class Keep(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Only you see it."))
    in_digest = forms.BooleanField(
        label=_("Tell me how many there are in each mail that brings notices together"), required=False
    )


class Change(Keep):
    version = VersionField()


class Remove(forms.Form):
    version = VersionField()


def as_filter(kept: Mapping[str, Any]) -> tuple[QueryDict, list[str]]:
    """What a saved search asks for as the queue's filter takes it, and the names of what the filter does not have.

    What is out of date goes in as it is kept, and the filter says beside its field what is wrong with it.
    """
    query, unknown = QueryDict(mutable=True), []
    for name, value in kept.items():
        if name in _AS_THEY_ARE:
            query.setlist(name, [str(one) for one in (value if isinstance(value, list) else [value])])
        elif name in _YES_OR_NO:
            query[name] = "on"
        elif name in _DAYS:
            query[_DAYS[name]] = _written(str(value))
        elif name == "unit":
            query[name] = _code(value)
        else:
            unknown.append(str(name))
    return query, unknown


def _written(value: str) -> str:
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def _code(value: Any) -> str:
    unit = Unit.objects.filter(pk=value).first() if type(value) is int else None
    return unit.code if unit else str(value)
