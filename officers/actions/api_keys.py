"""Keys by which programs act for a user."""

import base64
import hashlib
import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import ApiKey, KeyUse, User
from officers.models.api_keys import Scope

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
    if ApiKey.objects.filter(user=actor).live(now).count() >= LIVE_KEYS:
        raise ValidationError(
            _("You have %(number)d live keys, and no more may live at a time. Revoke one first.")
            % {"number": LIVE_KEYS}
        )
    if not scopes:
        raise ValidationError({"scopes": _("Choose what the key may do.")})
    if actor.is_partner and set(scopes) != {Scope.COMPLAINTS_HAND_IN}:
        raise ValidationError(
            {"scopes": _("The key of a partner organisation hands in reports and no more.")}
        )
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
def revoke(actor: User, key_id: int, *, reason: str = "") -> ApiKey:
    """End a key at once and for good: one's own, or with a reason that of a user one keeps. To revoke what is
    revoked changes nothing.

    :raises PermissionDenied: for the key of a user whom one sees and does not keep
    :raises ValidationError: for another's key without a reason
    """
    key = ApiKey.objects.visible_to(actor).select_related("user").lock(key_id)
    if not rules.revokes(actor, key):
        raise PermissionDenied(_("You may not revoke this key: its owner is of a unit you do not keep."))
    if key.user_id != actor.pk:
        needs_reason(reason)
    if key.revoked_at is not None:
        return key
    key.revoked_at = clock.now()
    return record(key, "api_key.revoked", actor=actor, reason=reason)


def note_use(key: ApiKey) -> None:
    """Keep the hour in which a key is used: no act, and written once in an hour, whatever the number of requests.

    Of several that come at once the first writes; the hour never goes back.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    kept: KeyUse | None = getattr(key, "use", None)
    if kept is not None and kept.hour >= hour:
        return
    if not KeyUse.objects.filter(key=key, hour__lt=hour).update(hour=hour):
        KeyUse.objects.bulk_create([KeyUse(key=key, hour=hour)], ignore_conflicts=True)
