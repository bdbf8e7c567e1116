"""Notices: who was told of what, what was read, and how they come.

Told and read are no acts and leave no event: the event that was told of is the record, and there would be one more for
each of them. How somebody lets them come is an act, since he may have to answer for not having known.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Now
from django.http import Http404

from ledger import clock
from ledger.acting import act, record
from ledger.models import Event
from officers.models import Notice, User
from officers.models.users import ByMail
from officers.queries.notices import notices_of

Mail = Notice.Mail


def give(event: Event, users: Iterable[User], *, can_wait: bool) -> None:
    """Tell these users of an event, each once however often it is asked; part of the follower's transaction.

    :param can_wait: comes by mail as the user chose; what cannot wait is mailed by itself in any case
    """
    now = clock.now()
    rows = [
        Notice(
            user=user,
            event=event.pk,
            kind=event.verb,
            subject=event.subject_id,
            told_at=now,
            mail=_mail(user) if can_wait else Mail.BY_ITSELF,
        )
        for user in users
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _mail(user: User) -> str:
    if not user.email or user.notices_by_mail == ByMail.NEVER:
        return Mail.NONE
    return Mail.BY_ITSELF if user.notices_by_mail == ByMail.AT_ONCE else Mail.DIGEST


def mailed(pks: Iterable[int]) -> None:
    """Write down that these were mailed, in the transaction that locked them."""
    Notice.objects.filter(pk__in=list(pks)).update(mailed_at=Now())


@act
def mark(actor: User, notice_id: int, *, read: bool = True) -> Notice:
    """Mark one's own notice as read, or as unread again. The second time changes nothing."""
    notice = notices_of(actor).select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    if read is not (notice.read_at is not None):
        notice.read_at = clock.now() if read else None
        notice.save(update_fields=["read_at"])
    return notice


@act
def read_all(actor: User, *, until: int) -> int:
    """Mark all of one's own notices as read up to the one with this id, the newest one saw; return how many."""
    rows = notices_of(actor).filter(pk__lte=until).unread()
    return rows.update(read_at=clock.now())


@act
def choose(actor: User, *, by_mail: str, hour: int, version: int | None = None) -> User:
    """Choose how notices that can wait reach one by mail, and at which hour a digest comes.

    What waits for a digest comes with the next run where none is wanted any more, and not at all for who wants no mail.
    """
    user = User.objects.visible_to(actor).lock(actor.pk, version=version)
    user.notices_by_mail, user.digest_hour = by_mail, hour
    user.full_clean()
    if by_mail == ByMail.NEVER:
        Notice.objects.filter(user=user).to_mail(Mail.DIGEST).update(mail=Mail.NONE)
    return record(user, "user.notices_chosen", actor=actor, by_mail=by_mail, hour=hour)


def forget(before: datetime) -> int:
    """Remove notices of before a moment, read or not; what they told of stays in the log."""
    number, _by_model = Notice.objects.filter(told_at__lt=before).delete()
    return number
