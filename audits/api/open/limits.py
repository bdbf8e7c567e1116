"""How often one may ask: from one network without a key, more with one. What is left stands in each answer."""

from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audits.api.open.answers import Environ
from audits.api.open.connections import over_a_connection
from audits.api.open.refusals import Refused
from audits.queries import open_keys
from foundation.api.headers import limits_told
from foundation.limits.addresses import network_in
from foundation.limits.counting import Allowance, Limit, Limited

#: A page counts one. A download has as much work in it as so many, and so have figures that are counted anew.
DOWNLOAD, FIGURES = 20, 5


class Count:
    """What one request was counted under, for the headers of its answer."""

    def __init__(self) -> None:
        self._allowances: list[Allowance] = []

    @property
    def headers(self) -> dict[str, str]:
        return limits_told(self._allowances)

    def take(self, environ: Environ, cost: int) -> None:
        """Count this request, whatever becomes of it: by key, or by network for who shows none or none that opens.

        By what was shown, and before the database is asked: one key too often costs it nothing.

        :raises Refused: for one too many, or a key that opens nothing
        """
        shown = environ.get("HTTP_AUTHORIZATION")
        if shown is not None:
            token = _token(shown)
            limit = Limit("open-key", *settings.OPEN_LIMIT_PER_KEY)
            self._count(limit, sha256(token.encode("utf-8", "replace")).hexdigest(), cost)
            if _works(token):
                return
        self._count(Limit("open", *settings.OPEN_LIMIT_ANONYMOUS), network_in(environ), cost)
        if shown is not None:
            raise Refused(
                401,
                "unauthorized",
                _("This key is unknown, expired or revoked. You may ask without one as well, less often."),
                headers={"WWW-Authenticate": 'Bearer realm="Probity open data"'},
            )

    def _count(self, limit: Limit, subject: str, cost: int) -> None:
        try:
            left = limit.take(subject, cost=cost)
        except Limited as over:
            self._allowances.append(over.exhausted)
            raise Refused(
                429,
                "too-many-requests",
                _("Too many requests. Retry-After says in how many seconds the count begins anew."),
                headers={"Retry-After": str(over.retry_after)},
            ) from None
        if left is not None:
            self._allowances.append(left)


def _token(authorization: str) -> str:
    scheme, _space, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _works(token: str) -> bool:
    prefix, _secret = open_keys.parts(token)
    if not prefix:
        return False
    row = over_a_connection(lambda line: line.execute(open_keys.KNOWN, [prefix]).fetchone())
    return open_keys.works(token, row)
