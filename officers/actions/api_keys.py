"""Keys by which programs act for a user."""

import base64
import hashlib
import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from officers.models import ApiKey, User

LONGEST = timedelta(days=366)
#: Two, so that a new one can be put to use before the old one is revoked.
LIVE_KEYS = 2
_PREFIX = string.ascii_letters + string.digits


@act
def issue(actor: User, *, label: str, scopes: Sequence[str], expires_at: datetime) -> tuple[ApiKey, str]:
    """Make a key for oneself and return it with its secret, which is shown this once and kept nowhere.

    :raises ValidationError: if two keys are live already, no scope is chosen, or it would live over a year
    """
    User.objects.visible_to(actor).lock(actor.pk)  # or two requests at once would each find room for one
    now = clock.now()
    if ApiKey.objects.visible_to(actor).live(now).count() >= LIVE_KEYS:
        raise ValidationError(_("You have two live keys already. Revoke one first."))
    if not scopes:
        raise ValidationError({"scopes": _("Choose what the key may do.")})
    if not now < expires_at <= now + LONGEST:
        raise ValidationError({"expires_at": _("A key expires in the future, and within a year.")})
    prefix = "".join(secrets.choice(_PREFIX) for _letter in range(8))
    secret = f"pk_{prefix}_{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip('=')}"
    key = ApiKey(
        user=actor,
        label=label.strip(),
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    key.full_clean(exclude=["revoked_at"])
    return record(key, "api_key.issued", actor=actor, scopes=key.scopes), secret


@act
def revoke(actor: User, key_id: int) -> ApiKey:
    """End one's own key at once. To revoke what is revoked changes nothing."""
    key = ApiKey.objects.visible_to(actor).lock(key_id)
    if key.revoked_at is not None:
        return key
    key.revoked_at = clock.now()
    return record(key, "api_key.revoked", actor=actor)
