"""Pages for what goes wrong: the handlers of `config.urls` and the fallback for refusals nobody caught."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

#: Beside the statuses of HTTP: a form made for another session, which is answered with 403.
_TOO_OLD = "too old"


def _words(status: int | str) -> tuple[str, str]:
    texts: dict[int | str, tuple[str, str]] = {
        400: (_("This request cannot be read"), _("Go back, check what you entered, and send it again.")),
        403: (_("You may not do this"), _("Your role does not allow it. Nothing was changed.")),
        404: (_("Page not found"), _("Nothing stands at this address, or it is not for you to see.")),
        409: (
            _("Someone else was faster"),
            _("The record changed since you opened it. Nothing of yours was saved. Open it again and look."),
        ),
        _TOO_OLD: (
            _("This page is too old"),
            _("Nothing was saved. You signed in again since it was opened, or cookies are switched off."),
        ),
        429: (_("Too many attempts"), _("Wait a little, then try again.")),
        500: (
            _("Something went wrong on our side"),
            # The database may have been lost in the middle of a commit.
            _("It is not certain whether anything was saved. Look before you enter it again."),
        ),
    }
    return texts.get(status, texts[400])


def problem(
    request: HttpRequest,
    status: int,
    *,
    detail: str = "",
    retry_url: str = "",
    retry_after: int | None = None,
    words: int | str | None = None,
) -> HttpResponse:
    """The page for one status; under `/api/` the same as `application/problem+json` (RFC 9457)."""
    title, text = _words(words or status)
    response: HttpResponse
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail or str(text),
        }
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    else:
        context = {"title": title, "text": text, "detail": detail, "retry_url": retry_url}
        response = render(request, "problem.html", context, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 403, detail=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """No database, no session, no context processor: any of them may be what failed."""
    if request.path.startswith("/api/"):
        return problem(request, 500)
    title, text = _words(500)
    return HttpResponse(render_to_string("500.html", {"title": title, "text": text}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the session it was made for, most often after signing in again in another tab."""
    return problem(request, 403, words=_TOO_OLD, retry_url=request.path)


class RefusalPages:
    """Middleware: a refusal that says its status (`problem_status`) becomes its page. Views that can show it
    beside the form do so themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = getattr(exception, "problem_status", None)
        if not isinstance(status, int):
            return None
        detail = str(exception.args[0]) if exception.args else ""
        after = getattr(exception, "retry_after", None)
        return problem(request, status, detail=detail, retry_url=_where_from(request), retry_after=after)


def _where_from(request: HttpRequest) -> str:
    """The page of ours that the request came from, to look at it again; empty if it was none, or this one."""
    referer = request.headers.get("Referer", "")
    here = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referer, here, require_https=request.is_secure()):
        return ""
    url = urlsplit(referer)
    path = f"{url.path}?{url.query}" if url.query else url.path
    return "" if request.method == "GET" and path == request.get_full_path() else path
