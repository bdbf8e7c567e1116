"""What is refused, in the words of problem+json (RFC 9457), in the language of `Accept-Language`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from audits.api.open.answers import Answer, Environ
from foundation.api.problems import MEDIA_TYPE, problem


class Refused(Exception):
    """Told to whoever asks; `detail` is translated when it is told.

    :ivar names: put into `detail` in place of `%(names)s`
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: Any,
        *,
        names: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.status, self.slug, self.detail = status, slug, detail
        self.names, self.headers, self.more = list(names), headers or {}, more
        super().__init__(slug)


def nothing() -> Refused:
    return Refused(404, "not-found", _("There is nothing here."))


def answer(environ: Environ, refusal: Refused) -> Answer:
    with translation.override(language_of(environ)):
        detail = str(refusal.detail)
    if refusal.names:
        detail %= {"names": ", ".join(refusal.names)}
    body = json.dumps(
        problem(refusal.status, refusal.slug, detail, **refusal.more), ensure_ascii=False
    ).encode()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        **refusal.headers,
    }
    return Answer(refusal.status, headers, body)


def language_of(environ: Environ) -> str:
    """By the header alone: no cookie is read here."""
    for code, _quality in parse_accept_lang_header(environ.get("HTTP_ACCEPT_LANGUAGE", "")):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
