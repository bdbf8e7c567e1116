"""Which event is told to whom, by mail. Sent by a follower of the log (`tasks.tell`), at least once each."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from ledger.models import Change, Event
from officers.models import RoleAssignment, Unit, User
from officers.models.users import Role

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """What is told of an event: to which user (by id), under which subject, in which template's words.

    `also_to` adds addresses that are not the user's present one.
    """

    to: Callable[[Event], int | None]
    subject: str | Promise
    template: str
    context: Callable[[Event, User], dict[str, Any]] = lambda _event, _user: {}
    also_to: Callable[[Event], list[str]] = lambda _event: []


def _subject(event: Event) -> int | None:
    return event.subject_id


def _holder(event: Event) -> int | None:
    """Of an event about a role: whose it is."""
    facts: Any = event.facts
    return int(facts["user"])


def _link(_event: Event, user: User) -> dict[str, Any]:
    """The link for setting a password, made when the mail is: it works for three days, and once."""
    key = {"uidb36": int_to_base36(user.pk), "key": default_token_generator.make_token(user)}
    return {"link": settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=key)}


def _role(event: Event, _user: User) -> dict[str, Any]:
    role: Any = event.subject_id
    held = RoleAssignment.objects.select_related("unit").get(pk=role)
    unit: Unit = held.unit
    return {"role": Role(held.role).label, "unit": unit.name}


def _former_address(event: Event) -> list[str]:
    """Where mails went before this event, if that changed: whoever takes over an account changes it first."""
    now = event.changes.filter(table_name=User._meta.db_table).first()
    if now is None:
        return []
    before = Change.objects.filter(
        table_name=now.table_name, row_id=now.row_id, version=now.version - 1
    ).first()
    addresses = [_address(one) for one in (before, now)]
    return [addresses[0]] if addresses[0] not in ("", addresses[1]) else []


def _address(change: Change | None) -> str:
    """The address in an image; none in one that was erased."""
    image: Any = change.image if change else None
    return str(image["email"]) if image else ""


NOTICES = {
    "user.created": Notice(_subject, _("Your account"), "invited", _link),
    "user.invited": Notice(_subject, _("A link for setting your password"), "invited", _link),
    "user.updated": Notice(_subject, _("Your account was changed"), "changed", also_to=_former_address),
    "user.password_set": Notice(_subject, _("Your password was set"), "password"),
    "user.suspended": Notice(_subject, _("Your account is suspended"), "suspended"),
    "user.restored": Notice(_subject, _("Your account is restored"), "restored"),
    "role.granted": Notice(_holder, _("You were given a role"), "role_granted", _role),
    "role.ended": Notice(_holder, _("A role of yours has ended"), "role_ended", _role),
    "api_key.issued": Notice(lambda event: event.actor_id, _("A key was made for your account"), "key"),
}


def tell(event: Event) -> None:
    """Mail whoever is to be told of an event, in his language. Whoever has no address is not.

    What was set up from the command line, or under a clock that a demonstration set, is told to nobody.
    A mail server that cannot be reached raises, so that the event comes again; one that refuses the
    address does not, or one wrong address would keep everybody's mails.
    """
    notice = NOTICES.get(event.verb)
    if notice is None or event.actor_id is None or event.clock_set:
        return
    told = notice.to(event)
    user = User.objects.filter(pk=told).first() if told is not None else None
    if user is None:
        return
    for address in filter(None, [user.email, *notice.also_to(event)]):
        try:
            _mail(notice, event, user, address).send()
        except SMTPRecipientsRefused:
            logger.warning("The mail server refused an address of user %s", user.pk)


def _mail(notice: Notice, event: Event, user: User, address: str) -> EmailMessage:
    with translation.override(user.language):
        context = {
            "user": user,
            "at": event.recorded_at,
            "by": event.actor_name,
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string(
            f"officers/mails/{notice.template}.txt", context | notice.context(event, user)
        )
        return EmailMessage(str(notice.subject), text, to=[address])
