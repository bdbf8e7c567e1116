"""Notices that go by mail: each by itself, or many in a digest.

Sent first and written down after, in one transaction for each mail: whoever is killed between the two sends that one
mail again, and none is lost. It has the same Message-ID then, by which a mail server may know it.
"""

import logging
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.jobs.batches import Batch, each
from ledger.models import Event
from officers.actions.notices import mailed
from officers.models import Notice, User
from officers.queries.notices import Shown, figures_for, kind_of, notices_of, shown

logger = logging.getLogger(__name__)

#: So many records of one kind are named in a digest; the page has all.
MOST_NAMED = 10
Post = Callable[[User, EmailMessage], None]


def send_waiting() -> Batch:
    """Send what goes by itself, the oldest first.

    :raises Exception: if the mail server cannot be reached: everything waits for the next run
    """
    waiting = Notice.objects.to_mail(Notice.Mail.BY_ITSELF).order_by("pk").values_list("pk", flat=True)
    return _posted(list(waiting), _send)


def send_digests(users: list[int]) -> Batch:
    """Send each of these users what waits for his digest. One that fails stops none of the others.

    :raises Exception: if the mail server cannot be reached
    """
    return _posted(users, send_digest)


def _posted(items: list[int], send: Callable[[int, Post], None]) -> Batch:
    if not items:
        return Batch()
    with mailers.default as connection:

        def post(user: User, message: EmailMessage) -> None:
            try:
                connection.send_messages([message])
            except SMTPRecipientsRefused:
                logger.warning("the mail server refused an address", extra={"actor": user.pk})

        return each(items, lambda item: send(item, post))


def _send(pk: int, post: Post) -> None:
    rows = Notice.objects.to_mail(Notice.Mail.BY_ITSELF).select_related("user")
    notice = rows.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if notice is None:
        return  # another process has it, or had it
    kind = kind_of(notice)
    if kind is not None:
        event = Event.objects.get(pk=notice.event)
        for number, message in enumerate(kind.mails(event, notice.user)):
            message.extra_headers["Message-ID"] = _name(f"notice-{notice.pk}-{number}")
            post(notice.user, message)
    mailed([pk])


def send_digest(user_id: int, post: Post) -> None:
    """Send a user what waits for his digest, in a transaction; nothing where nothing of it is for him any more."""
    user = User.objects.get(pk=user_id)
    waiting = Notice.objects.to_mail(Notice.Mail.DIGEST).filter(user=user)
    pks = list(waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
    if user.is_active and user.email:
        with translation.override(user.language):
            told = shown(user, notices_of(user).filter(pk__in=pks).order_by("pk"))
            if told:
                post(user, _digest(user, told))
    mailed(pks)


def _digest(user: User, told: list[Shown]) -> EmailMessage:
    """In the language that is active."""
    groups: dict[str, list[Shown]] = {}
    for one in told:
        groups.setdefault(one.words, []).append(one)
    context: dict[str, Any] = {
        "user": user,
        "number": len(told),
        "groups": [
            {"words": words, "count": len(rows), "named": rows[:MOST_NAMED], "more": len(rows) - MOST_NAMED}
            for words, rows in groups.items()
        ],
        "figures": figures_for(user),
        "list": settings.PUBLIC_URL + reverse("notices"),
        "choice": settings.PUBLIC_URL + reverse("notice_choice"),
        "public_url": settings.PUBLIC_URL,
    }
    text = render_to_string("officers/mails/digest.txt", context)
    headers = {"Message-ID": _name(f"digest-{user.pk}-{told[0].notice.pk}-{told[-1].notice.pk}")}
    return EmailMessage(_("What was told to you"), text, to=[user.email], headers=headers)


def _name(what: str) -> str:
    return f"<{what}@{urlsplit(settings.PUBLIC_URL).hostname}>"
