"""Which address of the public's API leads where."""

import logging
import re
from collections.abc import Callable

import psycopg
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.translation import gettext_lazy as _

from audits.api.open import about, downloads, notices, pages, refusals
from audits.api.open.answers import ALLOWED, Answer, Environ, open_to_all, preflight
from audits.api.open.asking import PREFIX
from audits.api.open.limits import DOWNLOAD, FIGURES, Count
from audits.api.open.refusals import Refused
from audits.queries.disclosure import COLLECTIONS

logger = logging.getLogger(__name__)
#: Everything below it is the public's, whatever its version.
ROOT = "/api/open/"
_OF_COLLECTION = re.compile(r"(?P<name>[a-z_]+)(?:/(?:(?P<key>[^/]+)/)?|\.(?P<kind>csv|ndjson))")

type Answering = Callable[[Environ], Answer]

_ONE: dict[str, tuple[int, Answering]] = {
    "": (1, about.index),
    "dictionary/": (1, about.dictionary_json),
    "dictionary.csv": (1, about.dictionary_csv),
    "openapi.json": (1, about.openapi),
    "figures/": (FIGURES, pages.figures),
    "notices/": (1, notices.listed),
    "changes/": (1, pages.changes),
    "changes.ndjson": (DOWNLOAD, downloads.changes),
}


def answer(environ: Environ) -> Answer:
    """What is answered to a request below `ROOT`, whoever asks."""
    count, route = Count(), ""
    try:
        route, cost, answering = _found(_path(environ))
        if environ["REQUEST_METHOD"] == "OPTIONS":
            told = preflight()
        elif environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            count.take(environ, cost)
            told = answering(environ)
        else:
            raise Refused(405, "method-not-allowed", _("This can only be read."), headers={"Allow": ALLOWED})
    except Refused as refusal:
        told = refusals.answer(environ, refusal)
    except psycopg.OperationalError as error:
        logger.error("the database does not answer", extra={"error": type(error).__name__})
        told = refusals.answer(environ, _ABSENT)
    open_to_all(told, count.headers)
    told.route = route and f"{PREFIX}{route}"
    return told


def fault(environ: Environ) -> Answer:
    """What is answered where something of ours went wrong."""
    told = refusals.answer(environ, _FAULT)
    open_to_all(told, {})
    return told


class OpenData:
    """Middleware: answers what is below `ROOT` and lets everything else pass untouched.

    After Django's own for security, which insists on https, and before all that asks who somebody is. `config.wsgi`
    asks `answer` itself, before Django has made a request of it; what comes here is a test's, or came without https.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        told = answer(request.META)
        if told.route:
            request.resolver_match = ResolverMatch(self, (), {}, route=told.route.lstrip("/"))
        response: HttpResponseBase
        if told.blocks is None:
            response = HttpResponse(told.body if request.method != "HEAD" else b"", status=told.status)
        else:
            response = StreamingHttpResponse(told.blocks)
        del response["Content-Type"]
        for name, value in told.headers.items():
            response[name] = value
        return response


def _path(environ: Environ) -> str:
    return str(environ["PATH_INFO"].encode("latin-1", "replace").decode(errors="replace"))


def _found(path: str) -> tuple[str, int, Answering]:
    """The kind of address, what it counts, and what answers it.

    :raises Refused: if it leads nowhere
    """
    rest = path.removeprefix(PREFIX)
    if rest != path:
        if one := _ONE.get(rest):
            return rest, *one
        named = _OF_COLLECTION.fullmatch(rest)
        if named and named["name"] in COLLECTIONS:
            name, key, kind = named.group("name", "key", "kind")
            if kind:
                return rest, DOWNLOAD, lambda environ: downloads.collection(environ, name, kind)
            if key:
                return f"{name}/<id>/", 1, lambda environ: pages.row(environ, name, key)
            return rest, 1, lambda environ: pages.collection(environ, name)
        if named and named["name"] == "notices" and (key := named["key"]):
            return "notices/<id>/", 1, lambda environ: notices.one(environ, key)
        if f"{rest}/" in _ONE or rest in COLLECTIONS:
            raise Refused(404, "not-found", _("Addresses end with a slash: %(names)s"), names=[f"{path}/"])
    raise Refused(
        404,
        "not-found",
        _("There is nothing here. There are: %(names)s"),
        names=[f"{PREFIX}{name}" for name in (*_ONE, *(f"{one}/" for one in COLLECTIONS))],
    )


_ABSENT = Refused(
    503,
    "unavailable",
    _("The database does not answer. Try again in a moment."),
    headers={"Retry-After": "2"},
)
_FAULT = Refused(500, "internal-error", _("Something went wrong on our side"))
