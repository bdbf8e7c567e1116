"""What every request gets before a view sees it, and what is told of it afterwards."""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from config import metrics
from ledger.context import request_id, traceless

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATIC = f"/{settings.STATIC_URL.strip('/')}/"
#: Asked every few seconds by machines, or with every page; told only when they fail.
QUIET = frozenset({"/healthz", "/readyz", "/metrics", STATIC})


class NamedRequest:
    """Gives the request an id that its events and its answer carry, so that a call to the help desk finds them.

    Outermost, so that it sees every answer. It tells method, route (with no ids in it), status, how long it took and
    who asked, by number. A view marked `leaves_no_trace` gets none of all this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named, quiet = request_id.set(uuid4().hex), traceless.set(False)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            if not traceless.get():
                response["X-Request-Id"] = request_id.get()
                _tell(request, response, time.perf_counter() - started)
            return response
        finally:
            request_id.reset(named)
            traceless.reset(quiet)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if getattr(view, "leaves_no_trace", False):
            request_id.set("")
            traceless.set(True)


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    method = request.method if request.method in METHODS else "OTHER"
    route = _route(request)
    metrics.count_request(str(method), route, response.status_code, seconds)
    if route in QUIET and response.status_code < 400:
        return
    about = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
        "actor": _actor(request),
    }
    logger.info("request", extra=about)


def _route(request: HttpRequest) -> str:
    """The pattern that the address matched, with no ids in it; nothing if it matched none."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    return STATIC if request.path.startswith(STATIC) else ""


def _actor(request: HttpRequest) -> int | None:
    """Who asked, if that is known by now: to find out would cost a query, or fail once more."""
    known = vars(request).get("_cached_user") or vars(request).get("user")
    return None if isinstance(known, SimpleLazyObject) else getattr(known, "pk", None)


def speak_the_users_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A signed-in user's own language, unless this browser chose another since (the cookie)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware
