"""How an answer goes out: its validators, its encoding, and what a page of another site may read of it."""

import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.http import http_date, parse_etags, parse_http_date_safe

JSON, CSV, LINES = "application/json", "text/csv; charset=utf-8", "application/x-ndjson"
#: Raised with whatever changes how the same rows are told: nobody may keep the old telling.
SHAPE = 1
#: Seconds for which a copy need not be asked after.
KEPT = 60
LEVEL = 5
_SMALLEST = 512  # bytes: below this compression gains nothing
_HERE = ZoneInfo("Asia/Phnom_Penh")

_EXPOSED = (
    "ETag, Last-Modified, Link, Content-Disposition, Retry-After, RateLimit, RateLimit-Policy, RateLimit-Limit, "
    "RateLimit-Remaining, RateLimit-Reset, Deprecation, Sunset, X-Request-Id"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Accept, Accept-Language, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "public, max-age=86400",
}
ALLOWED = "GET, HEAD, OPTIONS"


#: A request, as WSGI has it and Django in `META`.
type Environ = Mapping[str, Any]


@dataclass(slots=True)
class Answer:
    """An answer before any server's or framework's own kind of it.

    :ivar route: the kind of address that was asked, with no key in it; for the log
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""
    blocks: Iterable[bytes] | None = None
    route: str = field(default="", kw_only=True)


class State:
    """The last change of what an answer is made from, and the validators that follow from it."""

    def __init__(self, seq: bytes | None, on: bytes | None) -> None:
        self.seq = int(seq or 0)
        self.on = on.decode() if on else None

    def tag(self, address: str, encoding: str) -> str:
        return _tag(f"{SHAPE}\n{self.seq}\n{address}\n{encoding}".encode())

    def modified(self) -> tuple[int, bool]:
        """Since when this is so, in seconds, and whether that is certain.

        The feed knows days. Until a day is over there may be another change on it, and a copy of the morning would
        pass for one of the evening: so a day that is over counts with its end, and one that is not vouches for nothing.
        """
        if self.on is None:
            return 0, False
        begun = datetime.combine(date.fromisoformat(self.on), time.min, _HERE)
        now = datetime.now(UTC)
        if begun + timedelta(days=1) <= now:
            return int((begun + timedelta(days=1)).timestamp()), True
        return int(min(begun, now).timestamp()), False

    def last_modified(self) -> str:
        return http_date(self.modified()[0])


class Told(State):
    """Of an answer that code has a part in: its bytes themselves say whether it is another."""

    def __init__(self, body: bytes, on: bytes | None) -> None:
        super().__init__(None, on)
        self._body = body

    def tag(self, address: str, encoding: str) -> str:
        return _tag(self._body + encoding.encode())


def _tag(of: bytes) -> str:
    return f'"{blake2b(of, digest_size=12).hexdigest()}"'


def encoding_of(environ: Environ) -> str:
    """`gzip` where it is wanted (RFC 9110, 12.5.3), else nothing."""
    header = environ.get("HTTP_ACCEPT_ENCODING")
    if not header:
        return ""
    if header in ("gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd"):
        return "gzip"
    weights = dict(_weights(header))
    gzipped = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return "gzip" if gzipped > 0 and gzipped >= weights.get("identity", 0.0) else ""


def _weights(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        coding, _semicolon, weight = part.strip().partition(";")
        name, _equals, value = weight.strip().partition("=")
        try:
            yield coding.strip().lower(), float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            yield coding.strip().lower(), 0.0


def is_conditional(environ: Environ) -> bool:
    return "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ


def not_modified(environ: Environ, state: State, address: str, encoding: str) -> Answer | None:
    """304, if the caller has what there is. `If-None-Match` is asked first and alone decides (RFC 9110, 13.2.2)."""
    tag = state.tag(address, encoding)
    if (wanted := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        given = wanted.strip()
        if given != tag and given != "*" and tag not in [_strong(one) for one in parse_etags(given)]:
            return None
    else:
        since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
        modified, certain = state.modified()
        if since is None or not certain or since < modified:
            return None
    return Answer(304, validators(state, tag))


def _strong(tag: str) -> str:
    return tag.removeprefix("W/")


def whole(
    environ: Environ,
    state: State,
    address: str,
    encoding: str,
    body: bytes,
    content_type: str = JSON,
    **more: str,
) -> Answer:
    headers = validators(state, state.tag(address, encoding)) | more
    if encoding and len(body) >= _SMALLEST:
        body = gzip.compress(body, LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = content_type
    headers["Content-Length"] = str(len(body))
    return Answer(200, headers, body)


def validators(state: State, tag: str) -> dict[str, str]:
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={KEPT}",
        "Vary": "Accept-Encoding",
    }
    if state.on is not None:
        headers["Last-Modified"] = state.last_modified()
    return headers


def preflight() -> Answer:
    return Answer(204, {**_PREFLIGHT, "Allow": ALLOWED})


def open_to_all(answer: Answer, limits: Mapping[str, str]) -> None:
    """What every answer bears, refusals too: any page may read it, and sees what is left of its limit."""
    answer.headers |= limits
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = _EXPOSED
