import hashlib
import re
from secrets import compare_digest

from ledger import clock
from officers.models import ApiKey, User

_FORM = re.compile(r"pk_([A-Za-z0-9]{8})_[A-Za-z0-9_-]{43}")
_NOTHING = bytes(32)


def identify(secret: str) -> tuple[User, ApiKey] | None:
    """Whose key this is, if it is live and its owner may sign in. `user.via` names the key to the log.

    The secret itself is never compared or looked for, only its SHA-256, in constant time.
    """
    form = _FORM.fullmatch(secret)
    if form is None:
        return None
    key = ApiKey.objects.select_related("user", "use").filter(prefix=form[1]).first()
    digest = hashlib.sha256(secret.encode()).digest()
    if not compare_digest(digest, bytes(key.digest) if key else _NOTHING) or key is None:
        return None
    if key.revoked_at is not None or key.expires_at <= clock.now() or not key.user.is_active:
        return None
    key.user.via = key.prefix
    return key.user, key
