"""The log as an auditor may read it: an auditor for the Ministry the whole, any other record by record.

Nobody reads in it what he is kept from: records from which he is barred or recused, with all that belongs to them.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from audits.models import Answer, EvidencePack, Finding, FindingEntry, Recusal, Review
from audits.queries import closed
from audits.queries.subjects import MODELS, visible
from cases.models import CaseBar
from cases.models.complaints import barring
from ledger.guard import audited_tables
from ledger.models import Change, Event, Read, Seal
from officers.models import Officer, SettingVersion, Unit, User
from officers.models.users import Role

#: Of an audit itself: what concerns a record is hidden with it.
_CONCERNING: tuple[Any, ...] = (Review, Answer, Finding, FindingEntry, EvidencePack)
#: What a way from a row to its record does not lead over: these belong to many.
_COMMON = (User, Unit, Officer, SettingVersion)
#: Steps of such a way.
_FURTHEST = 4


def reads_all(user: Any) -> bool:
    """Whether somebody is an auditor for the Ministry, and so for everything."""
    root = Unit.objects.filter(parent=None).first()
    return root is not None and user.serves(root, Role.AUDITOR)


def events(user: Any, table: str, row: int | None) -> QuerySet[Seal]:
    """Events in their sealed order, of one row if `table` and `row` name one; none of a closed table.

    :raises PermissionDenied: for who is no auditor, and for an auditor of a part who names no row
    :raises Http404: for a row that he does not see
    """
    _check(user, table, row)
    rows = Seal.objects.select_related("event").exclude(event__subject_table__in=list(closed.CLOSED))
    if row is not None and _is_hidden(user, table, row):
        return rows.none()  # an act about another row, such as a whole intake, may have changed this one
    return _without_hidden(rows, user, "event__subject_table", "event__subject_id")


def readable(user: Any, ids: Collection[int]) -> list[Event]:
    """Those of these events that an auditor may read: of no closed table, and about nothing he is kept from."""
    rows = Event.objects.filter(pk__in=ids).exclude(subject_table__in=list(closed.CLOSED))
    found = list(_without_hidden(rows, user, "subject_table", "subject_id"))
    if reads_all(user):
        return found
    return [event for event in found if _sees(user, event.subject_table, event.subject_id)]


def changes(user: Any, table: str, row: int | None) -> QuerySet[Change]:
    """Images of rows, in the sealed order of their events. See `events`."""
    _check(user, table, row)
    rows = Change.objects.filter(event__seal__isnull=False, table_name__in=list(closed.OPEN))
    return _without_hidden(rows.select_related("event__seal"), user, "table_name", "row_id")


def reads(user: Any, table: str, row: int | None) -> QuerySet[Read]:
    """Looks of everybody; at sealed rows too, since they say who looked and not what he saw. See `events`."""
    _check(user, table, row)
    return _without_hidden(Read.objects.all(), user, "table_name", "row_id")


def _check(user: Any, table: str, row: int | None) -> None:
    if not user.has_role(Role.AUDITOR):
        raise PermissionDenied
    if reads_all(user):
        return
    if not table or row is None:
        raise PermissionDenied(
            _("An auditor of a part of the police reads the log of one record: give `table` and `row`.")
        )
    if not _sees(user, table, row):
        raise Http404


def _sees(user: Any, table: str, row: int | None) -> bool:
    model: Any = audited_tables().get(table)
    if model is None or row is None or closed.is_closed(table):
        return False
    return bool(model.objects.visible_to(user).filter(pk=row).exists())


def _without_hidden(rows: QuerySet[Any], user: Any, table: str, row: str) -> QuerySet[Any]:
    for model, ids in hidden(user):
        rows = rows.exclude(**{table: model._meta.db_table, f"{row}__in": ids})
    return rows


def _is_hidden(user: Any, table: str, row: int) -> bool:
    return any(model._meta.db_table == table and ids.filter(pk=row).exists() for model, ids in hidden(user))


def hidden(user: Any) -> Iterator[tuple[Any, QuerySet[Any]]]:
    """The rows an auditor is kept from, by model, each as ids."""
    if not _is_concerned(user):
        return
    kept: dict[str, QuerySet[Any]] = {}
    for about, model in MODELS.items():
        rows = model._base_manager.exclude(pk__in=visible(about, user).order_by().values("pk")).values("pk")
        if rows.exists():
            kept[about] = rows
            yield model, rows
    for model, ways in _ways().items():
        for about, path in ways:
            if about in kept:
                yield model, model._base_manager.filter(**{f"{path}__in": kept[about]}).values("pk")
    for mine in _CONCERNING:
        yield mine, mine._base_manager.exclude(pk__in=mine.objects.visible_to(user).values("pk")).values("pk")


def _is_concerned(user: Any) -> bool:
    """Whether anything can be hidden from him; else nothing need be looked for in a million records."""
    return bool(
        user.officer_id
        or Recusal.objects.in_force().filter(user=user.pk).exists()
        or CaseBar.objects.filter(user=user.pk).exists()
        or barring(user).exists()
    )


@cache
def _ways() -> dict[Any, list[tuple[str, str]]]:
    """Each table that belongs to a record, with the ways from its rows to that record."""
    found = {model: sorted(set(_from(model, _FURTHEST))) for model in audited_tables().values()}
    return {model: ways for model, ways in found.items() if ways and model not in MODELS.values()}


def _from(model: Any, steps: int) -> Iterator[tuple[str, str]]:
    names = {record: about for about, record in MODELS.items()}
    for field in model._meta.concrete_fields:
        to: Any = field.related_model
        if to in names:
            yield names[to], field.name
        elif steps > 1 and to in audited_tables().values() and to not in _COMMON and to is not model:
            yield from ((about, f"{field.name}__{path}") for about, path in _from(to, steps - 1))
