"""Anybody says that something published is wrong, and comes back with the receipt: no session, no cookie, no trace."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.actions import corrections
from audits.queries.corrections import told
from audits.web.forms.corrections import WrongForm, asked_about
from audits.web.views.open.answering import show
from cases.web.forms.receipts import ReceiptForm
from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from officers.reckoning.codes import shown
from officers.web.forms.carrying import Lost, carried, carry
from officers.web.forms.refusals import show as show_refusal
from officers.web.views.strangers import for_strangers, speak

#: Requests sent from one network, and receipts tried from one: a town may sit behind one address, as for reports.
REQUESTS = Limit("wrong", 60, timedelta(hours=1), fallback="database")
LOOK_UPS = Limit("wrong-receipt", 60, timedelta(minutes=5), fallback="database")


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest) -> HttpResponse:
    """The form, and after it the receipt. What makes the receipt stands in the form, sealed: sent twice it is one."""
    if request.method != "POST":
        speak(request, request.GET.get("lang", ""))
        return _form(request, WrongForm(initial=asked_about(request.GET.get("about", ""))))
    do, _colon, value = request.POST.get("do", "go").partition(":")
    speak(request, value if do == "language" else request.POST.get("language", ""))
    if request.POST.get("page") == "sent":
        return _sent(request, request.POST.get("state", ""))
    if do == "language":
        return _form(request, WrongForm(initial=request.POST.dict()))
    return _send(request, WrongForm(request.POST))


def _send(request: HttpRequest, form: WrongForm) -> HttpResponse:
    try:
        token = carried("wrong", request.POST.get("state", ""))["token"]
    except Lost:
        form.add_error(None, _("This page stood open too long. What you wrote is kept: send it once more."))
        return _form(request, form, status=400, is_new=True)
    try:
        REQUESTS.take(client_network(request))
        said = corrections.Said(**form.said(), language=get_language() or "km")
        receipt = corrections.drop(said, token=token)
    except Limited as limited:
        form.add_error(None, str(limited))
        return _later(_form(request, form, status=429), limited)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return _form(request, form)
    return _sent(request, carry("wrong-sent", {"receipt": receipt}))


def _form(request: HttpRequest, form: Any, *, status: int = 200, is_new: bool = False) -> HttpResponse:
    state = "" if is_new else request.POST.get("state", "")
    return _page(
        request,
        "form",
        status=status,
        form=form,
        state=state or carry("wrong", {"token": secrets.token_hex(16)}),
    )


def _sent(request: HttpRequest, state: str) -> HttpResponse:
    try:
        receipt = carried("wrong-sent", state)["receipt"]
    except Lost:
        return _form(request, WrongForm(), status=400, is_new=True)
    return _page(request, "sent", receipt=shown(receipt), state=state)


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of a request, by its receipt. By POST: no receipt in an address."""
    if request.method != "POST":
        speak(request, request.GET.get("lang", ""))
        return _page(request, "ask", form=ReceiptForm())
    do, _colon, value = request.POST.get("do", "go").partition(":")
    speak(request, value if do == "language" else request.POST.get("language", ""))
    if "state" in request.POST:
        try:
            return _state(request, carried("wrong-receipt", request.POST["state"])["receipt"])
        except Lost:
            return _page(request, "ask", form=ReceiptForm(), status=400)
    if do == "language":
        return _page(request, "ask", form=ReceiptForm(initial=request.POST.dict()))
    form = ReceiptForm(request.POST)
    try:
        LOOK_UPS.take(client_network(request))
    except Limited as limited:
        form.add_error("receipt", str(limited))
        return _later(_page(request, "ask", form=form, status=429), limited)
    number = form.understood()
    if told(number) is None:
        form.add_error(
            "receipt",
            _("There is no request with this receipt. Look at each of the sixteen digits once more."),
        )
        return _page(request, "ask", form=form)
    return _state(request, number)


def _state(request: HttpRequest, number: str) -> HttpResponse:
    state = carry("wrong-receipt", {"receipt": number})
    return _page(request, "state", told=told(number), state=state)


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    language = get_language()
    frame = {
        "lang": f"?lang={language}",
        "and_lang": f"&lang={language}",
        "lang_asked": language,
        "LANGUAGES": settings.LANGUAGES,
    }
    return show(request, f"open/wrong/{name}.html", status=status, **frame, **context)


def _later(response: HttpResponse, limited: Limited) -> HttpResponse:
    response["Retry-After"] = str(limited.retry_after)
    return response
