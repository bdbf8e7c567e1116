"""How pages for people without an account are answered: no session, no cookie, and where it matters no trace at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from foundation.files.cleaning import LARGEST
from foundation.files.limits import MIB
from foundation.files.uploads import keep_in_memory
from ledger.context import leaves_no_trace

#: Bytes of all that one form sends. A file too large is said so beside it, up to here.
WHOLE = 100 * MIB

type View = Callable[..., HttpResponse]


def without_session(view: View) -> View:
    """A page that asks for no account, sets no cookie and is kept in no cache.

    There is nothing that a forged request could borrow, as no view of these looks at a session; so Django's token,
    and with it its cookie, is left out. It could not be checked either: with `no-referrer` a browser says of its own
    forms that they come from `null`.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep_in_memory(request, limit=LARGEST, whole=WHOLE)
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(sensitive_post_parameters()(answered))


def for_strangers(view: View) -> View:
    """The same for people whom nobody is to know: their coming leaves no line in a log and no id in an event."""
    return leaves_no_trace(without_session(view))


def speak(request: HttpRequest, language: str) -> str:
    """Answer in a language, if it is one of ours; else in the one the browser asks for. Returns which it is."""
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
    return translation.get_language() or settings.LANGUAGE_CODE


def in_both(sentence: Any) -> list[tuple[str, str]]:
    """A sentence in each language, for who may not have chosen one yet."""
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append((language, str(sentence)))
    return said
