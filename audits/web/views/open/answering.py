"""How a public page is answered: for nobody in particular, so that caches may keep it, and without a cookie.

The language is the address's own (`?lang=en`), so that a link leads others to the same words; templates keep it by
`{{ lang }}` after an address and `{{ and_lang }}` after one that asks for something. Without it a page speaks as the
browser asks.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_info
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from ledger import clock
from officers.web.views.strangers import speak

#: Seconds for which caches may keep a page; what is retracted is gone from them after that.
KEPT = 300

type View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """A page to look at: kept by caches, sent again only when it changed, or said not to be there."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        speak(request, request.GET.get("lang", ""))
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = show(request, "open/missing.html", status=404)
        response.headers.setdefault("Cache-Control", f"public, max-age={KEPT}")
        return response

    return require_safe(gzip_page(conditional_page(answered)))


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the public frame. No context processor is asked: they look at sessions, and at what is not public."""
    asked = request.GET.get("lang", "")
    lang = f"lang={asked}" if asked in dict(settings.LANGUAGES) else ""
    frame = {
        "request": request,
        "path": request.path,
        "mode": clock.mode(),
        "lang": lang and f"?{lang}",
        "and_lang": lang and f"&{lang}",
        "lang_asked": lang and asked,
        "tongues": [(code, _own_name(code), _in_language(request, code)) for code, _ in settings.LANGUAGES],
    }
    return HttpResponse(render_to_string(template, frame | context), status=status)


def _own_name(code: str) -> str:
    return "ខ្មែរ" if code == "km" else str(get_language_info(code)["name_local"])


def _in_language(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"
