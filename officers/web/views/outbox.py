"""The local outbox: mails of a system that has no mail server. They hold links that open accounts."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ledger.reading import note_read
from officers import rules
from officers.web.views.acting import SignedIn

MOST_SHOWN = 200


@dataclass(frozen=True)
class Mail:
    """A mail as it would have gone out."""

    name: str
    subject: str
    to: str
    sent_at: datetime
    text: str

    @property
    def linked(self) -> SafeString:
        """The text, escaped, with its addresses as links."""
        return SafeString(urlize(self.text, nofollow=True, autoescape=True))


def _files() -> list[Path]:
    """The newest mails' files first; a file's name begins with its time."""
    return sorted(Path(settings.OUTBOX_DIR).glob("*.eml"), reverse=True)[:MOST_SHOWN]


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    return Mail(
        path.name,
        str(message["Subject"]),
        str(message["To"]),
        parsedate_to_datetime(message["Date"]),
        str(message.get_content()),
    )


def _may_read(request: SignedIn) -> None:
    """:raises Http404: where there is a mail server, and for whom the outbox is not to read"""
    if not settings.LOCAL_OUTBOX or not rules.reads_the_outbox(request.user):
        raise Http404


@login_required
def outbox(request: SignedIn) -> HttpResponse:
    """The mails, newest first."""
    _may_read(request)
    note_read(request.user, "listed", "outbox")
    return render(request, "officers/outbox/list.html", {"mails": [_read(path) for path in _files()]})


@login_required
def mail(request: SignedIn, name: str) -> HttpResponse:
    """One mail."""
    _may_read(request)
    path = next((path for path in _files() if path.name == name), None)
    if path is None:
        raise Http404
    note_read(request.user, "opened", "outbox", fields=["text"], mail=name)
    breadcrumbs = [(_("Outbox"), reverse("outbox")), (name, "")]
    return render(request, "officers/outbox/mail.html", {"mail": _read(path), "breadcrumbs": breadcrumbs})
