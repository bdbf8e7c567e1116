"""What every request gets before a view sees it, and what is told of it afterwards."""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.views import APIView

from config import metrics
from foundation.web.views import problem
from ledger.context import request_id, traceless
from officers import rules
from officers.queries.users import why_signed_out

logger = logging.getLogger(__name__)
#: How the addresses begin that are open to partner organisations.
TO_PARTNERS = (
    "/accounts/",
    "/me/",
    "/keys/",
    "/api/",
    "/i18n/",
    "/report/",
    "/receipt/",
    "/door/",
    "/treatment/",
)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATIC = f"/{settings.STATIC_URL.strip('/')}/"
#: How the addresses begin at which people report a wrong, ask for treatment, or say that something published is wrong.
#: What is answered there before a view is known (a redirect, a strange host name) or where none is found leaves no more
#: trace than the views themselves.
UNTRACED = ("/report/", "/receipt/", "/treatment/", "/open/wrong/")
#: Below them, and yet for those who are signed in.
OF_STAFF = "/treatment/requests/"
#: How the addresses of the public pages begin.
PUBLIC = "/open/"
#: Asked every few seconds by machines, or with every page; told only when they fail.
QUIET = frozenset({"/healthz", "/readyz", "/metrics", STATIC})
#: Asked by programs, thousands of times a minute, by nobody in particular: counted, and told only when it fails.
QUIET_BELOW = "/api/open/"

#: Why somebody was signed out, for the sign-in page. Not a message: a request behind the page would use it up.
SIGNED_OUT = "signed-out"
#: In the session: the page somebody wanted who must set up a second factor first.
WANTED = "wanted"
#: What is open to somebody who must set up a second factor: setting it up, signing out, another language; and the pages
#: for which nobody signs in, where the page he wanted must not be kept in his session.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "set_language",
        "report",
        "report_sent",
        "receipt",
        "door",
        "treatment",
    }
)
_MISSING = gettext_lazy("Your role requires a second factor. Set one up at %(address)s first.")


class NamedRequest:
    """Gives the request an id that its events and its answer carry, so that a call to the help desk finds them.

    Outermost, so that it sees every answer. It tells method, route (with no ids in it), status, how long it took and
    who asked, by number. A view marked `leaves_no_trace` gets none of all this, nor does any address of `UNTRACED`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        untraced = _is_untraced(request.path_info)
        named, quiet = request_id.set("" if untraced else uuid4().hex), traceless.set(untraced)
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


def _is_untraced(path: str) -> bool:
    return f"/{path.strip('/')}/".startswith(UNTRACED) and not path.startswith(OF_STAFF)


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    tell(str(request.method), _route(request), response.status_code, seconds, _actor(request))


def tell(method: str, route: str, status: int, seconds: float, actor: int | None) -> None:
    """Write a request into the log and the figures."""
    if method not in METHODS:
        method = "OTHER"
    metrics.count_request(method, route, status, seconds)
    if status < 400 and (route in QUIET or route.startswith(QUIET_BELOW)):
        return
    about = {
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "actor": actor,
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


def know_nobody_in_public(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """On the public pages nobody is anybody: whose session a browser names is not looked up, and no page differs by it.

    Before all that could ask.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PUBLIC):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return get_response(request)

    return middleware


def say_why_signed_out(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Where an act ended the session that a browser still names, keep the reason for the sign-in page.

    Asked before anything else asks who the user is, since that empties such a session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        named = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(SESSION_KEY)
        if not named:
            return get_response(request)
        if request.user.is_authenticated:
            response = get_response(request)
            if SIGNED_OUT in request.COOKIES:
                response.delete_cookie(SIGNED_OUT)
            return response
        request.session.flush()
        response = _reload() if _is_fragment(request) else get_response(request)
        if why := why_signed_out(int(named)):
            lost = request.method == "POST" and request.accepts("text/html")
            response.set_cookie(
                SIGNED_OUT,
                f"{why}.unsaved" if lost else why,
                max_age=600,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


class InsistOnSecondFactor:
    """Whoever must set up a second factor reaches nothing else, whatever page is added: see `rules`.

    A program with a key has no session; it is refused where it is let in (`officers.api.authentication`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not rules.owes_second_factor(request.user):
            if name not in WITHOUT_SECOND_FACTOR:
                request.session.pop(WANTED, None)
            return None
        if name in WITHOUT_SECOND_FACTOR:
            return None
        if issubclass(getattr(view, "cls", object), APIView):
            if "Accept-Language" in request.headers:  # as the API's own answers have it
                translation.activate(translation.get_language_from_request(request))
            return problem(request, 403, detail=str(_MISSING % {"address": reverse("mfa_index")}))
        if _is_fragment(request):
            return _reload()
        if request.method in ("GET", "HEAD"):
            request.session[WANTED] = request.get_full_path()
        else:
            messages.warning(request, _("What you sent was not saved. Send it again after this."))
        return redirect("mfa_index")


class KeepPartnersOut:
    """Partner organisations reach their own account and what everybody reaches, whatever page is added.

    The API asks what they may, as it does of everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.path_info.startswith(TO_PARTNERS) or not request.user.is_authenticated:
            return None
        if not request.user.is_partner:
            return None
        if request.path_info == reverse("home"):
            return redirect("me")
        raise Http404


def _is_fragment(request: HttpRequest) -> bool:
    """Asked for by a page that stands open, as a part of itself."""
    return "HX-Request" in request.headers


def _reload() -> HttpResponse:
    """Has the page that asked for a part of itself loaded anew, so that a whole page says what is the matter."""
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


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
