"""Which two moments of a record stand side by side."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _


class Moments(forms.Form):
    """Picks of a record's own moments, so that nobody types one; a link may name any other."""

    mark_optional = False

    at = forms.ChoiceField(label=_("As it stood"), required=False)
    beside = forms.ChoiceField(label=_("Beside"), required=False)

    def __init__(self, data: dict[str, str], *, moments: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        known = list(moments)
        for name, first in (("at", _("When it was first written down")), ("beside", _("Now"))):
            asked = data.get(name, "")
            others = [] if asked in {"", *dict(known)} else [(asked, _("Another moment"))]
            self.fields[name].choices = [("", first), *others, *known]  # type: ignore[attr-defined]


def moment_of(text: str) -> datetime | None:
    """A moment with its zone, as our links write it; none for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and is_aware(found) else None
