"""To come back with a receipt: what became of the report, and to write. All of it by POST: no receipt in an address."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.actions import intake
from cases.actions.files import held, is_there
from cases.models import Handover, Message
from cases.queries.complaints import Status, status_of
from cases.web.forms.receipts import ReceiptForm, WordsForm
from cases.web.views.reporting import FILES
from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from ledger import clock
from officers.web.forms.carrying import Lost, carried, carry
from officers.web.views.strangers import for_strangers, in_both, speak

#: Receipts tried from one network, right or wrong: with ten million million million of them nobody finds one so, and a
#: town behind one address can read its own.
LOOK_UPS = Limit("receipt", 60, timedelta(minutes=5), fallback="database")
#: Messages sent from one network.
WORDS = Limit("receipt-words", 100, timedelta(hours=1), fallback="database")

KINDS = (Message.Kind.WORD, Message.Kind.DISPUTE, Message.Kind.REVIEW)
SHUT = gettext_lazy("This page stood open too long. Enter your receipt again. What you wrote here is kept.")


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """First the receipt is asked for; what it opens carries it on, sealed."""
    if request.method != "POST":
        return _ask(request, ReceiptForm())
    do, _colon, value = request.POST.get("do", "go").partition(":")
    if "state" not in request.POST:
        speak(request, value if do == "language" else request.POST.get("language", ""))
        return (
            _ask(request, ReceiptForm(initial=request.POST.dict())) if do == "language" else _look_up(request)
        )
    try:
        opened = carried("receipt", request.POST["state"])
    except Lost:
        return _ask(request, ReceiptForm(), problems=in_both(SHUT), status=400)
    opened["language"] = speak(request, value if do == "language" else opened["language"])
    if refused := _add(request, opened, do, value):
        return refused
    return _write(request, opened, do) if do in KINDS else _show(request, opened)


def _ask(request: HttpRequest, form: ReceiptForm, *, status: int = 200, problems: Any = ()) -> HttpResponse:
    kept = {kind.value: request.POST[kind.value] for kind in KINDS if kind.value in request.POST}
    context = {"form": form, "kept": kept, "problems": problems}
    return render(request, "cases/receipt/ask.html", context, status=status)


def _look_up(request: HttpRequest) -> HttpResponse:
    """Every wrong receipt gets the same words after the same work, whatever was wrong with it."""
    form = ReceiptForm(request.POST)
    try:
        LOOK_UPS.take(client_network(request))
    except Limited as limited:
        form.add_error("receipt", str(limited))
        response = _ask(request, form, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    number = form.understood()
    if status_of(number, clock.today()) is None:
        form.add_error(
            "receipt",
            _("There is no report with this receipt. Look at each of the sixteen digits once more."),
        )
        return _ask(request, form)
    return _show(request, {"receipt": number, "token": secrets.token_hex(16), "language": speak(request, "")})


def _add(request: HttpRequest, opened: dict[str, Any], do: str, value: str) -> HttpResponse | None:
    """Take a file out, or add the one that was chosen, whichever button sent it; the page again if it is not taken."""
    added = opened.setdefault("files", [])
    if do == "drop" and value.isdecimal():
        opened["files"] = added = [token for n, token in enumerate(added) if str(n) != value]
    if not request.FILES and do != "add":
        return None
    form = _words(opened, _status(opened), request.POST, request.FILES)
    if not request.FILES:
        form.add_error("file", _("Choose a file first."))
        return _show(request, opened, form)
    try:
        FILES.take(client_network(request))
    except Limited as limited:
        form = _words(opened, _status(opened), request.POST)
        form.add_error("file", str(limited))
        response = _show(request, opened, form, code=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    if not form.is_valid():
        return _show(request, opened, form)
    opened["files"] = [*added, form.cleaned_data["file"].token]
    return None


def _words(
    opened: dict[str, Any], status: Status, data: Any = None, files: Any = None, **about: Any
) -> WordsForm:
    return WordsForm(data, files=files, allowed=_allowed(status), added=opened.get("files", []), **about)


def _write(request: HttpRequest, opened: dict[str, Any], kind: str) -> HttpResponse:
    status = _status(opened)
    form = _words(opened, status, request.POST)
    if kind not in form.fields:
        return _show(request, opened)
    text = request.POST.get(kind, "").strip()
    try:
        WORDS.take(client_network(request))
        files = held(opened["files"])
        # The same form with other words or files, as after going back, is another message.
        said = "\n".join([text, *(one.name for one in files)])
        token = f"{opened['token']} {kind} {sha256(said.encode()).hexdigest()}"
        intake.reply(opened["receipt"], text, token=token, kind=kind, files=files)
    except Limited as limited:
        form.add_error(kind, str(limited))
        response = _show(request, opened, form, code=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except ValidationError as refusal:
        if "files" in refusal.message_dict:
            opened["files"] = [one for one in opened["files"] if is_there(one)]
            form = _words(opened, status, request.POST)
        form.add_error(kind, ValidationError(refusal.messages))
        return _show(request, opened, form)
    opened["files"] = []
    others = {name: words for name, words in request.POST.dict().items() if name != kind}
    return _show(request, opened, _words(opened, status, initial=others), done=True)


def _status(opened: dict[str, Any]) -> Status:
    status = status_of(opened["receipt"], clock.today())
    if status is None:
        raise Http404
    return status


def _allowed(status: Status) -> list[str]:
    """The kinds of message that make sense now."""
    may = {
        Message.Kind.WORD: True,
        Message.Kind.DISPUTE: status.may_dispute,
        Message.Kind.REVIEW: status.review_until is not None and status.review_asked_on is None,
    }
    return [kind.value for kind in KINDS if may[kind]]


def _show(
    request: HttpRequest,
    opened: dict[str, Any],
    form: WordsForm | None = None,
    *,
    done: bool = False,
    code: int = 200,
) -> HttpResponse:
    status = _status(opened)
    context = {
        "form": form or _words(opened, status, initial=request.POST.dict()),
        "state": carry("receipt", opened),
        "status": status,
        "steps": _steps(status, clock.today()),
        "done": done,
    }
    return render(request, "cases/receipt/status.html", context, status=code)


@dataclass(frozen=True)
class Passed:
    """A step of the way of a report, with its day: passed, or still to come by then."""

    on: date
    title: str
    text: str = ""
    tag: str = ""
    colour: str = ""


def _steps(status: Status, today: date) -> list[Passed]:
    """The way of a report, by day; what is still to come last."""
    passed = [Passed(status.received_on, _("Your report was received"))]
    if status.opened_on:
        passed.append(Passed(status.opened_on, _("Somebody opened it")))
    if status.acknowledged_on:
        passed.append(Passed(status.acknowledged_on, _("The unit in charge confirmed that it looks into it")))
    passed += [_moved(one) for one in status.moved]
    passed += [
        Passed(one.done_on, _("Something was done: %(what)s") % {"what": one.get_kind_display()})
        for one in status.deeds
    ]
    if status.review_asked_on:
        passed.append(Passed(status.review_asked_on, _("You asked for a review")))
    if status.closed_on:
        passed.append(Passed(status.closed_on, _("The case was closed"), tag=_("Closed"), colour="grey"))
    return [*sorted(passed, key=lambda step: step.on), *_to_come(status, today)]


def _moved(handover: Handover) -> Passed:
    level = handover.get_level_display()
    late = handover.why == Handover.Why.ESCALATED
    title = _("Moved up, because nobody acted in time") if late else _("Moved up")
    return Passed(handover.on, title, _("Now in charge: %(level)s") % {"level": level})


def _to_come(status: Status, today: date) -> list[Passed]:
    if status.closed_on:
        return []
    due = [
        (status.act_by, _("By this day somebody must act")),
        (status.resolve_by, _("By this day the case must be decided")),
    ]
    return [
        Passed(day, title, tag=_("Overdue"), colour="red")
        if day < today
        else Passed(day, title, tag=_("Due"), colour="blue")
        for day, title in due
        if day is not None
    ]
