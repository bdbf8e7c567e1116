"""Which key of the open data is shown, and whether it is one that works."""

import hashlib
import hmac
import re
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from audits.models import OpenKey, OpenKeyLink
from audits.queries.disclosure import ALIAS
from ledger import clock

ANONYMOUS, KEYED = "anonymous", "keyed"
_KEY = re.compile(r"ok_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})")
#: Over the public's own connection, whose role reads these columns of this table and no others.
KNOWN = "SELECT digest, expires_at, revoked_at FROM audits_openkey WHERE prefix = %s"


class WrongKey(Exception):
    """A key was shown that is none, or works no more. The API says it as 401: it is not served as if none were."""


def digest_of(secret: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def parts(token: str) -> tuple[str, str]:
    """Prefix and secret of what looks like a key; both empty for anything else."""
    found = _KEY.fullmatch(token)
    return (found[1], found[2]) if found else ("", "")


def tier_of(token: str) -> str:
    """`anonymous` where no key is shown, `keyed` for one that works. Asked anew each time: what is revoked is at once.

    :raises WrongKey: for any other
    """
    if not token:
        return ANONYMOUS
    prefix, _secret = parts(token)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(KNOWN, [prefix])
        row = cursor.fetchone()
    if not works(token, row):
        raise WrongKey
    return KEYED


def works(token: str, row: tuple[Any, ...] | None) -> bool:
    """Whether a key is the one of what `KNOWN` gave for its prefix, and works; after the same work for every other."""
    digest, expires_at, revoked_at = row or (bytes(32), None, None)
    is_right = hmac.compare_digest(digest_of(token), bytes(digest))
    return is_right and expires_at is not None and expires_at > clock.now() and revoked_at is None


def linked(token: str) -> OpenKeyLink | None:
    """What a mailed link is, while it is good."""
    digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
    return OpenKeyLink.objects.filter(digest=digest, until__gt=clock.now()).first()


def live_keys_of(owner: str) -> QuerySet[OpenKey]:
    """The keys of an address that work, by its hash."""
    return OpenKey.objects.filter(owner=owner).live(clock.now()).order_by("pk")


def ending(before: timedelta) -> QuerySet[OpenKey]:
    """Live keys that end within this time, and whose owners were not told so."""
    now = clock.now()
    return OpenKey.objects.live(now).filter(expires_at__lte=now + before, warned_on__isnull=True)
