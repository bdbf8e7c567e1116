"""What is asked of the queue: as two doors ask it, as a saved search keeps it, and the complaints that fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cases.models import Complaint, SavedSearch
from cases.models.complaints import ComplaintQuerySet
from cases.models.vocabulary import Category, Level
from cases.queries import complaints as queries
from ledger import clock
from officers.models import Unit, User

S = Complaint.Status
_YES_OR_NO = ("overdue", "flagged", "mine", "offered")


@dataclass(frozen=True)
class Asked:
    """What is chosen of the queue. Without a status, all that is open."""

    status: tuple[str, ...] = ()
    overdue: bool = False
    flagged: bool = False
    mine: bool = False
    offered: bool = False
    category: str = ""
    level: int | None = None
    unit: Unit | None = None
    received_since: date | None = None
    received_until: date | None = None

    def as_kept(self) -> dict[str, Any]:
        """What is asked in JSON, without what is not."""
        kept: dict[str, Any] = vars(self) | {
            "status": sorted(self.status),
            "unit": self.unit.pk if self.unit else None,
            "received_since": self.received_since and self.received_since.isoformat(),
            "received_until": self.received_until and self.received_until.isoformat(),
        }
        return {name: value for name, value in kept.items() if value not in ("", None, False, [])}


class Outdated(ValueError):
    """A saved search asks for something that there is not, or no longer: `names` are its parts."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def fitting(user: User, asked: Asked) -> ComplaintQuerySet:
    """What of a user's queue is asked for."""
    rows = queries.queue(user)
    if asked.status == (S.CLOSED,):
        rows = queries.closed(rows)
    else:
        rows = rows.filter(status__in=asked.status) if asked.status else rows.exclude(status=S.CLOSED)
    if asked.overdue:
        rows = rows.filter(next_due__lt=clock.today())
    if asked.flagged:
        rows = queries.flagged(rows)
    if asked.mine:
        rows = rows.filter(handler=user)
    if asked.offered:
        rows = queries.offered(rows, user)
    if asked.unit:
        rows = queries.of_unit(rows, asked.unit)
    exact = {
        "category": asked.category,
        "level": asked.level,
        "received_on__gte": asked.received_since,
        "received_on__lte": asked.received_until,
    }
    return rows.filter(**{name: value for name, value in exact.items() if value not in (None, "")})


def read(user: User, kept: Mapping[str, Any]) -> Asked:
    """What a saved search asks for, with the units a user sees now.

    :raises Outdated: naming each part that cannot be read, so that none is left out in silence
    """
    said: dict[str, Any] = {}
    wrong = []
    for name, value in kept.items():
        try:
            said[name] = _READ[name](user, value)
        except (KeyError, ValueError, TypeError, Unit.DoesNotExist):
            wrong.append(str(name)[:40])
    if wrong:
        raise Outdated(sorted(wrong))
    return Asked(**said)


def saved_by(user: User) -> QuerySet[SavedSearch]:
    """A user's own, by name."""
    return SavedSearch.objects.kept().visible_to(user).select_related("user").order_by("name", "pk")


def found_by(search: SavedSearch) -> ComplaintQuerySet | None:
    """The complaints that a saved search finds for its owner now; None where it cannot be read any more."""
    try:
        return fitting(search.user, read(search.user, search.query))
    except Outdated:
        return None


def _statuses(_user: User, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(sorted({S(one).value for one in value}))


def _true(_user: User, value: Any) -> bool:
    if value is not True:
        raise ValueError
    return True


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


_READ: dict[str, Callable[[User, Any], Any]] = {
    "status": _statuses,
    **dict.fromkeys(_YES_OR_NO, _true),
    "category": lambda _user, value: Category(value).value,
    "level": lambda _user, value: Level(_whole(value)).value,
    "unit": lambda user, value: Unit.objects.visible_to(user).open().get(pk=_whole(value)),
    "received_since": lambda _user, value: date.fromisoformat(value),
    "received_until": lambda _user, value: date.fromisoformat(value),
}
