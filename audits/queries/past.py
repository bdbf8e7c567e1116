"""Records as they stood: at a moment, beside another moment, and what lies between. It reads the ledger's images."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from audits.queries.columns import columns
from audits.queries.parts import rows_of
from audits.queries.records import OPEN, called, parent_of
from audits.queries.said import reason_of, role_words, words_of
from audits.queries.wording import Wording
from cases.models import Extract
from foundation.web.templatetags.web import CLAIM_NEEDS_A_FLAG
from ledger.models import Audited, Change, Event
from officers.queries.images import capital, in_todays_words
from officers.queries.timelines import actor_of

#: The least by which two moments differ: so shortly before an event a record stood as it was without it.
TICK = timedelta(microseconds=1)
ABSENT, THERE, ERASED, DELETED = "absent", "there", "erased", "deleted"


@dataclass(frozen=True)
class State:
    """A row at a moment: whether it was there, as which version, and its columns by their present names."""

    kind: str
    version: int = 0
    image: dict[str, Any] | None = None

    @property
    def is_there(self) -> bool:
        return self.kind == THERE


@dataclass(frozen=True)
class Cell:
    """A column of a row at two moments, in words. A moment at which the row had no such column is empty."""

    label: str
    old: str
    new: str
    is_changed: bool


@dataclass(frozen=True)
class Beside:
    """A row at two moments. `mark` says what happened to it between them: added, changed, gone, or nothing."""

    model: type[Audited]
    pk: int
    old: State
    new: State
    mark: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Part:
    """Rows of one kind that belong to the record."""

    words: Any
    rows: Sequence[Beside]


@dataclass(frozen=True)
class Happened:
    """An event between two moments, with what it changed: of which row, and each column's old and new value."""

    event_id: int
    verb: str
    words: Any
    actor: Any
    role: str
    reason: str
    occurred_at: datetime
    recorded_at: datetime
    is_late_claim: bool
    changes: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]


