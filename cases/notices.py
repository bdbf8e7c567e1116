"""Which event about a complaint is told to whom, by mail. Never with what the complaint says."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import rules
from cases.actions.complaints import nearest_handlers
from cases.models import Complaint, ComplaintFile
from cases.queries.routing import inspectorate
from ledger.models import Event
from officers.models import Unit, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """What is told of an event: to whom, and in which sentence."""

    to: Callable[[Event, Complaint], list[User]]
    sentence: str | Promise


def _unit(_event: Event, complaint: Complaint) -> list[User]:
    return nearest_handlers(complaint.unit)


def _handler(_event: Event, complaint: Complaint) -> list[User]:
    return [complaint.handler] if complaint.handler else nearest_handlers(complaint.unit)


def _offered(_event: Event, complaint: Complaint) -> list[User]:
    return nearest_handlers(complaint.offered_to) if complaint.offered_to else []


def _both_levels(event: Event, complaint: Complaint) -> list[User]:
    facts = cast(dict[str, Any], event.facts)
    left = Unit.objects.get(pk=facts["left"])
    return [*nearest_handlers(left), *nearest_handlers(complaint.unit)]


def _inspectorate(_event: Event, _complaint: Complaint) -> list[User]:
    return nearest_handlers(inspectorate())


NOTICES = {
    "complaint.received": Notice(_unit, _("A report has come to your unit.")),
    "complaint.assigned": Notice(_handler, _("You are in charge of a complaint.")),
    "complaint.heard": Notice(_handler, _("A reporter has written.")),
    "complaint.offered": Notice(_offered, _("A complaint is offered to your unit.")),
    "complaint.accepted": Notice(_unit, _("Your unit has taken over a complaint.")),
    "complaint.refused": Notice(_handler, _("The unit you offered a complaint to has refused it.")),
    "complaint.escalated": Notice(
        _both_levels, _("A case has moved one level up, because nobody acted on it in time.")
    ),
    "complaint.matched": Notice(_unit, _("A report has come to your unit.")),
    "complaint.conflict_declared": Notice(_unit, _("A complaint of your unit needs somebody in charge.")),
    "complaint.closing_proposed": Notice(
        _unit, _("A second person is asked to agree to closing a complaint.")
    ),
    "complaint.contact_asked": Notice(
        _unit, _("A second person is asked whether it may be opened how a reporter can be reached.")
    ),
    "complaint.contact_granted": Notice(
        _inspectorate, _("It was granted to open how a reporter can be reached.")
    ),
    "file.found_infected": Notice(_handler, _("A file with a complaint is infected, and kept away.")),
    "complaint.pause_asked": Notice(_unit, _("A second person is asked to agree to a pause.")),
}


def tell(event: Event) -> None:
    """Mail whoever is to be told, in his language: that there is something, the reference and a link, nothing else.

    Whoever is barred from the complaint by now hears nothing; the unit that a case has left may not open it any more,
    and is told the reference alone.
    """
    notice = NOTICES.get(event.verb)
    if notice is None or event.clock_set:
        return
    rows = Complaint.objects.select_related("unit", "handler", "offered_to")
    of_file = event.subject_table == ComplaintFile._meta.db_table
    complaint = rows.filter(**{"files" if of_file else "pk": cast(int, event.subject_id)}).first()
    if complaint is None:
        return
    for user in dict.fromkeys(notice.to(event, complaint)):
        if not user.email or user.pk == event.actor_id or rules.is_barred(user, complaint):
            continue
        try:
            _mail(notice, complaint, user).send()
        except SMTPRecipientsRefused:
            logger.warning("the mail server refused an address", extra={"actor": user.pk})


def _mail(notice: Notice, complaint: Complaint, user: User) -> EmailMessage:
    with translation.override(user.language):
        context = {
            "user": user,
            "sentence": notice.sentence,
            "reference": complaint.reference,
            "link": settings.PUBLIC_URL + reverse("complaint", args=[complaint.pk]),
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string("cases/mails/notice.txt", context)
        return EmailMessage(str(notice.sentence), text, to=[user.email])
