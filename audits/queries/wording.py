"""What stands in a column of an image, in words: who and what it names is called as it was called then."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.queries.columns import columns, is_sealed
from audits.queries.records import OPEN, called
from cases.models import Case, Complaint, Paper
from cases.models.deciding import MeasureKind
from cases.models.grounds import GroundKind
from cases.reckoning import places
from foundation.web.templatetags.web import written
from ledger.models import Audited, Change, Event
from officers.models import Officer, Unit, User
from officers.queries.images import Names, in_todays_words
from officers.queries.settings import deadline_names

#: Models whose rows are no secret to whoever sees a record that names them.
_KNOWN = (User, Unit)
#: What may be called otherwise today than it was.
_RENAMED: tuple[type[Audited], ...] = (Unit, Officer, User)
_CODES: tuple[Any, ...] = (Paper.Kind, GroundKind, Case.Severity, MeasureKind)
#: The officer's own time has other names on a case than in the settings.
_OFFICERS_OWN = {"response": "officer_response", "appeal": "appeal_lodging"}


class Wording:
    """Words for the values of some images, whose relations are read once.

    :param seen: each column with the values that stand in it
    """

    def __init__(self, user: Any, seen: Iterable[tuple[Any, ...]]) -> None:
        pairs = list(seen)
        self._forms = _in_forms()
        self._names = Names(user, pairs, _KNOWN, whole=self._forms)
        self._clocks = deadline_names()
        named: dict[type[Audited], set[int]] = defaultdict(set)
        for field, *values in pairs:
            if field.is_relation and field.related_model in _RENAMED:
                named[field.related_model].update(value for value in values if value)
        self._called = {model: _called_then(model, ids) for model, ids in named.items()}

    def words(self, field: Any, value: Any, moment: datetime) -> str:
        if value in (None, "", []):
            return str(written(None))
        if is_sealed(field):
            return _("sealed")
        if field.name == "due_for":
            return self._clocks.get(_OFFICERS_OWN.get(value, value), value)
        if field.name in ("place_code", "admin_code"):
            return places.described(value, get_language() or "km") or value
        if field.name == "reasons" and isinstance(value, list):  # of the register: kinds of grounds
            return ", ".join(str(self._forms.get(one, one)) for one in value)
        if field.is_relation:
            return self._row(field, value, moment)
        return self._names.written(field, value)

    def _row(self, field: Any, value: Any, moment: datetime) -> str:
        model = field.related_model
        if not self._names.knows(field, value):
            return _("sealed") if model is Complaint else self._names.written(field, value)
        if model in _RENAMED:
            names = self._called[model].get(value)
            return next((name for at, name in names if at <= moment), names[-1][1]) if names else f"#{value}"
        if model in (Case, Complaint):
            return self._names.written(field, value)
        return f"{called(model)} #{value}" if model in OPEN else f"#{value}"


def _called_then(model: type[Audited], ids: set[int]) -> dict[int, list[tuple[datetime, str]]]:
    """What rows were called from when on, the newest name first."""
    changes = list(
        Change.objects.filter(table_name=model._meta.db_table, row_id__in=ids)
        .order_by("-version")
        .defer("salt", "image_hash")
    )
    at = dict(Event.objects.filter(pk__in={one.event_id for one in changes}).values_list("pk", "recorded_at"))
    images = in_todays_words(model._meta.db_table, changes)
    fields = {field.column: field.attname for field in model._meta.concrete_fields}
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for one in changes:
        if one.event_id in at and one.image is not None:
            image = images[one.pk]
            row = model(**{fields[column]: value for column, value in image.items() if column in fields})
            found[one.row_id].append((at[one.event_id], str(row)))
    return found


def _in_forms() -> dict[str, Any]:
    """What stands in notices, proposals and measures as codes."""
    labels = {field.name: words for model in OPEN for field, words in columns(model)}
    return labels | {code: words for kind in _CODES for code, words in kind.choices}