class Past:
    """The log of a record and of what belongs to it, read once.

    The record is taken for visible: whoever asks has it from `records.record`.
    """

    def __init__(self, row: Any, user: Any) -> None:
        self.row = row
        rows = {model: ids for model, ids in rows_of(row, user).items() if ids and model in OPEN}
        self._models: dict[str, type[Audited]] = {model._meta.db_table: model for model in rows}
        wanted = {model._meta.db_table: set(ids) for model, ids in rows.items()}
        for table, pk in _gone_from(row):
            wanted.setdefault(table, set()).add(pk)
            self._models.setdefault(table, next(model for model in OPEN if model._meta.db_table == table))
        of_rows, about = Q(), Q()
        for table, ids in wanted.items():
            of_rows |= Q(table_name=table, row_id__in=ids)
            about |= Q(subject_table=table, subject_id__in=ids)
        self._changes: dict[tuple[str, int], list[Change]] = defaultdict(list)
        found = Change.objects.filter(of_rows).order_by("version")
        for change in found.defer("salt", "image_hash"):
            self._changes[change.table_name, change.row_id].append(change)
        ids = {change.event_id for changes in self._changes.values() for change in changes}
        self._events = {
            event.pk: event
            for event in Event.objects.filter(about | Q(pk__in=ids)).order_by("recorded_at", "pk")
        }
        self._images: dict[int, dict[str, Any]] = {}
        for table in wanted:
            of_table = [one for key, changes in self._changes.items() if key[0] == table for one in changes]
            self._images |= in_todays_words(table, of_table)
        self._wording = Wording(user, self._values())

    def _values(self) -> Iterable[tuple[Any, ...]]:
        for (table, _pk), changes in self._changes.items():
            for field, _words in columns(self._models[table]):
                yield field, *(self._images[one.pk].get(field.column) for one in changes)

    @property
    def key(self) -> tuple[str, int]:
        return self.row._meta.db_table, self.row.pk

    @property
    def keys(self) -> list[tuple[type[Audited], int]]:
        """All rows there ever were of the record and what belongs to it."""
        return [(self._models[table], pk) for table, pk in self._changes]

    @property
    def first(self) -> datetime | None:
        """When the record was first written down."""
        changes = self._changes.get(self.key)
        return self._recorded(changes[0]) if changes else None

    @property
    def events(self) -> list[Event]:
        """All about the record and its parts, in the order of their recording."""
        return list(self._events.values())

    def _recorded(self, change: Change) -> datetime:
        return self._events[change.event_id].recorded_at

    def state(self, model: type[Audited], pk: int, moment: datetime) -> State:
        """The newest image of a row whose event was recorded at or before a moment."""
        found = None
        for change in self._changes.get((model._meta.db_table, pk), ()):
            if change.event_id in self._events and self._recorded(change) <= moment:
                found = change
        if found is None:
            return State(ABSENT)
        if found.kind == "D":
            return State(DELETED, found.version)
        if found.image is None:
            return State(ERASED, found.version)
        return State(THERE, found.version, self._images[found.pk])

    def told(self, model: type[Audited], pk: int, moment: datetime) -> dict[str, str]:
        """The columns of a row at a moment, by their names, in words; nothing where the row was not there."""
        state = self.state(model, pk, moment)
        image = state.image
        if image is None:
            return {}
        return {
            field.name: self._words(model, pk, field, image, moment)
            for field, _label in columns(model)
            if field.column in image
        }

    def beside(self, model: type[Audited], pk: int, old: datetime, new: datetime) -> Beside:
        before, after = self.state(model, pk, old), self.state(model, pk, new)
        cells = []
        for field, label in columns(model):
            was = before.image is not None and field.column in before.image
            is_now = after.image is not None and field.column in after.image
            if not was and not is_now:
                continue
            cells.append(
                Cell(
                    label=capital(label),
                    old=self._words(model, pk, field, before.image or {}, old) if was else "",
                    new=self._words(model, pk, field, after.image or {}, new) if is_now else "",
                    is_changed=was
                    and is_now
                    and (before.image or {})[field.column] != (after.image or {})[field.column],
                )
            )
        return Beside(model, pk, before, after, _mark(before, after, cells), cells)

    def parts(self, old: datetime, new: datetime) -> list[Part]:
        """What belonged to the record at either of two moments, by kind; the record itself is not among it."""
        rows: dict[str, list[Beside]] = defaultdict(list)
        for table, pk in self._changes:
            if (table, pk) != self.key:
                row = self.beside(self._models[table], pk, old, new)
                if {row.old.kind, row.new.kind} - {ABSENT}:
                    rows[table].append(row)
        return [
            Part(called(model), sorted(rows[table], key=lambda one: one.pk))
            for table, model in self._models.items()
            if rows[table]
        ]

    def between(self, old: datetime, new: datetime) -> list[Happened]:
        """The events recorded after one moment and up to another, in the order of their recording."""
        changed: dict[int, list[tuple[str, Sequence[tuple[str, str, str]]]]] = defaultdict(list)
        for (table, pk), changes in self._changes.items():
            model = self._models[table]
            for before, change in zip([None, *changes], changes, strict=False):
                if told := self._told_change(model, before, change):
                    number = "" if (table, pk) == self.key else f" #{pk}"
                    changed[change.event_id].append((f"{called(model)}{number}", told))
        return [
            Happened(
                event_id=event.pk,
                verb=event.verb,
                words=words_of(event),
                actor=actor_of(event),
                role=role_words(event.actor_role),
                reason=reason_of(event),
                occurred_at=event.occurred_at,
                recorded_at=event.recorded_at,
                is_late_claim=abs(event.recorded_at - event.occurred_at) > CLAIM_NEEDS_A_FLAG,
                changes=changed[event.pk],
            )
            for event in self.events
            if old < event.recorded_at <= new
        ]

    def _told_change(
        self, model: type[Audited], before: Change | None, change: Change
    ) -> list[tuple[str, str, str]]:
        if before is None or before.image is None or change.image is None or change.kind == "D":
            return []
        if change.event_id not in self._events:
            return []
        old, new = self._images[before.pk], self._images[change.pk]
        moment = self._recorded(change)
        return [
            (
                capital(label),
                self._words(model, change.row_id, field, old, moment - TICK),
                self._words(model, change.row_id, field, new, moment),
            )
            for field, label in columns(model)
            if field.column in old and field.column in new and old[field.column] != new[field.column]
        ]

    def _words(
        self, model: type[Audited], pk: int, field: Any, image: dict[str, Any], moment: datetime
    ) -> str:
        if model is Extract and field.name == "text" and not self._is_checked(pk):
            return _("sealed")
        return self._wording.words(field, image.get(field.column), moment)

    def _is_checked(self, pk: int) -> bool:
        """An extract that nobody has checked may lead to the reporter."""
        last = self._changes[Extract._meta.db_table, pk][-1]
        return self._images[last.pk].get("status") == Extract.Status.CHECKED


def _mark(before: State, after: State, cells: Iterable[Cell]) -> str:
    if before.kind == after.kind:
        return "changed" if any(cell.is_changed for cell in cells) else ""
    if before.kind == ABSENT:
        return "added"
    return "gone" if after.kind in (ABSENT, DELETED) else "changed"


def _gone_from(row: Any) -> list[tuple[str, int]]:
    """Rows that belonged to a record and were deleted, which none of our acts does."""
    parents = {
        model._meta.db_table: parent
        for model in OPEN
        if (parent := parent_of(model)) is not None and parent.related_model is type(row)
    }
    deleted = Change.objects.filter(table_name__in=parents, kind="D").only("table_name", "row_id", "image")
    return [
        (one.table_name, one.row_id)
        for one in deleted
        if isinstance(one.image, dict) and one.image.get(parents[one.table_name].column) == row.pk
    ]
