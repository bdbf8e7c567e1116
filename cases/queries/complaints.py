"""Complaints as the queue, the case page and the reporter see them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from cases.models import Complaint, Deed, Flag, Handover, IntakeItem, Message
from cases.models.complaints import ComplaintQuerySet
from cases.models.vocabulary import Level
from cases.queries.rules import rules_on
from cases.reckoning.receipts import kept

#: How the queue is ordered: most overdue first, and what has no day to keep last.
QUEUE = ("next_due", "id")


def queue(user: Any) -> QuerySet[Complaint]:
    """What a user may work on, with whether a flag is up."""
    return with_flags(Complaint.objects.visible_to(user).select_related("unit", "handler"))


def with_flags(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    """Each with `flagged`: whether a flag is up."""
    return rows.annotate(flagged=Exists(Flag.objects.filter(complaint=OuterRef("pk"), cleared_at=None)))


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
        messages=tuple(row.messages.order_by("pk")),
        waiting=waiting,
        closed_on=row.closed_on,
        finding=row.get_finding_display() if row.closed_on else "",
        closure_reason=row.get_closure_reason_display() if row.closed_on else "",
        may_dispute=row.is_open and bool(deeds) and row.disputed_on is None,
        review_until=until if until is not None and until >= today else None,
        review_asked_on=row.review_asked_on,
    )


def misses_in(unit_id: int, since: date) -> int:
    """How many misses stand on a unit's record since a day; what was found to repeat another counts once with it."""
    found = (
        Complaint.objects.filter(misses__unit_id=unit_id, misses__moved_on__gte=since)
        .annotate(matter=F("same_as_id"))
        .values_list("pk", "matter")
    )
    return len({matter or pk for pk, matter in found})
