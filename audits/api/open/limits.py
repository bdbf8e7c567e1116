"""How often one may ask: from one network without a key, more with one. What is left stands in each answer."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audits.api.open.answers import Environ
from audits.api.open.refusals import Refused
from foundation.api.headers import limits_told
from foundation.limits.addresses import network_in
from foundation.limits.counting import Limit, Limited

#: A page counts one. A download has as much work in it as so many.
DOWNLOAD = 20


class Count:
    """What one request was counted under, for the headers of its answer."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def take(self, environ: Environ, cost: int) -> None:
        """:raises Refused: for one that is too many, or a key that opens nothing"""
        token = environ.get("HTTP_AUTHORIZATION")
        key = None if token is None else _key_of(token)
        if key is None:
            self._count(Limit("open", *settings.OPEN_LIMIT_ANONYMOUS), network_in(environ), cost)
            if token is not None:
                raise Refused(
                    401,
                    "unauthorized",
                    _("This key is unknown or was revoked. Without a key you may ask as well, less often."),
                    headers={"WWW-Authenticate": 'Bearer realm="Probity open data"'},
                )
        else:
            self._count(Limit("open-key", *settings.OPEN_LIMIT_PER_KEY), key, cost)

    def _count(self, limit: Limit, subject: str, cost: int) -> None:
        try:
            left = limit.take(subject, cost=cost)
        except Limited as over:
            self.headers = limits_told([over.exhausted])
            raise Refused(
                429,
                "too-many-requests",
                _("Too many requests. Retry-After says in how many seconds the count begins anew."),
                headers={"Retry-After": str(over.retry_after)},
            ) from None
        if left is not None:
            self.headers = limits_told([left])


def _key_of(authorization: str) -> str | None:
    """Which key this is, if it opens anything."""
    return None
