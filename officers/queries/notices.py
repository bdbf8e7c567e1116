"""Notices as a list, a mail and the head of a page show them.

What a notice says is looked up by its kind when it is read: in the reader's language, with a link to what he may see
by then. Each floor declares its kinds, so that this floor shows those of floors it does not know.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.functional import Promise

from ledger.models import Event
from officers.models import Notice, User
from officers.models.notices import NoticeQuerySet
from officers.models.users import ByMail

#: From which number on the head of a page says "and more".
MOST_COUNTED = 99

#: Where notices about these records lead a user, by the record's id; a record that he does not see is left out.
Links = Callable[[User, set[int]], dict[int, str]]


@dataclass(frozen=True)
class Kind:
    """What is told of one kind of event. Never what a record says: its reference at most.

    :param mails: the mails of one that goes by itself; none to whom it is no longer for
    """

    words: str | Promise
    mails: Callable[[Event, User], list[EmailMessage]]
    links: Links = lambda _user, _ids: {}
    reference: Callable[[int], str] = lambda _pk: ""


@dataclass(frozen=True)
class Figure:
    """A number that a digest tells besides, with the address where what it counts is shown."""

    words: str
    count: str
    path: str


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it. Without a path it leads nowhere that he may see."""

    notice: Notice
    words: str
    reference: str
    path: str

    @property
    def told_on(self) -> date:
        """The day alone, as of all that tells when a report came."""
        return timezone.localdate(self.notice.told_at)


_kinds: dict[str, Kind] = {}
_hiding: list[Callable[[User], Q]] = []
_figures: list[Callable[[User], list[Figure]]] = []


def declare(
    kinds: Mapping[str, Kind],
    *,
    hides: Callable[[User], Q] | None = None,
    figures: Callable[[User], list[Figure]] | None = None,
) -> None:
    """Have a floor's notices shown.

    :param hides: which notices no longer exist for a user, since what they are about does not
    :param figures: what a digest counts for a user
    """
    _kinds.update(kinds)
    if hides is not None:
        _hiding.append(hides)
    if figures is not None:
        _figures.append(figures)


def kind_of(notice: Notice) -> Kind | None:
    """None for one that this release does not know any more."""
    return _kinds.get(notice.kind)


def notices_of(user: User) -> NoticeQuerySet:
    """Somebody's own, without those about what is hidden from him by now."""
    rows = Notice.objects.filter(user=user, kind__in=list(_kinds))
    for hides in _hiding:
        rows = rows.exclude(hides(user))
    return rows


def unread(user: User) -> int:
    """How many are unread; counted no further than one above `MOST_COUNTED`. Asked for on every page."""
    if not Notice.objects.filter(user=user).unread().exists():
        return 0
    return notices_of(user).unread()[: MOST_COUNTED + 1].count()


def shown(user: User, rows: Iterable[Notice]) -> list[Shown]:
    """Notices in words, in the language that is active. Asks once for each sort of record, not for each row."""
    rows = list(rows)
    wanted: dict[Links, set[int]] = {}
    for row in rows:
        kind = kind_of(row)
        if kind is not None and row.subject is not None:
            wanted.setdefault(kind.links, set()).add(row.subject)
    found = {links: links(user, ids) for links, ids in wanted.items()}
    return [_shown(row, kind, found) for row in rows if (kind := kind_of(row)) is not None]


def _shown(row: Notice, kind: Kind, found: Mapping[Links, Mapping[int, str]]) -> Shown:
    if row.subject is None:
        return Shown(row, str(kind.words), "", "")
    path = found[kind.links].get(row.subject, "")
    return Shown(row, str(kind.words), kind.reference(row.subject), path)


def figures_for(user: User) -> list[Figure]:
    return [figure for figures in _figures for figure in figures(user)]


def due_digests(now: datetime) -> list[int]:
    """The users for whom notices wait that were told before their digest was last due.

    What a run missed the next one finds. For whoever changed to another way, what waits is due at once.
    """
    waiting = User.objects.filter(notices__mail=Notice.Mail.DIGEST, notices__mailed_at=None)
    rows = waiting.annotate(oldest=Min("notices__told_at")).order_by("pk")
    return [row.pk for row in rows if row.oldest < _last_due(row, now)]


def _last_due(user: Any, now: datetime) -> datetime:
    """When a user's digest was last due. The zone has no summer time."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    hour = local.replace(hour=user.digest_hour, minute=0, second=0, microsecond=0)
    if user.notices_by_mail == ByMail.DAILY:
        return hour if hour <= local else hour - timedelta(days=1)
    if user.notices_by_mail == ByMail.WEEKLY:
        monday = hour - timedelta(days=local.weekday())
        return monday if monday <= local else monday - timedelta(days=7)
    return now
