"""Complaints as the queue, the case page and the reporter see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from cases.models import (
    FOR_A_SECOND,
    HANDLES,
    SEES,
    Complaint,
    Deed,
    Flag,
    Handover,
    IntakeItem,
    Message,
    Pause,
)
from cases.models.complaints import ComplaintQuerySet
from cases.models.vocabulary import Level
from cases.queries.rules import rules_on
from cases.reckoning.receipts import kept
from foundation.khmer import digits
from foundation.web.templatetags.web import number
from officers.models import Unit, User
from officers.models.users import Role, below

#: How the queue is ordered: most overdue first, and what has no day to keep last (PostgreSQL puts NULL there).
QUEUE = ("next_due", "id")
#: Texts of a complaint, which a list neither shows nor reads.
WRITTEN = ("narrative", "place_text", "happened", "instruction", "summary", "answer")
#: A count goes no further.
MOST_COUNTED = 1000
#: Digits of a reference, with the two that check it.
_DIGITS = 15
#: Slashes in the path of the unit above all.
_OF_THE_ROOT = 2


def queue(user: Any) -> ComplaintQuerySet:
    """What a user may work on, without what was written: no list shows that."""
    rows = Complaint.objects.visible_to(user).select_related("unit", "handler", "offered_to").defer(*WRITTEN)
    paths = user.scope(*SEES)
    if any(path.count("/") == _OF_THE_ROOT for path in paths):
        return rows
    # That the unit stands below another is no condition an index on complaints answers; that it is one of these is.
    units = _units(paths)
    return rows.filter(Q(unit_id__in=units) | Q(offered_to_id__in=units))


def _units(paths: Iterable[str]) -> list[int]:
    """The ids of these units and all below them."""
    theirs = reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))
    return list(Unit.objects.filter(theirs).values_list("pk", flat=True))


def of_unit(rows: ComplaintQuerySet, unit: Unit) -> ComplaintQuerySet:
    """Those that a unit handles, or one below it."""
    return rows.filter(unit_id__in=_units([unit.path]))


def offered(rows: ComplaintQuerySet, user: Any) -> ComplaintQuerySet:
    """Those offered to a unit for which a user may answer."""
    return rows.filter(offered_to_id__in=_units(user.scope(*HANDLES)))


def for_a_second(rows: ComplaintQuerySet, user: User) -> ComplaintQuerySet:
    """Those in which a second person is asked to decide, and a user may be that person."""
    theirs = rows.filter(below(user.scope(Role.SUPERVISOR, Role.INSPECTOR)))
    return theirs.filter(FOR_A_SECOND).exclude(status=Complaint.Status.CLOSING, closing_by=user)


def with_pause_asked(rows: ComplaintQuerySet, user: User) -> ComplaintQuerySet:
    """Those for which somebody else asked for a pause that a user may agree to."""
    asked = Pause.objects.filter(status=Pause.Status.ASKED).exclude(asked_by=user)
    theirs = rows.filter(below(user.scope(Role.SUPERVISOR, Role.INSPECTOR)))
    return theirs.filter(pk__in=asked.values("complaint_id"))


def closed(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """Those that are closed. None of them has a day to keep, which the index on days answers."""
    return rows.filter(status=Complaint.Status.CLOSED, next_due=None)


def flags_up(pks: Iterable[int]) -> dict[int, list[Flag]]:
    """The flags that are up, by complaint."""
    found: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(complaint__in=list(pks), cleared_at=None).order_by("due_on", "kind"):
        found.setdefault(flag.complaint_id, []).append(flag)
    return found


def id_of(reference: str) -> int | None:
    """The id in a reference as somebody typed it; None where the check digits say that it is mistyped."""
    typed = "".join(digits(reference).upper().replace("-", "").split()).removeprefix("C")
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdecimal()):
        return None
    pk = int(typed[:-2])
    return pk if Complaint(pk=pk).reference.endswith(f"-{typed[-2:]}") else None


def with_flags(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """Each with `flagged`: whether a flag is up. Looked up row by row: as EXISTS, all flags were read for each page."""
    return rows.annotate(flagged=_has_flag())


def flagged(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """Those with a flag that is up."""
    return rows.filter(_has_flag())


def _has_flag() -> IsNull:
    up = Flag.objects.filter(complaint=OuterRef("pk"), cleared_at=None).values("kind")[:1]
    return IsNull(Subquery(up), False)


def overdue(user: Any, today: date) -> QuerySet[Complaint]:
    return Complaint.objects.visible_to(user).open().filter(next_due__lt=today)


@dataclass(frozen=True)
class Status:
    """What a reporter reads by receipt. Of handlers he learns the level and no name."""

    received_on: date
    entered: bool
    opened_on: date | None = None
    acknowledged_on: date | None = None
    acted_on: date | None = None
    act_by: date | None = None
    resolve_by: date | None = None
    overdue: bool = False
    level: Level | None = None
    moved: tuple[Handover, ...] = ()
    deeds: tuple[Deed, ...] = ()
    messages: tuple[Message, ...] = ()
    waiting: int = 0
    closed_on: date | None = None
    finding: str = ""
    closure_reason: str = ""
    may_dispute: bool = False
    review_until: date | None = None
    review_asked_on: date | None = None


def counted(rows: QuerySet[Any]) -> str:
    """How many, in words; empty for none."""
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    if count > MOST_COUNTED:
        return _("more than %(count)s") % {"count": number(MOST_COUNTED)}
    return number(count) if count else ""


def status_of(receipt: str, today: date) -> Status | None:
    """The state of a report by its receipt; None if there is none of that receipt."""
    hashed = kept(receipt, settings.PEPPER)
    box = IntakeItem.objects.filter(receipt=hashed)
    waiting = box.filter(kind=IntakeItem.Kind.MESSAGE).count()
    row = Complaint.objects.filter(receipt=hashed).first()
    if row is None:
        item = box.filter(kind=IntakeItem.Kind.REPORT).first()
        return None if item is None else Status(item.day, entered=False, waiting=waiting)
    moved = row.handovers.filter(
        why__in=[Handover.Why.ESCALATED, Handover.Why.CONFLICT, Handover.Why.MATCHED]
    )
    until = None
    if row.closed_on is not None:
        until = rules_on(row.received_on).due("complaint_review_request", row.closed_on)
    deeds = tuple(row.deeds.filter(told_reporter=True, stands=True).order_by("pk"))
    return Status(
        received_on=row.received_on,
        entered=True,
        opened_on=row.opened_on,
        acknowledged_on=row.acknowledged_on,
        acted_on=row.acted_on,
        act_by=row.act_by,
        resolve_by=row.resolve_by,
        overdue=row.is_overdue(today),
        level=Level(row.level),
        moved=tuple(moved.order_by("pk")),
        deeds=deeds,
        messages=tuple(row.messages.order_by("pk").prefetch_related("files")),
        waiting=waiting,
        closed_on=row.closed_on,
        finding=row.get_finding_display() if row.closed_on else "",
        closure_reason=row.get_closure_reason_display() if row.closed_on else "",
        may_dispute=row.is_open and bool(deeds) and row.disputed_on is None,
        review_until=until if until is not None and until >= today else None,
        review_asked_on=row.review_asked_on,
    )


def misses_in(unit_id: int, since: date) -> int:
    """How many misses stand on a unit's record since a day.

    A flood counts once: reports of one matter together, and those that one account handed in on one day.
    """
    found = Complaint.objects.filter(misses__unit_id=unit_id, misses__moved_on__gte=since).values_list(
        "pk", "same_as_id", "written_by_id", "received_on"
    )
    return len({(by, day) if by else matter or pk for pk, matter, by, day in found})
