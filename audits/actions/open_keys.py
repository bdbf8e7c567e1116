"""Keys of the open data by self-service: a mail with a link, the key shown once, and three ways to end it."""

import hashlib
import hmac
import secrets
import string
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import needs
from audits.models import OpenKey, OpenKeyLink
from audits.queries.open_keys import digest_of, linked, parts
from ledger import clock
from ledger.acting import act, record, recording
from ledger.reading import note_read
from officers.actions.sealing import seal, unseal

#: A link is good for so long, a key for so long; its owner is told so long before it ends.
LINK_LASTS, KEY_LASTS, WARNED_BEFORE = timedelta(hours=24), timedelta(days=365), timedelta(days=30)
#: Two, so that a new one can be put to use before the old one is given up.
LIVE_KEYS = 2
LONGEST_LABEL, LONGEST_ADDRESS = 80, 254
_PREFIX = string.ascii_letters + string.digits


def owner_of(address: str) -> str:
    """What the keys of an address are found by. Nobody who reads it learns the address."""
    said = f"open key address {address.strip().lower()}"
    return hmac.digest(settings.PEPPER, said.encode(), hashlib.sha256).hex()


def checked(address: str, label: str) -> tuple[str, str]:
    """:raises ValidationError: by field"""
    address, label = address.strip(), label.strip()
    problems: dict[str, Any] = {}
    try:
        validate_email(address)
    except ValidationError:
        problems["address"] = _("Write an e-mail address, such as name@example.org.")
    if len(address) > LONGEST_ADDRESS:
        problems["address"] = _("This is longer than %(limit)s characters.") % {"limit": LONGEST_ADDRESS}
    if not label:
        problems["label"] = _("Say what the key is for.")
    elif "@" in label:  # it is kept as it stands, and an address is not
        problems["label"] = _("Do not write an address here.")
    elif len(label) > LONGEST_LABEL:
        problems["label"] = _("This is longer than %(limit)s characters.") % {"limit": LONGEST_LABEL}
    elif "\x00" in label:
        problems["label"] = _("This holds a sign that cannot be kept.")
    if problems:
        raise ValidationError(problems)
    return address, label


def ask(address: str, *, label: str, language: str) -> str:
    """Make a link for an address and return its token, which goes into a mail and is kept nowhere.

    Not an act: whose address it is, nobody has shown yet.

    :raises ValidationError: by field
    """
    address, label = checked(address, label)
    token = secrets.token_urlsafe(32)
    OpenKeyLink.objects.create(
        digest=hashlib.sha256(token.encode()).digest(),
        address=seal(address),
        owner=owner_of(address),
        label=label,
        language=language,
        until=clock.now() + LINK_LASTS,
    )
    return token


@act
def issue(actor: Any, token: str) -> tuple[OpenKey, str]:
    """Make a key by a link and return it with its secret, which is shown this once. The link is used up by it.

    :raises ValidationError: if the link was used or is over, or two keys of its address are live
    """
    link = _followed(token)
    with connection.cursor() as cursor:  # or two links at once would each find room for one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"open key {link.owner}"])
    now = clock.now()
    if OpenKey.objects.filter(owner=link.owner).live(now).count() >= LIVE_KEYS:
        raise ValidationError(
            _("This address has %(number)d live keys, and no more may live at a time. Revoke one first.")
            % {"number": LIVE_KEYS}
        )
    prefix = "".join(secrets.choice(_PREFIX) for _letter in range(8))
    secret = f"ok_{prefix}_{urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip('=')}"
    key = OpenKey(
        label=link.label,
        prefix=prefix,
        digest=digest_of(secret),
        address=bytes(link.address),
        owner=link.owner,
        language=link.language,
        confirmed_at=now,
        expires_at=now + KEY_LASTS,
    )
    link.delete()
    return record(key, "open_key.issued", actor=actor), secret


@act
def revoke_by_link(actor: Any, token: str, key_id: int) -> OpenKey:
    """End a key of the address that a link was mailed to. The link stays good for a new one.

    :raises ValidationError: if the link was used or is over
    """
    link = _followed(token)
    key = OpenKey.objects.filter(owner=link.owner).lock(key_id)
    return _ended(key, actor, "open_key.given_up")


@act
def give_up(actor: Any, secret: str) -> OpenKey:
    """End a key for who has it.

    :raises ValidationError: if there is no such key
    """
    prefix, _rest = parts(secret)
    key = OpenKey.objects.select_for_update().filter(prefix=prefix).first()
    digest = bytes(key.digest) if key else bytes(32)
    if not hmac.compare_digest(digest_of(secret), digest) or key is None:
        raise ValidationError({"key": _("There is no such key.")})
    return _ended(key, actor, "open_key.given_up")


@act
def revoke(actor: Any, key_id: int, *, reason: str, version: int | None = None) -> OpenKey:
    """End anybody's key, for a reason, as a system administrator of the Ministry."""
    key = OpenKey.objects.visible_to(actor).lock(key_id, version=version)
    if not rules.revokes_open_keys(actor):
        raise PermissionDenied(_("You may not do this."))
    return _ended(key, actor, "open_key.revoked", needs(reason, "reason", _("Say why.")))


def _ended(key: OpenKey, actor: Any, verb: str, reason: str = "") -> OpenKey:
    """To end what is ended changes nothing."""
    if key.revoked_at is not None:
        return key
    key.revoked_at = clock.now()
    return record(key, verb, actor=actor, reason=reason)


@act
def read_address(actor: Any, key_id: int) -> str:
    """Whose key it is, for who may revoke it; each look is an event and a read."""
    key = OpenKey.objects.visible_to(actor).lock(key_id)
    if not rules.revokes_open_keys(actor):
        raise PermissionDenied(_("You may not do this."))
    with recording("open_key.address_read", actor=actor, subject=key):
        note_read(actor, "opened", OpenKey._meta.db_table, key.pk, fields=["address"])
    return str(unseal(key.address))


@act
def note_warned(actor: Any, key_id: int) -> OpenKey:
    """Write down that the owner of a key was told that it ends. For the clock."""
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    key = OpenKey.objects.lock(key_id)
    key.warned_on = clock.today()
    return record(key, "open_key.warned", actor=actor)


def forget_links() -> int:
    """Remove links that are over."""
    number, _by_model = OpenKeyLink.objects.filter(until__lte=clock.now()).delete()
    return number


def _followed(token: str) -> OpenKeyLink:
    link = linked(token)
    locked = OpenKeyLink.objects.select_for_update().filter(pk=link.pk).first() if link else None
    if locked is None:
        raise ValidationError(_("This link does not work any more: it was used, or is older than a day."))
    return locked
