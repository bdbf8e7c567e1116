"""What every request gets before a view sees it."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from ledger.context import request_id


def name_the_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request an id that its events and its answer carry, so that a call to the help desk finds them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid4().hex)
        try:
            response = get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)

    return middleware


def speak_the_users_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A signed-in user's own language, unless this browser chose another since (the cookie)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        from django.conf import settings

        if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware
