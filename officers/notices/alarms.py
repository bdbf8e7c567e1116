"""Alarms about the machinery, by mail to those who keep it."""

import logging
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.jobs.models import Alarm
from officers.models import RoleAssignment, User
from officers.models.users import Role

logger = logging.getLogger(__name__)


def tell_of_alarm(pk: int) -> None:
    """Mail every system administrator that an alarm has begun, or is over, and write down that they were told.

    To be called in a transaction: a mail that cannot be sent leaves nothing written down, and comes again.
    """
    alarm = Alarm.objects.untold().select_for_update(skip_locked=True).filter(pk=pk).first()
    if alarm is None:
        return
    over = alarm.ended_at is not None
    subject = _("Alarm over: %(title)s") if over else _("Alarm: %(title)s")
    for user in User.objects.filter(pk__in=_keepers()).exclude(email="").order_by("pk"):
        with translation.override(user.language):
            context = {
                "user": user,
                "alarm": alarm,
                "link": settings.PUBLIC_URL,
                "public_url": settings.PUBLIC_URL,
            }
            text = render_to_string(f"officers/mails/{'alarm_over' if over else 'alarm'}.txt", context)
            try:
                EmailMessage(str(subject) % {"title": alarm.title}, text, to=[user.email]).send()
            except SMTPRecipientsRefused:
                logger.warning("the mail server refused an address", extra={"actor": user.pk})
    Alarm.objects.filter(pk=pk).update(**{"over_told_at" if over else "told_at": Now()})


def _keepers() -> set[int]:
    held = RoleAssignment.objects.current().filter(role=Role.SYSTEM_ADMINISTRATOR, user__is_active=True)
    return set(held.values_list("user_id", flat=True))
