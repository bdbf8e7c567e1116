"""Keys of the open data by self-service: asked for, confirmed by a mailed link, shown once, given up."""

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import notices
from audits.actions import open_keys
from audits.queries.open_keys import linked, live_keys_of
from audits.web.forms.open_keys import AskForm, GiveUpForm
from audits.web.views.open.answering import show
from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from ledger.actors import NOBODY
from officers.web.forms.refusals import show as show_refusal
from officers.web.views.strangers import speak, without_session

logger = logging.getLogger(__name__)

#: Mails asked for from one network, mails to one address, keys and links tried from one network.
ASKED = Limit("open-key-asked", 20, timedelta(hours=1), fallback="database")
MAILS = Limit("open-key-mails", 3, timedelta(hours=1), fallback="database")
TRIES = Limit("open-key-tries", 60, timedelta(minutes=5), fallback="database")


@without_session
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """What a key is for, and the form that asks for one. Who reads the answer does not learn who has keys."""
    speak(request, request.GET.get("lang", ""))
    if request.method != "POST":
        return _page(request, "ask", form=AskForm())
    form = AskForm(request.POST)
    said = form.said()
    try:
        address, label = open_keys.checked(**said)
        ASKED.take(client_network(request))
        MAILS.take(open_keys.owner_of(address))
        language = get_language() or "km"
        token = open_keys.ask(address, label=label, language=language)
        notices.mail_link(address, token, label=label, language=language)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return _page(request, "ask", form=form)
    except Limited as limited:
        form.add_error(None, str(limited))
        return _later(_page(request, "ask", form=form, status=429), limited)
    except (OSError, SMTPException) as error:
        logger.warning("a mail could not be sent", extra={"error": type(error).__name__})
        form.add_error(None, _("The mail could not be sent. Try again later."))
        return _page(request, "ask", form=form, status=503)
    return _page(request, "asked")


@without_session
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Where the mailed link leads. To look uses nothing up: mail programs look at links by themselves."""
    speak(request, request.GET.get("lang", ""))
    try:
        TRIES.take(client_network(request))
    except Limited as limited:
        return _later(_page(request, "link", problem=str(limited), status=429), limited)
    token = request.POST.get("link", "") or request.GET.get("link", "")
    do, _colon, value = request.POST.get("do", "").partition(":")
    problem = ""
    try:
        if do == "issue":
            key, secret = open_keys.issue(NOBODY, token)
            address = f"{settings.PUBLIC_URL}/api/open/v1/"
            return _page(request, "issued", key=key, secret=secret, address=address)
        if do == "revoke" and value.isascii() and value.isdecimal() and len(value) < 19:
            open_keys.revoke_by_link(NOBODY, token, int(value))
    except ValidationError as refusal:
        problem = " ".join(refusal.messages)
    except Http404:
        problem = _("There is no such key.")
    link = linked(token)
    if link is None:
        gone = _("This link does not work any more: it was used, or is older than a day.")
        return _page(request, "link", problem=gone, status=404)
    live = list(live_keys_of(link.owner))
    may_issue = len(live) < open_keys.LIVE_KEYS
    return _page(request, "link", problem=problem, link=link, token=token, live=live, may_issue=may_issue)


@without_session
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest) -> HttpResponse:
    """Whoever has a key ends it: also who found it where it should not lie."""
    speak(request, request.GET.get("lang", ""))
    if request.method != "POST":
        return _page(request, "give_up", form=GiveUpForm())
    form = GiveUpForm(request.POST)
    try:
        TRIES.take(client_network(request))
        open_keys.give_up(NOBODY, request.POST.get("key", "").strip())
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return _page(request, "give_up", form=form)
    except Limited as limited:
        form.add_error("key", str(limited))
        return _later(_page(request, "give_up", form=form, status=429), limited)
    return _page(request, "given_up")


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return show(request, f"open/keys/{name}.html", status=status, **context)


def _later(response: HttpResponse, limited: Limited) -> HttpResponse:
    response["Retry-After"] = str(limited.retry_after)
    return response
