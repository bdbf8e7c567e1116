"""Mails to holders of keys of the open data, who are no users: a link, and that a key ends."""

import logging
from smtplib import SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from audits.actions import open_keys
from audits.queries.open_keys import ending
from ledger.actors import CLOCK
from officers.actions.sealing import unseal

logger = logging.getLogger(__name__)


def mail_link(address: str, token: str, *, label: str, language: str) -> None:
    """Send the link by which an address is confirmed.

    :raises OSError: if the mail server cannot be reached
    """
    with translation.override(language):
        link = settings.PUBLIC_URL + reverse("open_key_confirm")
        query = urlencode({"link": token, "lang": language})
        _send(_("Your key of the open data"), "open_key_link", address, link=f"{link}?{query}", label=label)


def warn(key_id: int) -> None:
    """Tell the holder of a key that it ends, and write down that he was told. For the clock.

    Sent first and written down after, in one transaction: whoever is killed between the two sends it again.
    """
    key = (
        ending(open_keys.WARNED_BEFORE).select_for_update(of=("self",), skip_locked=True).filter(pk=key_id)
    ).first()
    if key is None:
        return
    with translation.override(key.language):
        link = settings.PUBLIC_URL + reverse("open_keys")
        address = str(unseal(key.address))
        _send(_("Your key of the open data ends"), "open_key_ending", address, link=link, key=key)
    open_keys.note_warned(CLOCK, key.pk)


def _send(subject: str, template: str, address: str, **context: Any) -> None:
    """In the language that is active. Whose address it is, is written down nowhere."""
    text = render_to_string(f"audits/mails/{template}.txt", {"public_url": settings.PUBLIC_URL, **context})
    try:
        EmailMessage(subject, text, to=[address]).send()
    except SMTPRecipientsRefused:
        logger.warning("the mail server refused an address")
