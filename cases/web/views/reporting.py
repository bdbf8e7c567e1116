"""To report a wrong: a page for each question, without script, session or cookie."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.actions import files, intake
from cases.models.vocabulary import Category
from cases.reckoning import places
from cases.web.forms.course import PAGE_OF, STEPS, SavedForm, after, before
from cases.web.forms.drafts import Draft
from cases.web.forms.reporting import FilesForm, StepForm, WhereForm
from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from ledger import clock
from officers.reckoning.codes import shown
from officers.web.forms.carrying import Lost, carried, carry
from officers.web.views.strangers import for_strangers, in_both, speak

#: Reports sent from one network. A whole town may sit behind one address.
REPORTS = Limit("report", 100, timedelta(hours=1), fallback="database")

#: Files added from one network.
FILES = Limit("report-file", 100, timedelta(hours=1), fallback="database")

TOO_OLD = _(
    "This page is too old: your earlier answers cannot be opened any more. What you wrote here is kept."
)
ALTERED = _("Your earlier answers did not arrive whole. What you wrote here is kept.")


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The pages of the report, one after the other. Which one is asked, and what was answered, stands in the form."""
    if request.method != "POST":
        return _start(request, Draft.new())
    step = request.POST.get("step", "")
    do, _colon, value = request.POST.get("do", "go").partition(":")
    try:
        draft = Draft.read(request.POST.get("state", ""))
    except Lost as lost:
        return _begin_anew(request, step, lost)
    draft.language = speak(request, value if do == "language" else draft.language)
    if step not in STEPS:
        return _start(request, draft) if do == "language" else _page(request, draft, "what")
    return _turn(request, draft, step, do, value)


def _turn(request: HttpRequest, draft: Draft, step: str, do: str, value: str) -> HttpResponse:
    """What a button of a page does. Nothing that was typed is lost by any of them."""
    if step == "files" and (refused := _add(request, draft, do, value)):
        return refused
    typed = STEPS[step].typed(request.POST)
    if step == "where" and (do == "search" or (do == "go" and _searches(request.POST))):
        return _page(request, draft, step, initial={**typed, "searched": True})
    if do == "language":
        searched = bool(request.POST.get("sought"))
        return _page(request, draft, step, initial={**typed, "searched": searched})
    if do == "back":
        return _back(request, draft, step, typed)
    if do == "elsewhere":
        draft.answers |= {"place_code": "", "placed": False}
        return _page(request, draft, "where")
    if do in ("add", "drop"):
        return _page(request, draft, step)
    if do == "to" and value in STEPS:
        draft.answers |= {} if step == "where" else typed
        return _page(request, draft, value)
    if step == "check":
        return _send(request, draft) if do == "send" else _page(request, draft, step)
    return _go_on(request, draft, step)


def _add(request: HttpRequest, draft: Draft, do: str, value: str) -> HttpResponse | None:
    """Take a file out, or add the one that was chosen, whichever button sent it; the page again if it is not taken."""
    added = draft.files()
    if do == "drop" and value.isdecimal():
        draft.answers["files"] = [token for n, token in enumerate(added) if str(n) != value]
    form = FilesForm(request.POST, files=request.FILES, draft=draft)
    if not request.FILES:
        if do == "add":
            form.add_error("file", _("Choose a file first."))
        return _page(request, draft, "files", form) if form.errors else None
    try:
        FILES.take(client_network(request))
    except Limited as limited:
        form = FilesForm({}, draft=draft)
        form.add_error("file", str(limited))
        response = _page(request, draft, "files", form, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    if not form.is_valid():
        return _page(request, draft, "files", form)
    form.keep()
    return None


def _searches(post: QueryDict) -> bool:
    """Whether another name was typed since the list was made: then Enter means "search"."""
    return post.get("q", "").strip() not in ("", post.get("sought", ""))


def _go_on(request: HttpRequest, draft: Draft, step: str) -> HttpResponse:
    initial = {"searched": True} if request.POST.get("sought") else None
    form = STEPS[step](request.POST, draft=draft, initial=initial)
    if not form.is_valid():
        return _page(request, draft, step, form)
    form.keep()
    return _page(request, draft, form.asked_again() or after(step, draft))


def _back(request: HttpRequest, draft: Draft, step: str, typed: dict[str, str]) -> HttpResponse:
    if step != "where":
        draft.answers |= typed
        return _page(request, draft, before(step, draft))
    if request.POST.get("sought"):
        return _page(request, draft, step)
    if within := WhereForm(draft=draft).within:
        draft.answers |= {"place_code": within[:-2], "placed": False}
        return _page(request, draft, step)
    return _page(request, draft, before(step, draft))


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    try:
        REPORTS.take(client_network(request))
        receipt = intake.drop(draft.report(), token=draft.token)
    except Limited as limited:
        response = _page(request, draft, "check", problems=[("", str(limited))], status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except ValidationError as refusal:
        return _ask_again(request, draft, refusal)
    filed = {
        "receipt": receipt,
        "category": draft.said("category"),
        "place_code": draft.said("place_code"),
        "day": clock.today().isoformat(),
        "language": draft.language,
    }
    return _sent_page(request, filed)


def _ask_again(request: HttpRequest, draft: Draft, refusal: ValidationError) -> HttpResponse:
    """The first page whose answer the report was refused for."""
    by_page = {PAGE_OF[name]: errors for name, errors in refusal.message_dict.items()}
    step = next(name for name in STEPS if name in by_page)
    draft.answers["files"] = [token for token in draft.files() if files.is_there(token)]
    form = STEPS[step](draft.answers, draft=draft)
    if form.is_valid():
        form.add_error(None, ValidationError(by_page[step]))
    return _page(request, draft, step, form)


def _begin_anew(request: HttpRequest, step: str, lost: Lost) -> HttpResponse:
    """A new report with what stands on the page that was sent."""
    draft = Draft.new()
    problems = in_both(TOO_OLD if lost.too_old else ALTERED)
    if step not in STEPS or step == "check":
        return _start(request, draft, problems=problems, status=400)
    typed = STEPS[step].typed(request.POST)
    return _page(request, draft, step, initial=typed, problems=problems, status=400)


def _start(request: HttpRequest, draft: Draft, *, status: int = 200, problems: Any = ()) -> HttpResponse:
    context = {"state": draft.sealed(), "step": "start", "problems": problems}
    return render(request, "cases/report/start.html", context, status=status)


def _page(
    request: HttpRequest,
    draft: Draft,
    step: str,
    form: StepForm | None = None,
    *,
    initial: dict[str, Any] | None = None,
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    if step == "start":
        return _start(request, draft)
    form = form or STEPS[step](draft=draft, initial=initial)
    context = {"form": form, "step": step, "state": draft.sealed(), "problems": problems}
    return render(request, form.template, context, status=status)


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest) -> HttpResponse:
    """After sending: the receipt, until its owner says that he has it; and the proof of filing, to print."""
    if request.method != "POST":
        return redirect("report")
    do, _colon, value = request.POST.get("do", "go").partition(":")
    if request.POST.get("step") == "done":
        speak(request, value)
        return render(request, "cases/report/done.html")
    try:
        filed = carried("sent", request.POST.get("state", ""))
    except Lost:
        return render(request, "cases/report/lost.html", status=400)
    filed["language"] = speak(request, value if do == "language" else filed["language"])
    if do in ("proof", "back", "language"):
        proof = do == "proof" or (do == "language" and request.POST.get("step") == "proof")
        return _sent_page(request, filed, proof=proof)
    form = SavedForm(request.POST, receipt=filed["receipt"])
    if not form.is_valid():
        return _sent_page(request, filed, form)
    return render(request, "cases/report/done.html")


def _sent_page(
    request: HttpRequest, filed: dict[str, str], form: SavedForm | None = None, *, proof: bool = False
) -> HttpResponse:
    context = {
        "form": form or SavedForm(receipt=filed["receipt"]),
        "state": carry("sent", filed),
        "receipt": shown(filed["receipt"]),
        "category": Category(filed["category"]).label,
        "place": places.described(filed["place_code"], filed["language"]),
        "filed_on": date.fromisoformat(filed["day"]),
    }
    return render(request, f"cases/report/{'proof' if proof else 'sent'}.html", context)
